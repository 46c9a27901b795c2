"""Where things stand in the table of a real window: columns share what the states need no room for."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtGui import QImage

from quotedesk.ui.looks.theme import DARK

MENU_PX = 28 + 41  # and the tabs
HEADER_PX = ROW_PX = 28


def picture(screen: Mapping[str, str], window: str) -> QImage:
    """What the window shows, by ImageMagick's `import`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        subprocess.run(["import", "-window", window, str(path)], env=screen, check=True)
        return QImage(str(path))


def edge_of_symbol(screen: Mapping[str, str], window: str) -> int:
    """Where the first column ends: there ends the frame of the first row's cell; 0 where that has no frame."""
    image, y = picture(screen, window), MENU_PX + HEADER_PX + ROW_PX // 2
    return max((x for x in range(60, 500) if image.pixelColor(x, y).name() == DARK.accent.name()), default=0)
