"""What a piece of a list looks like by itself: a symbol, a number, a date, the name of an exchange, a word."""

import re
from collections.abc import Sequence
from enum import Enum

from quotedesk.formats.base import Known
from quotedesk.market.instrument import LONGEST_CODE
from quotedesk.market.symbology import OTHER_EXCHANGES, OURS, is_exchange

_CURRENCIES = frozenset(
    {
        *("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "CNY", "CNH", "HKD", "SGD", "SEK", "NOK", "DKK"),
        *("KRW", "TWD", "INR", "BRL", "RUB", "MXN", "ZAR", "PLN", "TRY", "RMB", "GBX", "THB"),
    }
)
NEVER = frozenset(  # of tables and orders; none of them is a ticker of note
    {
        *("BUY", "SELL", "TOTAL", "PRICE", "NAME", "QTY", "DATE", "ISIN", "CUSIP", "SEDOL", "STOCK", "STOCKS", "ETF"),
        *("ETFS", "STK", "YES", "NO", "TRUE", "FALSE", "NULL", "NONE", "NAN", "USA", "EQUITY", "BOND", "BONDS"),
        *("FUND", "INDEX", "CURRENCY", "LIMIT", "MARKET", "LONG", "SHORT", "TIME", "AND", "THE", "FOR", "CEO", "CFO"),
        *("IPO", "EPS", "AM", "PM", "PT"),
    }
)
_TICKER = re.compile(r"[A-Z]{1,5}")
_SHARE = re.compile(r"[A-Z]{1,5}(?:[-./$][A-Z]{1,3}|p[A-Z]|[-./](?:WS|WT|UN|PR?[A-Z]))")
_NUMBER = re.compile(
    r"[-+−–~≈<>(]{0,2}(?:[A-Z]{0,2}[$€£¥₩₹₽]|USD |EUR )?[-+−]?[0-9.,'’]*[0-9][0-9.,'’]*"
    r"(?:[eE][-+]?[0-9]{1,3})?(?:[%‰xX$€£¥元]|[kKmMbBtT]n?|bps|万|亿|萬|億)?\)?"
)
_DATE = re.compile(
    r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?(?:[T ][0-9:.]+(?:Z|[-+][0-9:]+)?)?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"|[0-9]{1,2}-?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-?[0-9]{0,4}"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{1,4}",
    re.IGNORECASE,
)
_OPTION = re.compile(r"[A-Z]{1,6} {0,5}[0-9]{6}[CP][0-9]{5,8}|[0-9]{6}[CP][0-9]{8}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_ENDINGS = "US|HK|SH|SS|SZ|SHG|SHE|XSHG|XSHE|OQ|L|DE|F|PA|AS|MI|MC|SW|ST|CO|HE|OL|TO|V|T|KS|KQ|TW|TWO|NS|BO|SI|AX|SA"
_SURE = re.compile(
    rf"\.?[A-Z0-9]{{1,9}}(?:[.\-][A-Z]{{1,3}}|p[A-Z])?\.(?:{_ENDINGS})"
    r"|[A-Za-z0-9]{1,9}\.(?:US|HK|SH|SS|SZ)|[a-z]{1,5}\.(?:us|hk|sh|ss|sz)|[0-9]{1,6}\.(?:us|hk|sh|ss|sz)"
    r"|(?:US|HK|SH|SZ)\.[A-Z0-9]{1,6}|(?:SH|SZ|sh|sz)[0-9]{6}|(?:HK|hk)[0-9]{5}"
    r"|\^[A-Za-z][A-Za-z0-9.]{0,9}|\.[A-Z]{2,6}"
    r"|[A-Z0-9]{2,10}=[XF]|[A-Z]{1,5}p[A-Z]"
    r"|[A-Z0-9]{2,10}[-/_](?:USDT|USDC|USD|EUR|GBP|JPY|BTC|ETH|CHF|PERP)"
    r"|[a-z0-9]{2,10}[-/_](?:usdt|usdc|usd|eur|gbp|jpy|btc)"
    r"|[A-Z0-9]{2,10}(?:USDT|USDC)(?:\.P)?"
    r"|(?:EUR|GBP|AUD|NZD|USD|XAU|XAG|CHF|CAD|BTC|XBT|ETH|SOL|XRP|LTC|ADA|DOGE)[-/.]?(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNH|HKD|SGD|SEK|NOK|MXN|TRY|ZAR)"
)
OWN = re.compile(r"[A-Z][A-Z0-9]{0,5}\.(?:US|HK)|[1-9][0-9]{0,4}\.HK|[0-9]{6}\.S[HZ]")  # written as the feeds do
SPACED_SHARE = re.compile(r"[A-Z]{1,5} (?:PR ?)?[A-Z]{1,2}")  # BRK B
_CASHTAG = re.compile(r"\$([A-Za-z]{1,5}(?:[.\-][A-Za-z])?|[A-Z]{2,10}USDT?)")
_AT_EXCHANGE = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,15}):\s?([^\s:\\,;]{1,64})")
_GOOGLES = re.compile(r"([A-Z0-9][A-Z0-9.\-]{0,9}):([A-Z]{2,8})")
_BLOOMBERG = re.compile(r"([A-Z0-9./]{1,8}) (US|UN|UW|UQ|UA|UR|UP|HK|CH|C1|C2|CG|CS)(?: (?:Equity|EQUITY|equity))?")
_BLOOMBERGS_OTHER = re.compile(r"([A-Z0-9]{2,10}) (?:Index|INDEX|Curncy|CURNCY)")
_BLOOMBERG_AT = {"HK": "HK", "CH": "", "C1": "SSE", "C2": "SZSE", "CG": "SSE", "CS": "SZSE"}
_FEED_SAID = re.compile(r"[A-Z0-9][A-Z0-9.\-/]*@[a-z0-9_]+")
_CODE = re.compile(r"0[0-9]{4,5}")  # a number that begins with a zero is a code
_PERIOD = re.compile(r"(?:[QH][1-4]|[1-4][QH]|FY)(?:[0-9]{2}|[0-9]{4})?|(?:10|8|20|6)-[KQF]|[1-6]G")
_SIX = re.compile(r"(?:60[0135]|68[89]|30[0-2]|5[168][0-9])[0-9]{3}")
_IN_CODE = re.compile(r"[A-Za-z0-9._/^$=:@ -]+")
_BARE_WORD = re.compile(r"[A-Za-z]+")


