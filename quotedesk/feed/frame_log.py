"""The last frames in and out, for whoever wants to see what was said."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

KEPT = 200
# Of one frame: a server may send megabytes; our own longest is a list of symbols.
KEPT_IN_BYTES = 4_096
KEPT_OUT_BYTES = 32_768


class Frame(NamedTuple):
    """A wire message.

    Attributes:
        at_utc_s: when it was read or written.
        link: on which connection, see LinkStatus.name.
        is_out: written, not read.
        data: as it was on the wire; only the beginning where it was too long.
        size_bytes: of the whole frame.
    """

    at_utc_s: float
    link: str
    is_out: bool
    data: bytes
    size_bytes: int

    @property
    def is_cut(self) -> bool:
        """Is `data` only its beginning?"""
        return len(self.data) < self.size_bytes


class FrameLog:
    """The last KEPT frames of all connections together. It holds on to the bytes, and looks at none of them."""

    def __init__(self) -> None:
        self._ring: deque[tuple[float, str, bool, bytes, int]] = deque(maxlen=KEPT)

    def came(self, link: str, batch: Sequence[bytes], at_utc_s: float) -> None:
        """Frames were read, in this order."""
        for data in batch if len(batch) <= KEPT else batch[-KEPT:]:
            size_bytes = len(data)
            kept = data if size_bytes <= KEPT_IN_BYTES else data[:KEPT_IN_BYTES]
            self._ring.append((at_utc_s, link, False, kept, size_bytes))

    def went(self, link: str, data: bytes, at_utc_s: float) -> None:
        """A frame was written. `data` holds no key."""
        self._ring.append((at_utc_s, link, True, data[:KEPT_OUT_BYTES], len(data)))

    def frames(self) -> list[Frame]:
        """Oldest first."""
        return [Frame(*each) for each in self._ring]
