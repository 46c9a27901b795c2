"""A rule as a value, and its line of text: `BTC-USD@coinbase last crosses-up 60000 repeat 15m`."""

import re
from datetime import date
from enum import Enum

import msgspec

from quotedesk.market.instrument import Instrument
from quotedesk.market.number import plain

DOES = ("raise", "run", "post")  # bring a window forward, run the user's command, post to the webhook
HIDDEN = "hidden"  # what other programs get in place of an amount that may not be told
_BARE = re.compile(r"[^\s\"“”]+")
_NUMBER = re.compile(r"(?<![\w.])\.?\d[\w.]*")  # in a formula


class ScopeKind(Enum):
    """What a rule is about."""

    SYMBOL = "symbol"
    LIST = "list"
    SECTION = "section"
    FLAG = "flag"
    ALL = "*"


class AlertScope(msgspec.Struct, frozen=True):
    """Which symbols a rule is about: one, or those that are now in a list, in sections of a name, of a flag, all rows.

    Attributes:
        name: the code, or the name of the list or section, or the flag's colour; "" of ALL.
        feed: of a symbol.
    """

    kind: ScopeKind
    name: str = ""
    feed: str = ""

    @property
    def instrument(self) -> Instrument | None:
        """The symbol where it is one."""
        return Instrument(self.feed, self.name) if self.kind is ScopeKind.SYMBOL else None

    @property
    def text(self) -> str:
        """As a rule's line begins."""
        if self.kind is ScopeKind.ALL:
            return "*"
        if self.kind is ScopeKind.SYMBOL:
            return f"{self.name}@{self.feed}"
        return quoted_after(f"{self.kind.value}:", self.name)


class Operator(Enum):
    """When a value is a reason; see alerts/evaluator."""

    CROSSES = "crosses"
    CROSSES_UP = "crosses-up"
    CROSSES_DOWN = "crosses-down"
    AT_LEAST = ">="
    AT_MOST = "<="
    NEW_HIGH = "new-high"
    NEW_LOW = "new-low"

    @property
    def has_level(self) -> bool:
        """Does it compare with a value that the rule says?"""
        return self not in (Operator.NEW_HIGH, Operator.NEW_LOW)


class Frequency(Enum):
    """How often a rule fires for one symbol."""

    ONCE = "once"
    DAILY = "daily"
    REPEAT = "repeat"


class Between(msgspec.Struct, frozen=True):
    """A part of each day, by the clock of a zone; from `first_min` to before `last_min`, over midnight where that is
    the earlier one.

    Attributes:
        first_min, last_min: minutes since midnight; never equal.
        zone: an IANA name.
    """

    first_min: int
    last_min: int
    zone: str

    @property
    def text(self) -> str:
        """As the clause says it."""
        return f"{_clock(self.first_min)}-{_clock(self.last_min)} {self.zone}"


class AlertRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that was read. Equal rules are the same rule.

    Attributes:
        scope: whose values.
        field: which, as its word: a field (`last`, `change%`), a formula's name or text, `age`, `change%/5m`.
        operator: see Operator.
        level: what it compares with; 0 where the operator has none. Of `age` in seconds.
        hold_s: the condition has to stay true so long; 0 for not at all.
        frequency, pause_s: how often; the pause is that of REPEAT.
        band: how far beyond the level, on the side it came from, a value has to be before it fires again; None: the
            usual one.
        is_band_percent: `band` is in percent of the level.
        between: when it is looked at; None for always.
        is_outside_hours: also while the symbol's market is closed.
        until: the last day on which it is looked at, by the zone of `between`, else by the symbol's market.
        sound: the name of the sound it makes; "" for the usual one.
        does: what else it does, of DOES, in their order; the settings say what of that is allowed.
        note: the user's words.
    """

    scope: AlertScope
    field: str
    operator: Operator
    level: float = 0.0
    hold_s: float = 0.0
    frequency: Frequency = Frequency.ONCE
    pause_s: float = 0.0
    band: float | None = None
    is_band_percent: bool = False
    between: Between | None = None
    is_outside_hours: bool = False
    until: date | None = None
    sound: str = ""
    does: tuple[str, ...] = ()
    note: str = ""

    @property
    def text(self) -> str:
        """Its line, canonical: `read_rule` makes the same rule of it."""
        return self.line()

    def line(self, hidden: str = "") -> str:
        """The same; `hidden` takes the place of numbers that tell what its value is near to."""
        words = [self.scope.text, quoted(self.field_shown(hidden)), self.operator.value]
        if self.operator.has_level:
            words.append(hidden or (duration(self.level) if self.field == "age" else plain(self.level)))
        if self.hold_s:
            words.append(f"for {duration(self.hold_s)}")
        if self.frequency is Frequency.DAILY:
            words.append("daily")
        elif self.frequency is Frequency.REPEAT:
            words.append(f"repeat {duration(self.pause_s)}")
        if self.band is not None:
            size = plain(self.band) if self.is_band_percent or not hidden else hidden
            words.append(f"band {size}{'%' if self.is_band_percent else ''}")
        if self.between is not None:
            words.append(f"between {self.between.text}")
        if self.is_outside_hours:
            words.append("outside-hours")
        if self.until is not None:
            words.append(f"until {self.until.isoformat()}")
        if self.sound:
            words.append(f"sound {quoted(self.sound)}")
        if self.does:
            words.append(f"do {','.join(self.does)}")
        if self.note:
            words.append(f'note "{escaped_quotes(self.note)}"')
        return " ".join(words)

    def field_shown(self, hidden: str) -> str:
        """Its field; of a formula without its numbers, where `hidden` takes their place."""
        return _NUMBER.sub(hidden, self.field) if hidden else self.field

    @property
    def key(self) -> str:
        """The text of what it looks at, without what it does then: what it knows stays where only that is edited."""
        return msgspec.structs.replace(self, sound="", does=(), note="").text


def quoted(word: str) -> str:
    """A word of a line: in quotes where it has to be."""
    return word if _BARE.fullmatch(word) else f'"{escaped_quotes(word)}"'


def quoted_after(prefix: str, name: str) -> str:
    """`list:Tech`, `list:"My list"`."""
    return f"{prefix}{quoted(name)}"


def escaped_quotes(text: str) -> str:
    """A text as it stands between quotes."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def duration(seconds: float) -> str:
    """A whole number of seconds in the largest unit that gives it exactly: "90s", "15m", "2h"."""
    whole = round(seconds)
    for unit, size in (("h", 3600), ("m", 60)):
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
