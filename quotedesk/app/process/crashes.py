"""A run that went wrong, kept for the next start to tell of: what faulthandler wrote, and unexpected faults."""

import faulthandler
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

_MOST_BYTES = 200_000


class Crashes:
    """The file of one profile. It holds stacks and clean texts only.

    Attributes:
        last: what the run before left in it; "" where it ended well.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self.last = ""
        with suppress(OSError):
            self.last = path.read_bytes()[-_MOST_BYTES:].decode("utf-8", "replace").strip()
            path.replace(path.with_suffix(".previous.txt"))

    def watch(self) -> None:
        """From now on the stacks of all threads are written there when the process dies of a signal like SIGSEGV."""
        with suppress(OSError):
            self._file = open(self._path, "a", encoding="utf-8")  # noqa: SIM115 - as long as the program
            faulthandler.enable(self._file)

    def note(self, text: str) -> None:
        """Something went wrong and the run goes on. `text` holds no secret."""
        with suppress(OSError), open(self._path, "a", encoding="utf-8") as file:
            if file.tell() < _MOST_BYTES:
                file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{text.rstrip()}\n\n")

    def stop(self) -> None:
        """The run ends, by itself."""
        if self._file:
            faulthandler.disable()
            self._file.close()
            self._file = None
            with suppress(OSError):
                if not self._path.stat().st_size:
                    self._path.unlink()
