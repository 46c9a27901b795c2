"""The figures at the right of the status bar: messages a second, round trip, receive-to-paint."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.table.numbers import UNKNOWN

_WIDEST = "0,000"
_FIGURES = (
    ("msg/s", "Messages received a second, over the last 5 s"),
    ("ms round trip", "From the last heartbeat to its answer; the slowest connection's"),
    ("ms to paint (p99)", "From a tick's receipt to the end of the paint that shows it: 99 of 100 took no longer"),
)


class StatusFigures(QWidget):
    """Three values with their words; the fields are wide enough for any value, so nothing moves. Empty: unknown."""

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 0, 0)
        line.setSpacing(0)
        strong = look.font(12, strong=True)
        self._fields = []
        for word, tip in _FIGURES:
            value = plain_label(strong, "t1")
            value.setFixedWidth(QFontMetrics(strong).horizontalAdvance(_WIDEST) + 4)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            unit = plain_label(look.font(12), "t3", f" {word}")
            unit.setFixedWidth(unit.sizeHint().width())
            unit.clear()
            for label in (value, unit):
                label.setToolTip(tip)
                line.addWidget(label)
            self._fields.append((value, unit, f" {word}"))

    def show_values(self, messages_per_s: float, round_trip_ms: float, paint_p99_ms: float) -> None:
        """The values as they are now; NaN is unknown."""
        values = (messages_per_s, round_trip_ms, paint_p99_ms)
        for (label, unit, word), value in zip(self._fields, values, strict=True):
            is_known = math.isfinite(value)
            label.setText(short(value) if is_known else "")
            unit.setText(word if is_known else "")


def short(value: float) -> str:
    """A figure in at most five characters: "--", "0", "<1", "412", "4,120", "41k"."""
    if not math.isfinite(value):
        return UNKNOWN
    if 0 < value < 1:
        return "<1"
    if value < 9_999.5:
        return f"{value:,.0f}"
    return f"{value / 1000:.0f}k" if value < 999_500 else ">999k"
