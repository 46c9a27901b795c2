"""The head of the mini strip: the list's name, what is wrong, the link group, and a button that closes it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QToolTip, QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkStatus, RowState
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.labels import ElidedLabel, GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.window.link_mark import LinkMark
from quotedesk.ui.window.link_text import in_use, look_of, tip

HEAD_PX = 26
_ICON_PX = 12
_WORDS_FROM_PX = 220
# Told where a row is so; the worst first.
_TROUBLES = (RowState.STALE, RowState.REFUSED, RowState.PARKED, RowState.HALTED, RowState.OFFLINE)


class StripHead(QWidget):
    """What is wrong stands beside the name: a link that is lost, else rows that cannot be believed.

    Signals:
        closed(): the button was pressed.
    """

    closed = Signal()

    def __init__(self, appearance: Appearance, icons: Icons, clock: Clock, mark: LinkMark, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._clock = clock
        self._wide_px = 0
        self._told: tuple[tuple[LinkStatus, ...], dict[RowState, int]] = (), {}
        self.setFixedHeight(HEAD_PX)
        self._name = ElidedLabel(look.font(12, strong=True), "t2")
        self._glyph = GlyphLabel(appearance, "window")
        self._words = plain_label(look.font(12), "warn")
        self._recorded = plain_label(look.font(12, strong=True), "accent")
        self._recorded.hide()
        for part in (self._recorded, self._name, self._glyph, self._words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # what is no control moves the strip
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setIconSize(QSize(_ICON_PX, _ICON_PX))
        self._close.setToolTip("Close the strip (Ctrl+M)")
        self._close.setAccessibleName("Close the strip")
        self._close.clicked.connect(self.closed)
        for button in (mark, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 0, 2, 0)
        line.setSpacing(4)
        line.addWidget(self._recorded)
        line.addWidget(self._name, 1)
        for each in (self._glyph, self._words, mark, self._close):
            line.addWidget(each)
        appearance.changed.connect(self._colour)
        self._colour()

    def show_replay(self) -> None:
        """The prices are those of a recording."""
        self._recorded.setText("REPLAY")
        self._recorded.show()

    def show_list(self, name: str) -> None:
        """Whose rows these are."""
        self._name.show_text(name)

    def show_trouble(self, links: tuple[LinkStatus, ...], counts: dict[RowState, int]) -> None:
        """The links of the list's feeds, and how many of its rows are in each state."""
        if (links, counts) == self._told:
            return
        self._told = links, dict(counts)
        shape = colour = words = ""
        if away := self._away():
            shape, colour, words = look_of(away[0])
        else:
            for state in _TROUBLES:
                if count := counts.get(state, 0):
                    shape, colour = LOOKS[state].mark, LOOKS[state].glyph_colour
                    words = f"{count} {LOOKS[state].counted}"
                    break
        self._words.setText(words)
        if words:
            self._glyph.show_mark(shape, colour)
            self._words.setProperty("colour", colour)
            self._words.style().polish(self._words)
        self._fit_words()

    def _away(self) -> list[LinkStatus]:
        return [link for link in in_use(self._told[0]) if link.is_lost or link.is_silent]

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tips.as_shown(self.tip()), self)
            return True
        return super().event(event)

    def tip(self) -> str:
        """All that is known of the links that are away, as of now."""
        return "\n".join(tip(link, link.name, self._clock) for link in self._away())

    def words(self) -> tuple[str, str]:
        """The name, and what is wrong."""
        return self._name.full, self._words.text()

    def fit(self, wide_px: int) -> None:
        """So wide is the strip: in a narrow one what is wrong is a mark alone."""
        self._wide_px = wide_px
        self._fit_words()

    def _fit_words(self) -> None:
        self._glyph.setVisible(bool(self._words.text()))
        self._words.setVisible(bool(self._words.text()) and self._wide_px >= _WORDS_FROM_PX)

    def _colour(self) -> None:
        self._close.setIcon(self._icons.icon("close", self._appearance.theme))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.window)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        painter.end()
