"""Under the chart: the row's figures, and what proves that it is subscribed."""

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.clock import Clock
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import GlyphLabel, plain_label
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import RowSnapshot
from quotedesk.ui.table.row_text import proven

_FIGURES = (
    (("Bid", "bid"), ("Ask", "ask")),
    (("Open", "open"), ("Prev close", "prev_close")),
    (("High", "high"), ("Low", "low")),
    (("Volume", "volume"), ("Spread", "")),
)
_STEPS = 4
_LINE_PX = 22


class FiguresPanel(QWidget):
    """Two columns of figures, then the steps of the subscription.

    Attributes:
        proof: those steps, with their title; hidden where there is no room for them.
    """

    def __init__(self, appearance: Appearance, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._values: dict[str, QLabel] = {}
        small, strong = look.font(12), look.font(12, strong=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._figures(small, strong))
        self.proof = QWidget()
        column.addWidget(self.proof)
        column.addStretch(1)
        self._steps: list[tuple[GlyphLabel, QLabel, QLabel]] = []
        self._add_proof(small, strong, appearance)

    def _figures(self, small: QFont, strong: QFont) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        for row, pair in enumerate(_FIGURES):
            grid.setRowMinimumHeight(row, _LINE_PX)
            for column, (title, field) in enumerate(pair):
                value = self._values[title] = plain_label(strong, "t1", numbers.UNKNOWN)
                value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                value.setObjectName(field)
                name = plain_label(small, "t2", title)
                name.setBuddy(value)
                grid.addWidget(name, row, 3 * column)
                grid.addWidget(value, row, 3 * column + 1)
        grid.setColumnMinimumWidth(2, 12)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        return grid

    def _add_proof(self, small: QFont, strong: QFont, appearance: Appearance) -> None:
        grid = QGridLayout(self.proof)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setRowMinimumHeight(0, _LINE_PX + 12)
        grid.addWidget(plain_label(strong, "t2", "Subscription"), 0, 0, Qt.AlignmentFlag.AlignBottom)
        for step in range(1, _STEPS + 1):
            grid.setRowMinimumHeight(step, _LINE_PX - 1)
            mark = GlyphLabel(appearance, "table")
            words, when = plain_label(small, "t2"), plain_label(strong, "t1")
            when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            line = QWidget()
            within = QGridLayout(line)
            within.setContentsMargins(0, 0, 0, 0)
            for place, part in enumerate((mark, words, when)):
                within.addWidget(part, 0, place)
            within.setColumnStretch(2, 1)
            grid.addWidget(line, step, 0)
            self._steps.append((mark, words, when))

    def show_row(self, reading: RowSnapshot | None, trace: Trace | None) -> None:
        """Show a row as it is now; None: nothing."""
        for title, value in self._values.items():
            _say(value, _figure(reading, title, value.objectName()))
        steps = proven(trace, reading.now_s, self._clock) if trace is not None and reading is not None else []
        for place, (mark, words, when) in enumerate(self._steps):
            step, told, note = steps[place] if place < len(steps) else ("", "", "")
            mark.setVisible(bool(step))
            if step:
                mark.show_mark("pending" if told.startswith("none") else "check", "t2")
            _say(words, step)
            _say(when, told.removeprefix("none in ").removesuffix(" so far"))
            if words.toolTip() != note:
                words.setToolTip(note)

    def words(self) -> list[tuple[str, str]]:
        """(title, value) of all figures and steps that are shown."""
        figures = [(title, value.text()) for title, value in self._values.items()]
        return figures + [(words.text(), when.text()) for _, words, when in self._steps if words.text()]


def _say(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)


def _figure(reading: RowSnapshot | None, title: str, field: str) -> str:
    if reading is None:
        return numbers.UNKNOWN
    if title == "Spread":
        (bid, _), (ask, _) = reading.number("bid"), reading.number("ask")
        return numbers.price(ask - bid, reading.decimals) if math.isfinite(ask - bid) else numbers.UNKNOWN
    value, decimals = reading.number(field)
    return numbers.size(value, decimals) if field == "volume" else numbers.price(value, reading.decimals)
