"""The hours of a provider's markets that ship with the program."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.paths import provided
from quotedesk.market.hours import Hours, MarketHours

_FILE = "sessions.toml"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY_MIN = 24 * 60
_SPAN = re.compile(r"([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? (\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


class _Market(msgspec.Struct):
    name: str
    codes: str
    zone: str
    hours: list[str]


class _File(msgspec.Struct):
    markets: list[_Market]


def load(folder: str) -> tuple[Hours, str]:
    """The hours, and a report for the user ("" where all is well). Without the file no market ever closes.

    `folder` is the provider's, see `paths.provided`.
    """
    try:
        path = provided(folder, _FILE)
        if path is None:
            return Hours(), ""
        file = msgspec.toml.decode(kept_file.read_bytes(path), type=_File)
        return Hours([_market(each) for each in file.markets]), ""
    except (OSError, ValueError, msgspec.MsgspecError, re.error, ZoneInfoNotFoundError) as fault:
        return Hours(), f"The hours of markets ({folder}/{_FILE}) could not be read, so none shows as closed: {fault}"


def spans_min(text: str) -> list[tuple[int, int]]:
    """ "Mon-Fri 09:30-16:00" as (open, close) in minutes since Monday 00:00. Raises ValueError."""
    match = _SPAN.fullmatch(text)
    if not match or not {match[1], match[2] or match[1]} <= set(_DAYS):
        raise ValueError(f"“{text}” is not like Mon-Fri 09:30-16:00")
    first, last = _DAYS.index(match[1]), _DAYS.index(match[2] or match[1])
    opens, closes = (int(match[at]) * 60 + int(match[at + 1]) for at in (3, 5))
    if max(opens, closes) > _DAY_MIN:
        raise ValueError(f"“{text}” has a time that is none")
    length = closes - opens if closes > opens else closes - opens + _DAY_MIN
    days = range(first, (last if last >= first else last + 7) + 1)
    return [(day % 7 * _DAY_MIN + opens, day % 7 * _DAY_MIN + opens + length) for day in days]


def _market(each: _Market) -> MarketHours:
    spans = tuple(span for text in each.hours for span in spans_min(text))
    return MarketHours(each.name, re.compile(each.codes), ZoneInfo(each.zone), spans)
