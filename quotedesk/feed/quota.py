"""How many symbols the provider's plan has room for on one connection: set by the user, said by the server, or seen.

A provider that silently leaves out what is too much says nothing: ticks then end at one place of the list.
"""

from collections.abc import Callable, Sequence

LATE_TICK_S = 3.0  # a tick this soon after a request may have been on its way before it: it proves nothing
MOST_STRANGE = 0.2  # of the symbols that are served: a silent one among them is no reason to doubt


class Quota:
    """What is known of the plan.

    Attributes:
        most: so many symbols, as the provider documents; None where it does not.
        set_to: so many symbols, by the user; None where they set nothing.
        seen: ticks end after so many symbols of the list; None where they do not. Only a belief: what is beyond is
            still asked for, and one tick of it disproves it.
    """

    def __init__(self, set_to: int | None = None, most: int | None = None) -> None:
        self.most = most
        self.set_to = set_to
        self.seen: int | None = None
        self._took = 0
        self._refused: int | None = None  # the shortest list that was too long

    def took(self, size: int) -> None:
        """The server took a list of this length."""
        self._took = max(self._took, size)
        if self._refused is not None and size >= self._refused:
            self._refused = None  # the plan has grown

    def refused(self, size: int) -> None:
        """The server says that a list of this length is more than the plan allows."""
        self._refused = size if self._refused is None else min(size, self._refused)
        self._took = min(self._took, self._refused - 1)

    def forget(self) -> None:
        """Another key may have another plan. What the user set stays."""
        self.seen, self._took, self._refused = None, 0, None

    @property
    def room(self) -> int | None:
        """How many may be asked for now; None for all. While the limit is searched, less than it may be."""
        trial = None if self._refused is None else (self._took + self._refused) // 2
        return min((each for each in (trial, self.set_to, self.most) if each is not None), default=None)

    @property
    def limit(self) -> int | None:
        """How many are served at most, as far as is known; None where nothing is."""
        return min((each for each, _ in self._known()), default=None)

    @property
    def words(self) -> str:
        """Why a symbol beyond the limit is parked, and what brings it in."""
        size, why = min(self._known(), default=(0, "more symbols than the plan allows"))
        return f"{why.format(size)}. Drag it up, or remove one above it"

    def _known(self) -> list[tuple[int, str]]:
        known = []
        if self.most is not None:
            known.append((self.most, "the provider serves at most {} symbols on one connection"))
        if self.set_to is not None:
            known.append((self.set_to, "the plan has room for {} symbols, as you set in Settings"))
        if self._refused is not None:
            known.append((self._refused - 1, "the server says that the plan has room for {} symbols"))
        if self.seen is not None:
            known.append(
                (self.seen, "acknowledged, but ticks end after the first {} symbols: so far the plan seems to go")
            )
        return known


def edge(
    codes: Sequence[str],
    is_fresh: Callable[[str], bool],
    is_silent: Callable[[str, int], bool],
    is_due: Callable[[str], bool],
) -> int | None:
    """After how many codes of a list ticks end. None where they end nowhere, or where it cannot be told.

    is_fresh: it ticked since the list went out, and not just after; is_silent: it did not for so long that it is
    strange, with so many others; is_due: others of its market tick, or it should be open.
    """
    fresh = [is_fresh(code) for code in codes]
    if True not in fresh:
        return None
    beyond = len(fresh) - fresh[::-1].index(True)
    head, tail = codes[:beyond], codes[beyond:]
    strange = sum(not ticks and is_due(code) for code, ticks in zip(head, fresh, strict=False))
    if strange > MOST_STRANGE * beyond or not all(is_silent(code, len(tail)) for code in tail):
        return None
    return beyond if any(is_due(code) for code in tail) else None
