"""Where file dialogs begin."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from quotedesk.ui.looks import folders


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_that_is_not_there_is_not_proposed(tmp_path: Path, monkeypatch, is_there: bool) -> None:
    folder = tmp_path / "Documents"
    if is_there:
        folder.mkdir()
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda place: str(folder))
    assert folders.documents() == (str(folder) if is_there else "")
