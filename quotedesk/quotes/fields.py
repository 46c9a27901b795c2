"""What is KEPT of each update. A field is a number that Quote has, with columns of its own; a new one is one line."""

import msgspec


class Field(msgspec.Struct, frozen=True):
    """One kept number.

    Attributes:
        name: the attribute of Quote and the key of the columns.
        is_price: it has the decimals of the row's prices: those of the tick size, or learnt from all of them together.
        of_session: it is of one trading day: at the venue's turn of day it is no longer known, until it is said anew.
    """

    name: str
    is_price: bool = False
    of_session: bool = False


FIELDS = (
    Field("last", is_price=True),
    Field("size"),
    Field("bid", is_price=True),
    Field("ask", is_price=True),
    Field("bid_size"),
    Field("ask_size"),
    Field("open", is_price=True, of_session=True),
    Field("high", is_price=True, of_session=True),
    Field("low", is_price=True, of_session=True),
    Field("open_24h"),
    Field("prev_close", of_session=True),
    Field("volume", of_session=True),
    Field("turnover", of_session=True),
)
# What change counts from, the first of these that the feed says; else the first price seen in this run.
BASES = {"prev_close": "prev_close", "open_24h": "open_24h", "open_session": "open"}
FIRST_SEEN = "first_seen"
BASE_NAMES = (FIRST_SEEN, *reversed(BASES))  # the higher its place, the better
