"""What a table of positions means: per line the symbol, how many and at what cost, or why nothing could be read."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from enum import Enum

import msgspec

from quotedesk.formats import amounts, position_table
from quotedesk.formats.amounts import Amount, AmountError, DecimalSign
from quotedesk.formats.base import Aside, Symbol
from quotedesk.formats.position_table import Holding
from quotedesk.lists.currency import Currencies
from quotedesk.lists.list_reader import ListReader
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.position import MOST_DECIMALS, Position, doubt_of

_LOT_DECIMALS = Decimal(1).scaleb(-8)  # of an average that is reckoned, not told
_NO_SYMBOL = ("total", "totals", "subtotal", "account total", "cash", "sum", "summe", "gesamt", "合计")
_BOTH_SIDES = "not sure: lots that are long and short"


class Reading(Enum):
    """What becomes of a line; the value is its name in the report."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "as it is"
    LOT = "added to a line above"
    UNSURE = "not sure"
    ASIDE = "passed over"
    BAD = "not read"


class PositionLine(msgspec.Struct, frozen=True):
    """A line, and what became of it.

    Attributes:
        number: from 1.
        text: as it stood there.
        became: the symbol as the list shows it; "" for none.
        why: why nothing, or what it is.
        instrument, position: what was read; None for nothing.
    """

    number: int
    text: str
    reading: Reading
    became: str = ""
    why: str = ""
    instrument: Instrument | None = None
    position: Position | None = None

    @property
    def may_come_in(self) -> bool:
        """Is it for the user to say whether it does?"""
        return self.position is not None and self.reading in (Reading.NEW, Reading.CHANGED, Reading.UNSURE, Reading.LOT)


