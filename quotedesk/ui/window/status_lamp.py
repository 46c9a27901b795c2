"""A lamp of the status bar: one link's mark and word, with all that is known of the link in the tooltip."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkStatus
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LINK_LOOKS
from quotedesk.ui.window import link_text

_GAP_PX = 7


class StatusLamp(QWidget):
    """Wide enough for every state, so that nothing beside it moves.

    Attributes:
        word: the label.
    """

    def __init__(self, appearance: Appearance, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._link: LinkStatus | None = None
        self._title = ""
        self._mark = GlyphLabel(appearance, "window")
        self.word = plain_label(look.font(12), "t1")
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 12, 0)
        line.setSpacing(_GAP_PX)
        line.addWidget(self._mark)
        line.addWidget(self.word)

    def show_link(self, link: LinkStatus, title: str, *, is_named: bool) -> None:
        """Show a link of the feed with that title; `is_named`: there are others, so say which one it is."""
        self._link, self._title = link, title
        before = f"{link.name} " if is_named else ""
        shape, colour, word = LINK_LOOKS[link.state]
        self._mark.show_mark(shape, colour)
        self.word.setFixedWidth(max(_width(self.word, before + each[2]) for each in LINK_LOOKS.values()))
        self.word.setText(before + word)
        self.setAccessibleName(f"{link.name}: {word}")

    @property
    def has_word(self) -> bool:
        """Is the word shown?"""
        return self.word.isVisibleTo(self)

    @property
    def word_px(self) -> int:
        """How much room the word takes where it is shown, the gap before it included."""
        return self.word.minimumWidth() + _GAP_PX

    def show_word(self, on: bool) -> None:
        """Show the word too, or the mark alone."""
        if on != self.has_word:
            self.word.setVisible(on)
            self.updateGeometry()

    def tip(self) -> str:
        """All that is known of the link, as of now."""
        return link_text.tip(self._link, self._title, self._clock) if self._link else ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(tips.as_shown(self.tip()))  # ages and countdowns are those of the moment
        return super().event(event)


def _width(label: QLabel, text: str) -> int:
    return QFontMetrics(label.font()).horizontalAdvance(text) + 2
