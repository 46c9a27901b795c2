"""Kraken v2. Source: docs.kraken.com websocket-v2 ticker, instrument, heartbeat, status and ping, rest AssetPairs,
OHLC, Ticker, SystemStatus, read to its changelog of 2026-06; refusals from logs in public code.

Where the documents are silent: an unsubscribe of what is not held says "Subscription Not Found"; no rate is documented,
so none is watched.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from quotedesk.demo.dialects.base import NEVER_S, Fields, Venue, VenueTalk, number, parsed, texts, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, iso, steps_of
from quotedesk.demo.wire import HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

HEARTBEAT_S = 1.0
_BARS_MIN = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
_MOST_BARS = 720
_OLD = {"BTC": "XBT", "DOGE": "XDG"}
_PREFIXED = {"BTC": "XXBT", "DOGE": "XXDG", "ETH": "XETH", "XRP": "XXRP", "LTC": "XLTC", "XLM": "XXLM", "USD": "ZUSD",
             "EUR": "ZEUR", "GBP": "ZGBP"}  # fmt: skip
_COINS = split_codes(
    "BTC ETH SOL XRP DOGE ADA TRX AVAX LINK LTC DOT BCH TON UNI SUI XLM HBAR NEAR APT SHIB PEPE BNB PAXG"
)
_TOKENS = split_codes("AAPL TSLA NVDA MSFT AMZN GOOGL META NFLX KO SPY QQQ")


def _coin(base: str, quote: str) -> MadeInstrument:
    return MadeInstrument(f"{base}/{quote}", base, quote)


class KrakenVenue(Venue):
    """Kraken spot, with tokenised US shares."""

    title = "Kraken"
    paths = ("/v2", "/v2/public")
    trading, halted = "online", "cancel_only"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._by_name: dict[str, MadeInstrument] = {}
        for made in self.instruments.values():
            for name in (_rest_key(made), _altname(made), _wsname(made), made.symbol, made.symbol.replace("/", "")):
                self._by_name.setdefault(name, made)

    def listed(self) -> Sequence[MadeInstrument]:
        made = [_coin(base, "USD") for base in _COINS]
        made += [_coin(base, "EUR") for base in _COINS[:8]]
        made += [
            _coin("BTC", "USDT"),
            _coin("ETH", "USDT"),
            _coin("ETH", "BTC"),
            _coin("USDT", "USD"),
            _coin("EUR", "USD"),
        ]
        return [
            *made,
            *(MadeInstrument(f"{each}x/USD", f"{each}x", "USD", "xstocks", "", "", each) for each in _TOKENS),
        ]

    def invented(self, base: str) -> MadeInstrument:
        return _coin(base, "USD")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return KrakenTalk(self, now_s)

    def error(self) -> object:
        return {"error": ["EService:Unavailable"]}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        query = asked.query
        match asked.path.removeprefix("/0/public/"):
            case "AssetPairs":
                return self._pairs(query)
            case "OHLC":
                return self._candles(query, utc_s)
            case "Ticker":
                return self._tickers(query)
            case "SystemStatus":
                return _result({"status": "online", "timestamp": iso(utc_s, 0)})
            case "Time":
                return _result({"unixtime": int(utc_s), "rfc1123": ""})
        return None

    def _found(self, names: str) -> list[MadeInstrument] | None:
        """The pairs of a list, None where one is unknown."""
        found = [self._by_name.get(name) for name in names.split(",")]
        return [made for made in found if made] if all(made and self.find(made.symbol) for made in found) else None

    def _pairs(self, query: Mapping[str, str]) -> HttpAnswer:
        kind = query.get("aclass_base", "currency")
        wanted = self._found(query["pair"]) if query.get("pair") else list(self.instruments.values())
        if wanted is None:
            return HttpAnswer({"error": ["EQuery:Unknown asset pair"]})
        result = {}
        for made in wanted:
            is_token = made.kind == "xstocks"
            if kind not in ("tokenized_asset" if is_token else "currency", "all") or not self.find(made.symbol):
                continue
            steps = steps_of(made)
            result[_rest_key(made)] = {
                "altname": _altname(made),
                "wsname": _wsname(made),
                "aclass_base": "tokenized_asset" if is_token else "currency",
                "base": _PREFIXED.get(made.base, made.base),
                "aclass_quote": "currency",
                "quote": _PREFIXED.get(made.quote, made.quote),
                "lot": "unit",
                "cost_decimals": 5,
                "pair_decimals": steps.decimals,
                "lot_decimals": 8,
                "lot_multiplier": 1,
                "ordermin": steps.lot,
                "costmin": "0.5",
                "tick_size": steps.tick,
                "status": self.status(made),
                "execution_venue": "international",
            }
        return _result(result, "directory")

    def _candles(self, query: Mapping[str, str], utc_s: float) -> HttpAnswer:
        found, bar_min = self._found(query.get("pair", "")), whole(query, "interval", 1)
        if not found:
            return HttpAnswer({"error": ["EQuery:Unknown asset pair"]})
        if bar_min not in _BARS_MIN:
            return HttpAnswer({"error": ["EGeneral:Invalid arguments"]})
        end_s = utc_s + (3600 if self.faults.future else 0)
        bars = self.market.ticker(found[0].key).bars(bar_min * 60, _MOST_BARS, end_s)
        rows = [
            [bar.start_s, bar.open, bar.high, bar.low, bar.close, bar.close, bar.volume, 9]
            for bar in bars
            if bar.start_s > whole(query, "since", 0)
        ]
        return _result({_rest_key(found[0]): rows, "last": bars[-2].start_s}, "candles")

    def _tickers(self, query: Mapping[str, str]) -> HttpAnswer:
        wanted = self._found(query["pair"]) if query.get("pair") else list(self.instruments.values())
        if wanted is None:
            return HttpAnswer({"error": ["EQuery:Unknown asset pair"]})
        result = {}
        for made in wanted:
            said = self.market.ticker(made.key).fields()
            result[_rest_key(made)] = {
                "a": [said["ask"], "1", said["ask_size"]],
                "b": [said["bid"], "1", said["bid_size"]],
                "c": [said["last"], said["size"]],
                "v": [said["volume"], said["volume"]],
                "p": [said["last"], said["last"]],
                "t": [9, 99],
                "l": [said["low"], said["low"]],
                "h": [said["high"], said["high"]],
                "o": said["open_24h"],
            }
        return _result(result)


class KrakenTalk(VenueTalk):
    """A connection: an answer for each symbol of a request, and a heartbeat a second."""

    def __init__(self, venue: KrakenVenue, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._bbo: set[str] = set()
        self._beat_s = now_s + HEARTBEAT_S
        self._has_instruments = False

    def greet(self, now_s: float, utc_s: float) -> None:
        said = {"api_version": "v2", "connection_id": 12393906104898154338, "system": "online", "version": "2.0.10"}
        self.say({"channel": "status", "type": "update", "data": [said]}, "beat")

    @property
    def due_s(self) -> float:
        return self._beat_s if self.held or self._has_instruments else NEVER_S

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if now_s >= self.due_s:
            self._beat_s = now_s + HEARTBEAT_S
            self.say({"channel": "heartbeat"}, "beat")

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        frame = parsed(text)
        stamps = {"time_in": iso(utc_s), "time_out": iso(utc_s + 1e-4)}
        if not isinstance(frame, dict) or not isinstance(method := frame.get("method"), str):
            self.breach("form", "no method")
            self.say({"error": "Malformed request", "success": False, **stamps})
            return
        ids = {"req_id": frame["req_id"]} if "req_id" in frame else {}
        if ids and (type(ids["req_id"]) is not int or ids["req_id"] < 0):
            self.breach("form", "req_id")
            self.say({"error": "Malformed request", "success": False, **stamps})
            return
        if method == "ping":
            self.say({"method": "pong", **ids, **stamps}, "beat")
            return
        params = frame.get("params")
        channel = params.get("channel") if isinstance(params, dict) else None
        said: dict[str, object] = {"method": method, **ids, **stamps}
        if method not in ("subscribe", "unsubscribe") or not isinstance(params, dict):
            self._refuse(said, f"Method not supported {method}")
        elif channel == "instrument":
            self._instruments(method, params, said)
        elif channel != "ticker":
            self._refuse(said, f"Unsupported channel {channel}")
        elif (symbols := texts(params.get("symbol"))) is None or not symbols:
            self.breach("form", "symbol")
            self._refuse(said, "Symbol(s) missing")
        else:
            for symbol in symbols:
                self._ticker(method, symbol, params, said, utc_s)

    def _refuse(self, said: Mapping[str, object], words: str, symbol: str = "") -> None:
        error = {} if self._venue.faults.no_reason else {"error": words}
        self.say({**error, **said, "success": False, **({"symbol": symbol} if symbol else {})})

    def _ticker(
        self, method: str, symbol: str, params: Mapping[str, Any], said: Mapping[str, object], utc_s: float
    ) -> None:
        made = self._venue.find(symbol)
        if made is None:
            self._refuse(said, f"Currency pair not supported {symbol}", symbol)
            return
        if method == "unsubscribe":
            if made.key not in self.held:
                self.breach("not subscribed", symbol)
                self._refuse(said, "Subscription Not Found", symbol)
                return
            del self.held[made.key]
            self.say({**said, "result": {"channel": "ticker", "symbol": symbol}, "success": True})
            return
        if made.key in self.held:
            self.breach("subscribed twice", symbol)
            self._refuse(said, "Already subscribed", symbol)
            return
        wants = params.get("snapshot", True) is not False
        trigger = params.get("event_trigger", "trades")
        result = {"channel": "ticker", "event_trigger": trigger, "snapshot": wants, "symbol": symbol}
        self.say({**said, "result": result, "success": True})
        self.held[made.key] = None
        newest = self._venue.newest(made, utc_s)
        if self._venue.faults.delta_first:
            self.out.append(_push("update", *newest))
        if wants and self._venue.shows(made):
            self.out.append(_push("snapshot", *newest))

    def _instruments(self, method: str, params: Mapping[str, Any], said: Mapping[str, object]) -> None:
        self._has_instruments = method == "subscribe"
        wants = params.get("snapshot", True) is not False
        self.say({**said, "result": {"channel": "instrument", "snapshot": wants}, "success": True})
        if not self._has_instruments or not wants or self._venue.faults.no_snapshot:
            return
        pairs: list[object] = []
        assets: dict[str, object] = {}
        for made in self._venue.instruments.values():
            if (made.kind == "xstocks" and not params.get("include_tokenized_assets")) or not self._venue.find(
                made.symbol
            ):
                continue
            steps = steps_of(made)
            assets |= {name: {"id": name, "status": "enabled", "precision": 8} for name in (made.base, made.quote)}
            pairs.append(
                {
                    "symbol": made.symbol,
                    "base": made.base,
                    "quote": made.quote,
                    "status": self._venue.status(made),
                    "qty_precision": 8,
                    "qty_increment": 1e-08,
                    "price_precision": steps.decimals,
                    "price_increment": number(steps.tick),
                    "qty_min": number(steps.lot),
                    "cost_precision": 5,
                    "cost_min": 0.5,
                    "marginable": False,
                    "has_index": True,
                }
            )
        self.say(
            {"channel": "instrument", "type": "snapshot", "data": {"assets": list(assets.values()), "pairs": pairs}}
        )

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        return [_push("update", ticker, fields, utc_s)]


def _push(kind: str, ticker: Ticker, fields: Fields, utc_s: float) -> WireFrame:
    names = {"bid": "bid", "bid_qty": "bid_size", "ask": "ask", "ask_qty": "ask_size", "last": "last",
             "volume": "volume", "low": "low", "high": "high"}  # fmt: skip
    data: dict[str, object] = {name: number(fields[ours]) for name, ours in names.items()}
    said = {ours: data[name] for name, ours in names.items()}
    opened, last = number(fields["open_24h"]), number(fields["last"])
    change = {
        "change": round(last - opened, ticker.kind.decimals),
        "change_pct": round((last - opened) / opened * 100, 2),
    }
    vwap = round((opened + last) / 2, ticker.kind.decimals)
    row = {"symbol": ticker.made.symbol, **data, "vwap": vwap, **change, "timestamp": iso(utc_s)}
    told = {**said, **change, "time": iso(utc_s), "type": kind}
    return WireFrame({"channel": "ticker", "type": kind, "data": [row]}, "quote", ticker.made.symbol, told)


def _wsname(made: MadeInstrument) -> str:
    """The spelling of v1, which AssetPairs still gives."""
    return f"{_OLD.get(made.base, made.base)}/{_OLD.get(made.quote, made.quote)}"


def _altname(made: MadeInstrument) -> str:
    return _wsname(made).replace("/", "")


def _rest_key(made: MadeInstrument) -> str:
    if made.base in _PREFIXED and made.quote in _PREFIXED:
        return _PREFIXED[made.base] + _PREFIXED[made.quote]
    return _altname(made)


def _result(result: object, kind: str = "") -> HttpAnswer:
    return HttpAnswer({"error": [], "result": result}, kind=kind)


VENUE = KrakenVenue
