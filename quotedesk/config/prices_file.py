"""The last price of each row, for the next start. A convenience: where it cannot be read, rows start without prices."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

FORMAT = 1


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


def load(path: Path) -> tuple[list[LastPrice], str]:
    """The prices, and a report for the user ("" where all is well, or where there is no file)."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return [], ""
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return [], f"The last prices ({path.name}) could not be read; rows start without."
    return (file.prices, "") if file.format == FORMAT else ([], "")


def encoded(prices: Iterable[LastPrice]) -> bytes:
    """The file's text."""
    return msgspec.json.encode(_File(list(prices)))


def save(path: Path, data: bytes) -> None:
    """Write what `encoded` gave; at any moment the old or the new is there. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    os.replace(fresh, path)
