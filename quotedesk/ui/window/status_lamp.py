"""A lamp of the status bar: one link's mark and words, with all that is known of the link in the tooltip."""

import enum

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LINK_LOOKS
from quotedesk.ui.window import link_text

_GAP_PX = 7
_WORDS = [looks[2] for state, looks in LINK_LOOKS.items() if state is not LinkState.OFF] + [link_text.NO_PRICES]


class LampText(enum.IntEnum):
    """How much stands beside a lamp's mark."""

    NOTHING = 0
    NAME = 1  # the link's, where it is named at all
    ALL = 2  # the name and the word for its state


class StatusLamp(QWidget):
    """Wide enough for every state, so that nothing beside it moves.

    Attributes:
        word: the label.
    """

    def __init__(self, appearance: Appearance, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._link: LinkStatus | None = None
        self._title = self._name = self._word = ""
        self._shown = LampText.ALL
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
        self._name = link_text.name_of(link) if is_named else ""
        shape, colour, self._word = link_text.look_of(link)
        self._mark.show_mark(shape, colour)
        self.setAccessibleName(f"{link_text.name_of(link)}: {self._word}")
        self.show_text(self._shown)

    @property
    def shown(self) -> LampText:
        """How much is shown."""
        return self._shown

    def text_px(self, shown: LampText) -> int:
        """How much room the text takes, the gap before it included; the same in every state."""
        texts = [self._name] if shown is LampText.NAME else [f"{self._name} {word}".strip() for word in _WORDS]
        if shown is LampText.NOTHING or not any(texts):
            return 0
        return max(QFontMetrics(self.word.font()).horizontalAdvance(text) for text in texts) + 2 + _GAP_PX

    def show_text(self, shown: LampText) -> None:
        """Show the mark with so much text."""
        self._shown = shown
        width_px = self.text_px(shown) - _GAP_PX
        word = self._word if shown is LampText.ALL else ""
        self.word.setText(f"{self._name} {word}".strip())
        self.word.setVisible(width_px > 0)
        if width_px > 0:
            self.word.setFixedWidth(width_px)
        self.updateGeometry()  # at once, as the bar is fitted with it

    def tip(self) -> str:
        """All that is known of the link, as of now."""
        return link_text.tip(self._link, self._title, self._clock) if self._link else ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(tips.as_shown(self.tip()))  # ages and countdowns are those of the moment
        return super().event(event)
