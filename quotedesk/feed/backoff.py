"""How long to wait before dialling again: capped, with full jitter, forgotten only after a calm with data."""

import random


class Backoff:
    """Waits that grow with each loss.

    Attributes:
        minimum_s: no wait is shorter.
        most_s: none is longer, unless that is shorter than the minimum.
        losses: how many since the last calm.
    """

    def __init__(self, minimum_s: float, most_s: float, rng: random.Random) -> None:
        self.minimum_s = minimum_s
        self.most_s = most_s
        self.losses = 0
        self._rng = rng

    def next_s(self) -> float:
        """The wait after one more loss, in seconds."""
        self.losses += 1
        return max(self.minimum_s, self._rng.uniform(0.0, min(self.most_s, 2.0 ** min(self.losses, 10))))

    def calm(self) -> None:
        """The link held, and data came: the next loss starts from the minimum."""
        self.losses = 0
