"""The fonts that ship with the program: figures of one width and calm letters, whatever the system has.

packaging/make_font.py makes the files. What they lack (Chinese, Japanese, Korean, emoji) comes from the system's fonts.
"""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFontDatabase, QGuiApplication

from quotedesk.config.paths import resource

FAMILY = "Inter Desk"  # no system has it: another version of Inter would have other widths
FILES = ("InterDesk-Regular.ttf", "InterDesk-SemiBold.ttf")
LICENCE = "fonts/OFL.txt"

_missing: list[str] | None = None  # None: not loaded yet


def load() -> list[str]:
    """Make the fonts known to Qt, once; returns the names of files that are missing or cannot be used."""
    global _missing
    if _missing is None and QGuiApplication.instance() is not None:
        _missing = [name for name in FILES if not _add(name)]
    return _missing or []


def _add(name: str) -> bool:
    try:
        data = resource(f"fonts/{name}").read_bytes()
    except OSError:
        return False
    return QFontDatabase.addApplicationFontFromData(QByteArray(data)) >= 0
