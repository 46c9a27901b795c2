"""Tabs for a screen reader, with the focus where the keyboard is.

Qt's own (6.11.3) says of the shown tab that it has the focus, wherever the keyboard is: a reader that looks for what
has it finds that tab first. tests/ui/window/test_spoken_tabs tells when Qt does not any more. Here `Any` is said where
the stubs of PySide6 leave out that there may be none.
"""

from typing import Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface, QAccessibleObject
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

    def window(self) -> Any:
        return self._tabs.window().windowHandle() if self.isValid() else None

    def parent(self) -> Any:
        return QAccessible.queryAccessibleInterface(self._tabs) if self.isValid() else None

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
        state = _state(self._tabs)
        if state.invalid or not self.isValid():
            state.invalid = 1
            return state
        is_shown = self._place == self._tabs.currentIndex()
        state.selectable, state.selected = 1, int(is_shown)
        state.focused = int(is_shown and self._tabs.hasFocus())
        return state

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
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

    def isValid(self) -> bool:  # noqa: N802 (Qt's name)
        return Shiboken.isValid(self._tabs)

    def window(self) -> Any:
        return self._tabs.window().windowHandle() if self.isValid() else None

    def parent(self) -> Any:
        holder = self._tabs.parentWidget() if self.isValid() else None
        return QAccessible.queryAccessibleInterface(holder) if holder is not None else None

    def rect(self) -> QRect:
        return super().rect() if self.isValid() else QRect()

    def child(self, index: int) -> Any:
        if not 0 <= index < self.childCount():
            return None
        while len(self._children) <= index:
            made = _SpokenTab(self._tabs, len(self._children))
            self._children.append(made)
            self._ids.append(QAccessible.registerAccessibleInterface(made))
        return self._children[index]

    def childAt(self, x: int, y: int) -> Any:  # noqa: N802 (Qt's name)
        return self.child(self._tabs.tabAt(self._tabs.mapFromGlobal(QPoint(x, y)))) if self.isValid() else None

    def childCount(self) -> int:  # noqa: N802 (Qt's name)
        return self._tabs.count() if self.isValid() else 0

    def indexOfChild(self, arg__1: QAccessibleInterface) -> int:  # noqa: N802 (Qt's name)
        return next((at for at, each in enumerate(self._children) if each is arg__1), -1)

    def focusChild(self) -> Any:  # noqa: N802 (Qt's name)
        return self.child(self._tabs.currentIndex()) if self.isValid() and self._tabs.hasFocus() else None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.PageTabList

    def state(self) -> QAccessible.State:
        return _state(self._tabs)

    def text(self, t: QAccessible.Text) -> str:
        return self._tabs.accessibleName() if t == _NAME and self.isValid() else ""


def speak(tabs: QTabBar) -> None:
    """Let a bar be spoken of so, from now on. To be called whenever it is shown.

    Qt forgets what speaks of an object as soon as PySide gives that a new slot, which it does while the bar is made.
    No factory of interfaces: Qt asks one about widgets that are going, and in Python it crashes at the end (6.11.3).
    """
    if not isinstance(QAccessible.queryAccessibleInterface(tabs), _SpokenTabs):
        _kept[:] = [each for each in _kept if Shiboken.isValid(each)]  # Qt deletes them with their bars
        spoken = _SpokenTabs(tabs)
        _kept.append(spoken)
        QAccessible.registerAccessibleInterface(spoken)


_kept: list[_SpokenTabs] = []


def _state(tabs: QTabBar) -> QAccessible.State:
    """What the bar and each of its tabs are alike in."""
    state = QAccessible.State()
    if not Shiboken.isValid(tabs):
        state.invalid = 1
        return state
    state.invisible = int(not tabs.isVisible())
    state.disabled = int(not tabs.isEnabled())
    state.focusable = int(tabs.focusPolicy() != tabs.focusPolicy().NoFocus)
    return state
