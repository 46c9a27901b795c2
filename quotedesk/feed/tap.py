"""Where a flight recorder listens: below the codec, at every connection."""

from collections.abc import Sequence
from typing import Protocol


class Tap(Protocol):
    """Is told what passes on the connections of one session. It may not block. All times are monotonic seconds."""

    def dialled(self, now_s: float) -> None:
        """One is being made."""

    def opened(self, now_s: float) -> None:
        """It is up."""

    def came(self, batch: Sequence[bytes], now_s: float) -> None:
        """Frames were read, in this order. They must not change from now on."""

    def went(self, frame: bytes, now_s: float) -> None:
        """A frame was written. It holds no key."""

    def ponged(self, sent_s: float, now_s: float) -> None:
        """The server answered the ping sent then."""

    def lost(self, reason: str, now_s: float, *, is_denied: bool, retry_after_s: float) -> None:
        """It is gone, or could not be made."""

    def hung_up(self, now_s: float) -> None:
        """It was closed from here."""
