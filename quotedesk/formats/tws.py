"""TWS (Interactive Brokers): DES,SYMBOL,TYPE,EXCHANGE,... or SYM,SYMBOL,EXCHANGE or CON,CONID,EXCHANGE, a line each.

Its guide "Import/Export Watchlists". It has no sections: ours are written as lines that it passes over.
"""

from collections.abc import Iterable, Iterator

from quotedesk.formats.base import SECTION_MARK, Aside, Entry, Label, Named, Symbol
from quotedesk.market.symbology import OURS, is_exchange

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
}
_EXCHANGES = {"HKEX": "SEHK", "SSE": "SEHKNTL", "SZSE": "SEHKSZSE", "FX": "IDEALPRO"}
_STOCK_VENUES = ("NASDAQ", "NYSE", "AMEX", "ARCA")


def looks_so(text: str) -> bool:
    lines = [line for line in text[:20_000].splitlines() if line.strip(" ,") and not line.startswith(SECTION_MARK)]
    like = [line for line in lines if _is_one(line)]
    return bool(like) and len(like) >= len(lines) / 2


def read(text: str) -> Iterator[Entry]:
    for number, line in enumerate(text.splitlines(), start=1):
        shown = line.strip()
        if not shown.strip(","):
            continue
        if shown.startswith(SECTION_MARK):
            yield Label(number, shown, shown.lstrip("#").strip().rstrip(","))
            continue
        kind, *fields = (field.strip().strip('"') for field in shown.split(","))
        fields += [""] * (7 - len(fields))
        match kind.upper():
            case "DES":
                yield _described(number, shown, fields)
            case "SYM":
                yield _plain(number, shown, fields[0], fields[1])
            case "CON":
                why = "It is named by TWS's own number only"
                yield Symbol(number, shown, fields[0], why_not=why)
            case "COLUMN" | "HED":
                yield Aside(number, shown, "columns of TWS")
            case _:
                yield Aside(number, shown, "a kind of line that is not known")


def write(rows: Iterable[Named | str]) -> str:
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{_line(row)}\n" for row in rows)


def _is_one(line: str) -> bool:
    """Is it a line of TWS, and not tickers that happen to be called DES or SYM?"""
    kind, *fields = (field.strip() for field in line.split(","))
    match kind.upper():
        case "DES":
            return len(fields) > 2
        case "SYM" | "CON":
            return len(fields) > 1 and is_exchange(fields[1].rpartition("/")[2])
        case "COLUMN":
            return fields[:1] == ["0"]
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
