"""The columns that the user made: what is calculated in them, and how it is shown."""

from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.lists.saved import ColumnFormula, FormulaColour

FORMAT = 1
# What a new profile has; no list shows them until they are chosen.
EXAMPLES = (
    ColumnFormula("Spread bp", "spread / mid * 10000", 1),
    ColumnFormula("To high %", "(last - high) / high * 100", 2, FormulaColour.SIGN),
    ColumnFormula("Traded value", "if(known(turnover), turnover, volume * last)", 0),
)


class _File(msgspec.Struct):
    formulas: tuple[ColumnFormula, ...] = ()
    format: int = FORMAT


def load(path: Path) -> tuple[tuple[ColumnFormula, ...], str]:
    """The formulas, the examples where there is no file, and a report for the user.

    With a report ("" where all is well) the file is a newer program's, or the user's to mend: it is left as it is, and
    must not be written.
    """
    file, report = kept_file.load_untouched(path, _File, FORMAT, "formulas")
    if file is None:
        return EXAMPLES if not report else (), report
    return file.formulas, report


def save(path: Path, formulas: tuple[ColumnFormula, ...]) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, _File(formulas))
