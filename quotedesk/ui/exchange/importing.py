"""Reads list files a slice at a time, so that the desk goes on, then asks where the rows are to go."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from quotedesk import formats
from quotedesk.config import foreign_list
from quotedesk.formats import encoding
from quotedesk.formats.base import NotAListError
from quotedesk.lists.list_parser import ListParser
from quotedesk.lists.list_reader import ListReader
from quotedesk.ui.exchange.import_dialog import ImportDialog
from quotedesk.ui.exchange.mime_in import LongText, Source
from quotedesk.ui.looks.appearance import Appearance

SLICE_MS = 8


class Importing(QObject):
    """Imports into the lists of one window.

    Signals:
        chosen(parsed, name): rows to be added; to a new list of that name, or "" to the one that is shown.
        refused(str): a file that cannot be a list, one plain line.
    """

    chosen = Signal(object, str)
    refused = Signal(str)

    def __init__(self, reader: ListReader, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self.dialog: ImportDialog | None = None
        self._reader = reader
        self._appearance = appearance
        self._steps: Iterator[int] = iter(())
        self._readings: tuple[ListParser, ListParser] = (ListParser(reader, apart=True), ListParser(reader))
        self._of = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._read)

    def begin(self, files: Sequence[Source], into_shown: bool = False) -> None:
        """Read them, each in its own format; `into_shown`: propose to add their rows to the list that is shown."""
        if len(files) == 1 and not isinstance(files[0], LongText):
            try:
                encoding.parts(foreign_list.read(files[0]))
            except NotAListError as fault:
                self.refused.emit(f"Nothing was imported. {fault}.")
                return
        if self.dialog is not None:
            self.dialog.close()
        name = files[0].name if len(files) == 1 else f"{len(files)} files"
        parent = self.parent()
        dialog = ImportDialog(name, files[0].stem, self._reader.watchlist.name, self._appearance, parent)  # type: ignore[arg-type]
        dialog.into.setChecked(into_shown)
        dialog.stopped.connect(self._stop)
        dialog.chosen.connect(self._choose)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        self.dialog = dialog
        self._readings = (ListParser(self._reader, apart=True), ListParser(self._reader))
        self._of = sum(_size(each) for each in files)
        self._steps = self._reading(files)
        dialog.show_progress(0, self._of)
        dialog.open()
        self._timer.start()

    def _reading(self, files: Sequence[Source]) -> Iterator[int]:
        """Read a little of the files at each step; gives how many bytes are done."""
        done = 0
        for each in files:
            for reading in self._readings:
                reading.file = each.name if len(files) > 1 else ""
            try:
                if isinstance(each, LongText):
                    parts, size = encoding.text_parts(each.text), len(each.text)
                else:
                    data = foreign_list.read(each)
                    yield done
                    parts, size = encoding.parts(data), len(data)
                read = 0
                for entry in formats.entries(parts, self._reader):
                    if entry is None:
                        read += encoding.PART
                    else:
                        for reading in self._readings:
                            reading.add(entry)
                    yield done + min(read, size)
                done += size
            except NotAListError as fault:
                for reading in self._readings:
                    reading.refuse(each.name, str(fault))

    def _read(self) -> None:
        """The next slice."""
        assert self.dialog is not None
        clock = QElapsedTimer()
        clock.start()
        for done in self._steps:
            if clock.elapsed() >= SLICE_MS:
                self.dialog.show_progress(done, self._of)
                return
        self._timer.stop()
        apart, into = self._readings
        self.dialog.show_report(apart.result(), into.result())

    def _stop(self) -> None:
        self._timer.stop()
        self._steps = iter(())
        self._readings = (ListParser(self._reader, apart=True), ListParser(self._reader))

    def _choose(self, name: str) -> None:
        assert self.dialog is not None
        apart, into = self._readings
        self.chosen.emit((apart if name else into).result(self.dialog.decisions), name)

    def _forget(self, dialog: ImportDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None


def _size(source: Source) -> int:
    return len(source.text) if isinstance(source, LongText) else foreign_list.size_of(source)
