"""What an empty list shows: where to type. At the first start also where prices come from, and which colour is up."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QLinearGradient, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.direction_choice import THREE, DirectionChoice
from quotedesk.ui.looks.labels import ElidedLabel, plain_label
from quotedesk.ui.looks.style import paint_card
from quotedesk.ui.looks.theme import faded
from quotedesk.ui.window.choice_card import ChoiceCard

WIDTH_PX = 502
_FIRST_HEIGHT_PX = 272
_HEIGHT_PX = 140
_INNER_PX, _NARROW_INNER_PX = 26, 14
_FIELD_PX = 34
_FIELD_TOP_PX = 78
_NARROW_PX = 440
_GHOST_ROWS = 11


class StartPanel(QWidget):
    """A card over the desk, with room for the add line, which its owner puts into `field`.

    Attributes:
        title: what it is about.
        markets, demo, token, end: its buttons.
        answer: what became of the choice.

    Signals:
        clicked(): beside the card.
        markets_wanted(): prices from a real market that needs no account.
        demo_wanted(): prices from the demo feed.
        token_wanted(): prices from the provider; the user has a token for it.
        ended(): the rows under the card are wanted.
    """

    clicked = Signal()
    markets_wanted = Signal()
    demo_wanted = Signal()
    token_wanted = Signal()
    ended = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._has_rows = False
        self._is_first = False
        self._words = QWidget(self)
        lines = QVBoxLayout(self._words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        self.title = ElidedLabel(look.font(18, strong=True), "t1")
        lines.addWidget(self.title)
        what = ElidedLabel(look.font(), "t2")
        what.show_text("Type a symbol and press Enter. Paste many at once, or drop a file.")
        lines.addWidget(what)
        self._choices = QWidget(self)
        self.markets = ChoiceCard(appearance, "&Real markets", "Live, no account")
        self.demo = ChoiceCard(appearance, "&Demo feed", "Made-up prices")
        self.token = ChoiceCard(appearance, "AllTick &token\N{HORIZONTAL ELLIPSIS}", "Shares, forex")
        self.end = QPushButton("&Show the list")
        self.answer = ElidedLabel(look.font(12), "t2")
        cards = self._cards = QHBoxLayout()
        cards.setSpacing(8)
        # A click asks; what is chosen is what `show_feed` says.
        for card, wanted in (
            *((self.markets, self.markets_wanted), (self.demo, self.demo_wanted)),
            (self.token, self.token_wanted),
        ):
            cards.addWidget(card, 1)
            card.clicked.connect(partial(self._ask, wanted))
        for button in (self.markets, self.demo, self.token, self.end):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the cursor where it writes
        self.end.clicked.connect(self.ended)
        self._feed = BUILT_IN
        told = QHBoxLayout()
        told.addWidget(self.answer, 1)
        told.addWidget(self.end)
        colours = QHBoxLayout()
        self._colours_label = plain_label(look.font(), "t2", "Colours")
        colours.addWidget(self._colours_label)
        colours.addStretch(1)
        self.colours = DirectionChoice(appearance, self._choices, THREE)
        colours.addWidget(self.colours)
        rows = self._rows = QVBoxLayout(self._choices)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        for row in (cards, told, colours):
            rows.addLayout(row)
        self._is_narrow: bool | None = None
        self._arrange(is_narrow=False)
        self.show_answer("")
        self.show_feed(BUILT_IN)
        self.show_list("", is_first=True)

    def show_list(self, name: str, *, is_first: bool) -> None:
        """The list that is empty, by its name; `is_first`: the program is new to its user."""
        self._is_first = is_first
        self.title.show_text("Start your list" if is_first else f"Add symbols to {name}")
        self._choices.setVisible(is_first)

    def show_feed(self, feed: str) -> None:
        """That one is the shown list's own."""
        self._feed = feed
        needs_key = feed in FEEDS and FEEDS[feed].provider.needs_key
        self.markets.setChecked(feed in FEEDS and feed != BUILT_IN and not needs_key)
        self.demo.setChecked(feed == BUILT_IN)
        self.token.setChecked(needs_key)

    def show_answer(self, words: str) -> None:
        """Say what became of the choice; "": where the real markets are."""
        self.answer.show_text(words or "Real markets: the nearest of Binance, Kraken, Coinbase, Bybit.")

    def lay_out(self, area: QRect, has_rows: bool) -> None:
        """Take this part of the parent; with rows there, no more of it than the card."""
        self._has_rows = has_rows
        self.end.setVisible(has_rows)
        self._arrange(is_narrow=area.width() < _NARROW_PX)
        card = self._card_in(area)
        self.setGeometry(card if has_rows else area)
        card = self._card()
        self._words.setGeometry(card.left() + self._inner_px, card.top() + 20, card.width() - self._inner_px - 8, 50)
        top = card.top() + _FIELD_TOP_PX + _FIELD_PX + 18
        self._choices.setGeometry(
            card.left() + self._inner_px, top, card.width() - 2 * self._inner_px, card.bottom() - top - 16
        )

    def field(self) -> QRect:
        """Where the add line belongs, in the parent."""
        card = self._card().translated(self.pos())
        top = card.top() + _FIELD_TOP_PX
        return QRect(QPoint(card.left() + self._inner_px, top), QPoint(card.right() - self._inner_px, top + _FIELD_PX))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._card().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, row_px = self._appearance.theme, self._appearance.density.row_px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        fading = QLinearGradient(0, 0, 0, _GHOST_ROWS * row_px)
        fading.setColorAt(0, faded(theme.edge, 0.6))
        fading.setColorAt(1, faded(theme.edge, 0.0))
        painter.setBrush(fading)
        for row in range(0 if self._has_rows else _GHOST_ROWS):
            middle = row * row_px + row_px / 2
            for left, width in ((24, 46 + row * 13 % 30), (self.width() - 230, 44), (self.width() - 150, 120)):
                painter.drawRoundedRect(QRectF(left, middle - 4, width, 8), 4, 4)
        paint_card(painter, self._card(), theme)
        painter.end()

    @property
    def _inner_px(self) -> int:
        """From the card's edge to what is in it."""
        return _NARROW_INNER_PX if self._is_narrow else _INNER_PX

    def _arrange(self, *, is_narrow: bool) -> None:
        """Where the cards do not fit side by side, they stand below one another."""
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self._colours_label.setVisible(not is_narrow)
        self._cards.setDirection(QHBoxLayout.Direction.TopToBottom if is_narrow else QHBoxLayout.Direction.LeftToRight)
        self.colours.arrange(2 if is_narrow else 4)
        self._rows.activate()  # the card is as high as they need

    def _ask(self, wanted: SignalInstance) -> None:
        self.show_feed(self._feed)
        wanted.emit()

    def _card_in(self, area: QRect) -> QRect:
        width = min(WIDTH_PX, area.width() - (8 if self._is_narrow else 16))
        height = _FIRST_HEIGHT_PX if self._is_first else _HEIGHT_PX
        if self._is_first and self._is_narrow:
            height = _FIELD_TOP_PX + _FIELD_PX + 18 + self._rows.sizeHint().height() + 20
        top = max(8, min(44, (area.height() - height) // 3))
        return QRect(area.left() + (area.width() - width) // 2, area.top() + top, width, height)

    def _card(self) -> QRect:
        return self.rect() if self._has_rows else self._card_in(self.rect())
