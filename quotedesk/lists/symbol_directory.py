"""Known symbols of each feed: what a typed text most likely means, and what a code is called."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from quotedesk.lists.hit import Hit, Match, like, squeezed, ticker, without_ending, words_of
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.symbology import PAIR_VENUES, PlainSymbology, Symbology

_WORD = re.compile(r"\w+")
_PERPETUAL = re.compile(r"\.P$|[-_.]?PERP(?:ETUAL)?$|-SWAP$", re.IGNORECASE)
_MOST_REMEMBERED = 16_384  # as a table paints names at every repaint
_DOLLARS = ("usd", "usdt", "usdc")  # a coin paid with one of them is meant by the others, too, the likeliest first


class ListingStore(Protocol):
    """The directories that were fetched; see config.directory_store. `version` changes with any of them."""

    version: int

    def fetched_utc_s(self, feed: str) -> float | None: ...
    def listing(self, feed: str, code: str) -> Listing | None: ...
    def codes(self, feed: str, text: str) -> Sequence[str]: ...
    def of_ticker(self, feed: str, text: str) -> Sequence[str]: ...
    def of_pair(self, feed: str, pair: str) -> Sequence[str]: ...
    def listed_as(self, feed: str, name: str) -> str: ...
    def search(self, text: str, feeds: Sequence[str], most: int = 8) -> Sequence[Hit]: ...
    def near(self, text: str, feeds: Sequence[str], most: int = 8) -> Sequence[Hit]: ...


class SymbolDirectory:
    """Symbols of one feed: those of its fetched directory, without one those that ship.

    Attributes:
        names: code -> name, of those that ship.
        symbology: how others call them.
    """

    def __init__(
        self,
        names: Mapping[str, str] | None = None,
        symbology: Symbology | None = None,
        *,
        listings: Iterable[Listing] = (),
        feed: str = "",
        store: ListingStore | None = None,
    ) -> None:
        self._listings = {each.code: each for each in listings}
        self._listings |= {code: Listing(code=code, name=name) for code, name in (names or {}).items()}
        self.names = {code: each.name for code, each in self._listings.items()}
        self._places = {code: place for place, code in enumerate(self._listings)}
        self.symbology = symbology or PlainSymbology()
        self._feed = feed
        self._store = store
        self._asked: dict[str, Listing | None] = {}  # of the store, as of its version
        self._version = -1
        self._is_complete = False
        self._spellings: dict[str, set[str]] = defaultdict(set)  # case-folded code, or its part before the last dot
        for code in self.names:
            self._spellings[code.casefold()].add(code)
        whole = frozenset(self._spellings)
        for code in self.names:
            stem = code.rpartition(".")[0].casefold()
            if stem and stem not in whole:
                self._spellings[stem].add(code)
        self._pairs: dict[str, list[str]] = defaultdict(list)
        for each in self._listings.values():
            if each.base and each.quote:
                self._pairs[squeezed(each.base + each.quote)].append(each.code)
        self._codes = sorted((code.casefold(), code) for code in self.names)
        self._words = sorted({(word, code) for code, name in self.names.items() for word in _words(name)})

    @property
    def is_complete(self) -> bool:
        """Was the feed's own directory fetched, so that what is not in it is no code?"""
        self._look_for_news()
        return self._is_complete

    @property
    def is_empty(self) -> bool:
        """Is no symbol of the feed known?"""
        return not self._listings and not self.is_complete

    def listing(self, code: str) -> Listing | None:
        """What is known of a code in exactly this spelling; None for nothing."""
        if self._store is None or not self.is_complete:
            return self._listings.get(code)
        if code not in self._asked:
            if len(self._asked) >= _MOST_REMEMBERED:
                self._asked.clear()
            self._asked[code] = self._store.listing(self._feed, code) or self._listings.get(code)
        return self._asked[code]

    def name(self, code: str) -> str:
        """What people call it; "" where that is not known."""
        found = self.listing(code)
        return found.name if found is not None else ""

    def has(self, code: str) -> bool:
        """Is it a code, in exactly this spelling?"""
        if self._store is not None and self.is_complete:
            return self._store.listing(self._feed, code) is not None
        return code in self._listings

    def knows(self, text: str) -> bool:
        """Is it a code, whichever case its letters have? Of those that ship it may lack its ending.

        The tickers of coins are words: NEAR, ONE.
        """
        if self._store is not None and self.is_complete:
            return bool(self._store.codes(self._feed, text))
        return text in self.names or text.casefold() in self._spellings

    def spelled(self, text: str) -> str:
        """The code that a typed text stands for, in the provider's spelling; the text itself where none or several do.

        Case does not matter, and a bare ticker will do: "nvda" is "NVDA.US". A code typed exactly is that code. A pair
        is found however its parts are joined, "BTC-USD" as "BTC/USD".
        """
        if self.has(text):
            return text
        if self._store is not None and self.is_complete:
            found, folded = self._store.codes(self._feed, text), text.casefold()
            # Of codes that differ by signs alone the one that is written so: "btcusdt" is no "BTC/USDT".
            meant: Collection[str] = ([each for each in found if each.casefold() == folded] or found)[:1]
            meant = meant or self._paired(text) or self._store.of_ticker(self._feed, text)
        else:
            meant = self._spellings.get(text.casefold(), ())
            meant = meant or self._paired(text)
        return next(iter(meant)) if len(meant) == 1 else text

    def code(self, venue: str, ticker: str) -> str:
        """The feed's code for a ticker at an exchange: as its directory has them, else by the feed's own rules.

        Raises BadSymbolError, see Symbology.
        """
        if (
            venue
            and self._store is not None
            and (known := self._store.listed_as(self._feed, f"{venue}:{ticker}".upper()))
        ):
            return known
        try:
            return self.symbology.code(venue, ticker)
        except BadSymbolError:
            if (not venue or venue.upper() in PAIR_VENUES) and (paired := self._paired(ticker)):
                return paired[0]
            raise

    def matches(self, text: str, most: int = 8) -> list[str]:
        """The codes of those that ship which a half-typed text may become, the likeliest first; none for no text.

        First the one it is already (whole, or but for its ending: "v" is "V.US" before "VOO.US"), then codes that begin
        so, then those with a word in their name that does, each in alphabetical order. Case does not matter.
        """
        start = text.casefold()
        if not start:
            return []
        found = dict.fromkeys(sorted(self._spellings.get(start, ()))[:most])
        for sought in (self._codes, self._words):
            for code in _beginning(sought, start):
                if len(found) >= most:
                    return list(found)
                found[code] = None
        return list(found)

    def search(self, text: str, most: int = 8) -> list[Hit]:
        """What a half-typed text may mean, the nearest first; nothing by what it is only like."""
        if self._store is not None and self.is_complete:
            return list(self._store.search(text, [self._feed], most))
        several = words_of(text)
        if len(several) > 1 and any(map(str.isspace, text.strip())):
            sets = [set(self.matches(word, len(self.names))) for word in several]
            codes = list(set.intersection(*sets))
        else:
            codes = list(dict.fromkeys((*self._pairs.get(squeezed(text), ()), *self.matches(text, len(self.names)))))
        hits = [self._hit(code, self._match(text, code)) for code in codes]
        hits.sort(key=lambda hit: (hit.match, hit.place if hit.match != Match.PREFIX else 0))
        return hits[:most]

    def near(self, text: str, most: int = 8) -> list[Hit]:
        """What a misspelled text may mean, the nearest first."""
        if self._store is not None and self.is_complete:
            return list(self._store.near(text, [self._feed], most))
        word = without_ending(text)
        known: dict[str, list[str]] = defaultdict(list)
        for code, each in self._listings.items():
            for one in {squeezed(code), ticker(each), *words_of(each.name)}:
                if one[:1] == word[:1]:
                    known[one].append(code)
        found = dict.fromkeys(code for one in like(word, known) for code in known[one])
        return [self._hit(code, Match.TYPO) for code in list(found)[:most]]

    def _look_for_news(self) -> None:
        if self._store is not None and self._version != self._store.version:
            self._version = self._store.version
            self._asked.clear()
            self._is_complete = self._store.fetched_utc_s(self._feed) is not None

    def _hit(self, code: str, match: Match) -> Hit:
        return Hit(self._feed, self._listings[code], match, self._places[code])

    def _match(self, text: str, code: str) -> Match:
        whole = squeezed(text)
        if squeezed(code) == whole or code in self._pairs.get(whole, ()):
            return Match.CODE
        if whole and ticker(self._listings[code]) == whole:
            return Match.TICKER
        return Match.PREFIX if code.casefold().startswith(text.casefold()) else Match.WORD

    def _paired(self, text: str) -> Sequence[str]:
        """The one code of a pair of which a text gives both parts; dollars of all kinds are alike where one is missing.

        Of several the spot, unless the text says a perpetual.
        """
        stem = _PERPETUAL.sub("", text).removesuffix("=X")
        for pair in _pairs_alike(squeezed(stem)):
            codes: Sequence[str] = self._pairs.get(pair, ())
            if self._store is not None and self.is_complete:
                codes = self._store.of_pair(self._feed, pair)
            if stem != text and not text.endswith("=X"):
                found = [(code, self.listing(code)) for code in codes]
                codes = [code for code, each in found if each and each.kind is InstrumentKind.PERPETUAL]
            if codes:
                return codes[:1]
        return ()


