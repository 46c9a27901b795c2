"""What is KEPT of each update. A field is a number that Quote has, with columns of its own; a new one is one line."""

import msgspec


class Field(msgspec.Struct, frozen=True):
    """One kept number.

    Attributes:
        name: the attribute of Quote and the key of the columns.
        is_eager: there from the start, as every feed says it; the others get their columns when one first says them.
    """

    name: str
    is_eager: bool = False


FIELDS = (
    Field("last", is_eager=True),
    Field("size", is_eager=True),
    Field("bid"),
    Field("ask"),
    Field("bid_size"),
    Field("ask_size"),
    Field("open"),
    Field("high"),
    Field("low"),
    Field("open_24h"),
    Field("prev_close"),
    Field("volume"),
    Field("turnover"),
)
# What change counts from, the first of these that the feed says; else the first price seen in this run.
BASES = {"prev_close": "prev_close", "open_24h": "open_24h", "open_session": "open"}
FIRST_SEEN = "first_seen"
BASE_NAMES = (FIRST_SEEN, *reversed(BASES))  # the higher its place, the better
