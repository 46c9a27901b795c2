"""The file of rules: a line each, the user's to edit, and never overwritten where it cannot be read."""

from pathlib import Path

import pytest

from quotedesk.config import alerts_file

RULES = ("BTC-USD@coinbase last crosses-up 60000 repeat 15m", 'list:"My list" change% >= 5 note "say \\"hi\\""')


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    assert alerts_file.load(path) == ((), "")
    alerts_file.save(path, RULES)
    assert alerts_file.load(path) == (RULES, "")
    assert '"BTC-USD@coinbase last crosses-up 60000 repeat 15m"' in path.read_text()


@pytest.mark.parametrize(
    "text", ["rules = [", 'rules = "one"\nformat = 1', "format = 2\nrules = []", "rules = []", "\xff"]
)
def test_what_cannot_be_read_is_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text(text, "latin-1")
    rules, report = alerts_file.load(path)
    assert rules == ()
    assert "not kept" in report
    assert str(path) in report
    assert path.read_text("latin-1") == text


def test_an_editors_mark_before_the_text_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "alerts.toml"
    path.write_text("format = 1\nrules = ['GOLD@demo last >= 1']\n", "utf-8-sig")
    assert alerts_file.load(path) == (("GOLD@demo last >= 1",), "")
