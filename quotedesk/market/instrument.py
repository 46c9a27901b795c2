"""An instrument and the rule of its symbol."""

import re
from collections.abc import Iterable

import msgspec

from quotedesk.market.errors import BadSymbolError

LONGEST_CODE = 32
ADVICE = f"Use letters, digits and . - _ /, at most {LONGEST_CODE}."
_NOT_IN_CODE = re.compile(r"[^A-Za-z0-9._/-]")
_SEPARATORS = re.compile(r"[,;\s]+")


class Instrument(msgspec.Struct, frozen=True, order=True):
    """What a row stands for and a quote belongs to. Its text is CODE@FEED, or CODE where the feed goes without saying.

    Attributes:
        feed: the feed's name, as `--feed` takes it.
        code: the provider's own spelling; case matters.
    """

    feed: str
    code: str


def check_code(text: str) -> str:
    """Return `text` if it can be a symbol. Raises BadSymbolError: 1 to 32 ASCII letters, digits and `. - _ /`."""
    if offender := _NOT_IN_CODE.search(text):
        raise BadSymbolError(text, f"“{_visible(offender.group())}” cannot be part of a symbol", ADVICE)
    if len(text) > LONGEST_CODE:
        raise BadSymbolError(text, f"“{text[:LONGEST_CODE]}…” is too long for a symbol", ADVICE)
    if not text:
        raise BadSymbolError(text, "A symbol cannot be empty", ADVICE)
    return text


def shown(instrument: Instrument, feed: str) -> str:
    """The text of an instrument in a list of `feed`: "AAPL.US", and "AAPL.US@demo" where that is another feed's."""
    return instrument.code if instrument.feed == feed else f"{instrument.code}@{instrument.feed}"


def split_feed(text: str) -> tuple[str, str]:
    """The text of an instrument as (code, feed), unchecked; the feed is "" where none is said.

    The last @ parts them: no feed has one in its name. "AAPL.US@" and "@demo" are all code, which `check_code` refuses.
    """
    code, _, feed = text.rpartition("@")
    return (code, feed) if code and feed else (text, "")


def split_codes(text: str) -> list[str]:
    """The pieces of a typed or pasted list, in order, unchecked: commas, semicolons, blanks and new lines separate."""
    return [piece for piece in _SEPARATORS.split(text) if piece]


def last_piece(text: str) -> str:
    """The piece of a list that is being written at its end; "" after a separator."""
    return _SEPARATORS.split(text)[-1]


def unique(codes: Iterable[str]) -> list[str]:
    """The codes in order, each once."""
    return list(dict.fromkeys(codes))


def _visible(character: str) -> str:
    """A character as a person can see it in a sentence: U+FEFF rather than nothing."""
    return character if character.isprintable() else f"U+{ord(character):04X}"
