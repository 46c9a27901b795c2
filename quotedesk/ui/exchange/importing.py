"""Reads list files a slice at a time, so that the desk goes on, then asks where the rows are to go."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from quotedesk import formats
from quotedesk.config import foreign_list
from quotedesk.formats.base import Entry, NotAListError
from quotedesk.lists.list_reader import ListParser, ListReader
from quotedesk.ui.exchange.import_dialog import ImportDialog
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
        self._entries: Iterator[Entry] = iter(())
        self._readings: tuple[ListParser, ListParser] = (ListParser(reader, apart=True), ListParser(reader))
        self._done = self._of = 0
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._read)

    def begin(self, files: Sequence[Path], into_shown: bool = False) -> None:
        """Read them; `into_shown`: propose to add their rows to the list that is shown."""
        try:
            texts = [foreign_list.read(each) for each in files]
        except NotAListError as fault:
            self.refused.emit(f"Nothing was imported. {fault}.")
            return
        if self.dialog is not None:
            self.dialog.close()
        file = files[0].name if len(files) == 1 else f"{len(files)} files"
        parent = self.parent()
        dialog = ImportDialog(file, files[0].stem, self._reader.watchlist.name, self._appearance, parent)  # type: ignore[arg-type]
        dialog.into.setChecked(into_shown)
        dialog.stopped.connect(self._timer.stop)
        dialog.chosen.connect(self._choose)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        self.dialog = dialog
        self._entries = (entry for text in texts for entry in formats.entries(text))
        self._readings = (ListParser(self._reader, apart=True), ListParser(self._reader))
        self._done, self._of = 0, sum(text.count("\n") + 1 for text in texts)
        dialog.show_progress(0, self._of)
        dialog.open()
        self._timer.start()

    def _read(self) -> None:
        """The next slice."""
        assert self.dialog is not None
        clock = QElapsedTimer()
        clock.start()
        for entry in self._entries:
            for reading in self._readings:
                reading.add(entry)
            self._done = max(self._done, entry.line)
            if clock.elapsed() >= SLICE_MS:
                self.dialog.show_progress(self._done, self._of)
                return
        self._timer.stop()
        apart, into = self._readings
        self.dialog.show_report(apart.result(), into.result())

    def _choose(self, name: str) -> None:
        apart, into = self._readings
        self.chosen.emit((apart if name else into).result(), name)

    def _forget(self, dialog: ImportDialog) -> None:
        if self.dialog is dialog:
            self.dialog = None
