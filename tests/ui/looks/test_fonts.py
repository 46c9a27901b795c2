"""The fonts that ship with the program."""

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF, QRawFont
from pytestqt.qtbot import QtBot

from quotedesk.config.paths import resource
from quotedesk.ui.looks import fonts
from quotedesk.ui.looks import theme as look


def test_every_text_is_in_the_font_that_ships_in_both_weights(qtbot: QtBot) -> None:
    assert fonts.load() == []
    for strong in (False, True):
        found = QFontInfo(look.font(13, strong=strong))
        assert found.family() == fonts.FAMILY
        assert (found.weight() >= 600) == strong


@pytest.mark.parametrize("strong", [False, True])
def test_figures_are_equally_wide_and_about_as_wide_as_they_were(qtbot: QtBot, strong: bool) -> None:
    metrics = QFontMetricsF(look.font(13, strong=strong))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1
    assert metrics.horizontalAdvance("0") == pytest.approx(8.27, abs=0.2), (
        "as in DejaVu Sans, which columns were made for"
    )
    assert metrics.horizontalAdvance("+") == metrics.horizontalAdvance("\N{MINUS SIGN}")
    assert metrics.horizontalAdvance("-") < metrics.horizontalAdvance("0"), "a hyphen is part of a word"


@pytest.mark.parametrize("name", fonts.FILES)
def test_the_files_hold_the_letters_and_signs_that_are_used_and_are_small(qtbot: QtBot, name: str) -> None:
    path = resource(f"fonts/{name}")
    assert path.stat().st_size < 160_000
    font = QRawFont(str(path), 13)
    for text in (
        "The quick brown fox, 0123456789 +%.:;@#&()/_-",
        "ĄČĐĘŁŃŐŘŞŤŰŻ Ελληνικά Русский Українська Tiếng Việt",
        "\N{MINUS SIGN}\N{MULTIPLICATION SIGN}\N{EN DASH}\N{HORIZONTAL ELLIPSIS}“”‘’€£¥₽₹₿←→↑↓≥≤",
    ):
        missing = [letter for letter in text if not font.supportsCharacter(ord(letter))]
        assert missing == []


def test_without_its_files_another_font_is_taken_and_they_are_named(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise FileNotFoundError(name)

    monkeypatch.setattr(fonts, "_missing", None)
    monkeypatch.setattr(fonts, "resource", missing)
    assert fonts.load() == list(fonts.FILES)
    assert len(look.font().families()) > 3


def test_a_file_that_is_no_font_is_named(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for name in fonts.FILES:
        (tmp_path / name).write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_missing", None)
    monkeypatch.setattr(fonts, "resource", lambda name: tmp_path / name.removeprefix("fonts/"))
    assert fonts.load() == list(fonts.FILES)
    assert fonts.FAMILY in QFontDatabase.families(), "what was loaded before stays"


def test_the_licence_is_beside_them() -> None:
    assert "SIL OPEN FONT LICENSE" in resource(fonts.LICENCE).read_text()
