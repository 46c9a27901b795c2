"""The Replay menu of a window that shows a recording: what its bar does, with keys."""

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks.actions import WHY_NOT, act
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.replay_view import SPEEDS, ReplayView
from quotedesk.ui.window.requests import Requests

BACK_S = 10.0


class ReplayMenu(Menu):
    """Asks by `requests`.

    Attributes:
        play, step, alert: its actions.
        speeds: how fast, as a menu of its own.
    """

    def __init__(self, requests: Requests, parent: QWidget) -> None:
        super().__init__("&Replay", parent)
        self._requests = requests
        self._view = ReplayView("", 0.0, 1.0, 0.0)
        self.play = act(self, "&Pause", "Ctrl+Alt+Space", self._turn)
        self.step = act(self, "&Step", "Ctrl+Alt+.", requests.replay_stepped.emit)
        act(self, "&Back 10 seconds", "Ctrl+Alt+,", lambda: self._seek(self._view.now_utc_s - BACK_S))
        act(self, "To the be&ginning", "Ctrl+Alt+Home", lambda: self._seek(self._view.begin_utc_s))
        self.alert = act(self, "To the next &alert", "Ctrl+Alt+End", requests.replay_searched.emit)
        self.speeds = Menu("Spee&d", self)
        self.addMenu(self.speeds)
        group = QActionGroup(self.speeds)
        for each in (self.step, self.alert):
            each.setProperty(WHY_NOT, "the recording is at its end")
        self._choices = {}
        for speed in SPEEDS:
            choice = self.speeds.addAction(f"{speed:g}\N{MULTIPLICATION SIGN}")
            choice.setCheckable(True)
            choice.triggered.connect(lambda checked=False, speed=speed: requests.replay_sped.emit(speed))
            group.addAction(choice)
            self._choices[speed] = choice
        self.speeds.addSeparator()
        act(self.speeds, "&Faster", "Ctrl+Alt+PgUp", lambda: self._change_speed(1))
        act(self.speeds, "&Slower", "Ctrl+Alt+PgDown", lambda: self._change_speed(-1))

    def show_replay(self, view: ReplayView) -> None:
        """Where it is now."""
        self._view = view
        self.play.setText("&Pause" if view.is_playing else "&Play")
        self.step.setEnabled(not view.is_over)
        self.alert.setEnabled(not view.is_over)
        if choice := self._choices.get(view.speed):
            choice.setChecked(True)

    def _turn(self) -> None:
        self._requests.replay_played.emit(not self._view.is_playing)

    def _seek(self, utc_s: float) -> None:
        self._requests.replay_sought.emit(max(utc_s, self._view.begin_utc_s))

    def _change_speed(self, by: int) -> None:
        at = min(range(len(SPEEDS)), key=lambda each: abs(SPEEDS[each] - self._view.speed))
        self._requests.replay_sped.emit(SPEEDS[min(max(at + by, 0), len(SPEEDS) - 1)])
