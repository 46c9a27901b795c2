"""The user's alert rules: one line of text each."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.kept_file import NewerFileError

FORMAT = 1


class _FormatOfAlerts(msgspec.Struct):
    format: int


class _File(msgspec.Struct):
    rules: tuple[str, ...] = ()
    format: int = FORMAT


def load(path: Path) -> tuple[tuple[str, ...], str]:
    """The lines, as they stand there, and a report for the user.

    With a report ("" where all is well) the file is a newer program's, or the user's to mend: it is left as it is, and
    must not be written.
    """
    try:
        data = kept_file.read_bytes(path)
        if msgspec.toml.decode(data, type=_FormatOfAlerts).format > FORMAT:
            raise NewerFileError(path)
        return msgspec.toml.decode(data, type=_File).rules, ""
    except FileNotFoundError:
        return (), ""
    except NewerFileError as fault:
        return (), f"{fault} The alerts of this run are not kept."
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as fault:
        said = " ".join(str(fault).split())[:160]
        return (), (
            f"{path} could not be read ({said}) and is left untouched. Mend it or move it away, and start again; the "
            "alerts of this run are not kept."
        )


def save(path: Path, rules: tuple[str, ...]) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, _File(rules))
