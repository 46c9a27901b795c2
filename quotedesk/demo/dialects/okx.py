"""OKX v5. Source: okx.com docs-v5 (overview/websocket, public data, tickers, candlesticks), as read in public clients
of 2026-04 and 2026-07; refusals' words from the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import Fields, Venue, VenueTalk, parsed, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, midnight, steps_of
from quotedesk.demo.wire import Allowance, Bucket, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

SILENT_S = 30.0
_TYPES = {"spot": "SPOT", "perpetual": "SWAP", "future": "FUTURES"}
REQUESTS, REFILL_S = 480, 7.5  # of a connection, one back each
MOST_BYTES = 64 << 10
_CONNECTION = "a4d3ae55"
_USE_OTHERS = " Please use the correct URL, channel and parameters referring to API document."
_UTC8_S = 8 * 3600.0
_BARS_S = {"1s": 1, "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1H": 3600, "2H": 7200, "4H": 14400,
           "6H": 21600, "12H": 43200, "1D": 86400, "1W": 604800}  # fmt: skip
_COINS = split_codes("BTC ETH SOL XRP DOGE ADA TRX AVAX LINK LTC DOT BCH TON UNI SUI XLM HBAR NEAR APT SHIB PEPE BNB")
_NAMES = {"last": "last", "lastSz": "size", "askPx": "ask", "askSz": "ask_size", "bidPx": "bid", "bidSz": "bid_size",
          "open24h": "open_24h", "high24h": "high", "low24h": "low", "volCcy24h": "turnover",
          "vol24h": "volume"}  # fmt: skip


def _coin(base: str, quote: str) -> MadeInstrument:
    return MadeInstrument(f"{base}-{quote}", base, quote)


def _swap(base: str, expiry: str = "SWAP") -> MadeInstrument:
    kind = "perpetual" if expiry == "SWAP" else "future"
    return MadeInstrument(f"{base}-USDT-{expiry}", base, "USDT", kind)


class OkxVenue(Venue):
    """OKX spot, perpetuals (SWAP) and two futures."""

    title = "OKX"
    paths = ("/ws/v5/public", "/ws/v5/business")
    trading, halted = "live", "suspend"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dials = Allowance(3, 1.0)
        self._allowed = {"public": Allowance(20, 2.0), "market": Allowance(40, 2.0)}

    def listed(self) -> Sequence[MadeInstrument]:
        made = [_coin(base, "USDT") for base in _COINS]
        made += [_coin(base, "USDC") for base in _COINS[:6]]
        made += [_swap(base) for base in _COINS[:8]]
        made += [_swap("BTC", "261225"), _swap("ETH", "261225")]
        return [
            *made,
            _coin("BTC", "USD"),
            _coin("BTC", "EUR"),
            _coin("ETH", "EUR"),
            _coin("ETH", "BTC"),
            _coin("USDC", "USDT"),
        ]

    def invented(self, base: str) -> MadeInstrument:
        return _coin(base, "USDT")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return OkxTalk(self, now_s)

    def planned(self, utc_s: float) -> object:
        words = "The connection will soon be closed for a service upgrade. Please reconnect."
        return {"event": "notice", "code": "64008", "msg": words, "connId": _CONNECTION}

    def error(self) -> object:
        return {"code": "50001", "msg": "Service temporarily unavailable. Please try again later", "data": []}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        path, query = asked.path.removeprefix("/api/v5/"), asked.query
        allowed = self._allowed.get(path.partition("/")[0])
        if path == asked.path or allowed is None:
            return None
        if not allowed.spend(now_s):
            body = {"msg": "Too Many Requests", "code": "50011", "data": []}
            return HttpAnswer(body, 429, breaches=(("budget", f"{allowed.count:g} in 2 s"),))
        made = self.find(query.get("instId", ""))
        match path:
            case "public/time":
                return _result([{"ts": str(int(utc_s * 1000))}])
            case "public/instruments" | "market/tickers":
                kind = query.get("instType", "")
                if kind not in _TYPES.values():
                    return _fault("51000", "Parameter instType error")
                found = self.of_type(kind)
                if path == "public/instruments":
                    found = [made] if made else [] if query.get("instId") else found
                    return _result([self.entry(each) for each in found], "directory")
                return _result([_row(each, self.market.ticker(each.key).fields(), utc_s) for each in found])
            case "market/ticker" | "market/candles" | "market/history-candles" if made is None:
                return _fault("51001", "Instrument ID does not exist")
            case "market/ticker" if made:
                return _result([_row(made, self.market.ticker(made.key).fields(), utc_s)])
            case "market/candles" | "market/history-candles" if made:
                return self._candles(made, query, utc_s)
        return None

    def of_type(self, kind: str) -> list[MadeInstrument]:
        """What is listed of an instType."""
        return [each for each in self.instruments.values() if _TYPES[each.kind] == kind and self.find(each.symbol)]

    def entry(self, made: MadeInstrument) -> dict[str, object]:
        """An entry of the list of instruments."""
        steps = steps_of(made)
        sizes = {"tickSz": steps.tick, "lotSz": steps.lot, "minSz": steps.lot, "state": self.status(made)}
        head = {"instType": _TYPES[made.kind], "instId": made.symbol, "listTime": "1548133413000"}
        if made.kind == "spot":
            return {**head, "baseCcy": made.base, "quoteCcy": made.quote, "expTime": "", **sizes}
        family = f"{made.base}-{made.quote}"
        terms = {"ctType": "linear", "ctVal": "0.01", "ctMult": "1", "ctValCcy": made.base, "settleCcy": made.quote}
        expiry = {"expTime": "" if made.kind == "perpetual" else "1798185600000"}
        return {**head, "baseCcy": "", "quoteCcy": "", "uly": family, "instFamily": family, **terms, **expiry, **sizes}

    def _candles(self, made: MadeInstrument, query: Mapping[str, str], utc_s: float) -> HttpAnswer:
        bar_s = _BARS_S.get(query.get("bar", "1m"))
        if bar_s is None:
            return _fault("51000", "Parameter bar error")
        end_s = min(whole(query, "after", int(utc_s * 1000) + 1) / 1000 - 0.001, utc_s)
        end_s += 3600 if self.faults.future else 0
        bars = self.market.ticker(made.key).bars(bar_s, min(max(whole(query, "limit", 100), 1), 300), end_s)
        rows = [
            [str(bar.start_s * 1000), *bar[1:6], bar.turnover, bar.turnover, str(int(bar.start_s + bar_s <= utc_s))]
            for bar in reversed(bars)
        ]
        return _result(rows, "candles")


class OkxTalk(VenueTalk):
    """A connection: an answer for each argument, and a text "ping" that wants its "pong"."""

    def __init__(self, venue: OkxVenue, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._bucket = Bucket(REQUESTS, REFILL_S)
        self._args: dict[tuple[str, str], None] = {}
        self._alive_s = now_s

    @property
    def due_s(self) -> float:
        return self._alive_s + SILENT_S

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if now_s >= self.due_s:
            self.breach("heartbeat", f"no ping, and nothing sent for {SILENT_S:g} s")
            self.close(4004, "No data received in 30s.")

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        self._alive_s = now_s
        if text == "ping":
            self.say("pong", "beat")
            return
        if len(text) > MOST_BYTES:
            self.breach("length", f"{len(text)} bytes")
        if not self._bucket.spend(now_s):
            self.breach("rate", f"over {REQUESTS} requests")
            self._refuse("60014", "Requests too frequent", {})
            return
        frame = parsed(text)
        op, args = (frame.get("op"), frame.get("args")) if isinstance(frame, dict) else (None, None)
        ids = {"id": frame["id"]} if isinstance(frame, dict) and isinstance(frame.get("id"), str) else {}
        if op not in ("subscribe", "unsubscribe") or not isinstance(args, list) or not args:
            self.breach("form", "op or args")
            self._refuse("60012", f"Invalid request: {text[:200]}", ids)
            return
        for arg in args:
            self._argument(op, arg, ids, utc_s)
        self.held = {symbol: None for channel, symbol in self._args if channel in ("tickers", "trades")}

    def _argument(self, op: str, arg: Any, ids: Mapping[str, object], utc_s: float) -> None:
        channel, symbol = (arg.get("channel"), arg.get("instId", "")) if isinstance(arg, dict) else (None, "")
        if channel == "instruments" and arg.get("instType") in _TYPES.values():
            self.say({**ids, "event": op, "arg": arg, "connId": _CONNECTION})
            if op == "subscribe" and not self._venue.faults.no_snapshot:
                found = self._venue.of_type(arg["instType"])
                self.say({"arg": arg, "data": [self._venue.entry(made) for made in found]})
            return
        made = self._venue.find(symbol) if isinstance(symbol, str) else None
        if channel not in ("tickers", "trades") or made is None:
            words = f"Wrong URL or channel:{channel},instId:{symbol} doesn't exist." + _USE_OTHERS
            self._refuse("60018", words, ids)
            return
        key = (channel, made.symbol)
        if op == "unsubscribe":
            if key not in self._args:
                self.breach("not subscribed", symbol)
            self._args.pop(key, None)
            self.say({**ids, "event": op, "arg": arg, "connId": _CONNECTION})
            return
        if key in self._args:
            self.breach("subscribed twice", symbol)
        self._args[key] = None
        self.say({**ids, "event": op, "arg": arg, "connId": _CONNECTION})
        if channel == "tickers" and self._venue.shows(made):
            self.out.append(_push("tickers", *self._venue.newest(made, utc_s)))

    def _refuse(self, code: str, words: str, ids: Mapping[str, object]) -> None:
        words = "" if self._venue.faults.no_reason else words
        self.say({**ids, "event": "error", "code": code, "msg": words, "connId": _CONNECTION})

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        self._alive_s = now_s
        symbol = ticker.made.symbol
        channels = [name for name in ("tickers", "trades") if (name, symbol) in self._args]
        return [_push(name, ticker, fields, utc_s) for name in channels or ["tickers"]]


def _push(channel: str, ticker: Ticker, fields: Fields, utc_s: float) -> WireFrame:
    symbol, time_ms = ticker.made.symbol, str(int(utc_s * 1000))
    arg = {"channel": channel, "instId": symbol}
    if channel == "trades":
        row = {"instId": symbol, "tradeId": fields["count"], "px": fields["last"], "sz": fields["size"],
               "side": fields["side"], "ts": time_ms, "count": "1"}  # fmt: skip
        said = {"last": fields["last"], "size": fields["size"]}
        return WireFrame({"arg": arg, "data": [row]}, "quote", symbol, {**said, "time_ms": time_ms, "channel": channel})
    said = {ours: fields[ours] for ours in _NAMES.values()}
    body = {"arg": arg, "data": [_row(ticker.made, fields, utc_s)]}
    return WireFrame(body, "quote", symbol, {**said, "time_ms": time_ms, "channel": channel})


def _row(made: MadeInstrument, fields: Fields, utc_s: float) -> dict[str, str]:
    head = {"instType": _TYPES[made.kind], "instId": made.symbol}
    # The day's opens differ from that of 24 hours; here they are near it.
    days = {
        "sodUtc0": fields["low"],
        "sodUtc8": fields["high"] if midnight(utc_s, _UTC8_S) > midnight(utc_s) else fields["low"],
    }
    return {**head, **{name: fields[ours] for name, ours in _NAMES.items()}, **days, "ts": str(int(utc_s * 1000))}


def _result(rows: Sequence[object], kind: str = "") -> HttpAnswer:
    return HttpAnswer({"code": "0", "msg": "", "data": rows}, kind=kind)


def _fault(code: str, words: str) -> HttpAnswer:
    """A fault comes with HTTP 200."""
    return HttpAnswer({"code": code, "msg": words, "data": []})


VENUE = OkxVenue
