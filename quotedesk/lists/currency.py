"""In which currency an instrument is priced: as its listing says it, else as its market has it."""

from typing import NamedTuple

from quotedesk.lists.symbol_directory import Directories
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.symbology import HONG_KONG, PAIR_VENUES, SHANGHAI, SHENZHEN, US_EXCHANGES

# Of pairs that are written without a sign between: the longest first.
_QUOTES = (
    *("USDT", "USDC", "FDUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "CNH", "CNY", "HKD"),
    *("SGD", "SEK", "NOK", "DKK", "TRY", "ZAR", "MXN", "PLN", "BRL", "KRW", "INR", "BTC", "ETH"),
)
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "IDR", "CLP", "HUF"})
_COINS = frozenset({"BTC", "ETH", "XBT"})
_NO_RATES = (InstrumentKind.PERPETUAL, InstrumentKind.FUTURE, InstrumentKind.INDEX, InstrumentKind.SHARE_TOKEN)
_KNOWN_FOR_S = 60.0  # a directory may be fetched anew
_UNKNOWN_FOR_S = 3.0


class Pair(NamedTuple):
    """What is bought, and what it is paid with; "" unknown, or meaning nothing."""

    base: str
    quote: str

    @property
    def is_rate(self) -> bool:
        """Is its price a rate of one currency in the other?"""
        return bool(self.base and self.quote)


UNKNOWN_PAIR = Pair("", "")


def decimals_of(currency: str) -> int:
    """How many decimals amounts of a currency are shown with; of an unknown one two."""
    return 0 if currency in _WITHOUT_CENTS else 8 if currency in _COINS else 2


class Currencies:
    """Knows those of instruments. What is asked often is remembered: directories are on disk."""

    def __init__(self, directories: Directories, clock: Clock) -> None:
        self._directories = directories
        self._clock = clock
        self._known: dict[Instrument, tuple[Pair, float]] = {}

    def of(self, instrument: Instrument) -> str:
        """The currency of its prices; "" unknown."""
        return self.pair(instrument).quote

    def pair(self, instrument: Instrument) -> Pair:
        """Both sides of its price; the base is said of what may serve as a rate only."""
        now_s = self._clock.now_s()
        known = self._known.get(instrument)
        if known is None or now_s >= known[1]:
            pair = self._look_up(instrument)
            known = self._known[instrument] = pair, now_s + (_KNOWN_FOR_S if pair.quote else _UNKNOWN_FOR_S)
        return known[0]

    def _look_up(self, instrument: Instrument) -> Pair:
        listing = self._directories.listing(instrument)
        if listing is not None and listing.kind is InstrumentKind.INDEX:
            return UNKNOWN_PAIR  # it has points
        may_be_rate = listing is None or listing.kind not in _NO_RATES
        if listing is not None and listing.quote:
            return Pair(_spelled(listing.base) if may_be_rate else "", _spelled(listing.quote))
        pair = self._by_market(instrument, listing)
        return pair if may_be_rate else Pair("", pair.quote)

    def _by_market(self, instrument: Instrument, listing: Listing | None) -> Pair:
        """By the names that others have for it."""
        names = [self._directories.of(instrument.feed).symbology.listed(instrument.code)]
        if listing is not None and listing.listed:
            venue, _, ticker = listing.listed.partition(":")
            names.append((venue, ticker))
        for venue, ticker in names:
            if pair := _of_market(venue.upper(), ticker.upper()):
                return pair
        # Dealers have metals and energy in dollars, whatever they call them.
        is_spot = listing is not None and listing.kind is InstrumentKind.COMMODITY
        return Pair("", "USD") if is_spot else _parted(instrument.code.upper())


def _of_market(venue: str, ticker: str) -> Pair | None:
    if venue in US_EXCHANGES:
        return Pair("", "USD")
    if venue in HONG_KONG:
        return Pair("", "HKD")
    if venue in SHANGHAI:
        return Pair("", "USD" if ticker.startswith("900") else "CNY")  # B shares
    if venue in SHENZHEN:
        return Pair("", "HKD" if ticker.startswith("200") else "CNY")
    if venue in PAIR_VENUES:
        spot = ticker.removesuffix(".P")
        pair = _parted(spot)
        found = pair if pair.quote else _joined(spot)
        return found if spot == ticker or found is None else Pair("", found.quote)  # a perpetual is no rate
    return None


def _parted(code: str) -> Pair:
    """EUR/USD, BTC-USDT: of what is written as a pair."""
    for sign in "/-_":
        base, found, quote = code.partition(sign)
        if found and base.isalnum() and quote in _QUOTES:
            return Pair(_spelled(base), _spelled(quote))
    return UNKNOWN_PAIR


def _joined(code: str) -> Pair | None:
    """EURUSD, BTCUSDT."""
    quote = next((each for each in _QUOTES if code.endswith(each) and len(code) > len(each) + 1), "")
    return Pair(_spelled(code.removesuffix(quote)), quote) if quote else None


def _spelled(currency: str) -> str:
    upper = currency.upper()
    return "BTC" if upper == "XBT" else upper