class PositionReader:
    """Reads one text. `held`: the positions that there are.

    Attributes:
        lines: what became of each line so far.
        fault: why the text is no table of positions; "" where it is one.
    """

    def __init__(
        self, text: str, reader: ListReader, currencies: Currencies, held: Mapping[Instrument, Position]
    ) -> None:
        self._reader = reader
        self._currencies = currencies
        self._held = held
        self._table = position_table.look(text, reader)
        self._sign = self._table.sign or DecimalSign.POINT
        self._lots: dict[Instrument, list[tuple[int, Position]]] = {}  # those that are sure, with their lines
        self.fault = self._table.fault
        self.lines: list[PositionLine] = []

    def read(self) -> Iterator[int]:
        """Read all; gives how many lines are done, after each."""
        for holding in self._table.holdings():
            self.lines.append(self._line(holding))
            yield len(self.lines)

    def positions(self, decisions: Mapping[int, bool] = {}) -> dict[Instrument, Position]:
        """All that comes in; lots of one instrument are one position.

        `decisions` says of lines, by their place, that one that is not sure comes in, or another one does not. Raises
        ValueError for lots that are no position together.
        """
        lots: dict[Instrument, list[Position]] = {}
        for place, line in enumerate(self.lines):
            if line.instrument is None or line.position is None:
                continue
            if decisions.get(place, line.reading is not Reading.UNSURE):
                lots.setdefault(line.instrument, []).append(line.position)
        return {instrument: together(each) for instrument, each in lots.items()}

    def _line(self, holding: Holding) -> PositionLine:
        number, text = holding.line, holding.text
        symbols = [each for each in holding.entries if isinstance(each, Symbol)]
        asides = [each for each in holding.entries if isinstance(each, Aside)]
        if not symbols:
            why = asides[0].why if asides else holding.fault or "there is no symbol in it"
            return PositionLine(number, text, Reading.BAD if holding.fault else Reading.ASIDE, why=why)
        if symbols[0].ticker.casefold() in _NO_SYMBOL:
            return PositionLine(number, text, Reading.ASIDE, why="a total, or cash")
        if len(symbols) > 1:
            return PositionLine(number, text, Reading.BAD, why="there are several symbols in it")
        try:
            instrument = self._instrument(symbols[0])
            position, doubt = self._position(holding, instrument)
        except BadSymbolError as fault:
            return PositionLine(number, text, Reading.BAD, why=fault.why)
        except (AmountError, ValueError) as fault:
            return PositionLine(number, text, Reading.BAD, shown(instrument, self._reader.feed), str(fault), instrument)
        return self._judged(number, text, instrument, position, doubt or symbols[0].doubt or holding.fault)

    def _judged(self, number: int, text: str, instrument: Instrument, position: Position, doubt: str) -> PositionLine:
        became = shown(instrument, self._reader.feed)
        before = self._held.get(instrument)
        reading, why = Reading.NEW, ""
        if doubt:
            reading, why = Reading.UNSURE, doubt
        elif lots := self._lots.get(instrument):
            reading, why = Reading.LOT, f"with line {lots[0][0]}: one position"
            if (lots[0][1].quantity > 0) != (position.quantity > 0):
                reading, why = Reading.UNSURE, _BOTH_SIDES
        elif before is not None:
            reading = Reading.SAME if before == position else Reading.CHANGED
        if reading is not Reading.UNSURE:
            self._lots.setdefault(instrument, []).append((number, position))
        return PositionLine(number, text, reading, became, why, instrument, position)

    def _instrument(self, symbol: Symbol) -> Instrument:
        if symbol.why_not:
            raise BadSymbolError(symbol.text, symbol.why_not, "")
        return self._reader.named(symbol.venue, symbol.ticker)

    def _position(self, holding: Holding, instrument: Instrument) -> tuple[Position, str]:
        """What its cells say, and what speaks against it; "" for nothing. Raises AmountError or ValueError."""
        quantity = amounts.read(holding.quantity, self._sign)
        if quantity is None:
            raise ValueError("it says no quantity")
        many = -abs(quantity.value) if holding.is_short else quantity.value
        cost = self._cost(holding, many)
        if doubt := doubt_of(many, cost.value if cost else None):
            raise ValueError(doubt)
        doubt = self._doubt(holding, instrument, cost)
        return Position(many, cost.value if cost else None), doubt

    def _cost(self, holding: Holding, many: Decimal) -> Amount | None:
        """What one cost: as a cell says it, else reckoned of what all of it cost. A short one is often paid below 0."""
        if cost := amounts.read(holding.cost, self._sign):
            value = abs(cost.value) if many < 0 else cost.value
            if value < 0:
                raise ValueError("an average cost below 0")
            return Amount(value, cost.currency)
        total = amounts.read(holding.total, self._sign)
        if total is None or not many:
            return None
        return Amount(_rounded(abs(total.value / many)), total.currency)

    def _doubt(self, holding: Holding, instrument: Instrument, cost: Amount | None) -> str:
        own = self._currencies.of(instrument)
        told = (cost.currency if cost else "") or (holding.currency if holding.currency.isalpha() else "")
        if told and own and told != own:
            return f"not sure: the cost is in {told}, {instrument.code} has its price in {own}"
        if self._table.sign is None:
            for text in (holding.quantity, holding.cost, holding.total):
                if amounts.is_ambiguous(text):
                    return f"not sure whether “{text.strip()[:20]}” has decimals"
        return ""


def together(lots: Collection[Position]) -> Position:
    """Several lots as one position, at their average cost. Raises ValueError where they are none together."""
    first, *others = lots
    if not others:
        return first
    if len({each.quantity > 0 for each in lots}) > 1:
        raise ValueError(_BOTH_SIDES)
    quantity = sum((each.quantity for each in lots), Decimal(0))
    costs = [each.quantity * each.cost for each in lots if each.cost is not None]
    cost = _rounded(sum(costs, Decimal(0)) / quantity) if len(costs) == len(lots) else None
    return Position(quantity, cost)


def _rounded(cost: Decimal) -> Decimal:
    """An average that was reckoned, with no more decimals than make sense."""
    if int(cost.as_tuple().exponent) >= -MOST_DECIMALS and cost.adjusted() < 15:
        exact = cost.normalize()
        return exact if int(exact.as_tuple().exponent) >= -8 else cost.quantize(_LOT_DECIMALS)
    return cost.quantize(_LOT_DECIMALS).normalize()
