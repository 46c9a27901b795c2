"""Finnhub. Source: api-evangelist/finnhub `asyncapi/finnhub-asyncapi.yml`; limits from users' measurements of 2026.

A symbol that nobody knows is neither answered nor refused. HTTP: 60 requests a minute, the key as `token`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import Fields, Venue, VenueTalk, number, parsed
from quotedesk.demo.tickers import MadeInstrument, Ticker
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

MOST_SYMBOLS = 50
PING_S = 20.0
_SHARES = split_codes("AAPL MSFT NVDA TSLA AMZN GOOGL META NFLX AMD INTC JPM V KO DIS BABA")
_COINS = split_codes("BTC ETH BNB SOL XRP DOGE ADA")
_CURRENCIES = ("EUR", "GBP", "AUD", "NZD")
_NO_KEY = HttpAnswer({"error": "Invalid API key"}, 401)


class FinnhubVenue(Venue):
    """Finnhub: US shares, coins of Binance, currencies of OANDA."""

    title = "Finnhub"
    paths = ("/",)
    is_single = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._requests = Allowance(60, 60.0)

    def listed(self) -> Sequence[MadeInstrument]:
        made = [MadeInstrument(base, base, "USD", "share") for base in _SHARES]
        made += [MadeInstrument(f"BINANCE:{base}USDT", base, "USDT") for base in _COINS]
        return [*made, *(MadeInstrument(f"OANDA:{each}_USD", each, "USD", "forex") for each in _CURRENCIES)]

    def invented(self, base: str) -> MadeInstrument:
        return MadeInstrument(base, base, "USD", "share")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return FinnhubTalk(self, query.get("token", ""), now_s)

    def refuses(self, query: Mapping[str, str]) -> HttpAnswer | None:
        return None if query.get("token") and not self.faults.wrong_key else _NO_KEY

    def error(self) -> object:
        return {"error": "You don't have access to this resource."}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        query = asked.query
        path = asked.path.removeprefix("/api/v1")
        if path not in ("/stock/symbol", "/crypto/symbol", "/forex/symbol", "/quote"):
            return None
        if refused := self.refuses(query):
            return refused
        if not self._requests.spend(now_s):
            body = {"error": "API limit reached. Please try again later. Remaining Limit: 0"}
            return HttpAnswer(body, 429, 60.0, breaches=(("budget", "60 a minute"),))
        if path == "/quote":
            made = self.find(query.get("symbol", ""))
            if made is None:
                return HttpAnswer({"c": 0, "d": None, "dp": None, "h": 0, "l": 0, "o": 0, "pc": 0, "t": 0})
            said = {
                name: number(value) for name, value in self.market.ticker(made.key).fields().items() if name != "side"
            }
            change = round(said["last"] - said["open_24h"], 5)
            last = {"c": said["last"], "d": change, "dp": round(change / said["open_24h"] * 100, 4)}
            day = {"h": said["high"], "l": said["low"], "o": said["open_24h"], "pc": said["open_24h"]}
            return HttpAnswer({**last, **day, "t": int(utc_s)})
        head = {"/stock/symbol": "", "/crypto/symbol": "BINANCE:", "/forex/symbol": "OANDA:"}[path]
        rows = []
        for made in self.instruments.values():
            if made.symbol.rpartition(":")[0] != head.rstrip(":") or not self.find(made.symbol):
                continue
            short = made.symbol.removeprefix(head)
            row = {"description": made.name or made.base, "displaySymbol": short, "symbol": made.symbol}
            stock = {"currency": "USD", "figi": "", "mic": "XNAS", "type": "Common Stock"}
            rows.append(row if head else row | stock)
        return HttpAnswer(rows, kind="directory")


class FinnhubTalk(VenueTalk):
    """A connection: a symbol a request, no answers, and the server's own ping."""

    def __init__(self, venue: FinnhubVenue, token: str, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._token = token
        self._ping_s = now_s + PING_S

    def is_of(self, other: VenueTalk) -> bool:
        return isinstance(other, FinnhubTalk) and other._token == self._token

    @property
    def due_s(self) -> float:
        return self._ping_s

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if now_s >= self._ping_s:
            self._ping_s = now_s + PING_S
            self.say({"type": "ping"}, "beat")

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        frame = parsed(text)
        kind, symbol = (frame.get("type"), frame.get("symbol")) if isinstance(frame, dict) else (None, None)
        if kind == "pong":
            return
        if kind not in ("subscribe", "unsubscribe") or not isinstance(symbol, str):
            self.breach("form", "type or symbol")
            self._refuse("Invalid message")
            return
        made = self._venue.find(symbol)
        if kind == "unsubscribe":
            if not made or made.key not in self.held:
                self.breach("not subscribed", symbol)
            self.held.pop(symbol, None)
        elif made:
            if made.key in self.held:
                self.breach("subscribed twice", symbol)
            elif len(self.held) >= MOST_SYMBOLS:
                self._refuse("Subscribing to too many symbols")
                return
            self.held[made.key] = None

    def _refuse(self, words: str) -> None:
        self.say({"type": "error"} if self._venue.faults.no_reason else {"type": "error", "msg": words})

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        symbol, time_ms = ticker.made.symbol, int(utc_s * 1000)
        last, size = number(fields["last"]), number(fields["size"])
        body = {"type": "trade", "data": [{"c": ["1"], "p": last, "s": symbol, "t": time_ms, "v": size}]}
        return [WireFrame(body, "quote", symbol, {"last": last, "size": size, "time_ms": time_ms})]


VENUE = FinnhubVenue
