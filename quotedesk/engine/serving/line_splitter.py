"""Bytes in, whole lines out; what is longer than a line may be is passed over, and costs no memory."""

LONGEST = 256 * 1024


class LineSplitter:
    """Lines end with \\n; \\r before it and empty lines are nothing.

    Attributes:
        waiting: how many bytes are kept.
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._kept = bytearray()
        self._looked = 0  # so far there is no end of a line in it
        self._is_passing = False

    @property
    def waiting(self) -> int:
        return len(self._kept)

    def feed(self, data: bytes) -> None:
        """Take more bytes."""
        self._kept += data

    def next(self) -> bytes | None:
        """The next line; b"" stands for one that was too long, None: there is no whole line."""
        while True:
            end = self._kept.find(b"\n", self._looked)
            if end < 0:
                if self._is_passing or len(self._kept) > self._longest:
                    was_passing, self._is_passing = self._is_passing, True
                    self._kept.clear()
                    self._looked = 0
                    return None if was_passing else b""
                self._looked = len(self._kept)
                return None
            line = b"" if end > self._longest else bytes(self._kept[:end])
            del self._kept[: end + 1]
            self._looked = 0
            if self._is_passing:
                self._is_passing = False
            elif end > self._longest or line.strip():
                return line
