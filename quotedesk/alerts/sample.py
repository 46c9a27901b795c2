"""A value that was seen, and when."""

from typing import NamedTuple

from quotedesk.alerts.firing import FiringKind
from quotedesk.market.number import Number


class Moment(NamedTuple):
    """When something is seen: monotonic seconds, and seconds since 1970 UTC."""

    now_s: float
    utc_s: float


class Sample(NamedTuple):
    """A value that was seen.

    Attributes:
        value: of `number`; known.
        time_utc_s: exchange time; NaN unknown.
    """

    value: float
    number: Number
    time_utc_s: float


class Hold(NamedTuple):
    """A condition that became true and has to stay so.

    Attributes:
        before, sample: the pair by which it did; None where it was true at the first sight.
        level: that is held.
        kind: as what it is told at the end.
        since_s: when it became true, or was found so first after a gap; monotonic.
    """

    before: Sample | None
    sample: Sample
    level: float
    kind: FiringKind
    since_s: float


class LastSeen(NamedTuple):
    """The last value before a time in which a rule saw nothing, from when on, and why.

    Attributes:
        source: the update that said it; None where it is of an earlier run.
    """

    sample: Sample
    since_utc_s: float
    reason: str
    source: object = None
