"""What may be SHOWN. A column is a value in COLUMNS; its text is made from a RowSnapshot of the row's slot.

Which ones a list shows, and where, is its own: see `chosen`.
"""

import enum
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt

from quotedesk.codec import FEEDS
from quotedesk.lists.saved import Flag
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.fields import BASE_NAMES
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.table import numbers

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_OF_A_REASON = re.compile(r"[.:] \{reason\}$")


@dataclass(slots=True)
class RowSnapshot:
    """One row's numbers at one moment, read once for all its columns. Times are monotonic seconds unless named utc.

    Attributes:
        quotes: where it was read, for numbers that few columns show; see `number`.
        code: the symbol as its list shows it: CODE, or CODE@FEED where its feed is not the list's own.
        name: what people call it; "" unknown.
        slot: where it was read.
        reason: why it is in its state; may hold the server's words.
        venue: where it trades, and as what: "Bybit perpetual on Tesla, not the share".
        decimals: of its prices.
        base, base_name: what change counts from; see Quotes.base_of.
        touch: 1 where the last price is the day's (or the 24 hours') highest, -1 where it is the lowest, else 0.
        now_s: the moment.
        flag, note: what the user said about it; None and "" for nothing.
        bell: of its alerts: a shape of ui/looks/glyphs and a colour of the theme; None for none.
        rings: an alert fired, and nobody has seen it yet.
        The others: as in Quotes.
    """

    quotes: Quotes
    code: str
    slot: int
    now_s: float
    last: float
    decimals: int
    size: float
    size_decimals: int
    time_utc_s: float
    direction: float
    received_s: float
    base: float
    base_name: str
    first_s: float
    state: RowState
    since_s: float
    reason: str
    name: str = ""
    now_utc_s: float = math.nan
    flag: Flag | None = None
    note: str = ""
    venue: str = ""
    touch: int = 0
    bell: tuple[str, str] | None = None
    rings: bool = False

    def number(self, field: str) -> tuple[float, int]:
        """A number that the store keeps (a name of quotes/fields): its value, and how many decimals such have here."""
        return self.quotes.number(field, self.slot).value, self.quotes.decimals_of(field, self.slot)

    def price(self, field: str) -> str:
        """One that is a price, with the decimals that the row's prices have, or its own where there are no others."""
        number = self.quotes.number(field, self.slot)
        return numbers.price(number.value, self.decimals or number.decimals)

    def size_of(self, field: str) -> str:
        """One that is a quantity."""
        return numbers.size(*self.number(field))

    @property
    def spread(self) -> float:
        """Ask less bid; NaN while one is unknown."""
        return self.quotes.number("ask", self.slot).value - self.quotes.number("bid", self.slot).value

    @property
    def change(self) -> float:
        """Last price against the base; NaN while one is unknown."""
        return self.last - self.base

    @property
    def percent(self) -> float:
        """The change in percent of the base; a fall of a negative price is a fall."""
        return self.change / abs(self.base) * 100 if self.base else math.nan


_STATES = {state.value: state for state in RowState}


def read(
    quotes: Quotes, instrument: Instrument, now_s: float, name: str = "", now_utc_s: float = math.nan
) -> RowSnapshot:
    """The row's numbers now."""
    slot = quotes.slot(instrument)
    quotes.settle((slot,))
    last = quotes["last"].item(slot)
    return RowSnapshot(
        quotes,
        instrument.code,
        slot,
        now_s,
        last,
        quotes.decimals_of("last", slot),
        quotes["size"].item(slot),
        quotes.decimals_of("size", slot),
        quotes.time_utc_s.item(slot),
        quotes.last_prices.direction.item(slot),
        quotes.received_s.item(slot),
        quotes.bases.price.item(slot),
        BASE_NAMES[quotes.bases.kind.item(slot)],
        quotes.last_prices.first_s.item(slot),
        _STATES[quotes.state.item(slot)],
        quotes.state_since_s.item(slot),
        quotes.reason(slot),
        name,
        now_utc_s,
        touch=_touch(last, quotes.number("high", slot).value, quotes.number("low", slot).value),
    )


def _touch(last: float, high: float, low: float) -> int:
    if high > low:
        return (last >= high) - (last <= low)
    return 0


class Kind(enum.Enum):
    """How a column is painted."""

    __hash__ = object.__hash__  # that of enums is Python, and is asked for with each cell

    SYMBOL = "symbol"
    STATE = "state"
    PRICE = "price"  # with the arrow of the last tick and the flash
    CHANGE = "change"  # in the colour of the day
    NUMBER = "number"
    TREND = "trend"
    TIME = "time"
    WORDS = "words"
    FORMULA = "formula"  # the user's own
    AMOUNT = "amount"  # of what the user holds; "" where that is nothing


