"""How many a second."""

from collections import deque


class Rate:
    """Over the last few looks; looked at once a second.

    Attributes:
        per_s: NaN before the second look.
    """

    LOOKS = 5

    def __init__(self) -> None:
        self.per_s = float("nan")
        self._looks: deque[tuple[float, int]] = deque(maxlen=self.LOOKS + 1)

    def add(self, total: int, now_s: float) -> None:
        """One look: that many since the start."""
        self._looks.append((now_s, total))
        began_s, before = self._looks[0]
        if now_s > began_s:
            self.per_s = (total - before) / (now_s - began_s)
