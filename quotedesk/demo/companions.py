"""AllTick's HTTP interfaces beside its WebSocket, and its order book, with the budget of the Free plan.

Source: alltick/docs `api-reference/stock/{trade-tick,kline,batch-kline,static-info,depth-tick}`,
`getting-started/http-interface-restrictions`, `getting-started/error-code-description`, read 2026-06-30; the bodies of
refusals as users have seen them. Where two pages differ (groups of a batch: 5 or 10) the smaller number is watched.
"""

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from quotedesk.demo.dialogue import ENDPOINTS
from quotedesk.demo.faults import ServerFaults
from quotedesk.demo.prices import DemoMarket, MadeTrade, kind_of
from quotedesk.demo.tickers import MadeBar, made_bars
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked

BASES = {"/quote-stock-b-api": "/quote-stock-b-ws-api", "/quote-b-api": "/quote-b-ws-api"}
MOST_CODES, MOST_GROUPS, MOST_BARS = 5, 5, 500
_BARS_S = {1: 60, 2: 300, 3: 900, 4: 1800, 5: 3600, 6: 7200, 7: 14_400, 8: 86_400, 9: 604_800, 10: 2_592_000}
_DAY = 8
_LEVELS = {"crypto": 5, "stock": 1}
_NAMES = {"700.HK": ("TENCENT", "腾讯控股"), "600519.SH": ("KWEICHOW MOUTAI", "贵州茅台"),
          "AAPL.US": ("Apple Inc.", "苹果"), "TSLA.US": ("Tesla Inc.", "特斯拉"),
          "NVDA.US": ("NVIDIA Corp.", "英伟达")}  # fmt: skip
_CURRENCIES = {"US": "USD", "HK": "HKD", "SH": "CNY", "SZ": "CNY"}


class _RefusedError(Exception):
    """A request that is answered by its `ret` and words."""

    def __init__(self, ret: int, words: str, breach: str = "") -> None:
        super().__init__(words)
        self.ret = ret
        self.breach = breach


