"""View > Feeds: which feeds are known, where each one's key comes from, and how its links are now."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import GlyphLabel, plain_label

_INDENT_PX = 22
_ADVICE = "Any list may hold symbols of several feeds: AAPL.US@alltick. A list's own feed is chosen in List > Feed."


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link of a feed.

    Attributes:
        shape, colour: its mark (a name of ui/looks/glyphs and one of the theme's colours).
        words: its state; plain text, may hold the server's words.
    """

    shape: str
    colour: str
    words: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed.

    Attributes:
        name: as @NAME has it; "" for what is no feed.
        origin: where its key comes from, in words; "" while that is not known.
        links: its links in use.
    """

    name: str
    title: str
    origin: str = ""
    links: tuple[LinkLine, ...] = ()

    @property
    def words(self) -> str:
        """All of it, in one line."""
        origin = f" ({self.origin})" if self.origin else ""
        return f"{self.title}{origin}: {'; '.join(link.words for link in self.links) or 'not in use'}"


class FeedsWindow(QDialog):
    """An overview, not a choice; gone with Esc."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Feeds")
        self._appearance = appearance
        self._lines: tuple[FeedLine, ...] = ()
        self._body = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 20, 24, 16)
        self._column.addWidget(self._body)
        self._column.addSpacing(12)
        close = QPushButton("C&lose")
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(plain_label(look.font(12), "t3", _ADVICE), 1)
        foot.addSpacing(24)
        foot.addWidget(close)
        self._column.addLayout(foot)

    @property
    def lines(self) -> tuple[FeedLine, ...]:
        """What is shown."""
        return self._lines

    def show_feeds(self, lines: Sequence[FeedLine]) -> None:
        """Show these feeds, in this order."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(2, 1)
        for line in self._lines:
            row = grid.rowCount()
            if row > 1:
                grid.setRowMinimumHeight(row, 8)
                row += 1
            title = plain_label(look.font(strong=True), "t1", line.title)
            title.setAccessibleName(line.words)
            grid.addWidget(title, row, 0)
            grid.addWidget(plain_label(look.font(12), "t3", line.name and f"@{line.name}"), row, 1)
            grid.addWidget(plain_label(look.font(12), "t2", line.origin), row, 2)
            for below, link in enumerate(line.links or (LinkLine("quiet", "t3", "not in use"),), start=row + 1):
                grid.addWidget(_Link(link, self._appearance), below, 0, 1, 3)
        self._column.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body


class _Link(QWidget):
    def __init__(self, link: LinkLine, appearance: Appearance) -> None:
        super().__init__()
        mark = GlyphLabel(appearance, "raised")
        mark.show_mark(link.shape, link.colour)
        words = plain_label(look.font(12), "t2" if link.colour != "t3" else "t3", link.words)
        line = QHBoxLayout(self)
        line.setContentsMargins(_INDENT_PX - mark.width() // 2 - 8, 0, 0, 0)
        line.setSpacing(7)
        line.addWidget(mark)
        line.addWidget(words, 1)
