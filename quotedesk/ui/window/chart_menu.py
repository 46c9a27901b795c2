"""What can be done with the chart: the menu View > Chart, whose actions are the dock's buttons as well."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act
from quotedesk.ui.looks.menu import Menu


class Chartable(Protocol):
    """What the menu works on."""

    def open(self, on: bool) -> None: ...
    def lie(self, below: bool) -> None: ...
    def choose(self, step: int) -> None: ...
    def show_as(self, as_line: bool) -> None: ...
    def show_volume(self, on: bool) -> None: ...
    def zoom(self, steps: float) -> None: ...
    def pan(self, screens: float) -> None: ...
    def back_to_now(self) -> None: ...
    def measure(self, on: bool) -> None: ...
    def pause(self, on: bool) -> None: ...
    def compare_chosen(self) -> None: ...
    def compare_nothing(self) -> None: ...
    def ask_where_to(self) -> None: ...


class ChartMenu(Menu):
    """The actions of one window's chart.

    Attributes:
        open, candles, pause, export: actions, for buttons.
        below, volume, measure: actions that show how it is.
    """

    def __init__(self, chart: Chartable, parent: QWidget) -> None:
        super().__init__("C&hart", parent)
        self.open = self._check("&Chart", "Ctrl+J", chart.open)
        self.below = self._check("&Below the list", "Ctrl+Shift+J", chart.lie)
        self.addSeparator()
        act(self, "&Longer range", "Ctrl+Alt+R", lambda: chart.choose(1))
        act(self, "&Shorter range", "Ctrl+Alt+Shift+R", lambda: chart.choose(-1))
        self.candles = self._check("C&andles", "Ctrl+Alt+J", lambda on: chart.show_as(not on))
        self.volume = self._check("&Volume", "Ctrl+Alt+V", chart.show_volume)
        self.volume.setChecked(True)
        self.addSeparator()
        zoom_in = act(self, "Zoom &in", "Ctrl++", lambda: chart.zoom(1))
        zoom_in.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        act(self, "Zoom o&ut", "Ctrl+-", lambda: chart.zoom(-1))
        act(self, "Pan le&ft", "Ctrl+Shift+Left", lambda: chart.pan(-0.25))
        act(self, "Pan &right", "Ctrl+Shift+Right", lambda: chart.pan(0.25))
        act(self, "Bac&k to now", "Ctrl+Shift+End", chart.back_to_now)
        self.addSeparator()
        self.measure = self._check("&Measure by dragging", "Ctrl+Alt+M", chart.measure)
        self.pause = self._check("&Pause", "Ctrl+Alt+P", chart.pause)
        act(self, "C&ompare the chosen rows", "Ctrl+Alt+C", chart.compare_chosen)
        act(self, "Compare not&hing", "Ctrl+Alt+Shift+C", chart.compare_nothing)
        self.export = act(self, "E&xport chart\N{HORIZONTAL ELLIPSIS}", "Ctrl+Alt+E", chart.ask_where_to)
        self._only_open = [each for each in self.actions() if each is not self.open]
        for each in self._only_open:
            each.setProperty(WHY_NOT, f"open the chart first: {self.open.shortcut().toString()}")
            if each is not self.export:
                words = each.text().replace("&", "")
                each.setProperty(PLAIN_WORDS, f"Chart: {words[:1].lower()}{words[1:]}")
        self.show_open(False)

    def _check(self, text: str, keys: str, does: Callable[[bool], object]) -> QAction:
        action = act(self, text, keys, lambda: does(action.isChecked()))
        action.setCheckable(True)
        return action

    def show_open(self, on: bool) -> None:
        """Is the chart there, so that something can be done with it?"""
        self.open.setChecked(on)
        for each in self._only_open:
            each.setEnabled(on)
