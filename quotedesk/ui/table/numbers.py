"""Values as a trader reads them in rows. Pure; NaN is unknown and reads `--`, never 0. See formats/written, too."""

import math
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from quotedesk.formats.written import (
    HIDDEN,
    MINUS,
    UNKNOWN,
    bounded,
    change,
    date,
    day,
    is_extreme,
    price,
    scientific,
    time_of_day,
    time_of_day_ms,
    zone,
)

__all__ = [  # what is of more than rows
    "HIDDEN",
    "MINUS",
    "UNKNOWN",
    "change",
    "date",
    "day",
    "is_extreme",
    "price",
    "time_of_day",
    "time_of_day_ms",
    "zone",
]
_HOUR_S = 3600.0
_SIZE_CHARACTERS = 6
_LEAST_SIZE = 0.0001
_MOST_SIZE = 999.5e12
NO_ROOM = "#"  # as in spreadsheets
_MOST_SHORT_DIGITS = 9
_LEAST_PLAIN = 4  # zeros behind the point
_LETTERS = ("", "K", "M", "B", "T")
_UNITS = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def amount(value: Decimal | None, decimals: int, *, is_signed: bool = False) -> str:
    """An amount of money to the last digit, rounded half away from 0; signed as a change is."""
    if value is None:
        return UNKNOWN
    if is_extreme(float(value)):
        return change(float(value), decimals) if is_signed else price(float(value), decimals)
    rounded = value.quantize(Decimal(1).scaleb(-bounded(decimals)), ROUND_HALF_UP)
    digits = f"{abs(rounded):,f}"
    sign = MINUS if rounded < 0 else "+" if is_signed and rounded else ""
    return sign + digits


def quantity(value: Decimal) -> str:
    """How many, as it was given: "1,200", "0.0412", "−50"."""
    plain = f"{value:,f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace("-", MINUS)


def percent(value: float) -> str:
    """A change in percent, two decimals, without the percent sign: the header has it."""
    return change(value, 2)


def size(value: float, decimals: int) -> str:
    """A trade's size in at most six characters ("1,200", "0.0412", "1.23M"), seven from a million on."""
    if not math.isfinite(value):
        return UNKNOWN
    if 0 < value < _LEAST_SIZE:
        return f"<{_LEAST_SIZE}".replace("0.", ".")
    if value >= _MOST_SIZE:
        return ">999T"
    for unit, letter in _UNITS:
        if value >= unit * 0.9999995:  # what would round up to it
            return _trimmed(value / unit, 2) + letter
    whole = len(f"{value:,.0f}")
    return _trimmed(value, max(0, min(bounded(decimals), _SIZE_CHARACTERS - 1 - whole)))


def shorter(text: str) -> Iterator[str]:
    """A number that has no room, ever shorter and right as far as it goes; at last a mark that is no number."""
    try:
        value = float(text.replace(MINUS, "-").replace(",", ""))
    except ValueError:
        yield NO_ROOM  # "<.0001", ">999T", 1.23M are short already
        return
    sign = MINUS if value < 0 else "+" if text.startswith("+") else ""
    value = abs(value)
    for digits in range(_MOST_SHORT_DIGITS, 0, -1):
        yield sign + _short(value, digits).replace("-", MINUS)
    yield NO_ROOM


def _short(value: float, digits: int) -> str:
    """A value above 0 with so many significant digits, never fewer than it has before its point."""
    power = math.floor(math.log10(value)) if value else 0
    if -_LEAST_PLAIN <= power < min(digits, 3):
        return f"{value:.{max(0, digits - 1 - power)}f}"
    if 0 <= power < len(_LETTERS) * 3:
        steps = power // 3
        return f"{value / 1000**steps:.{max(0, digits - 1 - power % 3)}f}{_LETTERS[steps]}"
    return scientific(value, digits)


def exact(value: float, decimals: int) -> str:
    """A size with all of the feed's decimals."""
    return price(value, decimals)


def time_or_day(utc_s: float, now_utc_s: float) -> str:
    """The time of day, or the local day where that is not today's: "24 Nov". What is an hour old is a time always."""
    if now_utc_s - utc_s > _HOUR_S and date(utc_s) != date(now_utc_s):
        return day(utc_s)
    return time_of_day(utc_s)


def age(seconds: float) -> str:
    """A time span in one unit, never rounded up: "29 s", "2 m", "3 h"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, math.floor(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} m"
    return f"{whole // 3600} h"


def span(seconds: float) -> str:
    """A running time: "00:42", "1:02:03"."""
    if not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, math.floor(seconds))
    hours, minutes, left = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def _trimmed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)
