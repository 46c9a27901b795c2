"""TWS (Interactive Brokers): DES,SYMBOL,TYPE,EXCHANGE,... or SYM,SYMBOL,EXCHANGE or CON,CONID,EXCHANGE, a line each.

Its guide "Import/Export Watchlists". It has no sections: ours are written as lines that it passes over.
"""

from collections.abc import Iterable

from quotedesk.formats import cells
from quotedesk.formats.base import SECTION_MARK, Aside, Line, Named, Symbol, cleaned, shortened
from quotedesk.market.symbology import OTHER_EXCHANGES, OURS, is_exchange

TITLE = "TWS list"
SUFFIX = ".csv"
_STOCKS = ("STK", "IND", "ETF")
_KINDS = {
    "FUT": "a future",
    "OPT": "an option",
    "FOP": "an option",
    "WAR": "a warrant",
    "CFD": "a CFD",
    "BOND": "a bond",
    "FUND": "a fund",
    "CMDTY": "a commodity",
    "BAG": "a combination",
    "CONTFUT": "a future",
}
_BEGINS = ("des", "sym", "con", "col", "hed", '"de', '"sy', '"co', '"he')
_EXCHANGES = {"HKEX": "SEHK", "SSE": "SEHKNTL", "SZSE": "SEHKSZSE", "FX": "IDEALPRO"}
_STOCK_VENUES = ("NASDAQ", "NYSE", "AMEX", "ARCA")


def entry(line: Line) -> Symbol | Aside | None:
    """What a line of TWS means; None for a line of something else, though it begins with a ticker DES or SYM."""
    start = line.text[:40].lstrip()
    if start[:3].lower() not in _BEGINS and start.isascii():
        return None
    text = cleaned(line.text).strip()
    fields = cells.split(text, ",")
    if len(fields) == 1 and "," in fields[0]:  # quoted as a whole
        fields = cells.split(fields[0], ",")
    kind, *fields = (field.strip() for field in fields)
    if not fields or not _is_one(kind.upper(), fields):
        return None
    fields += [""] * (7 - len(fields))
    shown = shortened(line.text.strip())
    match kind.upper():
        case "DES":
            return _described(line.number, shown, fields)
        case "SYM":
            return _plain(line.number, shown, fields[0], fields[1])
        case "CON":
            return Symbol(line.number, shown, fields[0], why_not="It is named by TWS's own number only")
        case _:
            return Aside(line.number, shown, "columns of TWS")


def write(rows: Iterable[Named | str]) -> str:
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{_line(row)}\n" for row in rows)


def _is_one(kind: str, fields: list[str]) -> bool:
    """Is it a line of TWS, and not tickers that happen to be called DES or SYM?"""
    venue = fields[1].rpartition("/")[2].upper() if len(fields) > 1 else ""
    match kind:
        case "DES":
            return len(fields) > 2 and (
                fields[1].upper() in (*_STOCKS, *_KINDS, "CASH", "CRYPTO") or not any(fields[1:])
            )
        case "SYM":
            return venue == "SMART" or is_exchange(venue) or venue in OTHER_EXCHANGES
        case "CON":
            return fields[0].isdigit() and len(fields[0]) > 2
        case "COLUMN":
            return fields[0].isdigit()
        case "HED":
            return True
        case _:
            return False


def _line(row: Named) -> str:
    if row.venue == OURS or not (row.venue in _STOCK_VENUES or row.venue in _EXCHANGES):
        return f"SYM,{row.code},{OURS}"
    if row.venue == "FX":
        return f"DES,{row.ticker[:3]}.{row.ticker[3:]},CASH,IDEALPRO,,,,"
    ticker = row.ticker.replace(".", " ")  # BRK B
    exchange = f"SMART/{row.venue}" if row.venue in _STOCK_VENUES else _EXCHANGES[row.venue]
    return f"DES,{ticker},STK,{exchange},,,,"


def _described(number: int, text: str, fields: list[str]) -> Symbol:
    ticker, kind, exchange, expiry, strike = fields[:5]
    kind = kind.upper()
    if kind == "CASH":
        return Symbol(number, text, _pair(ticker), "IDEALPRO")
    if kind == "CRYPTO":
        return Symbol(number, text, _pair(ticker), "CRYPTO")
    if kind in _STOCKS and not expiry and not strike:
        return _plain(number, text, ticker, exchange)
    what = _KINDS.get(kind, f"of the kind {kind[:12]}" if kind else "of no kind")
    return Symbol(number, text, ticker, why_not=f"It is {what}, which this feed has not")


def _plain(number: int, text: str, ticker: str, exchange: str) -> Symbol:
    routed, _, primary = exchange.partition("/")
    venue = primary or routed or "SMART"
    if venue.upper() in ("IDEALPRO", "PAXOS"):
        return Symbol(number, text, _pair(ticker), venue)
    return Symbol(number, text, ticker if venue.upper() == OURS else ticker.replace(" ", "."), venue)


def _pair(ticker: str) -> str:
    """EUR.USD and EUR/USD are EURUSD; EUR alone is against the dollar."""
    joined = ticker.replace(".", "").replace("/", "").replace(" ", "")
    return joined if len(joined) > 3 else f"{joined}USD"
