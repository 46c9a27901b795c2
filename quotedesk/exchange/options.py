"""What the command line asks of an import or an export."""

from pathlib import Path

import msgspec


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """An import.

    Attributes:
        command: how the program was called, for messages.
        files: what is read, in this order.
        feed: that of bare codes; None: the list's, else the one used last.
        list_name: the list that gets the rows, made where there is none; None: one named after the first file.
        profile: the folder with the lists; None: the system's place.
        is_dry: nothing is changed.
        is_json: tell each piece as a JSON object a line.
    """

    command: str
    files: tuple[Path, ...]
    feed: str | None = None
    list_name: str | None = None
    profile: Path | None = None
    is_dry: bool = False
    is_json: bool = False


class ExportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """An export.

    Attributes:
        command: how the program was called, for messages.
        list_name: the list that is written.
        format: its key in `formats.FORMATS`.
        to: the file; None: standard output.
        profile: the folder with the lists; None: the system's place.
    """

    command: str
    list_name: str
    format: str
    to: Path | None = None
    profile: Path | None = None
