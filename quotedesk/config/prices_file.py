"""The last price of each row, for the next start. A convenience: where it cannot be read, rows start without prices."""

import math
from collections.abc import Iterable
from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.number import MOST_DECIMALS

FORMAT = 1
_LATEST_S = 253_370_764_800.0  # the year 9999: no calendar goes further


class LastPrice(msgspec.Struct, frozen=True, array_like=True):
    """What a row said last.

    Attributes:
        code: the provider's spelling.
        price: of the last trade.
        decimals: as many as the feed gave.
        time_utc_s: exchange time; None where the feed gives none.
    """

    code: str
    price: float
    decimals: int
    time_utc_s: float | None


class _File(msgspec.Struct):
    prices: list[LastPrice]
    format: int = FORMAT


class _WithFormat(msgspec.Struct):
    format: int = FORMAT


def load(path: Path) -> tuple[list[LastPrice], str]:
    """The prices, and a report for the user ("" where all is well, or where there is no file).

    What cannot be a price is left out. Raises NewerFileError, after which nothing is to be saved there.
    """
    try:
        data = kept_file.read_bytes(path)
        if msgspec.json.decode(data, type=_WithFormat).format > FORMAT:
            raise NewerFileError(path)
        prices = msgspec.json.decode(data, type=_File).prices
    except FileNotFoundError:
        return [], ""
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return [], f"The last prices ({path.name}) could not be read; rows start without."
    return [_checked(each) for each in prices if _can_be(each)], ""


def _can_be(price: LastPrice) -> bool:
    try:
        check_code(price.code)
    except BadSymbolError:
        return False
    return math.isfinite(price.price) and 0 <= price.decimals <= MOST_DECIMALS


def _checked(price: LastPrice) -> LastPrice:
    """The price without a time that cannot be one."""
    if price.time_utc_s is None or 0 <= price.time_utc_s < _LATEST_S:
        return price
    return msgspec.structs.replace(price, time_utc_s=None)


def encoded(prices: Iterable[LastPrice]) -> bytes:
    """The file's text."""
    return msgspec.json.encode(_File(list(prices)))


def save(path: Path, data: bytes) -> None:
    """Write what `encoded` gave; at any moment the old or the new is there. Raises OSError."""
    kept_file.replace(path, data)
