"""Where file dialogs begin."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def documents() -> str:
    """The user's folder for documents; "" (where the dialog was last) where there is none."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return folder if folder and Path(folder).is_dir() else ""
