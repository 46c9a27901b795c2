"""What is KEPT of each tick. A field is an attribute of Tick with a column of its own; a new one is one line here."""

import math
from typing import Literal

import msgspec


class Field(msgspec.Struct, frozen=True):
    """One kept attribute.

    Attributes:
        name: the attribute of Tick and the key of the column.
        unknown: what a slot holds before its first tick.
        keep: the newest value, or the most ever seen (decimals: so that a price's digits stay in line).
    """

    name: str
    unknown: float
    keep: Literal["newest", "most"] = "newest"


FIELDS = (
    Field("price", math.nan),
    Field("decimals", 0, "most"),
    Field("size", math.nan),
    Field("size_decimals", 0, "most"),
    Field("time_utc_s", math.nan),
)
