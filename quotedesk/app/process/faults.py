"""What goes wrong reaches the log and the user; secrets reach neither."""

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from quotedesk.engine.redactor import Redactor

_LOG_BYTES = 1_000_000
_LOGS_KEPT = 3

log = logging.getLogger("quotedesk")


class _CleanFormatter(logging.Formatter):
    """Formats first, cleans last: so tracebacks are clean as well. A message is one line, whoever wrote it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        return self._redactor.clean(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - its name in logging
        return _line(super().formatMessage(record))


class _LogFile(RotatingFileHandler):
    """On a full disk the run goes on: there is no place to tell it, and the standard way prints what is not clean."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in logging
        pass


def start_log(path: Path, redactor: Redactor) -> None:
    """Log to a rotating file, everything of ours and the warnings of others. Raises OSError."""
    handler = _LogFile(path, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8")
    handler.setFormatter(_CleanFormatter(redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)


class Faults:
    """The end of every unexpected exception: the log, standard error, `show` (the window's notice), and `note`."""

    def __init__(self, redactor: Redactor, note: Callable[[str], None] | None = None) -> None:
        self.show: Callable[[str], None] | None = None
        self._note = note
        self._redactor = redactor

    def catch_all(self) -> None:
        """Take what nobody caught: errors in Qt slots and overridden methods arrive here, too."""
        sys.excepthook = self._hook

    def of_loop(self, loop: object, context: Mapping[str, Any]) -> None:
        """Take what a loop's callbacks raised: the handler of asyncio's set_exception_handler."""
        if fault := context.get("exception"):
            self.report(fault)
        else:
            log.error("%s", context["message"])

    def report(self, fault: BaseException) -> None:
        """An unexpected exception."""
        log.error("unexpected fault", exc_info=(type(fault), fault, fault.__traceback__))
        while isinstance(fault, BaseExceptionGroup):
            fault = fault.exceptions[0]
        line = self._redactor.clean(_line(f"Unexpected fault: {type(fault).__name__}: {fault}. The log has more."))
        if self._note:
            self._note(self._redactor.clean("".join(traceback.format_exception(fault))))
        if sys.stderr is not None:  # a windowed program has none
            print(f"quotedesk: {line}", file=sys.stderr)
        if self.show:
            self.show(line)

    def _hook(self, kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            self.report(fault)


def _line(text: str) -> str:
    """The text in one line that can do nothing to a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
