"""A number as a feed wrote it: its value to compute with, its decimals to align by, its text to give back exactly."""

import math
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import msgspec

MOST_DECIMALS = 12
LONGEST = 64  # characters
_FARTHEST_EXPONENT = 999_999  # what Decimal reads everywhere


class Number(msgspec.Struct, frozen=True, gc=False):
    """A finite number, or UNKNOWN.

    Attributes:
        value: the nearest float; NaN unknown.
        decimals: digits after the point of the text, an exponent reckoned in; at most MOST_DECIMALS.
        text: as the feed wrote it; of a JSON number its value without an exponent. "" unknown.
    """

    value: float
    decimals: int
    text: str

    @property
    def is_known(self) -> bool:
        """Did the feed say it?"""
        return self.value == self.value

    @property
    def exact(self) -> Decimal:
        """The value to the last digit. Raises ValueError where it is unknown."""
        try:
            return Decimal(self.text)
        except InvalidOperation:
            raise ValueError("an unknown number has no exact value") from None


UNKNOWN = Number(math.nan, 0, "")


def number(value: object) -> Number:
    """What a feed sent as a number: text, int, float or Decimal.

    UNKNOWN for what is no finite number, takes more than LONGEST characters or has an exponent beyond all use.
    """
    return _of_text(value) if type(value) is str and len(value) <= LONGEST else _of(value)


def of_float(value: float, decimals: int) -> Number:
    """A number that no feed wrote: a value with so many decimals."""
    return Number(value, decimals, f"{value:.{decimals}f}") if math.isfinite(value) else UNKNOWN


def _of(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return UNKNOWN
    try:
        text = value if isinstance(value, str) else plain(value)
        result = float(text) if len(text) <= LONGEST else math.nan
    except (ValueError, OverflowError, InvalidOperation):  # no number, or an integer of hundreds of digits
        return UNKNOWN
    # float() takes more than a feed may send: "1_000", digits of other scripts.
    if not math.isfinite(result) or not text.isascii() or "_" in text:
        return UNKNOWN
    text = text.strip()
    if text.isdigit():
        return Number(result, 0, text)
    fraction = text.partition(".")[2]
    if not fraction.isdigit():
        mantissa, _, exponent = text.lower().partition("e")
        power = int(exponent or 0)
        if abs(power) > _FARTHEST_EXPONENT:
            return UNKNOWN
        digits = len(mantissa.partition(".")[2]) - power
        return Number(result, min(max(digits, 0), MOST_DECIMALS), text)
    return Number(result, min(len(fraction), MOST_DECIMALS), text)


def plain(value: int | float | Decimal) -> str:
    """A JSON number's value without an exponent; 178.0 is "178", as it says nothing of decimals.

    Raises ValueError or OverflowError where it is not finite or too long to be written out.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    if not exact.is_finite() or abs(exact.adjusted()) > LONGEST:
        raise ValueError("not a number that can be written out")
    return format(exact, "f").removesuffix(".0")


_of_text = lru_cache(maxsize=16_384)(_of)  # prices, sizes and times come again and again, as the same text
