"""Runs first in the standalone program: Qt's plugins are those in it, whatever the system's environment says.

In place of PyInstaller's own hook, which loads QtCore at every start: `watch` and `key set` need no Qt.
"""

import os
import sys

os.environ["QT_PLUGIN_PATH"] = os.path.join(sys._MEIPASS, "PySide6", "Qt", "plugins")  # type: ignore[attr-defined]
