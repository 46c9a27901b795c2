"""Tabs for a screen reader, with the focus where the keyboard is.

Qt's own (6.11.3) says of the shown tab that it has the focus, wherever the keyboard is: a reader that looks for what
has it finds that tab first. tests/ui/window/test_spoken_tabs tells when Qt does not any more. Here `Any` is said where
the stubs of PySide6 leave out that there may be none.
"""

from functools import cache
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QAccessibleObject, QWindow
from PySide6.QtWidgets import QTabBar
from shiboken6 import Shiboken

_NAME = QAccessible.Text.Name
_DESCRIPTION = QAccessible.Text.Description


class _Press(QAccessibleActionInterface):
    """What can be done with a tab: show its list."""

    def __init__(self, tabs: QTabBar, place: int) -> None:
        super().__init__()
        self._tabs, self._place = tabs, place

    def actionNames(self) -> list[str]:  # noqa: N802 (Qt's name)
        return [QAccessibleActionInterface.pressAction()]

    def doAction(self, actionName: str) -> None:  # noqa: N802, N803 (Qt's names)
        if actionName == QAccessibleActionInterface.pressAction():
            self._tabs.setCurrentIndex(self._place)

    def keyBindingsForAction(self, actionName: str) -> list[str]:  # noqa: N802, N803 (Qt's names)
        return []


class _SpokenTab(QAccessibleInterface):
    """The tab at a place, as long as there is one."""

    def __init__(self, tabs: QTabBar, place: int) -> None:
        super().__init__()
        self._tabs, self._place = tabs, place
        self._press = _Press(tabs, place)

    def isValid(self) -> bool:  # noqa: N802 (Qt's name)
        return Shiboken.isValid(self._tabs) and self._place < self._tabs.count()

    def object(self) -> Any:
        return None

    def window(self) -> QWindow:
        return self._tabs.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._tabs)

    def child(self, index: int) -> Any:
        return None

    def childAt(self, x: int, y: int) -> Any:  # noqa: N802 (Qt's name)
        return None

    def childCount(self) -> int:  # noqa: N802 (Qt's name)
        return 0

    def indexOfChild(self, arg__1: QAccessibleInterface) -> int:  # noqa: N802 (Qt's name)
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.PageTab

    def state(self) -> QAccessible.State:
        if not self.isValid():
            state = QAccessible.State()
            state.invalid = 1
            return state
        state = _state(self._tabs)
        is_shown = self._place == self._tabs.currentIndex()
        state.selectable, state.selected = 1, int(is_shown)
        state.focused = int(is_shown and self._tabs.hasFocus())
        return state

    def rect(self) -> QRect:
        tab = self._tabs.tabRect(self._place)
        return QRect(self._tabs.mapToGlobal(tab.topLeft()), tab.size())

    def text(self, t: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        if t == _NAME:
            return self._tabs.accessibleTabName(self._place)
        return self._tabs.tabToolTip(self._place) if t == _DESCRIPTION else ""

    def setText(self, t: QAccessible.Text, text: str) -> None:  # noqa: N802 (Qt's name)
        """It is what the list is called."""

    def interface_cast(self, arg__1: QAccessible.InterfaceType) -> Any:
        # PySide6 6.11 takes the pointer out of this alone: None and a plain 0 end in a crash.
        is_action = arg__1 == QAccessible.InterfaceType.ActionInterface
        return Shiboken.VoidPtr(Shiboken.getCppPointer(self._press)[0] if is_action else 0)


class _SpokenTabs(QAccessibleObject):
    """The bar; of Qt's own children the tabs alone, as it has no others in use."""

    def __init__(self, tabs: QTabBar) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._children: list[_SpokenTab] = []
        ids = self._ids = list[int]()
        tabs.destroyed.connect(lambda: [QAccessible.deleteAccessibleInterface(each) for each in ids])

    def window(self) -> QWindow:
        return self._tabs.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        holder = self._tabs.parentWidget()
        assert holder is not None
        return QAccessible.queryAccessibleInterface(holder)

    def child(self, index: int) -> Any:
        if not 0 <= index < self._tabs.count():
            return None
        while len(self._children) <= index:
            made = _SpokenTab(self._tabs, len(self._children))
            self._children.append(made)
            self._ids.append(QAccessible.registerAccessibleInterface(made))
        return self._children[index]

    def childAt(self, x: int, y: int) -> Any:  # noqa: N802 (Qt's name)
        return self.child(self._tabs.tabAt(self._tabs.mapFromGlobal(QPoint(x, y))))

    def childCount(self) -> int:  # noqa: N802 (Qt's name)
        return self._tabs.count()

    def indexOfChild(self, arg__1: QAccessibleInterface) -> int:  # noqa: N802 (Qt's name)
        return next((at for at, each in enumerate(self._children) if each is arg__1), -1)

    def focusChild(self) -> Any:  # noqa: N802 (Qt's name)
        return self.child(self._tabs.currentIndex()) if self._tabs.hasFocus() else None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.PageTabList

    def state(self) -> QAccessible.State:
        return _state(self._tabs)

    def text(self, t: QAccessible.Text) -> str:
        return self._tabs.accessibleName() if t == _NAME else ""


def speak(kind: type[QTabBar]) -> None:
    """Let the tab bars of this class be spoken of so."""
    _kinds.add(kind)
    _install()


_kinds = set[type[QTabBar]]()


@cache
def _install() -> None:
    QAccessible.installFactory(_made)


def _made(name: str, about: QObject) -> QAccessibleInterface | None:
    return _SpokenTabs(about) if isinstance(about, QTabBar) and type(about) in _kinds else None


def _state(tabs: QTabBar) -> QAccessible.State:
    """What the bar and each of its tabs are alike in."""
    state = QAccessible.State()
    state.invisible = int(not tabs.isVisible())
    state.disabled = int(not tabs.isEnabled())
    state.focusable = int(tabs.focusPolicy() != tabs.focusPolicy().NoFocus)
    return state