@dataclass(frozen=True, slots=True, eq=False)  # each is one of COLUMNS: to compare all fields would take its time
class Column:
    """One shown column.

    Attributes:
        title: the header.
        kind: how it is painted.
        width_px: at first; Trend takes what is left over, and at least this.
        text: what the cell says.
        alignment: where text stands in the cell and in the header.
        right_px: padding at the right of a right-aligned text; in a price column the arrow's place is part of it.
        key: what the column is sorted by, for some slots; NaN unknown. None sorts by the symbol.
        decimals: for numbers whose points stand in one line: how many follow it; None for the others.
        tip: what the header's tooltip says (plain text).
        fields: what of a quote it needs beyond the last trade, by the names of quotes/fields.
        tint: of a formula: is the cell, which says so, in the colour of a rise (1), of a fall (-1), or in none (0)?
        explain: of a formula: what a cell's tooltip says first.
        unit: what stands small before an amount; "" for nothing.
    """

    title: str
    kind: Kind
    width_px: int
    text: Callable[[RowSnapshot], str]
    tip: str
    key: Callable[[Quotes, Slots], Floats] | None = None
    decimals: Callable[[RowSnapshot], int] | None = None

    alignment: Qt.AlignmentFlag = _RIGHT
    right_px: int = 10
    fields: tuple[str, ...] = ()
    tint: Callable[[RowSnapshot, str], float] | None = None
    explain: Callable[[RowSnapshot], str] | None = None
    unit: Callable[[RowSnapshot], str] | None = None

    @property
    def is_number(self) -> bool:
        """Is it sorted by a number, of which the largest is wanted first?"""
        return self.kind not in (Kind.SYMBOL, Kind.STATE, Kind.WORDS)


def state_text(reading: RowSnapshot) -> str:
    """The word beside the mark; a live row needs none."""
    word = LOOKS[reading.state].word
    if reading.state is RowState.PENDING and not math.isfinite(reading.since_s):
        word = word.removesuffix(" {age}")
    return filled(word, reading)


def filled(text: str, reading: RowSnapshot) -> str:
    """A text of a Look, with what it says of this row."""
    if "{" not in text:
        return text
    if not reading.reason:
        text = _OF_A_REASON.sub("", text)
    return text.format(age=numbers.age(reading.now_s - reading.since_s), reason=reading.reason)


def _kept(field: str) -> Callable[[Quotes, Slots], Floats]:
    return lambda quotes, slots: quotes[field][slots]


def _state(quotes: Quotes, slots: Slots) -> Floats:
    return quotes.state[slots].astype(np.float64)


def _change(quotes: Quotes, slots: Slots) -> Floats:
    return quotes["last"][slots] - quotes.base[slots]


