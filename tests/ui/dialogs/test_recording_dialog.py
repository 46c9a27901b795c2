"""What the last minutes hold is shown as plain text before it is kept."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QPlainTextEdit, QWidget

from quotedesk.ui.dialogs.recording_dialog import RecordingDialog

LINES = [("Messages", "12"), ("Symbols", "1: <b>A</b>@demo"), ("The newest messages", "in  {}\nout {}")]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_it_shows_what_is_in_it_and_gives_the_file_that_was_chosen(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = RecordingDialog(10, LINES, parent)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert "1: <b>A</b>@demo" in labels
    assert "Keys and tokens are taken out" in labels[0]
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "in  {}\nout {}"
    chosen: list[Path] = []
    dialog.chosen.connect(chosen.append)
    dialog.save.click()
    (files,) = dialog.findChildren(QFileDialog)
    files.fileSelected.emit("/tmp/x.qdrec")
    assert chosen == [Path("/tmp/x.qdrec")]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_no_line_of_many_symbols_is_cut(qtbot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    symbols = ", ".join(f"SYMBOL{number}.US@demo" for number in range(60))
    dialog = RecordingDialog(10, [("Symbols", symbols), ("The newest messages", "in a\nin b")], home)
    dialog.show()
    (label,) = [each for each in dialog.findChildren(QLabel) if each.text() == symbols]
    assert label.height() >= label.heightForWidth(label.width())
