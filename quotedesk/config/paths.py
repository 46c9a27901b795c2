"""Where things are: a profile's files, and the resources that ship with the program."""

from pathlib import Path

import platformdirs

from quotedesk.config import private

_PACKAGE = Path(__file__).resolve().parent.parent


class Profile:
    """One folder that holds all state of a run.

    Attributes:
        folder: it; made by `make`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or _usual_folder()

    @property
    def settings(self) -> Path:
        return self.folder / "settings.toml"

    @property
    def window(self) -> Path:
        return self.folder / "window.toml"

    @property
    def formulas(self) -> Path:
        """The file of the columns that the user made."""
        return self.folder / "formulas.toml"

    @property
    def alerts(self) -> Path:
        """The file of the user's alert rules."""
        return self.folder / "alerts.toml"

    @property
    def firings(self) -> Path:
        """The file of what alerts have told."""
        return self.folder / "alerts.sqlite"

    @property
    def positions(self) -> Path:
        """The file of what the user holds."""
        return self.folder / "positions.toml"

    @property
    def synced(self) -> Path:
        """The file of what was last agreed with the relay on lists."""
        return self.folder / "synced.toml"

    @property
    def log(self) -> Path:
        return self.folder / "log" / "quotedesk.log"

    @property
    def crash(self) -> Path:
        return self.folder / "log" / "crash.txt"

    @property
    def lock(self) -> Path:
        return self.folder / "in-use.lock"

    @property
    def socket(self) -> Path:
        """Where other programs read quotes while one of ours runs on the profile; a pipe is named after it."""
        return self.folder / "serve.sock"

    @property
    def lists_file(self) -> Path:
        """The file of all lists."""
        return self.folder / "lists.toml"

    @property
    def directories(self) -> Path:
        """The file of all feeds' symbol directories."""
        return self.folder / "symbols.sqlite"

    def lists(self, feed: str) -> Path:
        """The file that earlier versions kept a feed's lists in; to be taken over."""
        return self.folder / "lists" / f"{feed}.toml"

    def prices(self, feed: str) -> Path:
        """The file of a feed's last prices."""
        return self.folder / "prices" / f"{feed}.json"

    @property
    def recording(self) -> Path:
        """The file of the flight recorder."""
        return self.folder / "recording.sqlite"

    @property
    def reference(self) -> Path:
        """The file of what was fetched over HTTP."""
        return self.folder / "fetched.sqlite"

    def make_folder(self) -> None:
        """Make the folder itself, for its user alone. Raises OSError where that cannot be.

        One that was there, in another place than the usual, keeps its rights: who named it may share it.
        """
        private.make_folder(self.folder)
        if self.folder.absolute() == _usual_folder():
            private.narrow(self.folder)

    def make(self) -> None:
        """Make the folders, and close what an earlier version left open to others. Raises OSError as above."""
        self.make_folder()
        for folder in (self.log.parent, self.prices("any").parent):
            private.make_folder(folder)
        for path in (self.lists_file, self.synced, self.positions, self.alerts, self.firings, self.recording):
            for each in self.folder.glob(f"{path.name}*"):  # and the versions of it, and what SQLite puts beside it
                private.narrow(each)


def _usual_folder() -> Path:
    """Where a profile is that nobody chose a folder for."""
    return platformdirs.user_data_path("quotedesk", appauthor=False)


def provided(folder: str, name: str) -> Path | None:
    """A file of a provider, which has a folder of its own among the resources; None where it has not that file.

    `folder` "" stands for none at all. Raises FileNotFoundError where the folder is missing.
    """
    path = resource(folder) / name if folder else None
    return path if path is not None and path.exists() else None


def resource(name: str) -> Path:
    """A file or folder that ships with the program. Raises FileNotFoundError."""
    for folder in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        if (path := folder / name).exists():
            return path
    raise FileNotFoundError(f"{name} is not among the program's resources")
