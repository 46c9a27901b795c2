"""How the windows were left: where, how large, which list, their columns and orders."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.lists.saved import FIRST_NAME

FORMAT = 2  # 1 held the only window


class ChartState(msgspec.Struct, frozen=True):
    """The chart of a window.

    Attributes:
        is_open: it is shown.
        is_below: it lies below the list, not beside it.
        wide_px, high_px: what it takes of the window beside and below the list.
        span: how far back (a name of ui/chart/ranges); the usual one for one that is no more.
        is_line: a line, not candles.
        has_volume: volume is shown, where the feed tells any.
    """

    is_open: bool = False
    is_below: bool = False
    wide_px: int = 336
    high_px: int = 320
    span: str = ""
    is_line: bool = True
    has_volume: bool = True


class WindowState(msgspec.Struct, frozen=True):
    """As a profile keeps it.

    Attributes:
        geometry: Qt's own, as base64; "" for the usual place and size.
        columns: titles from left to right, as a version before had them for all lists; each list has its own by now.
        widths_px: title -> width; the usual one for those that are missing.
        shown: the name of the list that it shows.
        sorts: name of a list -> COLUMN or COLUMN:desc; "" for its own order.
        on_top: above the windows of other programs.
        chart: see ChartState.
        heat: what the areas of tiles in place of the table stand for (see ui/heat/areas.Area); "" for the table.
    """

    geometry: str = ""
    columns: tuple[str, ...] = ()
    widths_px: dict[str, int] = {}
    shown: str = ""
    sorts: dict[str, str] = {}
    on_top: bool = False
    chart: ChartState = ChartState()
    heat: str = ""


class _File(msgspec.Struct):
    windows: tuple[WindowState, ...]
    format: int = FORMAT


class _First(msgspec.Struct):
    """Format 1: the only window, with the only list."""

    geometry: str = ""
    columns: tuple[str, ...] = ()
    widths_px: dict[str, int] = {}
    sort: str = ""


def load(path: Path) -> tuple[tuple[WindowState, ...], str]:
    """The windows, at least one, and a report for the user ("" where all is well). Raises UntouchedError."""
    file, report = kept_file.load(path, _File, FORMAT, {1: _grown})
    return (file.windows if file else ()) or (WindowState(),), report


def glance(path: Path) -> list[str]:
    """The names of the lists that windows showed, as far as the file can be read; nothing is set aside or reported."""
    try:
        file = msgspec.toml.decode(kept_file.read_bytes(path), type=_File)
        return [each.shown for each in file.windows if each.shown]
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return []


def save(path: Path, windows: tuple[WindowState, ...]) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, _File(windows))


def _grown(data: str) -> _File:
    """A file of format 1 as one of today."""
    first = msgspec.toml.decode(data, type=_First)
    sorts = {FIRST_NAME: first.sort} if first.sort else {}
    return _File((WindowState(first.geometry, first.columns, first.widths_px, FIRST_NAME, sorts),))
