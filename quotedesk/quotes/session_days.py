"""Of which trading day a row's session figures are, and so when they are over. Days turn by the venue's own clock."""

from collections.abc import Callable, Collection

_A_MINUTE_S = 60.0


class SessionDays:
    """By slot. Days begin at whole minutes, so that a look a minute, and one after each sleep, is enough."""

    def __init__(self) -> None:
        self._undated: set[int] = set()  # said since the last look
        self._said_utc_s: dict[int, float] = {}  # when what is known was said
        self._looks: dict[str, tuple[float, float]] = {}  # feed -> the last look: monotonic time, and what UTC was then

    def note(self, slot: int) -> None:
        """Session figures were said of a slot."""
        self._undated.add(slot)

    def is_due(self, feed: str, now_utc_s: float) -> bool:
        """Has another minute begun since the last look at this feed's rows?"""
        look = self._looks.get(feed)
        return look is None or now_utc_s // _A_MINUTE_S != look[1] // _A_MINUTE_S

    def over(
        self,
        feed: str,
        slots: Collection[int],
        now_s: float,
        now_utc_s: float,
        received_s: Callable[[int], float],
        day_start_of: Callable[[int, float], float],
    ) -> list[int]:
        """Look at a feed's slots: those whose figures are of a day before today's. They are forgotten with that.

        received_s: when a slot's newest update was read, monotonic; a clock that does not count while a computer sleeps
        tells of the time before by what UTC was at the last look.
        """
        before_s, before_utc_s = self._looks.get(feed, (now_s, now_utc_s))
        self._looks[feed] = now_s, now_utc_s
        for slot in self._undated.intersection(slots):
            said_s = received_s(slot)
            since = now_utc_s - now_s if not said_s <= before_s else before_utc_s - before_s
            self._said_utc_s[slot] = said_s + since if said_s == said_s else now_utc_s
        self._undated.difference_update(slots)
        known = self._said_utc_s
        over = [slot for slot in slots if slot in known and known[slot] < day_start_of(slot, now_utc_s)]
        for slot in over:
            del known[slot]
        return over
