"""The File menu: windows, and lists from and for other programs."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from quotedesk import formats
from quotedesk.config import foreign_list
from quotedesk.formats import tradingview, tws
from quotedesk.formats.base import Format
from quotedesk.lists.list_writer import ListWriter
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.ui.exchange import mime_out as outgoing
from quotedesk.ui.exchange.importing import Importing
from quotedesk.ui.exchange.mime_in import Source
from quotedesk.ui.looks import folders
from quotedesk.ui.looks.actions import act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.message import Level, Message
from quotedesk.ui.window.list_menu import ListMenu
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

_FILTERS = {f"{each.TITLE} (*{each.SUFFIX})": each for each in formats.FORMATS.values()}
_READ = "Lists (*.txt *.csv *.tsv *.set);;All files (*)"


class FileMenu(Menu):
    """The File menu of one window.

    Signals:
        close_requested(): this window is to be closed.
        noticed(message): what came of it: a plain line, or a Message.
        imported(path): a file's rows came into a list.
    """

    close_requested = Signal()
    noticed = Signal(object)
    imported = Signal(object)

    def __init__(
        self, panel: WatchlistPanel, lists: ListMenu, appearance: Appearance, requests: Requests, parent: QWidget
    ) -> None:
        super().__init__("&File", parent)
        self._panel = panel
        self._lists = lists
        self._parent = parent
        self._folder = folders.documents()
        self._files: Sequence[Source] = ()  # that are being imported
        self._importing = Importing(panel.reader, appearance, parent)
        self._importing.chosen.connect(self._take)
        self._importing.refused.connect(lambda words: self.noticed.emit(Message(words, Level.ERROR)))
        panel.files_brought.connect(lambda files: self.import_files(files, into_shown=True))
        act(self, "New &window", "Ctrl+N", requests.window.emit)
        act(self, "Close w&indow", "Ctrl+Shift+W", self.close_requested.emit)
        self.addSeparator()
        act(self, "I&mport list\N{HORIZONTAL ELLIPSIS}", "Ctrl+O", self._ask_for_file)
        act(self, "&Export list\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+S", self._ask_where_to)
        self.addSeparator()
        act(self, "&Settings\N{HORIZONTAL ELLIPSIS}", "Ctrl+,", requests.settings.emit)
        self.addSeparator()
        act(self, "&Quit", "Ctrl+Q", requests.quit.emit)

    def import_files(self, files: Sequence[Source], into_shown: bool = False) -> None:
        """Read them and ask where the rows are to go."""
        self._files = files
        self._importing.begin(files, into_shown)

    def export(self, path: Path, format: Format) -> None:
        """Save the list that is shown."""
        rows = outgoing.named(self._panel.watchlist, self._panel.model)
        parts = formats.parts(rows, format)
        try:
            for number, part in enumerate(parts, start=1):
                name = path if number == 1 else path.with_stem(f"{path.stem} {number}")
                foreign_list.write(name, format.write(part), format)
        except OSError as fault:
            told = f"{path.name} could not be saved ({fault.strerror}). Choose another folder."
            self.noticed.emit(Message(told, Level.ERROR))
            return
        self.noticed.emit(" ".join(self._saved(path, format, len(parts))))

    def _saved(self, path: Path, format: Format, parts: int) -> list[str]:
        """What to tell of an export."""
        instruments = self._panel.watchlist.instruments
        told = [f"{len(instruments):,} symbols saved as {path.name}."]
        if parts > 1:
            told.append(f"TradingView takes {tradingview.MOST:,} at a time, so there are {parts} files.")
        writer = ListWriter(self._panel.watchlist.feed, self._panel.model.reader.directories)
        guessed = sum(map(writer.is_guess, instruments))
        if guessed and format in (tradingview, tws):
            told.append(f"{guessed:,} US symbols were given NASDAQ as their exchange, which is a guess.")
        return told

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._parent, "Import a list", self._folder, _READ)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.import_files([Path(name) for name in names]))
        self._open(dialog)

    def _ask_where_to(self) -> None:
        name = self._panel.watchlist.name.replace("/", "-").replace("\\", "-")
        dialog = QFileDialog(self._parent, "Export the list", self._folder, ";;".join(_FILTERS))
        dialog.selectFile(f"{name}.txt")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_FILTERS[chosen].SUFFIX[1:]))
        dialog.fileSelected.connect(lambda name: self.export(Path(name), _FILTERS[dialog.selectedNameFilter()]))
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._remember_folder)
        dialog.open()

    def _remember_folder(self, name: str) -> None:
        self._folder = str(Path(name).parent)

    def _take(self, parsed: ParsedList, name: str) -> None:
        if name:
            watchlist = self._lists.add(name, parsed.rows, self._panel.watchlist.feed)
            self.noticed.emit(Message(f"{watchlist.name}: {parsed.words}", undoes=True))
        else:
            self._panel.add(parsed)
        if len(self._files) == 1 and isinstance(self._files[0], Path):
            self.imported.emit(self._files[0])
