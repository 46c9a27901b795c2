"""A line of text becomes a rule:

    SCOPE FIELD OP VALUE [for 30s] [once | daily | repeat 15m] [band X] [between 09:30-16:00 America/New_York]
    [outside-hours] [until 2026-12-31] [sound NAME] [do raise,run,post] [note "..."]

SCOPE is CODE@FEED, CODE, `list:NAME`, `section:NAME`, `flag:COLOUR` or `*`; what has blanks in it stands in quotes:
`list:"My list"`, `"last - prev_close"`. Words are read in whatever case, codes and names as they are. Clauses come in
any order, each once.
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

import msgspec

from quotedesk.alerts.rule import DOES, AlertRule, AlertScope, Between, Frequency, Operator, ScopeKind
from quotedesk.alerts.rule_words import RuleError as RuleError
from quotedesk.alerts.rule_words import RuleWord, rule_words
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.formula import FormulaError, read
from quotedesk.market.instrument import check_code, split_feed
from quotedesk.market.number import number, plain

MOST_CHARACTERS = 2_000
LONGEST_S = 366 * 86_400
LONGEST_WINDOW_S = 86_400
AGE = "age"
CHANGE = "change%"
_SHOWN = 40  # characters of a word in an error
_UNITS_S = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d{1,8})([smh])", re.ASCII)
_SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WINDOW = re.compile(r"(?:change%|change_pct)/(.*)")
_NAME = re.compile(r"[^\W\d]\w*")
_OPERATORS = {each.value: each for each in Operator}
_NOT_HERE = {">": ">=", "<": "<=", "=": "crosses", "==": "crosses", "above": ">=", "below": "<="}
_CLAUSES = ("for", "once", "daily", "repeat", "band", "between", "outside-hours", "until", "sound", "do", "note")


class RuleNames(msgspec.Struct, frozen=True):
    """What a rule may name.

    Attributes:
        fields: of the numbers there are.
        formulas: texts of the user's, by their names (market/formula.name_of).
        feeds: there are.
        feed: whose a bare code is.
        flags: the colours.
    """

    fields: Sequence[str]
    formulas: Mapping[str, str] = {}
    feeds: Collection[str] = ()
    feed: str = ""
    flags: Collection[str] = ()


def read_rule(text: str, names: RuleNames) -> AlertRule:
    """The rule that a line is. Raises RuleError."""
    if len(text) > MOST_CHARACTERS:
        raise RuleError(f"a rule has at most {MOST_CHARACTERS:,} characters, not {len(text):,}", 0)
    return _RuleReader(rule_words(text), len(text.rstrip()), names).rule()


def window_s(field: str) -> float | None:
    """The seconds of `change%/5m`; None for any other field. Raises ValueError for a duration that is none."""
    found = _WINDOW.fullmatch(field)
    return _seconds(found[1], LONGEST_WINDOW_S) if found else None


# -- reading ----------------------------------------------------------------------------------------------------------


class _RuleReader:
    """Reads the words of one line."""

    def __init__(self, words: list[RuleWord], end: int, names: RuleNames) -> None:
        self._words = words
        self._place = 0
        self._end = end
        self._names = names

    def rule(self) -> AlertRule:
        """The whole line."""
        scope = self._scope(self._next("a symbol, list:NAME, section:NAME, flag:COLOUR or *"))
        field = self._field(self._next("a field, such as last,"))
        operator = self._operator(self._next("an operator, such as crosses-up,"), field)
        level = self._level(self._next("a value"), field) if operator.has_level else 0.0
        return AlertRule(scope=scope, field=field, operator=operator, level=level, **self._clauses(field))

    def _next(self, wanted: str) -> RuleWord:
        if self._place == len(self._words):
            raise RuleError(f"{wanted} is missing here", self._end)
        self._place += 1
        return self._words[self._place - 1]

    def _scope(self, word: RuleWord) -> AlertScope:
        if word.text == "*":
            return AlertScope(ScopeKind.ALL)
        kind, colon, name = word.text.partition(":")
        if colon:
            return self._group(word, kind.casefold(), name)
        code, feed = split_feed(word.text)
        if feed and feed not in self._names.feeds:
            raise _wrong(word, f"there is no feed “{_short(feed)}”", feed, self._names.feeds)
        try:
            check_code(code)
        except BadSymbolError as fault:
            raise _wrong(word, str(fault).partition(". ")[0]) from fault
        if not feed and not self._names.feed:
            raise _wrong(word, f"of which feed is {code}? Write {code}@FEED")
        return AlertScope(ScopeKind.SYMBOL, code, feed or self._names.feed)

    def _group(self, word: RuleWord, kind: str, name: str) -> AlertScope:
        kinds = ("list", "section", "flag")
        if kind not in kinds:
            raise _wrong(word, f"“{_short(kind)}:” is no group of symbols", kind, kinds)
        if kind == "flag" and name.casefold() not in self._names.flags:
            raise _wrong(word, f"there is no flag “{_short(name)}”", name.casefold(), self._names.flags, "colours")
        if not name:
            raise _wrong(word, f"which {kind}? Write {kind}:NAME, in quotes where the name has blanks")
        return AlertScope(ScopeKind(kind), name.casefold() if kind == "flag" else name)

    def _field(self, word: RuleWord) -> str:
        said, names = word.text.casefold(), self._names
        if said in (AGE, CHANGE):
            return said
        if said == "change_pct":
            return CHANGE
        if window := _WINDOW.fullmatch(said):
            try:
                window_s(said)
            except ValueError as fault:
                raise _wrong(word, str(fault)) from fault
            return f"{CHANGE}/{window[1]}"
        if said in names.fields:
            return said
        if _NAME.fullmatch(said) and said not in names.formulas:
            known = [*names.fields, *names.formulas, AGE, CHANGE]
            raise _wrong(word, f"there is no field or formula “{_short(said)}”", said, known)
        try:
            read(said if said in names.formulas else word.text, names.fields, names.formulas)
        except FormulaError as fault:
            is_inside = word.text == said or said not in names.formulas
            at, length = (word.at + 1 + fault.at, fault.length) if word.is_quoted and is_inside else word[1:3]
            raise RuleError(str(fault).partition(": ")[2], at, length) from fault
        return said if said in names.formulas else word.text

    def _operator(self, word: RuleWord, field: str) -> Operator:
        said = word.text.casefold()
        operator = _OPERATORS.get(said)
        if operator is None:
            if meant := _NOT_HERE.get(said):
                raise _wrong(word, f"there is no operator “{said}”; do you mean {meant}?")
            raise _wrong(word, f"there is no operator “{_short(said)}”", said, list(_OPERATORS), "operators")
        if field == AGE and operator not in (Operator.AT_LEAST, Operator.CROSSES_UP):
            raise _wrong(word, "an age only grows: write age >= 30s")
        return operator

    def _level(self, word: RuleWord, field: str) -> float:
        if field == AGE:
            return self._duration(word, least_s=1)
        text = word.text
        if field.startswith(CHANGE):
            text = text.removesuffix("%")
        elif text.endswith("%") and number(text[:-1]).is_known:
            raise _wrong(word, f"{field} is not in percent; for a change in percent write change% in its place")
        return self._number(word, text)

    def _clauses(self, field: str) -> dict[str, Any]:
        said: dict[str, Any] = {}
        seen: set[str] = set()
        while self._place < len(self._words):
            word = self._next("")
            clause = word.text.casefold()
            if clause not in _CLAUSES:
                raise _wrong(word, f"“{_short(word.text)}” is no clause of a rule", clause, _CLAUSES, "clauses")
            kind = "how often" if clause in ("once", "daily", "repeat") else clause
            if kind in seen:
                how_often = "once, daily and repeat exclude one another"
                raise _wrong(word, how_often if kind != clause else f"“{clause}” is said twice")
            seen.add(kind)
            said |= self._clause(clause, word, field)
        return said

    def _clause(self, clause: str, word: RuleWord, field: str) -> dict[str, Any]:
        match clause:
            case "for":
                if field == AGE:
                    raise _wrong(word, "an age has no “for”: write a longer age")
                return {"hold_s": self._duration(self._next("a duration, such as 30s,"), least_s=1)}
            case "once":
                return {"frequency": Frequency.ONCE}
            case "daily":
                return {"frequency": Frequency.DAILY}
            case "repeat":
                pause_s = self._duration(self._next("a pause, such as 15m,"))
                return {"frequency": Frequency.REPEAT, "pause_s": pause_s}
            case "band":
                return self._band(self._next("the width of the band"))
            case "between":
                return {"between": self._between()}
            case "outside-hours":
                return {"is_outside_hours": True}
            case "until":
                return {"until": self._date(self._next("a date, such as 2026-12-31,"))}
            case "sound":
                return {"sound": self._next("the name of a sound").text}
            case "do":
                return {"does": self._does(self._next("raise, run or post"))}
            case _:
                return {"note": self._next("the note, in quotes,").text}

    def _does(self, word: RuleWord) -> tuple[str, ...]:
        said = word.text.casefold().split(",")
        for each in said:
            if each not in DOES:
                raise _wrong(word, f"“{_short(each)}” is nothing that a rule does", each, DOES, "choices")
        return tuple(each for each in DOES if each in said)

    def _band(self, word: RuleWord) -> dict[str, Any]:
        band = self._number(word, word.text.removesuffix("%"))
        if band < 0:
            raise _wrong(word, "a band is not below 0")
        return {"band": band, "is_band_percent": word.text.endswith("%")}

    def _between(self) -> Between:
        span = self._next("a part of the day, such as 09:30-16:00,")
        found = _SPAN.fullmatch(span.text)
        hours = [int(each) for each in found.groups()] if found else [99]
        minutes = [hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]] if found else [0]
        if max(hours[1::2], default=99) > 59 or max(minutes) > 1440 or minutes[0] == 1440:
            raise _wrong(span, f"“{_short(span.text)}” is no part of a day: write it as 09:30-16:00")
        if minutes[0] == minutes[1]:
            raise _wrong(span, "these are the same time")
        zone = self._next("the zone of that clock, such as America/New_York,")
        if zone.text not in _zones():
            raise _wrong(zone, f"there is no zone “{_short(zone.text)}”", zone.text, _zones(), "zones")
        return Between(minutes[0], minutes[1], zone.text)

    def _date(self, word: RuleWord) -> date:
        try:
            if _DATE.fullmatch(word.text):
                return date.fromisoformat(word.text)
        except ValueError:
            pass
        raise _wrong(word, f"“{_short(word.text)}” is no date: write it as 2026-12-31")

    def _number(self, word: RuleWord, text: str) -> float:
        found = number(text)
        if not found.is_known:
            plainly = text.replace(",", "").replace("_", "")
            hint = plainly if plainly != text and number(plainly).is_known else "it like 60000.5"
            raise _wrong(word, f"“{_short(word.text)}” is no number: write {hint}")
        try:
            plain(found.value)
        except ValueError as fault:
            raise _wrong(word, f"“{_short(word.text)}” is too large, or too small") from fault
        return found.value + 0.0  # -0 is 0

    def _duration(self, word: RuleWord, least_s: int = 0) -> float:
        try:
            seconds = _seconds(word.text, LONGEST_S)
        except ValueError as fault:
            raise _wrong(word, str(fault)) from fault
        if seconds < least_s:
            raise _wrong(word, "0 is no duration here")
        return seconds


def _seconds(text: str, longest_s: int) -> float:
    """Raises ValueError, its text is for people."""
    found = _DURATION.fullmatch(text.casefold())
    if not found:
        raise ValueError(f"“{_short(text)}” is no duration: write it as 30s, 15m or 2h")
    seconds = int(found[1]) * _UNITS_S[found[2]]
    if seconds > longest_s:
        raise ValueError(f"“{_short(text)}” is too long: at most {longest_s // 3600} h")
    return float(seconds)


def _wrong(word: RuleWord, said: str, near: str = "", known: Collection[str] = (), what: str = "") -> RuleError:
    """What is wrong with a word, and what of `known` it may mean; where nothing is near, all of a few."""
    if close := difflib.get_close_matches(near, list(known), n=3) if near else []:
        said += f"; do you mean {' or '.join(close)}?"
    elif what and len(known) <= 12:
        said += f"; the {what}: {', '.join(sorted(known))}"
    return RuleError(said, word.at, word.length)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
