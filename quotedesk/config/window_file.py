"""How the windows and the mini strip were left: where, how large, which list, their columns and orders."""

from pathlib import Path
from typing import Annotated

import msgspec

from quotedesk.config import kept_file
from quotedesk.lists.saved import FIRST_NAME

FORMAT = 2  # 1 held the only window
MOST_GROUPS = 8
LEAST_OPACITY, MOST_OPACITY = 30, 100  # percent
_Px = Annotated[int, msgspec.Meta(ge=-65_536, le=65_536)]
_Group = Annotated[int, msgspec.Meta(ge=0, le=MOST_GROUPS)]


class GroupLink(msgspec.Struct, frozen=True):
    """How a list, a chart or the strip takes part in a link group.

    Attributes:
        group: its number, 1 to MOST_GROUPS; 0: none.
        sends: what is chosen here is shown by those of the group that follow.
        follows: what is chosen there is shown here.
    """

    group: _Group = 0
    sends: bool = True
    follows: bool = True


class ChartState(msgspec.Struct, frozen=True):
    """The chart of a window.

    Attributes:
        is_open: it is shown.
        is_below: it lies below the list, not beside it.
        wide_px, high_px: what it takes of the window beside and below the list.
        span: how far back (a name of ui/chart/ranges); the usual one for one that is no more.
        is_line: a line, not candles.
        has_volume: volume is shown, where the feed tells any.
        link: how it takes part in a link group.
    """

    is_open: bool = False
    is_below: bool = False
    wide_px: int = 336
    high_px: int = 320
    span: str = ""
    is_line: bool = True
    has_volume: bool = True
    link: GroupLink = GroupLink()


class StripState(msgspec.Struct, frozen=True):
    """The mini strip.

    Attributes:
        is_open: it is there.
        shown: the name of the list that it shows.
        columns: titles from left to right; Symbol and State are always there.
        widths_px: title -> width; the usual one for those that are missing.
        sort: COLUMN or COLUMN:desc; "" for the list's own order.
        has_titles: the columns have a header.
        opacity: in percent.
        place_px: left and top on the desktop; empty before it was ever shown.
        size_px: width and height; 0 is as its rows need.
        edges: those of the screen that it is docked at: "left" or "right", "top" or "bottom".
        link: how it takes part in a link group.
    """

    is_open: bool = False
    shown: str = ""
    columns: tuple[str, ...] = ("Last", "Chg %")
    widths_px: dict[str, int] = {}
    sort: str = ""
    has_titles: bool = False
    opacity: Annotated[int, msgspec.Meta(ge=LEAST_OPACITY, le=MOST_OPACITY)] = MOST_OPACITY
    place_px: tuple[_Px, ...] = ()
    size_px: tuple[_Px, _Px] = (0, 0)
    edges: tuple[str, ...] = ("right", "bottom")
    link: GroupLink = GroupLink()


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
        link: how the list takes part in a link group.
    """

    geometry: str = ""
    columns: tuple[str, ...] = ()
    widths_px: dict[str, int] = {}
    shown: str = ""
    sorts: dict[str, str] = {}
    on_top: bool = False
    chart: ChartState = ChartState()
    heat: str = ""
    link: GroupLink = GroupLink()


class DesktopState(msgspec.Struct, frozen=True):
    """All that a profile keeps of what is on the desktop.

    Attributes:
        windows: from the first that was opened; at least one.
        strip: the mini strip.
        group_symbols: number of a link group -> feed and code of what was chosen in it last.
        format: of the file.
    """

    windows: tuple[WindowState, ...] = (WindowState(),)
    strip: StripState = StripState()
    group_symbols: dict[int, tuple[str, str]] = {}
    format: int = FORMAT


class _First(msgspec.Struct):
    """Format 1: the only window, with the only list."""

    geometry: str = ""
    columns: tuple[str, ...] = ()
    widths_px: dict[str, int] = {}
    sort: str = ""


def load(path: Path) -> tuple[DesktopState, str]:
    """What was there, and a report for the user ("" where all is well). Raises UntouchedError."""
    kept, report = kept_file.load(path, DesktopState, FORMAT, {1: _grown})
    if kept is None or not kept.windows:
        kept = msgspec.structs.replace(kept or DesktopState(), windows=(WindowState(),))
    return kept, report


def glance(path: Path) -> list[str]:
    """The names of the lists that windows showed, as far as the file can be read; nothing is set aside or reported."""
    try:
        kept = msgspec.toml.decode(kept_file.read_bytes(path), type=DesktopState)
        return [each.shown for each in kept.windows if each.shown]
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return []


def save(path: Path, kept: DesktopState) -> None:
    """Write it. Raises OSError."""
    kept_file.save(path, kept)


def _grown(data: str) -> DesktopState:
    """A file of format 1 as one of today."""
    first = msgspec.toml.decode(data, type=_First)
    sorts = {FIRST_NAME: first.sort} if first.sort else {}
    return DesktopState((WindowState(first.geometry, first.columns, first.widths_px, FIRST_NAME, sorts),))
