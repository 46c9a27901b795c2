"""The program's own icons, in the theme's colours."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from quotedesk.config.paths import resource
from quotedesk.ui.looks import icons as module
from quotedesk.ui.looks.icons import SIZE_PX, Icons
from quotedesk.ui.looks.theme import DARK, LIGHT

NAMES = sorted(path.stem for path in resource("icons").glob("*.svg"))


def colours(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> set[str]:
    image = icon.pixmap(QSize(SIZE_PX, SIZE_PX), 2.0, mode).toImage()
    colours = (QColor.fromRgba(image.pixel(x, y)) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in colours if colour.alpha() == 255}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "quotedesk"])
def test_an_icon_has_the_theme_s_colour_and_is_fainter_when_it_can_do_nothing(qtbot, name: str) -> None:
    icons = Icons()
    for theme in (DARK, LIGHT):
        icon = icons.icon(name, theme)
        assert theme.t2.name() in colours(icon)
        assert theme.t1.name() in colours(icon, QIcon.Mode.Active)
        assert not {theme.t1.name(), theme.t2.name()} & colours(icon, QIcon.Mode.Disabled)
    assert not icons.missing


def test_an_icon_is_painted_once_a_theme(qtbot) -> None:
    icons = Icons()
    assert icons.icon("undo", DARK) is icons.icon("undo", DARK)
    assert icons.icon("undo", DARK) is not icons.icon("undo", LIGHT)


def test_the_program_s_icon_comes_in_the_usual_sizes(qtbot) -> None:
    sizes = {size.width() for size in Icons().program().availableSizes()}
    assert {16, 32, 48, 256} <= sizes


@pytest.mark.parametrize("data", [None, b"", b"<svg", b"\xff\xfe nonsense"])
def test_a_missing_or_broken_file_is_told_once_and_costs_nothing_else(
    qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | None
) -> None:
    def broken(name: str) -> Path:
        path = tmp_path / Path(name).name
        if data is not None:
            path.write_bytes(data)
        return path

    monkeypatch.setattr(module, "resource", broken)
    icons = Icons()
    assert icons.icon("add", DARK).isNull()
    assert icons.icon("add", LIGHT).isNull()
    assert icons.missing == ["add"]
