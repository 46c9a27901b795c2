"""What the word at the end of a rule that is being typed may become."""

import math
from collections.abc import Callable, Iterable, Sequence

from quotedesk.alerts.rule import DOES, Operator, duration, quoted, quoted_after
from quotedesk.alerts.rule_reader import MOST_CHARACTERS, RuleNames
from quotedesk.lists.book import Book
from quotedesk.lists.list_reader import Suggestion
from quotedesk.lists.saved import Flag
from quotedesk.lists.section import Section
from quotedesk.market.instrument import Instrument, shown
from quotedesk.quotes.formula_values import MEANINGS

_QUOTES = {'"': '"', "“": "”"}
_OPERATORS = {
    Operator.CROSSES: "from either side",
    Operator.CROSSES_UP: "was below, is at or above it now",
    Operator.CROSSES_DOWN: "was above, is at or below it now",
    Operator.AT_LEAST: "becomes true, or is true",
    Operator.AT_MOST: "becomes true, or is true",
    Operator.NEW_HIGH: "above the session's high",
    Operator.NEW_LOW: "below the session's low",
}
_CLAUSES = {
    "for": "for 30s: has to stay true so long",
    "once": "one time (as without a word)",
    "daily": "one time a day",
    "repeat": "repeat 15m: each time, and then a pause",
    "band": "band 0.1%: so far back before it fires again",
    "between": "between 09:30-16:00 America/New_York",
    "outside-hours": "also while the market is closed",
    "until": "until 2026-12-31: the last day",
    "sound": "sound bell",
    "do": "do raise,run,post",
    "note": 'note "in your words"',
}
_AFTER = {
    "for": ("10s", "30s", "1m", "5m"),
    "repeat": ("1m", "15m", "1h"),
    "band": ("0.1%", "0.5%"),
    "do": DOES,
}
_MORE_FIELDS = {
    "age": "seconds since the last price: age >= 30s",
    "change%": "change of the day in percent",
    "change%/5m": "change in percent over 5 minutes",
}


class RuleSuggestions:
    """Called with the text so far. `now(instrument, field)`: the value there now as it is written, "" unknown."""

    def __init__(
        self,
        book: Book,
        names: Callable[[], RuleNames],
        sounds: Sequence[str],
        now: Callable[[Instrument, str], str] = lambda instrument, field: "",
    ) -> None:
        self._book = book
        self._names = names
        self._sounds = sounds
        self._now = now

    def __call__(self, text: str) -> Sequence[Suggestion]:
        if len(text) > MOST_CHARACTERS:
            return ()
        *before, word = _words(text)
        known = self._known(before, word)
        sought = word.casefold()
        starts = [each for each in known if each.casefold().startswith(sought)]
        holds = [each for each in known if sought in each.casefold() and each not in starts] if sought else []
        is_whole = not word or sought in {each.casefold() for each in known} or _is_number(before, word)
        return [Suggestion(each, known[each], False, is_guess=is_whole, replaces=word) for each in (*starts, *holds)]

    # Inside

    def _known(self, before: list[str], word: str) -> dict[str, str]:
        """What may stand here, with what it means."""
        match len(before):
            case 0:
                return self._scopes(word)
            case 1:
                names = self._names()
                fields = {name: MEANINGS.get(name, "") for name in names.fields} | _MORE_FIELDS
                return fields | {quoted(name): "your formula" for name in names.formulas}
            case 2:
                return {each.value: _OPERATORS[each] for each in Operator}
            case 3 if before[2] in (each.value for each in Operator if each.has_level):
                return self._values(before)
        return self._clauses(before)

    def _scopes(self, word: str) -> dict[str, str]:
        if not word:
            return {}
        feed = self._names().feed
        rows = dict.fromkeys(row for each in self._book.lists for row in each if isinstance(row, Instrument))
        sections = [row.name for each in self._book.lists for row in each if isinstance(row, Section)]
        return {
            **{shown(row, feed): "" for row in rows},
            **_groups("list:", (each.name for each in self._book.lists), "all rows of the list"),
            **_groups("section:", sections, "all rows of sections of that name"),
            **_groups("flag:", (flag.value for flag in Flag), "all rows with that flag"),
            "*": "all rows",
        }

    def _values(self, before: list[str]) -> dict[str, str]:
        if before[1] == "age":
            return {duration(seconds): "" for seconds in (10, 30, 60, 300)}
        code, _, feed = before[0].rpartition("@")
        instrument = Instrument(feed, code) if code else Instrument(self._names().feed, before[0])
        now = self._now(instrument, before[1])
        return {now: "now"} if now else {}

    def _clauses(self, before: list[str]) -> dict[str, str]:
        last = before[-1].casefold()
        if last == "sound":
            return dict.fromkeys(self._sounds, "")
        if last in _AFTER:
            return dict.fromkeys(_AFTER[last], "")
        said = {each.casefold() for each in before}
        often = {"once", "daily", "repeat"}
        gone = said | (often if said & often else set())
        return {clause: meaning for clause, meaning in _CLAUSES.items() if clause not in gone}


def _is_number(before: list[str], word: str) -> bool:
    """Is the word a number where one may stand: what was typed, and not the beginning of another?"""
    if len(before) < 3 or not (len(before) == 3 or before[-1] == "band") or before[1] == "age":
        return False
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False


def _groups(prefix: str, names: Iterable[str], meaning: str) -> dict[str, str]:
    return {quoted_after(prefix, name): meaning for name in names}


def _words(text: str) -> list[str]:
    """The words as they are written, blanks within quotes being part of one; the last is the one at the end, or ""."""
    found, word, closing = list[str](), "", ""
    for letter in text:
        if letter.isspace() and not closing:
            found += [word] if word else []
            word = ""
            continue
        word += letter
        if not closing:
            closing = _QUOTES.get(letter, "")
        elif letter == closing and word[-2:-1] != "\\":
            closing = ""
    return [*found, word]
