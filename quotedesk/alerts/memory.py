"""What is kept of a rule over a restart, so that what was passed meanwhile can be told. It never makes an alarm."""

import msgspec


class AlertMemory(msgspec.Struct, frozen=True, array_like=True):
    """What a rule knew of a symbol. Times are seconds since 1970 UTC.

    Attributes:
        rule: its key.
        feed, code: the symbol.
        value: the last one that was seen, as text; "" where none is known.
        time_utc_s: its exchange time; None unknown.
        seen_utc_s: until when the stretch it belongs to was unbroken.
        day_utc_s: when the trading day of it began.
        is_introduced: was it looked at whether the level is passed already?
        is_spent: fired, and does not again.
        is_cooling: fired, and does again later.
        pause_until_utc_s: until when it cools at least; None for the turn of the day.
        is_band_reached: the way back is done.
        reference: of new-high and new-low: what is to be exceeded; None unknown.
    """

    rule: str
    feed: str
    code: str
    value: str = ""
    time_utc_s: float | None = None
    seen_utc_s: float = 0.0
    day_utc_s: float = 0.0
    is_introduced: bool = False
    is_spent: bool = False
    is_cooling: bool = False
    pause_until_utc_s: float | None = None
    is_band_reached: bool = False
    reference: float | None = None
