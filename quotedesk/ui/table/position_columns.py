"""What the user holds, as columns: there once anything is held. A row without a position shows nothing there."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import numpy as np

from quotedesk.lists.book import Book
from quotedesk.lists.currency import Currencies, decimals_of
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.fields import FIRST_SEEN
from quotedesk.quotes.position_values import PriceDoubt, Worth
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import NO_FORMULAS, Column, Kind, Own, RowSnapshot, usual
from quotedesk.ui.table.formula_columns import FormulaColumns

QUANTITY, COST, VALUE, CURRENCY, DAY, TOTAL, PERCENT = (
    "Quantity",
    "Avg cost",
    "Value",
    "Ccy",
    "Day P/L",
    "P/L",
    "P/L %",
)
_ALL = frozenset((QUANTITY, COST, VALUE, CURRENCY, DAY, TOTAL, PERCENT))
SHOWN_FIRST = (QUANTITY, TOTAL, VALUE, DAY)  # once the first position is entered, the most wanted first
_BEHIND = ("Size", "Trend", "Time", "Bid")  # the columns come before these
_HIDDEN_TIP = "Amounts are hidden. Ctrl+Alt+H shows them"
BASES_IN_WORDS = {
    "prev_close": "the previous close",
    "open_24h": "the price 24 hours ago",
    "open_session": "the session's open",
}


def with_positions(names: Sequence[str]) -> tuple[str, ...]:
    """The columns of a list, by title, with those that come by themselves with its first position."""
    at = next((place for place, name in enumerate(names) if name in _BEHIND), len(names))
    return (*names[:at], *SHOWN_FIRST, *names[at:])


def chosen_by_hand(watchlist: Watchlist) -> frozenset[str]:
    """The titles of the columns that the user has put there: none came by itself, as its feed's or with a position."""
    came = [each.title for each in usual(watchlist.feed)]
    shown = frozenset(watchlist.columns)  # in whatever order: to move a column is not to put it there
    return frozenset() if shown == frozenset(with_positions(came)) else shown.difference(came)


class OwnColumns:
    """The columns that are the user's own: of positions, once there are any, and of formulas.

    Of a position and a formula with one title the formula counts: it was there first.
    """

    def __init__(self, book: Book, currencies: Currencies) -> None:
        self._book = book
        self._formulas = FormulaColumns(book)
        self._currencies = currencies
        self._positions = {each.title: each for each in _columns(currencies, self._unit)}
        self._counted: Mapping[Instrument, Position] = {}
        self._is_mixed = False  # positions are in several currencies
        self._made: tuple[Own, bool] = NO_FORMULAS, False
        self._all: Own = NO_FORMULAS

    def __call__(self) -> Mapping[str, Column]:
        """All of them, by title; the same object as long as they are the same."""
        formulas, is_any = self._formulas(), bool(self._book.held.positions)
        if formulas is not self._made[0] or is_any != self._made[1]:
            self._made = formulas, is_any
            self._all = {**self._positions, **formulas} if is_any else formulas
        return self._all

    def _unit(self, row: RowSnapshot) -> str:
        """The currency of a held row, where there are others beside it."""
        positions = row.quotes.positions
        if row.slot not in positions.held or positions.is_hidden:
            return ""
        own = self._currencies.of(instrument_of(row))
        if positions.positions is not self._counted:
            self._counted = positions.positions
            self._is_mixed = len({self._currencies.of(each) for each in self._counted}) > 1
        return own if self._is_mixed else ""


def instrument_of(row: RowSnapshot) -> Instrument:
    """The instrument that a row is of."""
    return row.quotes.instrument(row.slot)


def doubt_in(row: RowSnapshot) -> PriceDoubt:
    """Why a held row is left out of totals."""
    return PriceDoubt(int(row.quotes.positions.doubts(row.quotes, np.array([row.slot], np.intp))[0]))


