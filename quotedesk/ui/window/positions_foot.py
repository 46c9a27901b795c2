"""The foot of the table: what the positions of the list are together, in one currency, and what is left out of that.

There while the list has any. Looked at a few times a second at most, and only while prices move.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QToolTip, QWidget

from quotedesk.lists.book import Book
from quotedesk.lists.currency import Currencies, decimals_of
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument, shown
from quotedesk.quotes.position_totals import PositionTotals, Totals
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.table import numbers
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.position_columns import BASES_IN_WORDS

FOOT_PX = 28
EVERY_MS, SELDOM_MS = 250, 2000
MOST_SHARE = 0.02  # of the processor: with thousands of rows the foot looks less often
_LEFT_PX, _RIGHT_PX, _BETWEEN_PX = 18, 14, 18
_MOST_NAMED = 6  # rows with one reason, in the tooltip
_USUAL = ("USD", "EUR", "GBP", "CHF", "JPY", "HKD", "CNY", "USDT")


@dataclass(frozen=True, slots=True)
class _Part:
    """A word and its value. What is less wanted goes first where there is no room: the higher `rank`, the sooner."""

    word: str
    value: str
    beside: str = ""
    tint: int = 0
    rank: int = 0


class PositionsFoot(QWidget):
    """Shows the totals of the list that a model shows.

    Attributes:
        said: all that it says, in one line; "" while it is not wanted.

    Signals:
        wanted_changed(): it is to be shown, or not any more.
        currency_chosen(currency): totals are to be given in that; "" for the one that most rows have.
    """

    wanted_changed = Signal()
    currency_chosen = Signal(str)

    def __init__(
        self,
        book: Book,
        model: TableModel,
        currencies: Currencies,
        clock: Clock,
        appearance: Appearance,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._book = book
        self._model = model
        self._currencies = currencies
        self._clock = clock
        self._appearance = appearance
        self._totals = PositionTotals(model.quotes, currencies.pair)
        self._now: Totals | None = None
        self._parts: list[_Part] = []
        self._left_out: tuple[str, ...] = ()  # ever shorter
        self._widest: dict[str, int] = {}  # how wide a part was, by its word
        self.said = ""
        self._button = QToolButton(self)
        self._button.setProperty("choice", "true")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # its mark stands at the right
        self._button.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self._button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._button.setToolTip("The currency of these totals")
        self._menu = Menu(self._button)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._button.setMenu(self._menu)
        self._timer = QTimer(self, singleShot=True, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self.setAccessibleName("Totals")
        appearance.changed.connect(self._dress)
        self._dress()
        self.hide()

    @property
    def is_wanted(self) -> bool:
        """Has the list any position?"""
        return self._now is not None

    def refresh(self) -> None:
        """Prices moved: look soon."""
        if self._book.held.positions and not self._timer.isActive():
            self._timer.start()

    def look(self) -> None:
        """Show what is so now."""
        cost = QElapsedTimer()
        cost.start()
        held, was_wanted = self._book.held, self.is_wanted
        rows = self._model.watchlist.instruments
        now_s = self._clock.now_s()
        self._now = self._totals.now(rows, held.currency, now_s) if held.positions else None
        self._say()
        if self.is_wanted != was_wanted:
            self.wanted_changed.emit()
        self._timer.setInterval(min(max(EVERY_MS, round(cost.nsecsElapsed() / 1e6 / MOST_SHARE)), SELDOM_MS))
        if self._now is not None and self._model.quotes.positions.jumps:
            self._timer.start()  # a doubt is over by the clock, too

    def tip(self) -> str:
        """All that is to be known of the totals."""
        return "" if self._now is None else "\n".join(_told(self._now, self._named, self._model.quotes))

    # Inside

    def _dress(self) -> None:
        theme = self._appearance.theme
        marks = Glyphs(self.devicePixelRatioF())
        self._button.setIcon(QIcon(marks.pixmap("unfolded", theme.t3, theme.table)))
        self.update()

    def _say(self) -> None:
        totals = self._now
        parts, left_out = (_parts(totals, self._book.held.is_hidden), _left_out(totals)) if totals else ([], ())
        told = [" ".join(filter(None, (each.word, each.value, each.beside))) for each in parts]
        said = ", ".join([*told, *left_out[:1]])
        currency = totals.currency or "Currency" if totals else ""
        if (said, currency) == (self.said, self._button.text()):
            return
        self.said, self._parts, self._left_out = said, parts, left_out
        if currency != self._button.text():
            self._widest.clear()
        self._button.setText(currency)
        self._button.setAccessibleName(f"Totals in {currency}")
        self.setAccessibleName(f"Totals in {currency}: {said}")
        self._lay_out()
        self.update()

    def _named(self, row: Instrument) -> str:
        return shown(row, self._model.watchlist.feed)

    def _fill_menu(self) -> None:
        self._menu.clear()
        rows = self._model.watchlist.instruments
        held = [self._currencies.of(row) for row in rows if row in self._book.held.positions]
        rates = [side for row in rows if (pair := self._currencies.pair(row)).is_rate for side in pair]
        usual = self._menu.addAction("As most rows have it")
        usual.triggered.connect(lambda: self.currency_chosen.emit(""))
        usual.setCheckable(True)
        usual.setChecked(not self._book.held.currency)
        self._menu.addSeparator()
        known = [each for each in dict.fromkeys((*held, *_USUAL, *(one for one in rates if one in _USUAL))) if each]
        for each in known:
            action = self._menu.addAction(each)
            action.setCheckable(True)
            action.setChecked(each == self._book.held.currency)
            action.triggered.connect(lambda checked=False, each=each: self.currency_chosen.emit(each))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), tips.as_shown(self.tip()), self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widest.clear()
        self._lay_out()

    def _lay_out(self) -> None:
        self._button.setGeometry(_LEFT_PX, 3, self._button_px, FOOT_PX - 5)

    @property
    def _button_px(self) -> int:
        return self._button.fontMetrics().horizontalAdvance(self._button.text()) + SIDE_PX + 16

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.table)
        painter.fillRect(0, 0, self.width(), 1, theme.line)
        left, right = _LEFT_PX + self._button_px + 10, self.width() - _RIGHT_PX
        small, strong = look.font(12), look.font(13, strong=True)
        words, figures = QFontMetrics(small), QFontMetrics(strong)
        baseline = round((FOOT_PX + figures.capHeight()) / 2) + 1

        def width_of(part: _Part) -> int:
            beside = words.horizontalAdvance(part.beside) + 5 if part.beside else 0
            word = words.horizontalAdvance(part.word) + 6 if part.word else 0
            # As wide as it ever was, so that nothing shifts with a digit.
            width = self._widest[part.word] = max(
                self._widest.get(part.word, 0), word + figures.horizontalAdvance(part.value) + beside
            )
            return width

        parts, out = self._fitting(right - left, width_of, words)
        if out:
            at = right - words.horizontalAdvance(out)
            head, _, rest = out.partition(":")
            painter.setFont(small)
            painter.setPen(theme.warn)
            painter.drawText(QPoint(at, baseline), head)
            painter.setPen(theme.t3)
            painter.drawText(QPoint(at + words.horizontalAdvance(head), baseline), f":{rest}" if rest else "")
        if self._book.held.is_hidden:
            marks = Glyphs(self.devicePixelRatioF())
            marks.blit(painter, "hidden", left + SIDE_PX / 2, FOOT_PX / 2 + 1, theme.t2, theme.table)
            left += SIDE_PX + 8
        for part in parts:
            self._paint_part(painter, part, left, baseline, words, figures)
            left += width_of(part) + _BETWEEN_PX
        painter.end()

    def _fitting(self, room: int, width_of: Callable[[_Part], int], words: QFontMetrics) -> tuple[Sequence[_Part], str]:
        """What there is room for, and the longest of the words for what is left out that goes with it."""
        hidden_px = SIDE_PX + 8 if self._book.held.is_hidden else 0
        for most in range(max((part.rank for part in self._parts), default=0), -1, -1):
            parts = [part for part in self._parts if part.rank <= most]
            taken = hidden_px + sum(width_of(part) + _BETWEEN_PX for part in parts)
            for out in self._left_out or ("",):
                if taken + words.horizontalAdvance(out) <= room:
                    return parts, out
        return [part for part in self._parts if part.rank == 0], self._left_out[-1] if self._left_out else ""

    def _paint_part(
        self, painter: QPainter, part: _Part, left: int, baseline: int, words: QFontMetrics, figures: QFontMetrics
    ) -> None:
        """Draw one."""
        theme = self._appearance.theme
        tints: dict[int, QColor] = {1: theme.up, -1: theme.down, 0: theme.t1}
        colour = theme.t3 if part.value == numbers.UNKNOWN else tints[part.tint]
        if part.word:
            painter.setFont(look.font(12))
            painter.setPen(theme.t3)
            painter.drawText(QPoint(left, baseline), part.word)
            left += words.horizontalAdvance(part.word) + 6
        painter.setFont(look.font(13, strong=True))
        painter.setPen(colour)
        painter.drawText(QPoint(left, baseline), part.value)
        left += figures.horizontalAdvance(part.value)
        if part.beside:
            painter.setFont(look.font(12))
            painter.drawText(QPoint(left + 5, baseline), part.beside)


def _parts(totals: Totals, is_hidden: bool) -> list[_Part]:
    """The sums in words, the most wanted first."""
    if is_hidden:
        return [_Part("", "Amounts hidden"), _Part("Ctrl+Alt+H shows them", "", rank=1)]
    decimals = decimals_of(totals.currency)
    total = numbers.amount(totals.total, decimals, is_signed=True)
    day = numbers.amount(totals.day, decimals, is_signed=True)
    share = "" if totals.percent is None else f"({numbers.amount(totals.percent, 2, is_signed=True)} %)"
    return [
        _Part("P/L", total, share, _tint(total)),
        _Part("Day", day, tint=_tint(day), rank=1),
        _Part("Value", numbers.amount(totals.value, decimals), rank=2),
    ]


def _tint(said: str) -> int:
    return (said[:1] == "+") - (said[:1] == numbers.MINUS)


def _left_out(totals: Totals) -> tuple[str, ...]:
    """What is not in the sums, in ever fewer words; nothing where all is."""
    reasons = []
    for currency, rows in totals.no_rate.items():
        why = f"no rate for {currency}" if currency else "currency not known"
        reasons.append(f"{len(rows):,} {why}")
    if totals.in_doubt:
        reasons.append(f"{len(totals.in_doubt):,} in doubt")
    extra = []
    if totals.delayed:
        extra.append(f"{len(totals.delayed):,} delayed")
    if totals.without_base and totals.day is not None:  # else its dashes say so
        extra.append(f"Day without {len(totals.without_base):,}")
    if totals.without_cost and totals.total is not None:
        extra.append(f"P/L without {len(totals.without_cost):,}")
    short = f"{totals.left_out:,} left out" if totals.left_out else ""
    if not reasons:
        return ("; ".join(extra), "") if extra else ()
    why = reasons[0].partition(" ")[2] if len(reasons) == 1 else ", ".join(reasons)
    return ("; ".join([f"{short}: {why}", *extra]), f"{short}: {why}", short)


def _told(totals: Totals, name_of: Callable[[Instrument], str], quotes: Quotes) -> list[str]:
    """The tooltip's lines."""

    def names(rows: Sequence[Instrument]) -> str:
        few = ", ".join(name_of(row) for row in rows[:_MOST_NAMED])
        return f"{few} and {len(rows) - _MOST_NAMED:,} more" if len(rows) > _MOST_NAMED else few

    many = "1 position" if totals.counted == 1 else f"{totals.counted:,} positions"
    lines = [f"{many} of this list, in {totals.currency or 'no known currency'}"]
    for currency, rate in totals.rates.items():
        if rate.row is not None:
            price = numbers.amount(rate.price, quotes.decimals_of("last", quotes.slot(rate.row)))
            lines.append(f"{currency} by {name_of(rate.row)} at {price}")
    for currency, rows in totals.no_rate.items():
        if currency:
            add = f"add {currency}{totals.currency} or {totals.currency}{currency} to the list"
            lines.append(f"Left out, as no row is a rate for {currency} ({add}): {names(rows)}")
        else:
            lines.append(f"Left out, as their currency is not known: {names(rows)}")
    for doubt in dict.fromkeys(totals.in_doubt.values()):
        rows = [row for row, each in totals.in_doubt.items() if each is doubt]
        lines.append(f"Left out, {doubt.words}: {names(rows)}")
    bases = Counter(quotes.base_of(quotes.slot(row))[0] for row in totals.rows if row not in totals.without_base)
    if bases:
        lines.append(
            f"Day counts from {', '.join(f'{BASES_IN_WORDS[name]} ({count})' for name, count in bases.items())}"
        )
    if totals.delayed:
        lines.append(f"With delayed prices: {names(totals.delayed)}")
    if totals.without_base:
        lines.append(f"Not in Day, as the feed told no price to count the day from: {names(totals.without_base)}")
    if totals.without_cost:
        lines.append(f"Not in P/L, as their cost is not known: {names(totals.without_cost)}")
    if totals.elsewhere:
        lines.append(f"Held, and not in this list: {names(totals.elsewhere)}")
    return lines