COUNTRIES = frozenset(
    {
        *("US", "USA", "CA", "MX", "BR", "AR", "CL", "GB", "UK", "IE", "DE", "FR", "IT", "ES", "PT", "NL", "BE", "LU"),
        *("CH", "AT", "SE", "NO", "DK", "FI", "IS", "PL", "CZ", "HU", "RO", "GR", "TR", "RU", "UA", "IL", "SA", "AE"),
        *(
            "ZA",
            "EG",
            "NG",
            "KE",
            "IN",
            "CN",
            "HK",
            "TW",
            "JP",
            "KR",
            "SG",
            "MY",
            "TH",
            "ID",
            "PH",
            "VN",
            "AU",
            "NZ",
            "EU",
        ),
    }
)


class Shape(Enum):
    """What a piece is; the value says it of one that stands where a symbol is looked for."""

    SYMBOL = ""  # beyond doubt
    TICKER = "may be one"  # it is written as tickers are
    DIGITS = "a number"  # that may be a code, of a market that says so somewhere
    NUMBER = "a number, no symbol"
    DATE = "a date or a time, no symbol"
    OPTION = "an option, which no feed here has"
    ISIN = "an ISIN, which no feed here finds symbols by; take a file with tickers"
    EXCHANGE = "the name of an exchange"
    CURRENCY = "a currency"
    WORD = "a word"
    OTHER = "no symbol"
    BLANK = "nothing"


SYMBOLS = (Shape.SYMBOL, Shape.TICKER)