def _columns(currencies: Currencies, unit: Callable[[RowSnapshot], str]) -> tuple[Column, ...]:
    def money(row: RowSnapshot, amount: Decimal | None, *, is_signed: bool = False) -> str:
        return numbers.amount(amount, decimals_of(currencies.of(instrument_of(row))), is_signed=is_signed)

    def of_worth(write: Callable[[RowSnapshot, Worth], str]) -> Callable[[RowSnapshot], str]:
        """A text of what a held row is worth."""

        def text(row: RowSnapshot) -> str:
            positions = row.quotes.positions
            if row.slot not in positions.held:
                return ""
            return numbers.HIDDEN if positions.is_hidden else write(row, positions.worth(row.quotes, row.slot))

        return text

    def cost(row: RowSnapshot, worth: Worth) -> str:
        found = row.quotes.positions.held[row.slot].cost
        if found is None:
            return numbers.UNKNOWN
        return numbers.amount(found, max(row.decimals, -int(found.normalize().as_tuple().exponent)))

    def currency(row: RowSnapshot) -> str:
        is_held = row.slot in row.quotes.positions.held
        return (currencies.of(instrument_of(row)) or numbers.UNKNOWN) if is_held else ""

    def currency_key(quotes: Quotes, slots: Slots) -> Floats:
        held = quotes.positions.held
        said = [currencies.of(quotes.instrument(slot)) if slot in held else "" for slot in slots.tolist()]
        places = np.unique(said, return_inverse=True)[1].astype(np.float64)
        places[[not each for each in said]] = np.nan
        return places

    def explain(row: RowSnapshot) -> str:
        return explained(row, currencies)

    texts: dict[str, tuple[Callable[[RowSnapshot], str], int, str, str, bool]] = {
        QUANTITY: (
            of_worth(lambda row, worth: numbers.quantity(row.quotes.positions.held[row.slot].quantity)),
            84,
            "How many you hold; below 0: sold short",
            "quantity",
            False,
        ),
        COST: (of_worth(cost), 92, "What one cost on average, in the row's currency", "avg_cost", False),
        VALUE: (
            of_worth(lambda row, worth: money(row, worth.value)),
            124,
            "What you hold at the last price, in the row's currency",
            "position_value",
            False,
        ),
        DAY: (
            of_worth(lambda row, worth: money(row, worth.day, is_signed=True)),
            84,
            "What it gained since the previous close, the session's open or the price 24 hours ago: the row's tooltip "
            "says which. Never since the first price of this run",
            "day_pl",
            True,
        ),
        TOTAL: (
            of_worth(lambda row, worth: money(row, worth.total, is_signed=True)),
            92,
            "What it gained since it was bought, in the row's currency",
            "total_pl",
            True,
        ),
        PERCENT: (
            of_worth(lambda row, worth: numbers.amount(worth.percent, 2, is_signed=True)),
            70,
            "The same in percent of what was paid",
            "total_pl_pct",
            True,
        ),
    }
    columns = [
        Column(
            title,
            Kind.AMOUNT,
            width_px,
            text,
            tip,
            _key(name),
            tint=_sign if is_gain else None,
            explain=explain,
            unit=unit if title == VALUE else None,
        )
        for title, (text, width_px, tip, name, is_gain) in texts.items()
    ]
    told = Column(CURRENCY, Kind.AMOUNT, 56, currency, "The currency of these amounts", currency_key, explain=explain)
    return (*columns[:3], told, *columns[3:])


def explained(row: RowSnapshot, currencies: Currencies) -> str:
    """How a row's amounts come about, for its tooltip; "" where nothing is held."""
    positions = row.quotes.positions
    position = positions.held.get(row.slot)
    if position is None:
        return ""
    if positions.is_hidden:
        return _HIDDEN_TIP
    currency, worth = currencies.of(instrument_of(row)), positions.worth(row.quotes, row.slot)
    decimals = decimals_of(currency)
    at = "" if position.cost is None else f" at {numbers.quantity(position.cost)}"
    lines = [f"{numbers.quantity(position.quantity)}{at}, {currency or 'in a currency that is not known'}"]
    if worth.value is not None:
        lines.append(f"Worth {numbers.amount(worth.value, decimals)} at {numbers.price(row.last, row.decimals)}")
    if worth.day is not None:
        base = f"{numbers.price(row.base, row.decimals)}, {BASES_IN_WORDS[row.base_name]}"
        lines.append(f"Day P/L {numbers.amount(worth.day, decimals, is_signed=True)} since {base}")
    elif row.base_name == FIRST_SEEN:
        lines.append("Day P/L is not known: the feed has told no price to count the day from")
    if worth.total is not None:
        said = numbers.amount(worth.total, decimals, is_signed=True)
        lines.append(f"P/L {said} ({numbers.amount(worth.percent, 2, is_signed=True)} %)")
    if doubt := doubt_in(row):
        lines.append(f"Left out of totals: {doubt_words(row, doubt)}")
    return "\n".join(lines)


def doubt_words(row: RowSnapshot, doubt: PriceDoubt) -> str:
    """Why a row is left out, and of a jump what it was and since when."""
    jump = row.quotes.positions.jumps.get(row.slot)
    if doubt is not PriceDoubt.JUMPED or jump is None:
        return doubt.words
    prices = f"{numbers.price(jump.before, row.decimals)} to {numbers.price(jump.price, row.decimals)}"
    return (
        f"the price jumped from {prices} {numbers.age(row.now_s - jump.since_s)} ago; a second one near it confirms it"
    )


def _key(name: str) -> Callable[[Quotes, Slots], Floats]:
    return lambda quotes, slots: quotes.positions.many(name, quotes, slots)


def _sign(row: RowSnapshot, said: str) -> float:
    return float((said[:1] == "+") - (said[:1] == numbers.MINUS))
