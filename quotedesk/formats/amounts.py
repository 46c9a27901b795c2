"""Amounts as people and brokers write them: 1,234.50, 1.234,50, (50), $1'200, 50-, ="100".

Which sign is the decimal point cannot be told of one amount alone ("1,234"); of a whole table it can, most often.
"""

import enum
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from quotedesk.formats.base import bare
from quotedesk.market.errors import QuotedeskError

_NONE = frozenset({"", "-", "--", "---", "n/a", "na", "#n/a", "nan", "none", "null", "n.a.", "."})
# Signs that stand for one currency and no other: $, ¥ and kr do not.
_CURRENCIES = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "US$": "USD",
    "HK$": "HKD",
    "CA$": "CAD",
    "C$": "CAD",
    "AU$": "AUD",
    "A$": "AUD",
    "NZ$": "NZD",
    "S$": "SGD",
    "NT$": "TWD",
    "R$": "BRL",
    "元": "CNY",
    "₽": "RUB",
    "₺": "TRY",
    "zł": "PLN",
}
_SIGN = "|".join(sorted(map(re.escape, (*_CURRENCIES, "$", "¥", "kr.", "kr", "Fr.")), key=len, reverse=True))
_MONEY = re.compile(rf"(?P<sign>{_SIGN})|(?P<code>[A-Z]{{3,4}})(?![A-Za-z])")
_BLANKS = re.compile(r"(?<=\d)[\s'’\u2019\u00a0\u2009\u202f](?=\d)")
_MINUSES = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{FIGURE DASH}", "-"))
_DIGITS = re.compile(r"[\d.,]+(?:[eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(?: \d{2,3})* \d{3}(?:[.,]\d*)?(?:[eE].*)?")  # as blanks may part digits
_LIKE = "write it like 1234.5"
_LONGEST = 60  # characters


class AmountError(QuotedeskError):
    """A text that is no amount; it says why."""


class DecimalSign(enum.Enum):
    """What parts the decimals from the rest; the other one groups digits."""

    POINT = "."
    COMMA = ","


class Amount(NamedTuple):
    """An amount that was read.

    Attributes:
        value: see Decimal; never NaN.
        currency: its ISO code where the text says it without doubt; else "".
    """

    value: Decimal
    currency: str = ""


def read(text: str, sign: DecimalSign = DecimalSign.POINT) -> Amount | None:
    """What a text says; None where it says that nothing is known ("", "--", "n/a"). Raises AmountError."""
    piece = bare(text).translate(_MINUSES).strip()
    if piece.casefold() in _NONE:
        return None
    if len(piece) > _LONGEST:
        raise AmountError(f"“{piece[:20]}…” is too long for a number")
    digits, is_negative, currency = _parts(piece)
    groups, point = (",", r"\.") if sign is DecimalSign.POINT else (r"\.", ",")
    shape = (
        rf"(?P<whole>\d+|\d{{1,3}}(?:{groups}\d{{2,3}})*{groups}\d{{3}}|)(?:{point}(?P<rest>\d*))?(?P<power>[eE].*)?"
    )
    found = re.fullmatch(shape, digits)
    if found is None or not (found["whole"] or found["rest"]):
        raise AmountError(f"“{piece[:20]}” is no number: {_LIKE}")
    whole = re.sub(groups, "", found["whole"])
    value = Decimal(f"{whole or '0'}.{found['rest'] or '0'}{found['power'] or ''}")
    if not found["rest"]:
        value = Decimal(f"{whole}{found['power'] or ''}")
    return Amount(-value if is_negative else value, currency)


def decimal_sign(texts: Iterable[str], *, is_semicolon: bool = False) -> DecimalSign | None:
    """Which sign the amounts of a table have for a decimal point; None where none of them tells.

    `is_semicolon`: its cells are parted by semicolons, as is usual where the comma is the decimal point.
    """
    votes = dict.fromkeys(DecimalSign, 0)
    is_open = False
    for text in texts:
        if (vote := _vote(text)) is not None:
            votes[vote] += 1
        is_open = is_open or is_ambiguous(text)
    points, commas = votes[DecimalSign.POINT], votes[DecimalSign.COMMA]
    if points == commas == 0:
        return DecimalSign.COMMA if is_semicolon and is_open else None if is_open else DecimalSign.POINT
    return DecimalSign.COMMA if commas > points else DecimalSign.POINT


def is_ambiguous(text: str) -> bool:
    """May it be read in two ways, as "1,234" may?"""
    digits = _digits(text)
    return digits is not None and _vote(text) is None and ("," in digits or "." in digits)


def _vote(text: str) -> DecimalSign | None:
    """What one amount tells."""
    digits = _digits(text)
    if digits is None:
        return None
    digits = digits.lower().partition("e")[0]
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return DecimalSign.POINT if digits.rfind(".") > digits.rfind(",") else DecimalSign.COMMA
    if points > 1 or commas > 1:
        return DecimalSign.COMMA if points else DecimalSign.POINT
    if not points and not commas:
        return None
    mark = "." if points else ","
    before, _, after = digits.partition(mark)
    if len(after) != 3 or not 1 <= len(before) <= 3 or before.startswith("0"):
        return DecimalSign(mark)
    return None


def _digits(text: str) -> str | None:
    """The digits of an amount with their signs; None where it is none."""
    piece = bare(text).translate(_MINUSES).strip()
    if not piece or len(piece) > _LONGEST:
        return None
    try:
        return _parts(piece)[0]
    except AmountError:
        return None


def _parts(piece: str) -> tuple[str, bool, str]:
    """Digits, whether they are below 0, and the currency. Raises AmountError."""
    rest, is_negative = piece, False
    if rest.startswith("(") and rest.endswith(")"):
        rest, is_negative = rest[1:-1].strip(), True
    currency, is_told = "", False
    for _ in range(3):  # a sign, a currency and a sign again: -$50, $-50, 50 USD-
        if not is_negative and rest[:1] in ("-", "+") and len(rest) > 1:
            rest, is_negative = rest[1:].strip(), rest[0] == "-"
        elif not is_negative and rest[-1:] == "-" and len(rest) > 1:
            rest, is_negative = rest[:-1].strip(), True
        if is_told:
            continue
        if found := _MONEY.match(rest):
            rest = rest[found.end() :].strip()
        elif found := re.search(rf"(?:(?P<sign>{_SIGN})|(?<![A-Za-z])(?P<code>[A-Z]{{3,4}}))\Z", rest):
            rest = rest[: found.start()].strip()
        if found:
            is_told, currency = True, found["code"] or _CURRENCIES.get(found["sign"], "")
    if _BLANKS.search(rest) and not _GROUPED.fullmatch(_BLANKS.sub(" ", rest)):
        raise AmountError(f"“{piece[:20]}” is no number: {_LIKE}")
    rest = _BLANKS.sub("", rest)
    if not _DIGITS.fullmatch(rest) or not any(map(str.isdigit, rest)) or not rest.isascii():
        raise AmountError(f"“{piece[:20]}” is no number: {_LIKE}")
    return rest, is_negative, currency
