"""The bar of a window that shows a recording: that it is one, where it is, and what moves it."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QStyle, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel, plain_label
from quotedesk.ui.table.numbers import time_of_day
from quotedesk.ui.window.replay_menu import ReplayMenu
from quotedesk.ui.window.replay_view import ReplayView
from quotedesk.ui.window.requests import Requests

MARK = "REPLAY"
STEPS = 1_000  # of the position
_MARK_PX = 26  # high, as the buttons are
_ALL_FROM_PX = 620  # so wide a window has room for all of it
_PLAY, _PAUSE = "Play", "Pause"


class ReplayBar(QWidget):
    """Asks for what its buttons and `menu` say by `requests`; shows what it is told.

    Attributes:
        menu: the same as actions, with keys.
        play, step, speed, alert: the buttons.
        position: where it is.
    """

    def __init__(self, appearance: Appearance, menu: ReplayMenu, requests: Requests) -> None:
        super().__init__()
        self._appearance = appearance
        self._requests = requests
        self._view = ReplayView("", 0.0, 1.0, 0.0)
        self.menu = menu
        self.setFixedHeight(look.BANNER_PX)
        self._mark = plain_label(look.font(12, strong=True), "t1", MARK)
        self._mark.setFixedHeight(_MARK_PX)
        self._mark.setAccessibleName("These prices are recorded, not live")
        self._name = ElidedLabel(look.font(12), "t2")
        self.play = _button(_PAUSE)
        self.play.setMinimumWidth(self.play.sizeHint().width())
        self.play.clicked.connect(menu.play.trigger)
        self.step = _button("Step")
        self.step.setToolTip("On to the next message")
        self.step.clicked.connect(menu.step.trigger)
        self.speed = _button("")
        self.speed.setToolTip("How many times as fast as life")
        self.speed.setMenu(menu.speeds)
        self.alert = _button("Next alert")
        self.alert.setToolTip("On to where an alert fires")
        self.alert.clicked.connect(menu.alert.trigger)
        self.position = _PositionSlider(Qt.Orientation.Horizontal)
        self.position.setRange(0, STEPS)
        self.position.setPageStep(STEPS // 20)
        self.position.setAccessibleName("Position in the recording")
        self.position.valueChanged.connect(self._moved)
        self._times = plain_label(look.font(12), "t1")
        self._end = plain_label(look.font(12), "t2")
        appearance.changed.connect(self._colour)
        self._colour()
        line = QHBoxLayout(self)
        line.setContentsMargins(13, 0, 12, 0)
        line.setSpacing(8)
        for part in (self._mark, self.play, self.step, self.speed, self._times):
            line.addWidget(part)
        line.addWidget(self.position, 3)
        for part in (self._end, self.alert):
            line.addWidget(part)
        line.addWidget(self._name, 1)

    def show_replay(self, view: ReplayView) -> None:
        """Where it is now."""
        self._view = view
        self.menu.show_replay(view)
        self._name.show_text(view.name)
        self.play.setText(_PAUSE if view.is_playing else _PLAY)
        self.alert.setText("Searching\N{HORIZONTAL ELLIPSIS}" if view.is_searching else "Next alert")
        self.step.setEnabled(not view.is_over)
        self.alert.setEnabled(not view.is_over)
        self.speed.setText(f"{view.speed:g}\N{MULTIPLICATION SIGN}")
        self.speed.setAccessibleName(f"Speed, {view.speed:g} times")
        self._times.setText(time_of_day(view.now_utc_s))
        self._end.setText(time_of_day(view.end_utc_s))
        if not self.position.isSliderDown():
            length_s = max(view.end_utc_s - view.begin_utc_s, 1e-9)
            with QSignalBlocker(self.position):
                self.position.setValue(round(STEPS * (view.now_utc_s - view.begin_utc_s) / length_s))

    def words(self) -> tuple[str, str, str]:
        """The mark, the time, and the file's name, as they are shown."""
        return self._mark.text(), self._times.text(), self._name.full

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the name, the end and a button go: the menu has them."""
        is_wide = self.width() >= _ALL_FROM_PX
        for part in (self._name, self._end, self.alert):
            part.setVisible(is_wide)

    def _colour(self) -> None:
        theme = self._appearance.theme
        back, letters = (theme.colour(name).name() for name in ("accent", "on_accent"))
        round_px = look.CONTROL_RADIUS_PX
        self._mark.setStyleSheet(
            f"background: {back}; color: {letters}; border-radius: {round_px}px; padding: 3px 8px; letter-spacing: 1px;"
        )

    def _moved(self, value: int) -> None:
        view = self._view
        self._requests.replay_sought.emit(view.begin_utc_s + (view.end_utc_s - view.begin_utc_s) * value / STEPS)


class _PositionSlider(QSlider):
    """A click is where it goes, not a page."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at, width = round(event.position().x()), max(self.width(), 1)
            self.setSliderDown(True)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, width))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            at, width = round(event.position().x()), max(self.width(), 1)
            self.setValue(QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, width))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
