"""What a rule does now for one symbol: the bell in its row."""

from enum import Enum

import msgspec


class BellState(Enum):
    """Whether a rule would fire."""

    ARMED = "armed"
    COOLING = "cooling"  # it fired: the pause, or the way back beyond the band, is not over
    SNOOZED = "snoozed"  # by the user, for a while
    NO_PRICE = "no live price"  # nothing can cross: the reason says why
    PARKED = "parked"  # the plan has no room for its symbol
    RESTING = "resting"  # outside its hours
    SPENT = "spent"  # it fired once, or its last day is over


class Bell(msgspec.Struct, frozen=True):
    """The state of one rule for one symbol.

    Attributes:
        state: see BellState.
        reason: one plain line; "" where the state says it all. May hold the server's words.
        until_utc_s: until when, where that is known: of COOLING, SNOOZED; None else.
    """

    state: BellState
    reason: str = ""
    until_utc_s: float | None = None
