"""What an alert tells: that a rule has a reason now, and by which two prices."""

import math
from enum import Enum

import msgspec

from quotedesk.alerts.rule import AlertRule
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number


class FiringKind(Enum):
    """What it is. Only FIRED is an alarm; the others are told."""

    FIRED = "fired"
    CROSSED_OFFLINE = "crossed-offline"  # the level was passed while nobody could see how
    ALREADY = "already"  # it was passed when the rule first saw a price
    JUMP = "jump"  # two adjacent prices more than 40 % apart: a split, or a wrong price. To be asked about


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """One firing of one rule for one symbol. Times are seconds since 1970 UTC, NaN unknown.

    Attributes:
        rule, instrument: whose.
        kind: see FiringKind.
        field: of which value, as the rule names it.
        value: the one that made the condition true.
        before: the adjacent one before it; of CROSSED_OFFLINE the last one before the gap. UNKNOWN where there is none.
        time_utc_s, before_utc_s: their exchange times.
        received_utc_s: when it was read.
        since_utc_s, until_utc_s: of CROSSED_OFFLINE: the gap.
        reason: of CROSSED_OFFLINE: what the gap was, in a few words; "" where nobody knows.
    """

    rule: AlertRule
    instrument: Instrument
    kind: FiringKind
    field: str
    value: Number
    before: Number = UNKNOWN
    time_utc_s: float = math.nan
    before_utc_s: float = math.nan
    received_utc_s: float = math.nan
    since_utc_s: float = math.nan
    until_utc_s: float = math.nan
    reason: str = ""
