"""Where a flight recorder listens: below the codec, at every connection."""

from collections.abc import Sequence
from typing import Protocol

from quotedesk.feed.session import Session


class Tap(Protocol):
    """Is told what passes on connections. It may not block. All times are monotonic seconds.

    `link` is what `linked` gave.
    """

    def linked(self, session: Session, now_s: float) -> int:
        """There will be connections of this session; returns their number."""

    def dialled(self, link: int, now_s: float) -> None:
        """It is being made."""

    def opened(self, link: int, now_s: float) -> None:
        """It is up."""

    def came(self, link: int, batch: Sequence[bytes], now_s: float) -> None:
        """Frames were read, in this order. They must not change from now on."""

    def went(self, link: int, frame: bytes, now_s: float) -> None:
        """A frame was written. It holds no key."""

    def ponged(self, link: int, sent_s: float, now_s: float) -> None:
        """The server answered the ping sent then."""

    def lost(self, link: int, reason: str, now_s: float, *, is_denied: bool, retry_after_s: float) -> None:
        """It is gone, or could not be made."""

    def hung_up(self, link: int, now_s: float) -> None:
        """It was closed from here."""
