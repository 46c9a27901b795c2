"""What a half-typed text may mean, how near that is, and how texts are compared for it."""

import difflib
import enum
import re
from collections.abc import Iterable

import msgspec

from quotedesk.market.listing import Listing

_WORD = re.compile(r"[^\W_]+")
_MOST_COMPARED = 200
_NEAR_ENOUGH = 0.7
SHORTEST_MISSPELLED = 3


class Match(enum.IntEnum):
    """How a text leads to a symbol, the nearest first."""

    CODE = 0  # it is the code, but for case and signs
    TICKER = 1  # it is what is bought, or the code but for its ending
    PREFIX = 2  # the code begins so
    WORD = 3  # words of its name do
    TYPO = 4  # it is like a word of it


class Hit(msgspec.Struct, frozen=True):
    """A symbol that a text may mean.

    Attributes:
        feed: whose it is.
        listing: what the feed's directory says of it.
        match: see Match.
        place: among the feed's symbols, the likeliest first.
    """

    feed: str
    listing: Listing
    match: Match
    place: int


def squeezed(text: str) -> str:
    """A text without case and signs: "BTC-USD" and "btc/usd" are "btcusd"."""
    return "".join(filter(str.isalnum, text.casefold()))


def words_of(text: str) -> list[str]:
    """The words of a text, without case."""
    return _WORD.findall(text.casefold())


def without_ending(text: str) -> str:
    """A code but for what follows its last dot, without case and signs: "AAPL.US" is "aapl", "BRK.B.US" is "brkb"."""
    stem, dot, _ = text.rpartition(".")
    return squeezed(stem if dot and squeezed(stem) else text)


def ticker(listing: Listing) -> str:
    """What is bought, else the code but for its ending; without case and signs."""
    return squeezed(listing.base) or without_ending(listing.code)


def like(word: str, known: Iterable[str], most: int = 4) -> list[str]:
    """The words that a misspelled one may be meant for, the nearest first: with the same first letter.

    One slip leaves the first two letters of a word as they are, or its last two, and few others.
    """
    first, last, letters = word[:2], word[-2:], set(word)
    near = [each for each in known if each[:2] == first or each[-2:] == last]
    near = [
        each
        for each in near
        if each[:1] == word[:1] and abs(len(each) - len(word)) <= 2 and len(letters ^ set(each)) <= 2
    ]
    return difflib.get_close_matches(word, near[:_MOST_COMPARED], n=most, cutoff=_NEAR_ENOUGH)