class Directories:
    """The symbol directory of each feed, made when it is first asked for.

    Attributes:
        feeds: the known feeds, name -> title.
        in_use: says which feeds the user's lists have.
        link_of: names the connection that an instrument is subscribed on.
        searched: is told the feeds that are searched, at each search: their directories had better be there.
    """

    def __init__(
        self,
        feeds: Mapping[str, str],
        load: Callable[[str], SymbolDirectory],
        *,
        venues: Mapping[str, str] = {},
        others: Sequence[str] = (),
        link_of: Callable[[Instrument], str] = lambda instrument: instrument.feed,
    ) -> None:
        """`venues`: name -> what stands beside a symbol's name. `others`: feeds that are offered though not in use."""
        self.feeds = feeds
        self.link_of = link_of
        self.in_use: Callable[[], Collection[str]] = tuple
        self.searched: Callable[[Collection[str]], None] = lambda feeds: None
        self._load = load
        self._venues = venues
        self._others = others
        self._made: dict[str, SymbolDirectory] = {}

    def of(self, feed: str) -> SymbolDirectory:
        """The directory of a feed; an empty one for a feed that is not known (any more)."""
        if feed not in self._made:
            self._made[feed] = self._load(feed) if feed in self.feeds else SymbolDirectory()
        return self._made[feed]

    def listing(self, instrument: Instrument) -> Listing | None:
        """What is known of an instrument; None for nothing."""
        return self.of(instrument.feed).listing(instrument.code)

    def venue(self, feed: str) -> str:
        """What stands beside the name of a symbol of the feed: "Kraken"."""
        return self._venues.get(feed) or self.feeds.get(feed, feed).partition(":")[0]

    def described(self, instrument: Instrument) -> str:
        """Venue and kind: "Bybit perpetual on Tesla, not the share"; the venue where no more is known."""
        found = self.listing(instrument)
        return found.described(self.venue(instrument.feed)) if found is not None else self.venue(instrument.feed)

    def search(self, text: str, own: str, most: int = 8) -> list[Hit]:
        """What a half-typed text may mean in a list of the feed `own`, at all feeds that are used or offered.

        What the own feed has under that beginning stays first, whatever others have: a habit of the hand must not add
        another feed's symbol. Then the nearest, of equally near ones each feed's likeliest before any feed's second.
        """
        asked = self._asked(own)
        self.searched(asked)
        found = {feed: self.of(feed).search(text, most) for feed in asked}
        named = next((hit.listing.base for each in found.values() for hit in each if hit.match is Match.WORD), "")
        hits: list[tuple[bool, Match, int, int, Hit]] = []
        for rank, (feed, each) in enumerate(found.items()):
            nth: dict[Match, int] = defaultdict(int)
            if not each and named:  # some feeds have no names: "bitcoin" is what others call BTC
                each = [_named(hit) for hit in self.of(feed).search(named, most) if hit.match is Match.TICKER]
            for place, hit in enumerate(each):
                is_first = feed == own and place == 0 and hit.match <= Match.PREFIX
                turn = nth[hit.match] if hit.match <= Match.TICKER else 0
                nth[hit.match] += 1
                hits.append((not is_first, hit.match, turn, rank, _at(hit, feed)))
        hits.sort(key=lambda each: each[:4])
        return [hit for *_, hit in hits[:most]]

    def near(self, text: str, own: str, most: int = 4) -> list[Hit]:
        """What a misspelled text may mean: of the own feed, without one of any."""
        for feed in self._asked(own) if "." not in text else [own]:  # an ending is of the own feed's market
            if hits := self.of(feed).near(text, most):
                return [_at(hit, feed) for hit in hits]
        return []

    def _asked(self, own: str) -> list[str]:
        """The feeds to search, the list's own first, then those in use, then the others."""
        return [feed for feed in dict.fromkeys((own, *self.in_use(), *self._others)) if feed in self.feeds]


