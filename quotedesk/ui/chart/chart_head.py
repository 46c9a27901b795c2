"""Over a chart: whose it is, its price and change, the ranges, and the buttons of what can be done with it."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QLabel, QToolButton, QWidget

from quotedesk.ui.chart.ranges import RANGES, ChartRange
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import SIZE_PX, Icons
from quotedesk.ui.looks.labels import ElidedLabel, plain_label
from quotedesk.ui.looks.theme import LOOKS, Strength
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import RowSnapshot

_INSIDE_PX = 16
_GAP_PX = 10
_RANGES_AIR_PX = (5, 8)  # above and below their buttons, in a line of their own
_ONE_LINE_PX = 760  # from here on it may be one line


class ChartHead(QWidget):
    """Three lines, or one where there is width and height is scarce.

    Attributes:
        ranges: their buttons.
        buttons: of actions, each with its icon's name.

    Signals:
        range_chosen(ChartRange): a range's button was pressed.
    """

    range_chosen = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons) -> None:
        super().__init__()
        self._appearance = appearance
        self._icons = icons
        self._is_flat = self._is_in_one = False
        self._has_ranges = True
        self.buttons: list[tuple[QToolButton, QAction, str]] = []
        self._code = plain_label(look.font(15, strong=True), "t1")
        self._name = ElidedLabel(look.font(13), "t3")
        self._price = plain_label(look.font(24, strong=True), "t1")
        self._change, self._percent = plain_label(look.font(13), "t2"), plain_label(look.font(13), "t2")
        self._state = plain_label(look.font(12), "t2")
        self.ranges = QButtonGroup(self)
        self.setMinimumWidth(1)  # it is laid out by the width there is, and does not ask for it
        self._lay_out()
        appearance.changed.connect(self._colour)

    def _lay_out(self) -> None:
        self._title = QHBoxLayout()
        self._title.setSpacing(8)
        self._title.addWidget(self._code)
        self._title.addWidget(self._name, 1)
        self._tools = QWidget()
        self._tool_row = QHBoxLayout(self._tools)
        self._tool_row.setSpacing(1)
        price = QHBoxLayout()
        price.setContentsMargins(_INSIDE_PX, 2, _INSIDE_PX, 2)
        price.setSpacing(_GAP_PX)
        for part in (self._price, self._change, self._percent, self._state):
            price.addWidget(part, 0, Qt.AlignmentFlag.AlignBaseline)
        price.addStretch(1)
        self._choices = QHBoxLayout()
        self._choices.setSpacing(0)
        for number, each in enumerate(RANGES):
            button = QToolButton()
            button.setText(each.name)
            button.setCheckable(True)
            button.setProperty("choice", "true")
            button.setAccessibleName(each.words)
            button.setToolTip(each.words.capitalize())
            self.ranges.addButton(button, number)
            self._choices.addWidget(button)
        self._choices.addStretch(1)
        self.ranges.idClicked.connect(lambda number: self.range_chosen.emit(RANGES[number]))
        self._lines = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        for line in (self._title, price, self._choices):
            self._lines.addLayout(line)
        self._arrange(in_one=False)

    def add_button(self, action: QAction, icon: str) -> None:
        """A button that does what an action does."""
        button = QToolButton()
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setAutoRaise(True)
        button.setDefaultAction(action)
        action.changed.connect(self._colour)
        self.buttons.append((button, action, icon))
        self._tool_row.addWidget(button)
        self._colour()

    def add_mark(self, mark: QWidget) -> None:
        """Something before the buttons."""
        self._tool_row.insertWidget(0, mark)

    def flatten(self, on: bool) -> None:
        """Be one line wherever there is width enough."""
        self._is_flat = on
        self._arrange(in_one=on and self.width() >= _ONE_LINE_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        in_one = self._is_flat and self.width() >= _ONE_LINE_PX
        if in_one is not self._is_in_one:
            self._arrange(in_one=in_one)

    def _arrange(self, *, in_one: bool) -> None:
        self._is_in_one = in_one
        self._lines.setDirection(QBoxLayout.Direction.LeftToRight if in_one else QBoxLayout.Direction.TopToBottom)
        for line in (self._title, self._choices):
            line.removeWidget(self._tools)
        (self._choices if in_one else self._title).addWidget(self._tools)
        self._tool_row.setContentsMargins(12 if in_one else 0, 0, 0, 0)
        self._title.setContentsMargins(_INSIDE_PX, 4 if in_one else 10, 8, 1)
        above_px, below_px = _RANGES_AIR_PX if self._has_ranges else (0, 0)
        self._choices.setContentsMargins(_INSIDE_PX - 6, above_px, 8, 3 if in_one else below_px)

    def needed_px(self) -> int:
        """Its height with everything in it."""
        gone_px = 0 if self._has_ranges else self.ranges.buttons()[0].sizeHint().height() + sum(_RANGES_AIR_PX)
        return self.sizeHint().height() + gone_px

    def show_ranges(self, on: bool) -> None:
        """Is there height for a line of their buttons? Keys choose them as well. In one line they always are."""
        if (on := on or self._is_in_one) is not self._has_ranges:
            self._has_ranges = on
            for button in self.ranges.buttons():
                button.setVisible(on)
            self._arrange(in_one=self._is_in_one)

    # Shown

    def show_range(self, chosen: ChartRange) -> None:
        """The range that is chosen."""
        self.ranges.button(RANGES.index(chosen)).setChecked(True)

    def show_row(self, reading: RowSnapshot | None) -> None:
        """A row as it is now; None: nothing. What has no room is left out."""
        _say(self._code, reading.code if reading is not None else "")
        name = (reading.name or reading.venue) if reading is not None else ""
        if self._name.full != name:
            self._name.show_text(name)
        price = change = percent = state = ""
        colour, ink = "t1", "t2"
        if reading is not None:
            price = numbers.price(reading.last, reading.decimals)
            if math.isfinite(reading.change):
                change = numbers.change(reading.change, reading.decimals)
                percent = f"{numbers.percent(reading.percent)} %"
            strength = LOOKS[reading.state].strength
            colour = {Strength.NOW: "t1", Strength.KNOWN: "t2", Strength.DOUBT: "t3"}[strength]
            ink = _sign_colour(reading.change, strength)
            state = "" if strength is Strength.NOW else reading.state.word.capitalize()
        fonts = [label.fontMetrics() for label in (self._price, self._change, self._percent, self._state)]
        needs = sum(
            font.horizontalAdvance(text) + _GAP_PX
            for font, text in zip(fonts, (price, change, percent, state), strict=True)
            if text
        )
        self._change.setVisible(needs <= self.width() - 2 * _INSIDE_PX)
        for label, text, shade in (
            *((self._price, price, colour), (self._change, change, ink), (self._percent, percent, ink)),
            (self._state, state, "t2"),
        ):
            _say(label, text)
            if label.property("colour") != shade:
                label.setProperty("colour", shade)
                label.style().polish(label)

    def words(self) -> dict[str, str]:
        """What it says of its row."""
        return {
            "code": self._code.text(),
            "name": self._name.full,
            "price": self._price.text(),
            "change": self._change.text(),
            "percent": self._percent.text(),
            "state": self._state.text(),
        }

    def colours(self) -> dict[str, str]:
        """The names of the colours of its numbers."""
        return {"price": self._price.property("colour"), "change": self._change.property("colour")}

    def _colour(self) -> None:
        for button, action, icon in self.buttons:
            words = action.text().replace("&", "")
            button.setIcon(self._icons.icon(icon, self._appearance.theme))
            button.setToolTip(f"{words} ({action.shortcut().toString()})")
            button.setAccessibleName(words)


def _say(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)


def _sign_colour(change: float, strength: Strength) -> str:
    if strength is Strength.DOUBT or not change:
        return "t3" if strength is Strength.DOUBT else "t2"
    way = "up" if change > 0 else "down" if change < 0 else ""
    if not way:
        return "t2"
    return way if strength is Strength.NOW else f"{way}_muted"
