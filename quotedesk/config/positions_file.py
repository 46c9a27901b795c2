"""What the user holds, in a file of its own: it leaves the profile in no report, no statistics and no log."""

from decimal import Decimal
from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.lists.positions import Held
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code
from quotedesk.market.position import Position, doubt_of

FORMAT = 1


class _KeptPosition(msgspec.Struct, omit_defaults=True):
    """`symbol` is "feed:code" as in the file of lists; numbers are texts, as a TOML float is not exact."""

    symbol: str
    quantity: Decimal
    cost: Decimal | None = None

    def __post_init__(self) -> None:
        feed, _, code = self.symbol.rpartition(":")
        try:
            check_code(code)
        except BadSymbolError as fault:
            raise ValueError(f"“{self.symbol}” can be no symbol") from fault
        if not feed:
            raise ValueError(f"“{self.symbol}” says no feed")
        if doubt := doubt_of(self.quantity, self.cost):
            raise ValueError(f"{self.symbol}: {doubt}")


class _File(msgspec.Struct):
    positions: tuple[_KeptPosition, ...] = ()
    currency: str = ""
    is_hidden: bool = False
    format: int = FORMAT


def load(path: Path) -> tuple[Held, str]:
    """The positions, and a report for the user ("" where all is well).

    A file that cannot be read is set aside, see kept_file. Raises UntouchedError, and OSError where it cannot be set
    aside: then nothing may be written.
    """
    file, report = kept_file.load(path, _File, FORMAT)
    if file is None:
        return Held(), report
    positions = {_instrument(each.symbol): Position(each.quantity, each.cost) for each in file.positions}
    return Held(positions, file.currency[:12], file.is_hidden), report


def save(path: Path, held: Held) -> None:
    """Write them. Raises OSError."""
    positions = tuple(
        _KeptPosition(f"{instrument.feed}:{instrument.code}", each.quantity, each.cost)
        for instrument, each in held.positions.items()
    )
    kept_file.save(path, _File(positions, held.currency, held.is_hidden))


def _instrument(symbol: str) -> Instrument:
    feed, _, code = symbol.rpartition(":")
    return Instrument(feed, code)
