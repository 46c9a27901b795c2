"""How the window was left: where, how large, its columns and its order."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file


class WindowState(msgspec.Struct, frozen=True):
    """As a profile keeps it.

    Attributes:
        format: of the file; a newer one is not touched.
        geometry: Qt's own, as base64; "" for the usual place and size.
        columns: titles from left to right; those that are missing follow.
        widths_px: title -> width; the usual one for those that are missing.
        sort: COLUMN or COLUMN:desc; "" for the list's own order.
    """

    format: int = kept_file.FORMAT
    geometry: str = ""
    columns: tuple[str, ...] = ()
    widths_px: dict[str, int] = {}
    sort: str = ""


def load(path: Path) -> tuple[WindowState, str]:
    """The state, and a report for the user ("" where all is well). Raises NewerFileError."""
    state, report = kept_file.load(path, WindowState)
    return state or WindowState(), report


def save(path: Path, state: WindowState) -> None:
    """Write it. Raises OSError."""
    kept_file.save(path, state)
