"""The line at the bottom of the window: links, feed, plan, how the rows are, figures. Nothing in it moves sideways."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStatusBar, QToolButton, QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel, plain_label
from quotedesk.ui.window.link_text import in_use
from quotedesk.ui.window.plan_bar import PlanBar
from quotedesk.ui.window.status_figures import StatusFigures
from quotedesk.ui.window.status_lamp import LampText, StatusLamp

_GAP_PX = 20
_WORD_GAP_PX = 4
_MOST_NAMED = 3  # links; of more their number is told
_FETCHING_TIP = "Previous closes, lines and symbols come by HTTP, as fast as the provider allows. Click to stop."
_POWER_TIP = "Prices may be painted up to a tenth of a second later, for less work. File > Settings turns it off."


class StatusBar(QStatusBar):
    """Fields of fixed width; how the rows are comes last, as it changes with every tick. `titles`: feed -> title.

    Of few links each is named, of more their number is told; the tooltip of each lamp says whose it is.

    Where the window is too narrow for all, first the lamps lose their states' words and then their names, then the
    figures go, then the feed's title is cut, then the word for saving power goes, and at last how the rows are is cut.

    Attributes:
        figures: of the connections and of the painting.
        plan: how much of the plans is used.
        fetching: what is being fetched beside the streams; hidden while there is nothing.
        readers: how many other programs read quotes here; hidden while none does.

    Signals:
        fetching_stopped(): it is not to go on.
    """

    fetching_stopped = Signal()

    def __init__(self, appearance: Appearance, clock: Clock, titles: Mapping[str, str]) -> None:
        super().__init__()
        self._appearance = appearance
        self._clock = clock
        self._titles = titles
        self._lamps: dict[str, StatusLamp] = {}
        self._counts: dict[RowState, int] | None = None
        self._plan: tuple[int, int | None, int] = (-1, None, -1)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(look.STATUS_PX)
        font = look.font(12)
        line = QWidget()
        line.setMinimumWidth(1)  # else the window's least width would be that of all fields
        self._line = QHBoxLayout(line)
        self._line.setContentsMargins(9, 0, 10, 0)
        self._line.setSpacing(0)
        self._title = ""
        self._saves_power = False
        self._connected = plain_label(font, "t1")
        self._connected.hide()
        self._line.addWidget(self._connected)
        self._feed = plain_label(font, "t3")
        self._line.addWidget(self._feed)
        self._line.addSpacing(_GAP_PX)
        self.plan = PlanBar(appearance)
        self._line.addWidget(self.plan)
        self._power = plain_label(font, "t3", "Saving power")
        self._power.setContentsMargins(0, 0, _GAP_PX, 0)
        self._power.setToolTip(_POWER_TIP)
        self._power.hide()
        self._line.addWidget(self._power)
        self.fetching = QToolButton()
        self.fetching.setAutoRaise(True)
        self.fetching.setFont(font)
        self.fetching.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.fetching.setToolTip(_FETCHING_TIP)
        self.fetching.hide()
        self.fetching.clicked.connect(self.fetching_stopped)
        self._first = plain_label(look.font(12, strong=True), "t1")
        self._others = ElidedLabel(font, "t3")
        self._others.setContentsMargins(_WORD_GAP_PX, 0, 0, 0)
        self._line.addWidget(self._first)
        self._line.addWidget(self._others, 1)
        self._line.addWidget(self.fetching)
        self.readers = plain_label(font, "t3")
        self.readers.setContentsMargins(0, 0, _GAP_PX, 0)
        self.readers.hide()
        self._line.addWidget(self.readers)
        self.figures = StatusFigures()
        self._line.addWidget(self.figures)
        self.addWidget(line, 1)
        self.show_counts({})

    @property
    def lamps(self) -> Mapping[str, StatusLamp]:
        """The lamps by the names of their links, from left to right."""
        return self._lamps

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """One lamp per link in use."""
        used = {link.name: link for link in in_use(links)}
        for name in set(self._lamps) - set(used):
            gone = self._lamps.pop(name)
            self._line.removeWidget(gone)
            gone.deleteLater()
        before, self._lamps = self._lamps, {}
        for place, (name, link) in enumerate(used.items()):
            lamp = before.get(name) or StatusLamp(self._appearance, self._clock)
            if self._line.indexOf(lamp) != place:
                self._line.removeWidget(lamp)
                self._line.insertWidget(place, lamp)
            lamp.show()  # at once, as the bar is fitted next
            lamp.show_link(link, self._titles.get(link.feed, link.feed), is_named=len(used) > 1 or link.is_way_to_relay)
            self._lamps[name] = lamp
        up = sum(link.state is LinkState.UP for link in used.values())
        words = f"{up} of {len(used)} connected"
        self._connected.setFixedWidth(_room(self._connected, words) + _GAP_PX)  # so wide in every state
        self._connected.setText(f"{up} connected" if up == len(used) else words)
        self._fit()

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """How much of the plans is used; None where nobody knows how much there is."""
        if (used, slots, parked) != self._plan:
            self._plan = (used, slots, parked)
            self.plan.show_use(used, slots, parked)
            self._fit()

    def show_feed(self, title: str) -> None:
        """The shown list's own feed."""
        self._title = title
        self._feed.setAccessibleName(title)
        self._fit()

    def show_fetching(self, words: str) -> None:
        """What is being fetched; "" for nothing."""
        if words != self.fetching.text() or self.fetching.isVisibleTo(self) != bool(words):
            self.fetching.setText(words)
            self.fetching.setVisible(bool(words))
            self._fit()

    def show_readers(self, words: str, told: str) -> None:
        """How many other programs read, and who they are; "" for none."""
        if (words, told) != (self.readers.text(), self.readers.toolTip()):
            self.readers.setText(words)
            self.readers.setToolTip(told)
            self.readers.setVisible(bool(words))
            self._fit()

    def show_power_saving(self, on: bool) -> None:
        """Is power saved at the cost of later prices?"""
        self._saves_power = on
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_counts(self, counts: dict[RowState, int]) -> None:
        """How many of the rows are in each state."""
        if counts == self._counts:
            return
        self._counts = counts
        first, _, others = counted(counts).partition(" ") if counts else ("", "", "No symbols")
        self._first.setText(first)
        self._others.show_text(others)
        self._fit()

    def _fit(self) -> None:
        """Leave out what there is no room for."""
        lamps, figures_px = self._lamps.values(), self.figures.sizeHint().width()
        power_px = self._power.sizeHint().width() if self._saves_power else 0
        title_px = _room(self._feed, self._title)
        least_px = self._line.sizeHint().width() - self._feed.sizeHint().width()  # without what may be left out
        least_px += _room(self._others, self._others.full) + _WORD_GAP_PX  # the layout counts it as nothing
        least_px -= sum(lamp.text_px(lamp.shown) for lamp in lamps)
        least_px -= self._connected.width() if self._connected.isVisibleTo(self) else 0
        least_px -= figures_px if self.figures.isVisibleTo(self) else 0
        least_px -= power_px if self._power.isVisibleTo(self) else 0
        room_px = self.width() - least_px - power_px - title_px
        lamps_px = room_px - figures_px
        text = next(
            each for each in reversed(LampText) if sum(lamp.text_px(each) for lamp in lamps) <= max(lamps_px, 0)
        )
        is_counted = len(lamps) > _MOST_NAMED
        if is_counted:
            text = LampText.NOTHING
        self._connected.setVisible(is_counted and self._connected.width() <= lamps_px)
        for lamp in lamps:
            if lamp.shown is not text:
                lamp.show_text(text)
        self.figures.setVisible(figures_px <= room_px)
        title_px += min(room_px, 0)
        self._power.setVisible(self._saves_power and title_px >= 0)
        shown = self._feed.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, max(title_px, 0))
        self._feed.setText(shown)
        self._feed.setToolTip(self._title if shown != self._title else "")

    def words(self) -> str:
        """What it says, from left to right."""
        items = [self._line.itemAt(place) for place in range(self._line.count())]
        fields = [field for item in items if item is not None and (field := item.widget()) is not None]
        labels = [field.word if isinstance(field, StatusLamp) else field for field in fields]
        labels += self.plan.findChildren(QLabel) if self.plan.isVisibleTo(self) else []
        labels += self.figures.findChildren(QLabel) if self.figures.isVisibleTo(self) else []
        shown = [label for label in labels if isinstance(label, QLabel) and not label.isHidden()]
        return " ".join(" ".join(label.text().split()) for label in shown)


def _room(label: QLabel, text: str) -> int:
    """How wide a label must be for a text."""
    return QFontMetrics(label.font()).horizontalAdvance(text) + 2


def counted(counts: dict[RowState, int]) -> str:
    """How the rows are: "7 live, 7 closed, 2 waiting"."""
    kinds: dict[str, int] = {}
    for state, row_look in look.LOOKS.items():
        if count := counts.get(state, 0):
            kinds[row_look.counted] = kinds.get(row_look.counted, 0) + count
    return ", ".join(f"{count:,} {word}" for word, count in kinds.items())
