"""Which letters, with Alt, mean more than one thing where they are shown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QGroupBox, QLabel, QMenu, QMenuBar, QTabBar, QWidget


def doubled(page: QWidget) -> Mapping[str, list[str]]:
    """Letter -> the words that share it, of what is visible in a window, or in a menu's own entries."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for words in _entries(page) if isinstance(page, QMenu) else _words(page):
        if keys := QKeySequence.mnemonic(words).toString():
            found[keys.removeprefix("Alt+")].append(words)
    return {letter: words for letter, words in found.items() if len(words) > 1}


def _entries(menu: QMenu | QMenuBar) -> Iterator[str]:
    for action in menu.actions():
        if action.isVisible() and not action.isSeparator():
            yield action.text()


def _words(window: QWidget) -> Iterator[str]:
    for part in window.findChildren(QWidget):
        if part.window() is not window or not part.isVisible():
            continue
        match part:
            case QAbstractButton():
                yield part.text()
            case QLabel() if part.buddy() is not None:
                yield part.text()
            case QGroupBox():
                yield part.title()
            case QTabBar():
                yield from (part.tabText(at) for at in range(part.count()))
            case QMenuBar():
                yield from _entries(part)
