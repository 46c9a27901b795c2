"""The line at the bottom of the window: links, feed, live of wanted, a notice. Nothing in it moves sideways."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QWidget

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel, GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LINK_LOOKS
from quotedesk.ui.window.plan_bar import PlanBar
from quotedesk.ui.window.status_figures import StatusFigures


class StatusBar(QStatusBar):
    """Fields of fixed width; the notice takes the rest.

    Attributes:
        notice: one line for the user.
        figures: of the connections and of the painting.
        plan: how much of the plan is used.
    """

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._links: dict[str, _Link] = {}
        self._counts = (-1, -1)
        self._plan: tuple[int, int | None, int] = (-1, None, -1)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(look.STATUS_PX)
        font = look.font(12)
        line = QWidget()
        line.setMinimumWidth(1)  # else the window's least width would be that of all fields
        self._line = QHBoxLayout(line)
        self._line.setContentsMargins(9, 0, 10, 0)
        self._line.setSpacing(0)
        self._feed = plain_label(font, "t3")
        self._line.addWidget(self._feed)
        self._line.addSpacing(20)
        self._live = plain_label(look.font(12, strong=True), "t1")
        self._live.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._wanted = plain_label(font, "t3")
        self._wanted.setMinimumWidth(QFontMetrics(font).horizontalAdvance(" live of 0000 wanted"))
        self._line.addWidget(self._live)
        self._line.addWidget(self._wanted)
        self._line.addSpacing(20)
        self.plan = PlanBar(appearance)
        self._line.addWidget(self.plan)
        self.notice = ElidedLabel(font, "t2", Qt.AlignmentFlag.AlignRight)
        self._line.addWidget(self.notice, 1)
        self.figures = StatusFigures()
        self._line.addWidget(self.figures)
        self.addWidget(line, 1)
        self.show_counts(0, 0)

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """One mark and word per link in use."""
        used = [link for link in links if link.state is not LinkState.OFF]
        for endpoint in set(self._links) - {link.endpoint for link in used}:
            gone = self._links.pop(endpoint)
            self._line.removeWidget(gone)
            gone.deleteLater()
        for place, link in enumerate(used):
            field = self._links.get(link.endpoint)
            if field is None:
                field = self._links[link.endpoint] = _Link(self._appearance)
                self._line.insertWidget(place, field)
            field.show_link(link, len(used) > 1)
        self._fit()

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """How much of the plan is used; None where nobody knows how much there is."""
        if (used, slots, parked) != self._plan:
            self._plan = (used, slots, parked)
            self.plan.show_use(used, slots, parked)
            self._fit()

    def show_feed(self, title: str) -> None:
        """What the prices are."""
        self._feed.setText(title)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_counts(self, live: int, wanted: int) -> None:
        """How many of the rows a price would reach."""
        if (live, wanted) == self._counts:
            return
        self._counts = (live, wanted)
        self._live.setText(f"{live:,}")
        self._live.setFixedWidth(_room(self._live, f"{wanted:,}"))  # as many digits as it can get
        self._wanted.setText(f" live of {wanted:,} wanted")

    def _fit(self) -> None:
        """A window too narrow for all does without the figures."""
        figures_px = self.figures.sizeHint().width()
        others_px = self._line.sizeHint().width() - (figures_px if self.figures.isVisibleTo(self) else 0)
        self.figures.setVisible(others_px + figures_px <= self.width())

    def words(self) -> str:
        """What it says, from left to right."""
        items = [self._line.itemAt(place) for place in range(self._line.count())]
        fields = [field for item in items if item is not None and (field := item.widget()) is not None]
        labels = [field.word if isinstance(field, _Link) else field for field in fields]
        labels += self.plan.findChildren(QLabel) if self.plan.isVisibleTo(self) else []
        labels += self.figures.findChildren(QLabel) if self.figures.isVisibleTo(self) else []
        return " ".join(" ".join(label.text().split()) for label in labels if isinstance(label, QLabel))


def _room(label: QLabel, text: str) -> int:
    """How wide a label must be for a text."""
    return QFontMetrics(label.font()).horizontalAdvance(text) + 2


class _Link(QWidget):
    """A mark and a word, wide enough for every state.

    Attributes:
        word: the label.
    """

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._mark = GlyphLabel(appearance, "window")
        self.word = plain_label(look.font(12), "t1")
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 12, 0)
        line.setSpacing(7)
        line.addWidget(self._mark)
        line.addWidget(self.word)

    def show_link(self, link: LinkStatus, named: bool) -> None:
        before = f"{link.endpoint} " if named else ""
        shape, colour, word = LINK_LOOKS[link.state]
        self.word.setFixedWidth(max(_room(self.word, before + each[2]) for each in LINK_LOOKS.values()))
        self._mark.show_mark(shape, colour)
        self.word.setText(before + word)
