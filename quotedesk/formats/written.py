"""Prices and times as a trader reads them. Pure; NaN is unknown and reads `--`, never 0."""

import math
from datetime import UTC, datetime
from functools import lru_cache

UNKNOWN = "--"
HIDDEN = "\N{BULLET}\N{BULLET}\N{BULLET}"  # an amount that is not to be seen
MINUS = "\N{MINUS SIGN}"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOST_DECIMALS = 12
_MOST_PLAIN = 1e15  # from here on a float is not right to the decimals
_LEAST_EXACT = 1e-8  # below, the most decimals leave fewer than five digits
_DIGITS = 6


def price(value: float, decimals: int) -> str:
    """A price with the instrument's decimals: "117,204.55"."""
    if not math.isfinite(value):
        return UNKNOWN
    if is_extreme(value, decimals):
        return scientific(value, _DIGITS).replace("-", MINUS)
    return f"{value + 0.0:,.{bounded(decimals)}f}".replace("-", MINUS)  # -0.0 is 0


def change(value: float, decimals: int) -> str:
    """A difference with its sign: "+3.21", "−0.74"; "0.00" where nothing is left of it after rounding."""
    if not math.isfinite(value):
        return UNKNOWN
    if is_extreme(value, decimals):
        return (MINUS if value < 0 else "+") + scientific(abs(value), _DIGITS).replace("-", MINUS)
    digits = f"{abs(value):,.{bounded(decimals)}f}"
    if not digits.strip("0.,"):
        return digits
    return (MINUS if value < 0 else "+") + digits


def is_extreme(value: float, decimals: int = 0) -> bool:
    """Would its digits be made up, or cut off?"""
    return abs(value) >= _MOST_PLAIN or (decimals >= _MOST_DECIMALS and 0 < abs(value) < _LEAST_EXACT)


def scientific(value: float, digits: int) -> str:
    """ "1.23e22", "4e-13"."""
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"


def time_of_day(utc_s: float) -> str:
    """Seconds since 1970 UTC as local HH:MM:SS."""
    return _local(math.floor(utc_s))[0] if math.isfinite(utc_s) else UNKNOWN


def time_of_day_ms(utc_s: float) -> str:
    """Seconds since 1970 UTC as local HH:MM:SS.mmm, cut off and not rounded."""
    if not math.isfinite(utc_s):
        return UNKNOWN
    whole, ms = divmod(math.floor(utc_s * 1000), 1000)
    return f"{_local(whole)[0]}.{ms:03}"


def zone(utc_s: float) -> str:
    """The local zone at that time: "CET", "UTC"."""
    return _local(math.floor(utc_s))[1] if math.isfinite(utc_s) else ""


def date(utc_s: float) -> str:
    """The local day at that time: "2026-11-25"."""
    return _local(math.floor(utc_s))[2] if math.isfinite(utc_s) else UNKNOWN


def day(utc_s: float) -> str:
    """The local day at that time, in short: "24 Nov"."""
    return _local(math.floor(utc_s))[3] if math.isfinite(utc_s) else UNKNOWN


def bounded(decimals: int) -> int:
    return max(0, min(decimals, _MOST_DECIMALS))


@lru_cache(maxsize=1024)
def _local(utc_s: int) -> tuple[str, str, str, str]:
    """Time, zone, day, and the day in short; a feed's nonsense year is as good as unknown."""
    try:
        local = datetime.fromtimestamp(utc_s, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return UNKNOWN, "", UNKNOWN, UNKNOWN
    short = f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{local:%H:%M:%S}", local.tzname() or "", f"{local:%Y-%m-%d}", short
