"""Bybit v5. Source: bybit-exchange/docs `docs/v5/ws/connect.mdx`, `websocket/public/{ticker,orderbook,trade}.mdx`,
`market/{instrument,kline,tickers}.mdx`, read 2026-07-24.

Where the documents are silent: a request with an unknown topic is refused whole, in words known from use; so is one
with a topic that is held already.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import Fields, Venue, VenueTalk, number, parsed, texts, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, steps_of
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

SPOT_ARGS = 10  # in one request
ARGS_CHARS = 21_000  # of all on a connection
SILENT_S = 600.0
_STATUS = "/v5/public/misc/status"
_BARS_MIN = {**{str(each): each for each in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)}, "D": 1440, "W": 10080}
_COINS = split_codes("BTC ETH SOL XRP DOGE ADA TRX AVAX LINK LTC DOT BCH TON UNI SUI XLM HBAR NEAR APT BNB")
_STOCKS = split_codes("TSLA AAPL NVDA MSFT AMZN GOOGL META NFLX AMD INTC")
_GOODS = {"XAU": "Gold", "XAG": "Silver", "CL": "WTI crude oil", "BZ": "Brent crude oil", "NG": "Natural gas"}
_CURRENCIES = ("EUR", "GBP", "AUD")
_SYMBOL_TYPES = {"stock": "stock", "commodity": "commodity", "forex": "forex", "xstocks": "xstocks"}
# Wire name -> ours. What the spot ticker has, and what the linear one has beside it.
_SPOT = {"lastPrice": "last", "highPrice24h": "high", "lowPrice24h": "low", "prevPrice24h": "open_24h",
         "volume24h": "volume", "turnover24h": "turnover"}  # fmt: skip
_BEST = {"bid1Price": "bid", "bid1Size": "bid_size", "ask1Price": "ask", "ask1Size": "ask_size"}


def _linear(base: str, kind: str = "perpetual", name: str = "") -> MadeInstrument:
    return MadeInstrument(f"{base}USDT", base, "USDT", kind, "linear", name)


class BybitVenue(Venue):
    """Bybit's spot and linear boards; one symbol may be on both."""

    title = "Bybit"
    paths = ("/v5/public/spot", "/v5/public/linear", _STATUS)
    refusals = {403: {"retCode": 10024, "retMsg": "The product or service you are seeking is not available here"}}  # noqa: RUF012
    trading, halted = "Trading", "Closed"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.dials = Allowance(500, 300.0)
        self._requests = Allowance(600, 5.0)

    def listed(self) -> Sequence[MadeInstrument]:
        made = [_linear(base) for base in _COINS]
        made += [_linear(base, "stock", f"{base} share") for base in _STOCKS]
        made += [_linear(base, "commodity", name) for base, name in _GOODS.items()]
        made += [_linear(base, "forex") for base in _CURRENCIES]
        made += [MadeInstrument(f"{base}USDT", base, "USDT", "spot", "spot") for base in _COINS]
        made += [
            MadeInstrument("ETHBTC", "ETH", "BTC", "spot", "spot"),
            MadeInstrument("BTCEUR", "BTC", "EUR", "spot", "spot"),
        ]
        return [
            *made,
            *(
                MadeInstrument(f"{each}XUSDT", f"{each}X", "USDT", "xstocks", "spot", each, each)
                for each in _STOCKS[:6]
            ),
        ]

    def invented(self, base: str) -> MadeInstrument:
        return _linear(base)

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return BybitTalk(self, path, now_s)

    def error(self) -> object:
        return {"retCode": 10016, "retMsg": "Server error", "result": {}, "retExtInfo": {}, "time": 0}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        if not asked.path.startswith("/v5/market/"):
            return None
        if not self._requests.spend(now_s):
            body = {"retCode": 10006, "retMsg": "access too frequent"}
            return HttpAnswer(body, 403, breaches=(("budget", "600 in 5 s"),))
        query = asked.query
        board = query.get("category", "spot" if asked.path.endswith("kline") else "")
        match asked.path.removeprefix("/v5/market/"):
            case "time":
                return _result({"timeSecond": str(int(utc_s)), "timeNano": str(int(utc_s * 1e9))}, utc_s)
            case "instruments-info" | "kline" | "tickers" if board not in ("spot", "linear"):
                return _fault(10001, "Illegal category", utc_s)
            case "instruments-info":
                return self._directory(query, board, utc_s)
            case "kline":
                return self._candles(query, board, utc_s)
            case "tickers":
                return self._tickers(query, board, utc_s)
        return None

    def _of(self, board: str, query: Mapping[str, str]) -> list[MadeInstrument]:
        if "symbol" in query:
            found = self.find(query["symbol"], board)
            return [found] if found else []
        return [each for each in self.instruments.values() if each.board == board and self.find(each.symbol, board)]

    def _directory(self, query: Mapping[str, str], board: str, utc_s: float) -> HttpAnswer:
        found = self._of(board, query)
        if kind := query.get("symbolType"):
            found = [each for each in found if _SYMBOL_TYPES.get(each.kind, "") == kind]
        if status := query.get("status"):
            found = [each for each in found if self.status(each) == status]
        following = ""
        if board == "linear":  # the spot list has no pages
            start, count = whole(query, "cursor", 0), min(max(whole(query, "limit", 500), 1), 1000)
            following = str(start + count) if start + count < len(found) else ""
            found = found[start : start + count]
        rows = [self._entry(made) for made in found]
        result: dict[str, object] = {"category": board, "list": rows}
        return _result(result | ({"nextPageCursor": following} if board == "linear" else {}), utc_s, "directory")

    def _entry(self, made: MadeInstrument) -> dict[str, object]:
        steps = steps_of(made)
        head: dict[str, object] = {
            "symbol": made.symbol,
            "baseCoin": made.base,
            "quoteCoin": made.quote,
            "status": self.status(made),
        }
        kind = {"symbolType": _SYMBOL_TYPES.get(made.kind, "")}
        if made.board == "spot":
            lots = {"basePrecision": steps.lot, "quotePrecision": "0.0000001", "minOrderQty": steps.lot}
            rest = {"innovation": "0", "marginTrading": "none", "stTag": "0", "lotSizeFilter": lots,
                    "priceFilter": {"tickSize": steps.tick}}  # fmt: skip
            return head | rest | kind | ({"xstockMultiplier": "1"} if made.kind == "xstocks" else {})
        prices = {"minPrice": steps.tick, "maxPrice": "1999999.80", "tickSize": steps.tick}
        lots = {"maxOrderQty": "1190.000", "minOrderQty": steps.lot, "qtyStep": steps.lot}
        times = {"launchTime": "1584230400000", "deliveryTime": "0", "priceScale": str(steps.decimals)}
        head = {"symbol": made.symbol, "contractType": "LinearPerpetual", **head}
        return (
            head
            | times
            | {"priceFilter": prices, "lotSizeFilter": lots, "settleCoin": "USDT", "isPreListing": False}
            | kind
        )

    def _candles(self, query: Mapping[str, str], board: str, utc_s: float) -> HttpAnswer:
        found, bar_min = self.find(query.get("symbol", ""), board), _BARS_MIN.get(query.get("interval", ""))
        if found is None:
            return _fault(10001, "Not supported symbols", utc_s)
        if bar_min is None:
            return _fault(10001, "Invalid period!", utc_s)
        count = min(max(whole(query, "limit", 200), 1), 1000)
        end_s = min(whole(query, "end", int(utc_s * 1000)) / 1000, utc_s) + (3600 if self.faults.future else 0)
        bars = self.market.ticker(found.key).bars(bar_min * 60, count, end_s)
        rows = [
            [str(bar.start_s * 1000), *bar[1:]]
            for bar in reversed(bars)
            if bar.start_s * 1000 >= whole(query, "start", 0)
        ]
        return _result({"symbol": found.symbol, "category": board, "list": rows}, utc_s, "candles")

    def _tickers(self, query: Mapping[str, str], board: str, utc_s: float) -> HttpAnswer:
        found = self._of(board, query)
        if not found:
            return _fault(10001, "Not supported symbols", utc_s)
        rows = []
        for made in found:
            fields = self.market.ticker(made.key).fields()
            rows.append({"symbol": made.symbol, **{name: fields[ours] for name, ours in {**_SPOT, **_BEST}.items()},
                         "price24hPcnt": _percent(fields)})  # fmt: skip
        return _result({"category": board, "list": rows}, utc_s)


