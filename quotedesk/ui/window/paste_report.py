"""What became of each piece of a pasted or dropped text, after its rows came in: the report of an import, to read."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
from PySide6.QtWidgets import QWidget

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.market.instrument import shown
from quotedesk.ui.exchange.import_dialog import ImportDialog
from quotedesk.ui.looks.appearance import Appearance


class PasteReport(ImportDialog):
    """The import's report without its choices: what was to be done is done."""

    def __init__(self, parsed: ParsedList, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("", "", "", appearance, parent)
        self.setWindowTitle("What was pasted")
        for part in (self.apart, self.name, self.into, self.accept_button):
            part.hide()
        lines = parsed.lines or _lines(parsed)
        parsed = replace(
            parsed, lines=tuple(msgspec.structs.replace(line, row=None) for line in lines)
        )  # nothing is left to decide
        self.show_report(parsed, parsed)
        self.counts.show_text(parsed.words)
        self.only_bad.setChecked(parsed.count(Fate.NEW) > 0 and parsed.count(Fate.BAD) > 0)
        self.only_bad.toggled.connect(lambda: self.counts.show_text(parsed.words))
        self.counts.show_text(parsed.words)
        self.table.setFocus()


def _lines(parsed: ParsedList) -> Iterator[ReportLine]:
    """A report of what was no list but symbols among words: there the pieces have no lines of their own."""
    for fate, instruments in ((Fate.NEW, parsed.new), (Fate.HERE, parsed.here)):
        for each in instruments:
            name = shown(each, parsed.feed)
            yield ReportLine(1, name, name, fate)
    for piece in parsed.bad:
        is_first = parsed.fault is not None and parsed.fault.symbol == piece
        yield ReportLine(1, piece, "", Fate.BAD, parsed.fault.why if parsed.fault and is_first else "")
