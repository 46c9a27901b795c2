"""Beside the pointer during a drag: what was read, and what a drop would do."""

from PySide6.QtCore import Qt

from quotedesk.lists.parsed_list import Fate, ParsedList
from quotedesk.market.instrument import shown
from quotedesk.ui.looks.word_panel import PAD_X_PX, Word, WordPanel

WIDEST_PX = 420
_MORE_PX = 90  # kept free for "and 990 more"


class DropPreview(WordPanel):
    """Counts, symbols, and a hint."""

    def tell(self, parsed: ParsedList | None, hint: str) -> None:
        """Show what a text holds (None: rows, which need no reading), and a line of what a drop would do."""
        lines = [] if parsed is None else [_counts(parsed), self._symbols(parsed)]
        self.say([*lines, [Word(hint, "t3")]])

    def _symbols(self, parsed: ParsedList) -> list[Word]:
        """As many as there is room for, and how many more there are."""
        words = [Word(shown(each, parsed.feed), "t1") for each in parsed.new]
        words += [Word(shown(each, parsed.feed), "t3") for each in parsed.here]
        words += [Word(f"“{' '.join(piece.split())}”", "error") for piece in parsed.bad]
        fitting: list[Word] = []
        room: float = WIDEST_PX - 2 * PAD_X_PX - _MORE_PX
        for word in words:
            room -= self.width_px(word)
            if fitting and room < 0:
                return [*fitting, Word(f"and {len(words) - len(fitting)} more", "t3")]
            if room < 0:
                text = self.metrics[0].elidedText(word.text, Qt.TextElideMode.ElideRight, WIDEST_PX - _MORE_PX)
                word = Word(text, word.colour)
            fitting.append(word)
        return fitting


def _counts(parsed: ParsedList) -> list[Word]:
    words: list[Word] = []
    unsure = parsed.count(Fate.UNSURE)
    bad = max(0, len(parsed.bad) - unsure)
    for mark, colour, count, text in (
        ("plus", "accent", len(parsed.new), "new"),
        ("equals", "t2", len(parsed.here), "already here"),
        ("refused", "accent", unsure, "not sure"),
        ("refused", "error", bad, "not a symbol" if bad == 1 else "not symbols"),
    ):
        if count:
            words += [Word("", colour, mark=mark), Word(str(count), "t1", is_strong=True), Word(text, "t2", gap_px=16)]
    if sections := parsed.sections:
        what = f"section {sections[0].name[:20]}" if len(sections) == 1 else f"{len(sections)} sections"
        words += [Word("", "accent", mark="plus"), Word(what, "t2", gap_px=16)]
    if not words:
        why = parsed.fault.why if parsed.fault else "There is no text in this"
        words = [Word("", "error", mark="refused"), Word(why, "t2")]
    return words
