"""Binance spot. Source: binance/binance-spot-api-docs `web-socket-streams.md`, `rest-api.md`, read 2026-07-21.

Where the documents are silent, what is known from use: a stream of an unknown name is acknowledged and never ticks.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import Fields, Venue, VenueTalk, number, parsed, texts, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, steps_of
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

MESSAGES, STREAMS = 5, 1024  # a second; a connection
_TICKERS_S = 1.0
_METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
_TYPES = ("ticker", "miniTicker", "bookTicker", "trade", "aggTrade")
_BARS_S = {"1s": 1, "1m": 60, "3m": 180, "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "2h": 7200, "4h": 14400,
           "6h": 21600, "8h": 28800, "12h": 43200, "1d": 86400, "3d": 259200, "1w": 604800}  # fmt: skip
_COINS = split_codes(
    "BTC ETH BNB SOL XRP DOGE ADA TRX AVAX LINK LTC DOT BCH TON UNI SUI XLM HBAR NEAR APT SHIB PEPE PAXG"
)
_RESTRICTED = (
    "Service unavailable from a restricted location according to 'b. Eligibility' in "
    "https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in "
    "error."
)


def _coin(base: str, quote: str) -> MadeInstrument:
    return MadeInstrument(f"{base}{quote}", base, quote)


class BinanceVenue(Venue):
    """Binance spot, and its market-data-only hosts."""

    title = "Binance"
    paths = ("/ws", "/stream")
    ping_s, pong_s = 20.0, 60.0
    age_s = 86_400.0
    refusals = {451: {"code": 0, "msg": _RESTRICTED}}  # noqa: RUF012
    trading, halted = "TRADING", "HALT"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dials = Allowance(300, 300.0)
        self._weight = Allowance(6000, 60.0)
        self.by_stream = {each.symbol.lower(): each for each in self.instruments.values()}

    def listed(self) -> Sequence[MadeInstrument]:
        made = [_coin(base, "USDT") for base in _COINS]
        made += [_coin(base, "USDC") for base in _COINS[:8]]
        made += [_coin(base, "BTC") for base in ("ETH", "BNB", "SOL", "XRP", "LTC")]
        made += [_coin(base, "EUR") for base in ("BTC", "ETH", "BNB", "SOL", "XRP")]
        return [*made, _coin("USDC", "USDT"), _coin("EUR", "USDT"), _coin("币安人生", "USDT")]

    def invented(self, base: str) -> MadeInstrument:
        return _coin(base, "USDT")

    def serves(self, path: str) -> bool:
        return path in self.paths or path.startswith("/ws/")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return BinanceTalk(self, path, query, now_s)

    def planned(self, utc_s: float) -> object:
        return {"e": "serverShutdown", "E": int(utc_s * 1000)}

    def error(self) -> object:
        return {"code": -1000, "msg": "An unknown error occurred while processing the request."}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        path = asked.path.removeprefix("/api/v3/")
        answers: dict[str, Callable[[], tuple[HttpAnswer, int]]] = {
            "ping": lambda: (HttpAnswer({}), 1),
            "time": lambda: (HttpAnswer({"serverTime": int(utc_s * 1000)}), 1),
            "exchangeInfo": lambda: (self._directory(asked.query, utc_s), 20),
            "ticker/24hr": lambda: self._tickers(asked.query, utc_s),
            "klines": lambda: (self._candles(asked.query, utc_s), 2),
            "uiKlines": lambda: (self._candles(asked.query, utc_s), 2),
        }
        if path == asked.path or path not in answers:
            return None
        answered, weight = answers[path]()
        if not self._weight.spend(now_s, weight):
            body = {
                "code": -1003,
                "msg": "Too much request weight used; current limit is 6000 request weight per 1 MINUTE.",
            }
            return HttpAnswer(body, 429, 60.0, breaches=(("budget", "6000 a minute"),))
        return answered

    def _directory(self, query: Mapping[str, str], utc_s: float) -> HttpAnswer:
        wanted = query.get("symbolStatus")
        symbols = []
        for made in self.instruments.values():
            status = self.status(made)
            if (wanted and status != wanted) or made.symbol in self.faults.refuse:
                continue
            steps = steps_of(made)
            entry: dict[str, object] = {
                "symbol": made.symbol,
                "status": status,
                "baseAsset": made.base,
                "baseAssetPrecision": 8,
                "quoteAsset": made.quote,
                "quotePrecision": 8,
                "quoteAssetPrecision": 8,
                "orderTypes": ["LIMIT", "MARKET"],
                "isSpotTradingAllowed": True,
                "filters": [
                    {"filterType": "PRICE_FILTER", "minPrice": _eight(steps.tick), "maxPrice": "1000000.00000000",
                     "tickSize": _eight(steps.tick)},
                    {"filterType": "LOT_SIZE", "minQty": _eight(steps.lot), "maxQty": "9000.00000000",
                     "stepSize": _eight(steps.lot)},
                ],
                "permissions": [],
            }  # fmt: skip
            if query.get("showPermissionSets", "true") != "false":
                entry["permissionSets"] = [["SPOT"]]
            symbols.append(entry)
        limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}]
        body = {"timezone": "UTC", "serverTime": int(utc_s * 1000), "rateLimits": limits, "exchangeFilters": []}
        return HttpAnswer({**body, "symbols": symbols}, kind="directory")

    def _tickers(self, query: Mapping[str, str], utc_s: float) -> tuple[HttpAnswer, int]:
        named = texts(parsed(query["symbols"])) if "symbols" in query else None
        wanted = named or (
            [query["symbol"]] if "symbol" in query else [each.symbol for each in self.instruments.values()]
        )
        weight = 2 if len(wanted) <= 20 else 40 if len(wanted) <= 100 else 80
        found = [self.find(symbol) for symbol in wanted]
        if None in found or ("symbols" in query and not named):
            return HttpAnswer({"code": -1121, "msg": "Invalid symbol."}, 400), weight
        rows = [self._ticker(made, query.get("type", "FULL"), utc_s) for made in found if made]
        return HttpAnswer(rows[0] if "symbol" in query else rows), weight

    def _ticker(self, made: MadeInstrument, kind: str, utc_s: float) -> dict[str, object]:
        fields = self.market.ticker(made.key).fields()
        row: dict[str, object] = {"symbol": made.symbol}
        if kind == "FULL":
            row |= {
                **_change(fields, "priceChange", "priceChangePercent"),
                "weightedAvgPrice": _eight(fields["last"]),
                "prevClosePrice": _eight(fields["open_24h"]),
                "lastQty": _eight(fields["size"]),
                "bidPrice": _eight(fields["bid"]),
                "bidQty": _eight(fields["bid_size"]),
                "askPrice": _eight(fields["ask"]),
                "askQty": _eight(fields["ask_size"]),
            }
        names = {"openPrice": "open_24h", "highPrice": "high", "lowPrice": "low", "lastPrice": "last",
                 "volume": "volume", "quoteVolume": "turnover"}  # fmt: skip
        row |= {name: _eight(fields[ours]) for name, ours in names.items()}
        ids = {"firstId": 1, "lastId": int(fields["count"]), "count": int(fields["count"])}
        return row | {"openTime": int(utc_s * 1000) - 86_400_000, "closeTime": int(utc_s * 1000)} | ids

    def _candles(self, query: Mapping[str, str], utc_s: float) -> HttpAnswer:
        made, bar_s = self.find(query.get("symbol", "")), _BARS_S.get(query.get("interval", ""))
        if made is None:
            return HttpAnswer({"code": -1121, "msg": "Invalid symbol."}, 400)
        if bar_s is None:
            return HttpAnswer({"code": -1120, "msg": "Invalid interval."}, 400)
        count = min(max(whole(query, "limit", 500), 1), 1000)
        end_s = min(whole(query, "endTime", int(utc_s * 1000)) / 1000, utc_s)
        bars = self.market.ticker(made.key).bars(bar_s, count, end_s + (3600 if self.faults.future else 0))
        start_ms = whole(query, "startTime", 0)
        rows = [
            [bar.start_s * 1000, *map(_eight, bar[1:6]), (bar.start_s + bar_s) * 1000 - 1, _eight(bar.turnover), 9,
             _eight("0"), _eight("0"), "0"]
            for bar in bars
            if bar.start_s * 1000 >= start_ms
        ]  # fmt: skip
        return HttpAnswer(rows, kind="candles")


class BinanceTalk(VenueTalk):
    """A connection to streams: raw at /ws, each in an envelope at /stream."""

    def __init__(self, venue: BinanceVenue, path: str, query: Mapping[str, str], now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._is_combined = path == "/stream"
        self._rate = Allowance(MESSAGES, 1.0)
        self._streams: dict[str, None] = {}
        self._said_s: dict[str, float] = {}
        named = query.get("streams", "") if self._is_combined else path.removeprefix("/ws").removeprefix("/")
        self._subscribe([each for each in named.split("/") if each])

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        if not self._rate.spend(now_s):
            self.breach("rate", f"over {MESSAGES} a second")
            self.close(1008, "Too many requests")
            return
        frame = parsed(text)
        if not isinstance(frame, dict):
            self._refuse(3, "Invalid JSON: expected value at line 1 column 1", None)
            return
        method, request_id, params = frame.get("method"), frame.get("id"), frame.get("params", [])
        is_id = request_id is None or (type(request_id) is int and -(2**63) <= request_id < 2**63)
        if not is_id and not (isinstance(request_id, str) and len(request_id) <= 36):
            self._refuse(2, "Invalid request: request ID must be an unsigned integer", None)
        elif method not in _METHODS:
            self._refuse(
                2, f"Invalid request: unknown variant `{method}`, expected one of {', '.join(_METHODS)}", request_id
            )
        elif method == "LIST_SUBSCRIPTIONS":
            self.say({"result": list(self._streams), "id": request_id})
        elif method == "GET_PROPERTY":
            self.say({"result": self._is_combined, "id": request_id})
        elif method == "SET_PROPERTY":
            self._set_property(params, request_id)
        elif (streams := texts(params)) is None or not streams:
            self._refuse(2, "Invalid request: property name must be a string", request_id)
        else:
            self._change(method, streams, request_id)

    def _set_property(self, params: Any, request_id: object) -> None:
        if isinstance(params, list) and len(params) == 2 and params[0] == "combined" and isinstance(params[1], bool):
            self._is_combined = params[1]
            self.say({"result": None, "id": request_id})
        else:
            self._refuse(1, "Invalid value type: expected Boolean", request_id)

    def _change(self, method: str, streams: list[str], request_id: object) -> None:
        if method == "UNSUBSCRIBE":
            if strange := [stream for stream in streams if stream not in self._streams]:
                self.breach("not subscribed", strange)
            for stream in streams:
                self._streams.pop(stream, None)
            self._hold()
        else:
            if again := [stream for stream in streams if stream in self._streams]:
                self.breach("subscribed twice", again)
            if len({*self._streams, *streams}) > STREAMS:
                self.breach("streams", f"over {STREAMS}")
                self._refuse(2, "Invalid request: too many parameters", request_id)
                return
            self._subscribe(streams)
        self.say({"result": None, "id": request_id})

    def _subscribe(self, streams: list[str]) -> None:
        self._streams.update(dict.fromkeys(streams))
        self._hold()

    def _hold(self) -> None:
        self.held = {}
        for stream in self._streams:
            symbol, _, kind = stream.partition("@")
            made = self._venue.by_stream.get(symbol)
            if made and kind in _TYPES and made.symbol not in self._venue.faults.refuse:
                self.held[made.key] = None

    def _refuse(self, code: int, words: str, request_id: object) -> None:
        said = {"code": code, "msg": "" if self._venue.faults.no_reason else words}
        self.say(said if request_id is None else {**said, "id": request_id})

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        symbol = ticker.made.symbol
        kinds = [kind for kind in _TYPES if f"{symbol.lower()}@{kind}" in self._streams]
        if not kinds and ticker.made.key not in self.held:
            kinds = ["ticker"]  # a stray, or one that was asked for until just now
        frames = []
        for kind in kinds:
            stream = f"{symbol.lower()}@{kind}"
            if kind in ("ticker", "miniTicker"):
                if now_s < self._said_s.get(stream, -1.0) + _TICKERS_S:
                    continue
                self._said_s[stream] = now_s
            data, said = _push(kind, symbol, fields, int(utc_s * 1000))
            body: object = {"stream": stream, "data": data} if self._is_combined else data
            frames.append(WireFrame(body, "quote", symbol, {**said, "stream": kind}))
        return frames

    def say(self, body: object, kind: str = "answer") -> None:
        if self._is_combined and isinstance(body, dict) and body.get("e") == "serverShutdown":
            body = {"stream": "!serverShutdown", "data": body}
        super().say(body, kind)


def _push(kind: str, symbol: str, fields: Fields, time_ms: int) -> tuple[dict[str, object], dict[str, object]]:
    """The data of a stream, and what it says by our names."""
    eight = {name: value if name in ("side", "count") else _eight(value) for name, value in fields.items()}
    count = int(fields["count"])
    best = {"bid": "b", "bid_size": "B", "ask": "a", "ask_size": "A"}
    window = {"open_24h": "o", "high": "h", "low": "l", "volume": "v", "turnover": "q"}
    if kind == "bookTicker":
        data: dict[str, object] = {"u": count, "s": symbol, **{name: eight[ours] for ours, name in best.items()}}
        return data, {ours: eight[ours] for ours in best}
    if kind in ("trade", "aggTrade"):
        head: dict[str, object] = {"e": kind, "E": time_ms, "s": symbol}
        ids = {"t": count} if kind == "trade" else {"a": count, "f": count, "l": count}
        rest = {"p": eight["last"], "q": eight["size"], "T": time_ms, "m": fields["side"] == "sell", "M": True}
        return head | ids | rest, {"last": eight["last"], "size": eight["size"], "time_ms": time_ms}
    head = {"e": "24hrTicker" if kind == "ticker" else "24hrMiniTicker", "E": time_ms, "s": symbol}
    names = {"last": "c", **window}
    if kind == "ticker":
        names = {**names, **best, "size": "Q"}
        head |= {**_change(fields, "p", "P"), "w": eight["last"], "x": eight["open_24h"]}
        head |= {"O": time_ms - 86_400_000, "C": time_ms, "F": count - 100, "L": count, "n": 101}
    said: dict[str, object] = {ours: eight[ours] for ours in names}
    return head | {name: eight[ours] for ours, name in names.items()}, {**said, "time_ms": time_ms}


def _change(fields: Fields, absolute: str, percent: str) -> dict[str, object]:
    opened, last = number(fields["open_24h"]), number(fields["last"])
    return {absolute: f"{last - opened:.8f}", percent: f"{(last - opened) / opened * 100:.3f}"}


def _eight(text: str) -> str:
    """A number as Binance writes it, with eight decimals; more stay."""
    head, _, tail = text.partition(".")
    return f"{head}.{tail:0<8}"


VENUE = BinanceVenue
