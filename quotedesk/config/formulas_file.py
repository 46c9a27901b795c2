"""The columns that the user made: what is calculated in them, and how it is shown."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.lists.saved import ColumnFormula, FormulaColour

FORMAT = 1
# What a new profile has; no list shows them until they are chosen.
EXAMPLES = (
    ColumnFormula("Spread bp", "spread / mid * 10000", 1),
    ColumnFormula("To high %", "(last - high) / high * 100", 2, FormulaColour.SIGN),
    ColumnFormula("Traded value", "if(known(turnover), turnover, volume * last)", 0),
)


class _Format(msgspec.Struct):
    format: int


class _File(msgspec.Struct):
    formulas: tuple[ColumnFormula, ...] = ()
    format: int = FORMAT


def load(path: Path) -> tuple[tuple[ColumnFormula, ...], str]:
    """The formulas, the examples where there is no file, and a report for the user.

    With a report ("" where all is well) the file is a newer program's, or the user's to mend: it is left as it is, and
    must not be written.
    """
    try:
        data = kept_file.read_bytes(path)
        if msgspec.toml.decode(data, type=_Format).format > FORMAT:
            raise NewerFileError(path)
        return msgspec.toml.decode(data, type=_File).formulas, ""
    except FileNotFoundError:
        return EXAMPLES, ""
    except NewerFileError as fault:
        return (), f"{fault} The formulas of this run are not kept."
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError) as fault:
        said = " ".join(str(fault).split())[:160]
        return (), (
            f"{path} could not be read ({said}) and is left untouched. Mend it or move it away, and start again; the "
            "formulas of this run are not kept."
        )


def save(path: Path, formulas: tuple[ColumnFormula, ...]) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, _File(formulas))