def shape(piece: str, known: Known) -> Shape:
    """The shape of a piece, as `base.bare` gives it."""
    if not piece:
        return Shape.BLANK
    if piece.isascii() and piece.isalpha():
        return _of_letters(piece, known)
    if piece.isascii() and piece.isdigit():
        if len(piece) == 8 and piece[:2] in ("19", "20") and piece[4:6] <= "12" and piece[6:] <= "31":
            return Shape.DATE
        return (
            Shape.SYMBOL
            if _CODE.fullmatch(piece) or (_SIX.fullmatch(piece) and known.is_known(piece))
            else Shape.DIGITS
        )
    if len(piece) > 2 * LONGEST_CODE:
        return Shape.OTHER
    if _DATE.fullmatch(piece):
        return Shape.DATE
    if _OPTION.fullmatch(piece):
        return Shape.OPTION
    if _NUMBER.fullmatch(piece):
        return Shape.NUMBER
    if _SURE.fullmatch(piece) or _CASHTAG.fullmatch(piece):
        return Shape.SYMBOL
    if _ISIN.fullmatch(piece) and _is_isin(piece):
        return Shape.ISIN
    if _SHARE.fullmatch(piece):
        return Shape.SYMBOL if known.is_known(piece) else Shape.TICKER
    if "@" in piece:
        code, _, feed = piece.rpartition("@")
        return Shape.SYMBOL if code and (known.is_feed(feed) or _FEED_SAID.fullmatch(piece)) else Shape.OTHER
    if ":" in piece and (found := at_exchange(piece)):
        return Shape.SYMBOL if found[0] else Shape.OTHER
    if known.is_known(piece):
        return Shape.SYMBOL
    if not _IN_CODE.fullmatch(piece) or not any(map(str.isalnum, piece)):
        return Shape.OTHER
    if _PERIOD.fullmatch(piece):  # of reports
        return Shape.WORD
    if any(map(str.isdigit, piece)) and " " not in piece and not any(map(str.islower, piece)):
        return Shape.TICKER
    return Shape.WORD


def _of_letters(piece: str, known: Known) -> Shape:
    if _TICKER.fullmatch(piece):
        if piece in _CURRENCIES:
            return Shape.CURRENCY
        if piece in NEVER:
            return Shape.WORD
        if len(piece) > 2 and (is_exchange(piece) or piece in OTHER_EXCHANGES):
            return Shape.EXCHANGE
        return Shape.SYMBOL if len(piece) > 1 and known.is_known(piece) else Shape.TICKER
    if piece.isupper() and (is_exchange(piece) or piece in OTHER_EXCHANGES):
        return Shape.EXCHANGE
    if known.is_known(piece) or _SURE.fullmatch(piece):
        return Shape.SYMBOL
    return Shape.WORD


def at_exchange(piece: str) -> tuple[str, str]:
    """(exchange, ticker) of NASDAQ:AAPL, or, as Google has it, of AAPL:NASDAQ; ("", "") of neither.

    What stands before the colon need not be an exchange that is known, if it is written like one.
    """
    found = _AT_EXCHANGE.fullmatch(piece)
    if found and (is_exchange(found[1]) or found[1].upper() in OTHER_EXCHANGES or found[1].upper() == OURS):
        return found[1], found[2]
    if (turned := _GOOGLES.fullmatch(piece)) and (is_exchange(turned[2]) or turned[2] in OTHER_EXCHANGES):
        return turned[2], turned[1]
    if found is None:
        return "", ""
    venue, ticker = found.groups()
    if venue.isupper() and not ticker.isdigit() and not ticker.startswith("/"):
        return venue, ticker
    return "", ""


def meant(piece: str) -> tuple[str, str]:
    """(exchange, ticker) of a piece that has the shape of a symbol."""
    if ":" in piece and (found := at_exchange(piece))[0]:
        return found
    if found_tag := _CASHTAG.fullmatch(piece):
        return "", found_tag[1]
    if " " in piece and (bloomberg := _BLOOMBERG.fullmatch(piece)):
        return _BLOOMBERG_AT.get(bloomberg[2], "US"), bloomberg[1]
    if " " in piece and (other := _BLOOMBERGS_OTHER.fullmatch(piece)):
        return "", other[1]
    return "", piece


def says_all(piece: str) -> bool:
    """Does it say its market itself, as 0700.HK and BTC-USD do?"""
    return _SURE.fullmatch(piece) is not None or at_exchange(piece)[0] != ""


def is_bloomberg(piece: str) -> bool:
    """Is it AAPL US Equity, 700 HK, or SPX Index?"""
    return " " in piece and bool(_BLOOMBERG.fullmatch(piece) or _BLOOMBERGS_OTHER.fullmatch(piece))


def is_prose(piece: str) -> bool:
    """Is it a word of letters that are not all capitals?"""
    return _BARE_WORD.fullmatch(piece) is not None and not piece.isupper()


def share(shapes: Sequence[Shape], kinds: Sequence[Shape]) -> float:
    """Which part of what is not blank has one of these shapes; 0 where all is blank."""
    filled = [each for each in shapes if each is not Shape.BLANK]
    return sum(each in kinds for each in filled) / len(filled) if filled else 0.0


def _is_isin(text: str) -> bool:
    """Does its last digit prove the others (Luhn)?"""
    digits = "".join(str(int(each, 36)) for each in text)
    total = 0
    for place, each in enumerate(reversed(digits)):
        value = int(each) * (1 + place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0
