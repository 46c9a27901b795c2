"""The user's formulas, on disk."""

from pathlib import Path

import pytest

from quotedesk.config import formulas_file
from quotedesk.config.formulas_file import EXAMPLES
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.formula import name_of, read
from quotedesk.quotes.formula_values import NAMES

FORMULAS = (
    ColumnFormula("Half", "last / 2"),
    ColumnFormula("Ä “quoted”", "1 +\n2", 0, FormulaColour.VALUE, 10.0, -2.5),
)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    for formulas in (FORMULAS, ()):
        formulas_file.save(tmp_path / "f.toml", formulas)
        assert formulas_file.load(tmp_path / "f.toml") == (formulas, "")


def test_a_new_profile_has_examples_that_can_be_calculated(tmp_path: Path) -> None:
    assert formulas_file.load(tmp_path / "f.toml") == (EXAMPLES, "")
    for each in EXAMPLES:
        assert read(each.text, NAMES).names
        assert name_of(each.name) not in NAMES


def test_it_is_text_that_can_be_written_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "f.toml"
    path.write_text('format = 1\n[[formulas]]\nname = "Mine"\ntext = "lst + 1"\nwidth = 3\n')
    assert formulas_file.load(path) == ((ColumnFormula("Mine", "lst + 1"),), ""), "a formula may be wrong"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "format = 99\n",
        'format = 1\nformulas = "x"',
        "format = 1\n[[formulas]]\nname = 3\n",
        "\x00",
        "a=" * 9,
    ],
)
def test_a_broken_or_newer_file_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "formulas.toml"
    path.write_text(text)
    formulas, report = formulas_file.load(path)
    assert formulas == ()
    assert "formulas.toml" in report
    assert "left untouched" in report
    assert "not kept" in report
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("formulas.toml", text)]


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "formulas.toml").mkdir()
    assert "left untouched" in formulas_file.load(tmp_path / "formulas.toml")[1]
