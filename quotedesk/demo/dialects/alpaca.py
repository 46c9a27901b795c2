"""Alpaca market data. Source: docs.alpaca.markets streaming-market-data, real-time-stock-pricing-data and
about-market-data-api; HTTP of historical bars, snapshots and assets from the same.

Where the documents are silent: a symbol that nobody knows is acknowledged and never ticks.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import NEVER_S, Fields, Venue, VenueTalk, number, parsed, texts, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, iso, steps_of
from quotedesk.demo.wire import Allowance, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

LOGIN_S = 10.0
MOST_SYMBOLS = 30
_SHARES = split_codes("AAPL MSFT NVDA TSLA AMZN GOOGL GOOG META NFLX AMD INTC JPM V KO DIS BABA SPY QQQ")
_COINS = split_codes("BTC ETH SOL XRP DOGE AVAX LINK LTC DOT BCH UNI")
_CRYPTO = "/v1beta3/crypto/us"
_KINDS = ("trades", "quotes")
_OTHERS = ("bars", "updatedBars", "dailyBars", "statuses", "lulds", "corrections", "cancelErrors", "orderbooks")
_ERRORS = {400: "invalid syntax", 401: "not authenticated", 402: "auth failed", 403: "already authenticated",
           404: "auth timeout", 405: "symbol limit exceeded", 406: "connection limit exceeded"}  # fmt: skip
_BARS_S = {"1Min": 60, "5Min": 300, "15Min": 900, "1Hour": 3600, "1Day": 86400}


class AlpacaVenue(Venue):
    """Alpaca's shares (IEX, SIP), its coins, and its test stream, whose one share is FAKEPACA."""

    title = "Alpaca"
    paths = ("/v2/iex", "/v2/sip", "/v2/delayed_sip", "/v2/test", _CRYPTO)
    ping_s, pong_s = 20.0, 20.0
    trading, halted = "active", "inactive"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._requests = Allowance(200, 60.0)

    def listed(self) -> Sequence[MadeInstrument]:
        made = [MadeInstrument(base, base, "USD", "share") for base in _SHARES]
        made += [MadeInstrument("BRK.B", "BRK.B", "USD", "share", "", "Berkshire Hathaway Class B")]
        made += [MadeInstrument("FAKEPACA", "FAKEPACA", "USD", "share", "test")]
        return [*made, *(MadeInstrument(f"{base}/USD", base, "USD", "spot", "crypto") for base in _COINS)]

    def invented(self, base: str) -> MadeInstrument:
        return MadeInstrument(base, base, "USD", "share")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return AlpacaTalk(self, path, now_s)

    def error(self) -> object:
        return {"message": "internal server error occurred"}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        query = asked.query
        if asked.path not in (
            "/v2/assets",
            "/v2/stocks/bars",
            "/v2/stocks/snapshots",
            f"{_CRYPTO}/bars",
            f"{_CRYPTO}/snapshots",
        ):
            return None
        if not self._requests.spend(now_s):
            return HttpAnswer({"message": "too many requests."}, 429, 60.0, breaches=(("budget", "200 a minute"),))
        if asked.path == "/v2/assets":
            found = [
                each
                for each in self.instruments.values()
                if each.board != "test" and self.find(each.symbol, each.board)
            ]
            return HttpAnswer([self._asset(made) for made in found], kind="directory")
        board = "crypto" if asked.path.startswith(_CRYPTO) else ""
        symbols = [each for each in query.get("symbols", "").split(",") if each]
        found = [made for made in (self.find(symbol, board) for symbol in symbols) if made]
        if not symbols:
            return HttpAnswer({"message": "symbols parameter is required"}, 400)
        if asked.path.endswith("/snapshots"):
            rows = {made.symbol: self._snapshot(made, utc_s) for made in found}
            return HttpAnswer({"snapshots": rows} if board else rows)
        bar_s = _BARS_S.get(query.get("timeframe", ""))
        if bar_s is None:
            return HttpAnswer({"message": "invalid timeframe"}, 400)
        count, end_s = min(max(whole(query, "limit", 1000), 1), 10_000), utc_s + (3600 if self.faults.future else 0)
        bars = {made.symbol: self._bars(made, bar_s, count, end_s) for made in found}
        return HttpAnswer({"bars": bars, "next_page_token": None}, kind="candles")

    def _asset(self, made: MadeInstrument) -> dict[str, object]:
        kind = "crypto" if made.board == "crypto" else "us_equity"
        head = {
            "id": made.symbol,
            "class": kind,
            "exchange": "CRYPTO" if made.board else "NASDAQ",
            "symbol": made.symbol,
        }
        tick = {"price_increment": steps_of(made).tick} if made.board else {}
        return {**head, "name": made.name or made.base, "status": self.status(made), "tradable": True, **tick}

    def _bars(self, made: MadeInstrument, bar_s: int, count: int, end_s: float) -> list[dict[str, object]]:
        return [
            {"t": iso(bar.start_s, 0), "o": number(bar.open), "h": number(bar.high), "l": number(bar.low),
             "c": number(bar.close), "v": number(bar.volume), "n": 9, "vw": number(bar.close)}
            for bar in self.market.ticker(made.key).bars(bar_s, count, end_s)
        ]  # fmt: skip

    def _snapshot(self, made: MadeInstrument, utc_s: float) -> dict[str, object]:
        said = {name: number(value) for name, value in self.market.ticker(made.key).fields().items() if name != "side"}
        day = {"o": said["open_24h"], "h": said["high"], "l": said["low"], "c": said["last"], "v": said["volume"]}
        return {
            "latestTrade": {"t": iso(utc_s, 9), "p": said["last"], "s": said["size"]},
            "latestQuote": {
                "t": iso(utc_s, 9),
                "ap": said["ask"],
                "as": said["ask_size"],
                "bp": said["bid"],
                "bs": said["bid_size"],
            },
            "dailyBar": {"t": iso(utc_s // 86_400 * 86_400, 0), **day},
            "prevDailyBar": {
                "t": iso(utc_s // 86_400 * 86_400 - 86_400, 0),
                **day,
                "c": said["open_24h"],
            },
        }


class AlpacaTalk(VenueTalk):
    """A connection: a greeting, a login, then trades and quotes; each request is answered by all that is subscribed."""

    def __init__(self, venue: AlpacaVenue, path: str, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._path = path
        self._board = {_CRYPTO: "crypto", "/v2/test": "test"}.get(path, "")
        self._is_known = False
        self._held: dict[str, dict[str, None]] = {kind: {} for kind in _KINDS}

    def is_of(self, other: VenueTalk) -> bool:
        return isinstance(other, AlpacaTalk) and other._path == self._path and self._is_known

    def greet(self, now_s: float, utc_s: float) -> None:
        self.say([{"T": "success", "msg": "connected"}], "beat")

    @property
    def due_s(self) -> float:
        return NEVER_S if self._is_known else self.opened_s + LOGIN_S

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if now_s >= self.due_s:
            self.breach("login", f"none within {LOGIN_S:g} s")
            self._refuse(404, is_end=True)

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        frame = parsed(text)
        action = frame.get("action") if isinstance(frame, dict) else None
        if action == "auth":
            self._login(frame)
        elif action not in ("subscribe", "unsubscribe"):
            self.breach("form", "action")
            self._refuse(400)
        elif not self._is_known:
            self.breach("login", "a request before it")
            self._refuse(401)
        else:
            self._change(action, frame)

    def _login(self, frame: Mapping[str, Any]) -> None:
        key, secret = frame.get("key"), frame.get("secret")
        if self._is_known:
            self.breach("login", "twice")
            self._refuse(403)
        elif not (isinstance(key, str) and key and isinstance(secret, str) and secret) or self._venue.faults.wrong_key:
            self._refuse(402)
        elif self.is_second:
            self.breach("second connection", self._path)
            self._refuse(406, is_end=True)
        else:
            self._is_known = True
            self.say([{"T": "success", "msg": "authenticated"}])

    def _change(self, action: str, frame: Mapping[str, Any]) -> None:
        lists = {name: texts(frame.get(name, [])) for name in (*_KINDS, *_OTHERS)}
        if None in lists.values() or not any(lists.values()):
            self.breach("form", "no list of symbols")
            self._refuse(400)
            return
        after = {kind: dict(held) for kind, held in self._held.items()}
        for kind in _KINDS:
            for symbol in lists[kind] or ():
                if (action == "subscribe") == (symbol in after[kind]):
                    self.breach("subscribed twice" if action == "subscribe" else "not subscribed", symbol)
                if action == "unsubscribe":
                    after[kind].pop(symbol, None)
                elif symbol not in self._venue.faults.refuse:
                    after[kind][symbol] = None
        if len({symbol for held in after.values() for symbol in held}) > MOST_SYMBOLS:
            self._refuse(405)  # what was subscribed stays
            return
        self._held = after
        found = [self._venue.find(symbol, self._board) for held in after.values() for symbol in held]
        self.held = {made.key: None for made in found if made}
        others: dict[str, list[str]] = {name: [] for name in _OTHERS}
        self.say([{"T": "subscription", **{kind: list(held) for kind, held in after.items()}, **others}])

    def _refuse(self, code: int, *, is_end: bool = False) -> None:
        words = {} if self._venue.faults.no_reason else {"msg": _ERRORS[code]}
        self.say([{"T": "error", "code": code, **words}])
        if is_end:
            self.close(1008, _ERRORS[code])

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        symbol, time = ticker.made.symbol, iso(utc_s, 9)
        kinds = [kind for kind in _KINDS if symbol in self._held[kind]]
        frames = []
        for kind in kinds or ["trades"]:
            if kind == "trades":
                last, size = number(fields["last"]), number(fields["size"])
                row = {
                    "T": "t",
                    "S": symbol,
                    "i": ticker.count,
                    "x": "V",
                    "p": last,
                    "s": size,
                    "c": ["@"],
                    "z": "C",
                    "t": time,
                }
                said: dict[str, object] = {"last": last, "size": size, "time": time, "type": "t"}
            else:
                names = {"bp": "bid", "bs": "bid_size", "ap": "ask", "as": "ask_size"}
                best = {name: number(fields[ours]) for name, ours in names.items()}
                row = {"T": "q", "S": symbol, "bx": "U", "ax": "X", **best, "c": ["R"], "z": "C", "t": time}
                said = {**{ours: best[name] for name, ours in names.items()}, "time": time, "type": "q"}
            frames.append(WireFrame([row], "quote", symbol, said))
        return frames


VENUE = AlpacaVenue