def _at(hit: Hit, feed: str) -> Hit:
    """A hit of a directory that several feeds may share."""
    return hit if hit.feed == feed else Hit(feed, hit.listing, hit.match, hit.place)


def _named(hit: Hit) -> Hit:
    """A hit that was found by the name that another feed has for it."""
    return Hit(hit.feed, hit.listing, Match.WORD, hit.place)


def _pairs_alike(pair: str) -> Iterator[str]:
    """A pair without signs, and the same in other dollars: "xbtusd" is "btcusd", "btcusdt" and "btcusdc"."""
    pair = f"btc{pair[3:]}" if pair.startswith("xbt") else pair
    yield pair
    ending = next((each for each in reversed(_DOLLARS) if pair.endswith(each) and pair != each), "")
    if ending:
        yield from (pair.removesuffix(ending) + other for other in _DOLLARS if other != ending)


def _words(name: str) -> set[str]:
    """What a name may be looked for by: "AT&T" by itself and by "AT"."""
    folded = name.casefold()
    return {*folded.split(), *_WORD.findall(folded)}


def _beginning(sought: list[tuple[str, str]], start: str) -> Iterator[str]:
    """The codes of a sorted list of (key, code) whose key begins so."""
    for place in range(bisect_left(sought, (start,)), len(sought)):
        key, code = sought[place]
        if not key.startswith(start):
            return
        yield code