def percents(quotes: Quotes, slots: Slots) -> Floats:
    """The changes of some rows in percent; NaN unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        percent: Floats = _change(quotes, slots) / np.abs(quotes.base[slots]) * 100
    percent[~np.isfinite(percent)] = math.nan
    return percent


def _spread(quotes: Quotes, slots: Slots) -> Floats:
    return quotes["ask"][slots] - quotes["bid"][slots]


def _decimals(reading: RowSnapshot) -> int:
    return reading.decimals


def _price(title: str, field: str, tip: str) -> Column:
    """A column of a price that the feed says."""
    return Column(title, Kind.NUMBER, 112, lambda row: row.price(field), tip, _kept(field), _decimals, fields=(field,))


def _quantity(title: str, field: str, tip: str) -> Column:
    """A column of a quantity that the feed says."""
    return Column(title, Kind.NUMBER, 78, lambda row: row.size_of(field), tip, _kept(field), fields=(field,))


SYMBOL = 0  # the place of the symbol's column in every list
COLUMNS = (
    Column(
        "Symbol",
        Kind.SYMBOL,
        240,
        lambda row: row.code,
        "The feed's own spelling; behind an @ the feed, where that is not the list's own",
        alignment=_LEFT,
    ),
    Column("State", Kind.STATE, 108, state_text, "How far the row's price may be believed", _state, alignment=_LEFT),
    Column(
        "Last",
        Kind.PRICE,
        140,
        lambda row: numbers.price(row.last, row.decimals),
        "Price of the last trade; the arrow compares it with the trade before",
        _kept("last"),
        _decimals,
        right_px=24,
    ),
    Column(
        "Chg",
        Kind.CHANGE,
        108,
        lambda row: numbers.change(row.change, row.decimals),
        "Change of the last price",
        _change,
        _decimals,
    ),
    Column(
        "Chg %",
        Kind.CHANGE,
        70,
        lambda row: numbers.percent(row.percent),
        "The same in percent",
        percents,
    ),
    _price("Bid", "bid", "The best price that somebody pays"),
    _price("Ask", "ask", "The best price at which somebody sells"),
    _quantity("Bid size", "bid_size", "How much is wanted at the best bid"),
    _quantity("Ask size", "ask_size", "How much there is at the best ask"),
    Column(
        "Spread",
        Kind.NUMBER,
        74,
        lambda row: numbers.price(row.spread, row.decimals),
        "Ask less bid",
        _spread,
        _decimals,
        fields=("bid", "ask"),
    ),
    _price("Open", "open", "The first price of the session, or of the 24 hours that the feed reckons with"),
    _price("High", "high", "The highest price of the session, or of the feed's 24 hours"),
    _price("Low", "low", "The lowest price of the session, or of the feed's 24 hours"),
    _price("Prev close", "prev_close", "The last price of the session before"),
    _quantity("Volume", "volume", "How much was traded in the session, or in the feed's 24 hours"),
    _quantity("Turnover", "turnover", "What was paid for it"),
    Column("Name", Kind.WORDS, 140, lambda row: row.name, "What people call it", alignment=_LEFT),
    Column("Venue", Kind.WORDS, 140, lambda row: row.venue, "Where it trades, and as what", alignment=_LEFT),
    Column(
        "Size",
        Kind.NUMBER,
        68,
        lambda row: numbers.size(row.size, row.size_decimals),
        "Size of the last trade",
        _kept("size"),
    ),
    Column(
        "Trend",
        Kind.TREND,
        80,
        lambda row: "",
        "Last price over time, as far back as this header's menu says. A gap: the link was down. Dotted: Chg's base",
        percents,
        alignment=_LEFT,
    ),
    Column(
        "Time",
        Kind.TIME,
        79,
        lambda row: numbers.time_or_day(row.time_utc_s, row.now_utc_s),
        "Exchange time of the last trade; its day where that is not today",
        lambda quotes, slots: quotes.time_utc_s[slots],
        right_px=14,
    ),
)


_BY_NAME = {each.title: each for each in COLUMNS}
STATE, LAST, CHANGE, PERCENT, TREND = (_BY_NAME[name] for name in ("State", "Last", "Chg", "Chg %", "Trend"))
NAME, VENUE = _BY_NAME["Name"], _BY_NAME["Venue"]
_NAMED = ("Symbol", "State", "Last", "Chg", "Chg %")
USUAL = tuple(_BY_NAME[name] for name in (*_NAMED, "Size", "Trend", "Time"))
USUAL_WITH_SIDES = tuple(_BY_NAME[name] for name in (*_NAMED, "Bid", "Ask", "Trend"))

SortOrder = tuple[Column, bool]  # by which column, is it descending?


Own = Mapping[str, Column]  # the columns of the user's formulas, by title
NO_FORMULAS: Own = {}


def named(name: str, own: Own = NO_FORMULAS) -> Column | None:
    """The column of this name, in this spelling."""
    return _BY_NAME.get(name) or own.get(name)


def usual(feed: str) -> tuple[Column, ...]:
    """What a list of this feed shows at first: bid and ask where the feed tells them without being asked."""
    return USUAL_WITH_SIDES if feed in FEEDS and FEEDS[feed].tells_sides else USUAL


def chosen(names: Sequence[str], feed: str, own: Own = NO_FORMULAS) -> tuple[Column, ...]:
    """The columns that a list shows, Symbol first; no names: its feed's usual ones. What nobody knows is left out."""
    known = [found for name in dict.fromkeys(names) if (found := named(name, own))]
    return tuple(dict.fromkeys([COLUMNS[SYMBOL], *known])) if names else usual(feed)


def fields_in_use(
    lists: Iterable[Watchlist], own: Own = NO_FORMULAS, beside: Iterable[tuple[Watchlist, Sequence[str]]] = ()
) -> dict[str, frozenset[str]]:
    """What the columns of these lists need beyond the last trade, by feed: "bid" and "ask" want an order book.

    `beside`: lists that are shown elsewhere as well, with the columns that they have there.
    """
    found: dict[str, set[str]] = {}
    for each, names in (*((each, each.columns) for each in lists), *beside):
        fields = {field for column in chosen(names, each.feed, own) for field in column.fields}
        for feed in {instrument.feed for instrument in each.instruments}:
            found.setdefault(feed, set()).update(fields)
    return {feed: frozenset(fields) for feed, fields in found.items()}


def sorting(text: str, own: Own = NO_FORMULAS) -> SortOrder:
    """The (column, descending) that "Chg %:desc" names; case and blanks do not matter.

    Raises ValueError with the names there are.
    """
    name, _, order = text.rpartition(":") if ":" in text else (text, "", "")
    if order not in ("", "asc", "desc"):
        raise ValueError(f"“:{order}” is no order. Give :asc or :desc.")
    for each in (*COLUMNS, *own.values()):
        if _bare(each.title) == _bare(name):
            return each, order == "desc"
    raise ValueError(f"there is no column “{name}”. Choose from {', '.join(each.title for each in COLUMNS)}.")


def sorting_text(sorted_by: SortOrder | None) -> str:
    """The other way round; "" for None."""
    return sorted_by[0].title + (":desc" if sorted_by[1] else "") if sorted_by else ""


def _bare(title: str) -> str:
    return "".join(title.split()).casefold()