class Companions:
    """Answers HTTP requests, and makes order books, from the market that the pushes come from."""

    def __init__(self, market: DemoMarket, faults: ServerFaults) -> None:
        self._market = market
        self._faults = faults
        self._asked_s: dict[str, float] = {}
        self._minute, self._day = Allowance(10, 60.0), Allowance(1000, 86_400.0)
        self._seq = 30_000_000
        self._answers: dict[str, Callable[[str, Any, float], object]] = {
            "trade-tick": self._trades,
            "depth-tick": self._books,
            "static_info": self._names,
            "kline": self._candles,
            "batch-kline": self._batch,
        }

    def serves(self, path: str) -> bool:
        """Is this below one of the two bases?"""
        return path.startswith(tuple(f"{base}/" for base in BASES))

    def answer(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        """The answer to a request; None where there is no such interface."""
        base, _, name = asked.path.rpartition("/")
        if base not in BASES or name not in self._answers or (asked.method == "POST") != (name == "batch-kline"):
            return None
        if not asked.query.get("token"):
            return HttpAnswer({"msg": "token is required", "ret": 401}, 401)
        if self._faults.wrong_key:
            return HttpAnswer({"msg": "token invalid", "trace": "", "ret": 401}, 401)
        if late := self._too_soon(name, now_s):
            return HttpAnswer({"error_msg": "Too many requests"}, 429, self._faults.retry_after, breaches=(late,))
        trace = ""
        try:
            asks = _read(asked.body if name == "batch-kline" else asked.query.get("query", "").encode())
            trace = asks["trace"]
            data = self._answers[name](base, asks["data"], utc_s)
        except _RefusedError as refused:
            words = "" if self._faults.no_reason else str(refused)
            body = {"ret": refused.ret, "msg": words, "trace": trace}
            return HttpAnswer(body, breaches=((refused.breach, words),) if refused.breach else ())
        kind = "candles" if name.endswith("kline") else ""
        return HttpAnswer({"ret": 200, "msg": "ok", "trace": trace, "data": data}, kind=kind)

    def _too_soon(self, name: str, now_s: float) -> tuple[str, object] | None:
        since_s = now_s - self._asked_s.get(name, -1e9)
        self._asked_s[name] = now_s
        is_within = [self._minute.spend(now_s), self._day.spend(now_s)]
        if self._faults.http_gap == 0:  # nothing is watched
            return None
        if since_s < self._faults.http_gap:
            return "budget", f"{name} {since_s:.3f} s after the one before"
        return None if all(is_within) else ("budget", "over 10 a minute or 1,000 a day")

    def _codes(self, base: str, data: Any) -> list[str]:
        symbols = data.get("symbol_list")
        codes = [each.get("code") for each in symbols if isinstance(each, dict)] if isinstance(symbols, list) else []
        if not codes or not all(isinstance(code, str) for code in codes):
            raise _RefusedError(400, "request data param invalid", "form")
        if len(codes) > MOST_CODES:
            raise _RefusedError(603, "token level not enough", "codes")
        return [self._code(base, code) for code in codes]

    def _code(self, base: str, code: Any) -> str:
        if not isinstance(code, str) or code in self._faults.refuse or not ENDPOINTS[BASES[base]](code):
            raise _RefusedError(600, "code invalid")
        return code

    def _trades(self, base: str, data: Any, utc_s: float) -> object:
        ticks = []
        for code in self._codes(base, data):
            trade = self._market.newest(code)
            self._seq += 1
            price, size = self._faults.price(code, trade.price), trade.size or "0"
            turnover = f"{float(price) * float(size):.2f}"
            head = {"code": code, "seq": str(self._seq), "tick_time": str(int(utc_s * 1000)), "price": price}
            ticks.append({**head, "volume": size, "turnover": turnover, "trade_direction": trade.direction})
        return {"tick_list": ticks}

    def _books(self, base: str, data: Any, utc_s: float) -> object:
        books = []
        for code in self._codes(base, data):
            self._seq += 1
            book = self.book(self._market.newest(code), 5, self._seq, utc_s)
            books.append({**book, "seq": str(book["seq"]), "tick_time": str(book["tick_time"])})
        return {"tick_list": books}

    def book(self, trade: MadeTrade, levels: int, seq: int, utc_s: float) -> dict[str, object]:
        """The order book of a code after a trade, as deep as its market has it."""
        code, kind, faults = trade.code, kind_of(trade.code), self._faults
        most = 10 if code.endswith(".HK") else 5 if code.endswith((".SH", ".SZ")) else _LEVELS.get(kind.name, 1)
        last = float(trade.price)
        decimals = max(-round(math.log10(kind.lot or 1.0)), 0)
        bid, ask = (last - kind.tick, last) if trade.direction == 1 else (last, last + kind.tick)

        def side(first: float, step: float) -> list[dict[str, str]]:
            made = []
            for level in range(min(levels, most)):
                entry = {"price": f"{max(first + step * level, kind.tick):.{kind.decimals}f}"}
                if kind.lot:
                    entry["volume"] = f"{kind.lot * (1 + (seq * 7 + level * 13) % 97):.{decimals}f}"
                made.append(entry)
            return made

        nothing = [{"price": "0", "volume": "0"}]
        is_gone = code in faults.delisted
        bids = nothing if is_gone else [] if code in faults.limit_down else side(bid, -kind.tick)
        asks = nothing if is_gone else [] if code in faults.limit_up else side(ask, kind.tick)
        time_ms = int((utc_s + faults.skew_s) * 1000)
        return {"code": code, "seq": seq, "tick_time": time_ms, "bids": bids, "asks": asks}

    def _names(self, base: str, data: Any, utc_s: float) -> object:
        if base != "/quote-stock-b-api":
            raise _RefusedError(600, "code invalid")
        found = []
        for code in self._codes(base, data):
            short, _, market = code.rpartition(".")
            name, native = _NAMES.get(code, (short, short))
            found.append(
                {
                    "symbol": code,
                    "name_en": name,
                    "name_cn": native,
                    "name_hk": native,
                    "exchange": {"HK": "SEHK", "SH": "SSE", "SZ": "SZSE"}.get(market, "NASD"),
                    "board": {"HK": "HKEquity"}.get(market, "Common"),
                    "currency": _CURRENCIES.get(market, "USD"),
                    "lot_size": "100" if market != "US" else "1",
                }
            )
        return {"static_info_list": found}

    def _candles(self, base: str, data: Any, utc_s: float) -> object:
        code, kind, bars = self._bars(base, data, MOST_BARS, utc_s)
        return {"code": code, "kline_type": kind, "kline_list": [_candle(bar) for bar in bars]}

    def _batch(self, base: str, data: Any, utc_s: float) -> object:
        groups = data.get("data_list")
        if not isinstance(groups, list) or not groups or not all(isinstance(each, dict) for each in groups):
            raise _RefusedError(400, "request data param invalid", "form")
        if len(groups) > MOST_GROUPS:
            raise _RefusedError(603, "token level not enough", "groups")
        made = []
        for group in groups:
            code, kind, bars = self._bars(base, group, 2, utc_s)
            made.append({"code": code, "kline_type": kind, "kline_data": [_candle(bar) for bar in bars]})
        return {"kline_list": made}

    def _bars(self, base: str, data: Any, most: int, utc_s: float) -> tuple[str, int, list[MadeBar]]:
        code, kind, count = self._code(base, data.get("code")), data.get("kline_type"), data.get("query_kline_num")
        end_s = data.get("kline_timestamp_end", 0)
        is_stock = base == "/quote-stock-b-api"
        if type(kind) is not int or kind not in _BARS_S or (is_stock and kind in (6, 7)):
            raise _RefusedError(400, "request data param invalid", "kline_type")
        if type(count) is not int or count < 1 or type(end_s) is not int or data.get("adjust_type", 0) != 0:
            raise _RefusedError(400, "request data param invalid", "form")
        if (end_s and is_stock) or end_s > utc_s + 86_400:  # a stock's must be 0; milliseconds are not seconds
            raise _RefusedError(400, "request data param invalid", "kline_timestamp_end")
        until_s = min(end_s or utc_s, utc_s) + (3600 if self._faults.future else 0)
        last, count = self._market.newest(code).price, min(count, most)
        if kind != _DAY or kind_of(code).name == "crypto":
            return code, kind, made_bars(code, kind_of(code), last, _BARS_S[kind], count, until_s)
        while not _is_working_day(until_s):
            until_s -= 86_400
        bars = made_bars(code, kind_of(code), last, _BARS_S[kind], count * 2 + 2, until_s)
        return code, kind, [bar for bar in bars if _is_working_day(bar.start_s)][-count:]


def _read(text: bytes) -> dict[str, Any]:
    """The document of a request."""
    try:
        asks = json.loads(text)
    except (ValueError, RecursionError):
        asks = None
    if not isinstance(asks, dict):
        raise _RefusedError(402 if text else 601, "query invalid" if text else "body empty", "form")
    trace = asks.get("trace")
    if not isinstance(trace, str) or not 0 < len(trace) <= 64 or not isinstance(asks.get("data"), dict):
        raise _RefusedError(400, "request header param invalid", "form")
    return asks


def _is_working_day(utc_s: float) -> bool:
    return datetime.fromtimestamp(utc_s, UTC).weekday() < 5


def _candle(bar: MadeBar) -> dict[str, str]:
    prices = {"open_price": bar.open, "close_price": bar.close, "high_price": bar.high, "low_price": bar.low}
    return {"timestamp": str(bar.start_s), **prices, "volume": bar.volume, "turnover": bar.turnover}
