"""What is known of one instrument, as texts for other programs: `watch` prints them, --stats keeps them."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Context, Decimal
from functools import lru_cache

from quotedesk.market.number import UNKNOWN, Number
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.quotes.fields import BASES, FIELDS, FIRST_SEEN

_OF_A_QUOTE = tuple(field.name for field in FIELDS)
NUMBERS = _OF_A_QUOTE  # in the order in which they are said
_PERCENT_DECIMALS = 4
_EXACT = Context(prec=1_000)  # digits: the difference of any two floats has fewer
_MOST_FLOAT_PERCENT = 1e9  # beyond, a float is not right within 0.005
_FARTHEST_EXPONENT = 400  # no float but 0 has such a one
# Below, a float times its scale is within a quarter of the whole number that it means.
_MOST_SCALED = 2.0**50
_MOST_SCALED_DECIMALS = 9
_SCALES = tuple(10.0**decimals for decimals in range(_MOST_SCALED_DECIMALS + 1))


class Figures:
    """What one instrument's trades and quotes have said so far.

    Attributes:
        numbers: by the names of Quote; what is not in it is unknown.
        first_seen: the first price of all; UNKNOWN before it.
        time_utc_s: exchange time of the newest update that said one, seconds since 1970 UTC; NaN unknown.
    """

    __slots__ = ("first_seen", "numbers", "time_utc_s")

    def __init__(self) -> None:
        self.numbers: dict[str, Number] = {}
        self.first_seen = UNKNOWN
        self.time_utc_s = math.nan

    def take(self, update: Update) -> None:
        """Add the next update, in order of arrival. The size of a trade that does not say one is unknown."""
        numbers = self.numbers
        if isinstance(update, Trade):
            numbers["last"] = update.price
            numbers["size"] = update.size
        else:
            for name in _OF_A_QUOTE:
                said = getattr(update, name)
                if said is not None:
                    numbers[name] = said
        if update.time_utc_s == update.time_utc_s:
            self.time_utc_s = update.time_utc_s
        if not self.first_seen.text:
            self.first_seen = numbers.get("last", UNKNOWN)

    def seed(self, quote: Quote) -> None:
        """Add a previous close that was asked for beside the stream."""
        if quote.prev_close is not None:
            self.numbers["prev_close"] = quote.prev_close

    @property
    def base(self) -> tuple[str, Number]:
        """What change counts from; see `base_of`."""
        return base_of(self.numbers, self.first_seen)

    def fields(self, received_utc_s: float) -> dict[str, str]:
        """See `fields_of`."""
        return fields_of(self.numbers, self.base, self.time_utc_s, received_utc_s)


def base_of(numbers: Mapping[str, Number], first_seen: Number) -> tuple[str, Number]:
    """What change counts from: its name, and the number; (FIRST_SEEN, UNKNOWN) where nothing is known."""
    for name, key in BASES.items():
        found = numbers.get(key)
        if found is not None and found.text:
            return name, found
    return FIRST_SEEN, first_seen


def fields_of(
    numbers: Mapping[str, Number], base: tuple[str, Number], time_utc_s: float, received_utc_s: float
) -> dict[str, str]:
    """All that is known, as text, in a fixed order: NUMBERS, change, change_pct, base, time, received.

    `numbers` is by the names of Quote and may hold UNKNOWN; `base` is what change counts from, by name and number;
    times are seconds since 1970 UTC, NaN unknown.
    """
    fields: dict[str, str] = {}
    for name in NUMBERS:
        found = numbers.get(name)
        if found is not None and found.text:
            fields[name] = found.text
    base_name, base_number = base
    if "last" in fields and base_number.text:
        fields["change"], percent = change(numbers["last"], base_number)
        if percent:
            fields["change_pct"] = percent
        fields["base"] = base_name
    for name, utc_s in (("time", time_utc_s), ("received", received_utc_s)):
        if said := rfc3339(utc_s):
            fields[name] = said
    return fields


def change(last: Number, base: Number) -> tuple[str, str]:
    """From one known price to another: the exact difference without an exponent, and percent of |base| ("" of 0)."""
    decimals = max(last.decimals, base.decimals)
    if decimals <= _MOST_SCALED_DECIMALS:  # as whole numbers of the last decimal: a fifth of what Decimal takes
        scale = _SCALES[decimals]
        scaled, scaled_base = last.value * scale, base.value * scale
        if -_MOST_SCALED < scaled < _MOST_SCALED and -_MOST_SCALED < scaled_base < _MOST_SCALED:
            units = round(scaled_base)
            steps = round(scaled) - units
            if not units:
                return f"{steps / scale:.{decimals}f}", ""
            percent = 100 * steps / abs(units)
            if -_MOST_FLOAT_PERCENT < percent < _MOST_FLOAT_PERCENT:
                return f"{steps / scale:.{decimals}f}", f"{percent:z.{_PERCENT_DECIMALS}f}"
    counted_from = _exact(base.text)
    difference = _EXACT.subtract(_exact(last.text), counted_from)
    if not difference:
        difference = difference.copy_abs()  # no -0.0
    return f"{difference:f}", _percent(difference, counted_from.copy_abs())


def rfc3339(utc_s: float) -> str:
    """A time as in 2026-08-05T14:30:00.123Z, with microseconds where there are some; "" for NaN and absurd times."""
    try:
        second, micros = divmod(round(utc_s * 1_000_000), 1_000_000)
        whole = _second(second)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{whole}.{micros:06}Z" if micros % 1_000 else f"{whole}.{micros // 1_000:03}Z"


@lru_cache(maxsize=1_024)
def _second(utc_s: int) -> str:
    return datetime.fromtimestamp(utc_s, UTC).replace(tzinfo=None).isoformat()


def _exact(text: str) -> Decimal:
    """The number to the last digit; 0 where the exponent is so far out that a Number's value is 0, too."""
    exact = Decimal(text)
    return exact if abs(exact.adjusted()) < _FARTHEST_EXPONENT else Decimal(0)


def _percent(difference: Decimal, base: Decimal) -> str:
    if not base:
        return ""
    exact = _EXACT.divide(_EXACT.multiply(difference, Decimal(100)), base)
    rounded = exact.quantize(Decimal((0, (1,), -_PERCENT_DECIMALS)), context=_EXACT)
    return f"{rounded or rounded.copy_abs():f}"