class BybitTalk(VenueTalk):
    """A connection to one board: topics; the linear ticker comes whole once, then what changed."""

    def __init__(self, venue: BybitVenue, path: str, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._board = "" if path == _STATUS else path.rpartition("/")[2]
        self._topics: dict[str, MadeInstrument] = {}
        self._told: dict[str, dict[str, str]] = {}  # of the linear tickers
        self._heard_s = now_s

    @property
    def due_s(self) -> float:
        return self._heard_s + SILENT_S

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if now_s >= self.due_s:
            self.breach("heartbeat", f"none for {SILENT_S:g} s")
            self.close(1000, "silent")

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        self._heard_s = now_s
        frame = parsed(text)
        op, request_id = (frame.get("op"), frame.get("req_id", "")) if isinstance(frame, dict) else (None, "")
        if op == "ping":
            self._answer("ping", request_id, True, "pong", "beat")
            return
        args = texts(frame.get("args")) if isinstance(frame, dict) else None
        if op not in ("subscribe", "unsubscribe") or not args:
            self.breach("form", "op or args")
            self._answer(op if isinstance(op, str) else "", request_id, False, "error:invalid request")
        elif self._board == "spot" and len(args) > SPOT_ARGS:
            self.breach("args", f"{len(args)} in one request")
            self._answer(op, request_id, False, f"args size >{SPOT_ARGS}")
        elif op == "unsubscribe":
            if strange := [topic for topic in args if topic not in self._topics]:
                self.breach("not subscribed", strange)
            for topic in args:
                self._topics.pop(topic, None)
                self._told.pop(topic, None)
            self._hold()
            self._answer(op, request_id, True, op)
        else:
            self._subscribe(args, request_id, now_s, utc_s)

    def _subscribe(self, args: list[str], request_id: object, now_s: float, utc_s: float) -> None:
        found = {topic: self._instrument(topic) for topic in args}
        if bad := [topic for topic, made in found.items() if made is None]:
            self._answer("subscribe", request_id, False, f"error:handler not found,topic:{bad[0]}")
            return
        if again := [topic for topic in args if topic in self._topics]:
            self.breach("subscribed twice", again)
            self._answer("subscribe", request_id, False, f"error:already subscribed,topic:{again[0]}")
            return
        if sum(map(len, (*self._topics, *found))) > ARGS_CHARS:
            self.breach("args", f"over {ARGS_CHARS} characters")
            self._answer("subscribe", request_id, False, "error:args length over limit")
            return
        self._answer("subscribe", request_id, True, "subscribe")
        for topic, made in found.items():
            if made:
                self._topics[topic] = made
                if self._venue.faults.delta_first and topic.startswith("tickers.") and self._board == "linear":
                    ticker, fields, time_s = self._venue.newest(made, utc_s)
                    part = {name: fields[ours] for name, ours in _BEST.items()}
                    self.out.append(_delta(topic, ticker, part, time_s))
                if self._venue.shows(made) and not topic.startswith("publicTrade"):
                    self.out += self._frame(topic, *self._venue.newest(made, utc_s))
        self._hold()

    def _instrument(self, topic: str) -> MadeInstrument | None:
        for head in ("tickers.", "orderbook.1.", "publicTrade."):
            if topic.startswith(head) and self._board:
                return self._venue.find(topic.removeprefix(head), self._board)
        return None

    def _hold(self) -> None:
        self.held = {made.key: None for made in self._topics.values()}

    def _answer(self, op: str, request_id: object, is_good: bool, words: str, kind: str = "answer") -> None:
        words = "" if self._venue.faults.no_reason and not is_good else words
        ids = {"conn_id": "4ad2e0ce-3c4e-4ad5-8d4e-1a4f6d0a6c42", "req_id": request_id, "op": op}
        self.say({"success": is_good, "ret_msg": words, **ids}, kind)

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        symbol = ticker.made.symbol
        if ticker.made.board != self._board:
            return []
        frames = []
        for head in ("tickers.", "orderbook.1.", "publicTrade."):
            if f"{head}{symbol}" in self._topics:
                frames += self._frame(f"{head}{symbol}", ticker, fields, utc_s)
        if not frames and ticker.made.key not in self.held:  # a stray, or late
            frames.append(_delta(f"tickers.{symbol}", ticker, {"lastPrice": fields["last"]}, utc_s))
        return frames

    def _frame(self, topic: str, ticker: Ticker, fields: Fields, utc_s: float) -> list[WireFrame]:
        if topic.startswith("orderbook"):
            return [_book(topic, ticker, fields, utc_s)]
        if topic.startswith("publicTrade"):
            return [_trade(topic, ticker, fields, utc_s)]
        names = _SPOT if self._board == "spot" else {**_SPOT, **_BEST}
        data = {name: fields[ours] for name, ours in names.items()}
        if self._board == "spot":
            return [_ticker(topic, "snapshot", ticker, {**data, "price24hPcnt": _percent(fields)}, utc_s)]
        data |= {"price24hPcnt": _percent(fields), "markPrice": fields["last"], "indexPrice": fields["last"]}
        data |= {"fundingRate": "0.0001", "openInterest": "68744.761", "tickDirection": "PlusTick"}
        told = self._told.get(topic)
        self._told[topic] = data
        if told is None:
            return [] if self._venue.faults.no_snapshot else [_ticker(topic, "snapshot", ticker, data, utc_s)]
        return [_delta(topic, ticker, {name: data[name] for name in data if data[name] != told[name]}, utc_s)]


def _delta(topic: str, ticker: Ticker, changed: Mapping[str, str], utc_s: float) -> WireFrame:
    return _ticker(topic, "delta", ticker, changed, utc_s)


def _ticker(topic: str, kind: str, ticker: Ticker, data: Mapping[str, str], utc_s: float) -> WireFrame:
    time_ms = int(utc_s * 1000)
    body = {
        "topic": topic,
        "type": kind,
        "data": {"symbol": ticker.made.symbol, **data},
        "cs": int(ticker.count),
        "ts": time_ms,
    }
    said = {ours: data[name] for name, ours in {**_SPOT, **_BEST}.items() if name in data}
    return _told(ticker, body, {**said, "time_ms": time_ms, "type": kind, "topic": "tickers"})


def _book(topic: str, ticker: Ticker, fields: Fields, utc_s: float) -> WireFrame:
    time_ms = int(utc_s * 1000)
    sides = {"b": [[fields["bid"], fields["bid_size"]]], "a": [[fields["ask"], fields["ask_size"]]]}
    data = {"s": ticker.made.symbol, **sides, "u": ticker.count, "seq": ticker.count}
    body = {"topic": topic, "type": "snapshot", "ts": time_ms, "data": data, "cts": time_ms}
    said = {ours: fields[ours] for ours in _BEST.values()}
    return _told(ticker, body, {**said, "topic": "orderbook.1"})


def _trade(topic: str, ticker: Ticker, fields: Fields, utc_s: float) -> WireFrame:
    time_ms = int(utc_s * 1000)
    trade = {"T": time_ms, "s": ticker.made.symbol, "S": fields["side"].capitalize(), "v": fields["size"],
             "p": fields["last"], "L": "PlusTick", "i": f"{ticker.count:032x}", "BT": False}  # fmt: skip
    body = {"topic": topic, "type": "snapshot", "ts": time_ms, "data": [trade]}
    return _told(
        ticker, body, {"last": fields["last"], "size": fields["size"], "time_ms": time_ms, "topic": "publicTrade"}
    )


def _told(ticker: Ticker, body: object, said: Mapping[str, object]) -> WireFrame:
    return WireFrame(body, "quote", ticker.made.symbol, {**said, "board": ticker.made.board})


def _percent(fields: Fields) -> str:
    """The change as a fraction, as Bybit has it."""
    opened = number(fields["open_24h"])
    return f"{(number(fields['last']) - opened) / opened:.6f}"


def _result(result: object, utc_s: float, kind: str = "") -> HttpAnswer:
    return HttpAnswer(
        {"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": int(utc_s * 1000)}, kind=kind
    )


def _fault(code: int, words: str, utc_s: float) -> HttpAnswer:
    """A fault comes with HTTP 200."""
    return HttpAnswer({"retCode": code, "retMsg": words, "result": {}, "retExtInfo": {}, "time": int(utc_s * 1000)})


VENUE = BybitVenue
