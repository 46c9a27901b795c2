"""A program that reads quotes from ours: a Unix socket, lines, and nothing of quotedesk."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 30.0


class LocalClient:
    """Attributes: `told` is all that it was told by itself, in order."""

    def __init__(self, place: Path) -> None:
        self.told: list[dict[str, Any]] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE_S)
        self._socket.connect(str(place))
        self._lines = self._socket.makefile("rb")
        self._call_id = 0

    def line(self) -> dict[str, Any]:
        """The next line."""
        line = self._lines.readline()
        assert line, "it was hung up on"
        read: dict[str, Any] = json.loads(line)
        return read

    def ask(self, method: str, **params: object) -> Any:
        """The answer: its result, or its error."""
        self._call_id += 1
        asked = {"jsonrpc": "2.0", "id": self._call_id, "method": method, "params": params}
        self._socket.sendall(json.dumps(asked).encode() + b"\n")
        while "id" not in (line := self.line()):
            self.told.append(line)
        return line.get("result", line.get("error"))

    def until(self, enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read on up to a notification that is enough; returns it."""
        while True:
            self.told.append(self.line())
            if enough(self.told[-1]):
                return self.told[-1]

    def has_ended(self) -> bool:
        """Read to the end."""
        while self._lines.readline():
            pass
        return True

    def close(self) -> None:
        self._lines.close()
        self._socket.close()
