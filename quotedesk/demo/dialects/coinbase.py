"""Coinbase Exchange. Source: docs.cdp.coinbase.com exchange WebSocket overview, channels, rate limits, and REST
products, candles, stats; a recorded session (cryptofeed, 2021-04-17) for the texts of numbers and the order of first
frames.

Where the documents are silent: an unsubscribe of what is not held is acknowledged like any other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quotedesk.demo.dialects.base import Fields, Venue, VenueTalk, parsed, texts, whole
from quotedesk.demo.tickers import MadeInstrument, Ticker, iso, steps_of
from quotedesk.demo.wire import Bucket, HttpAnswer, HttpAsked, WireFrame
from quotedesk.market.instrument import split_codes

SUBSCRIBE_S = 5.0
BURST, REQUESTS = 20, 8  # at once, a second
MOST_CANDLES = 300
HEARTBEAT_S, STATUS_S = 1.0, 5.0
_GRAINS_S = (60, 300, 900, 3600, 21600, 86400)
_QUOTING = ("ticker", "ticker_batch", "matches")
_CHANNELS = (*_QUOTING, "heartbeat", "status")
_COINS = split_codes("BTC ETH SOL XRP DOGE ADA AVAX LINK LTC DOT BCH UNI SUI XLM HBAR NEAR APT SHIB PEPE BNB")


def _coin(base: str, quote: str) -> MadeInstrument:
    return MadeInstrument(f"{base}-{quote}", base, quote)


class CoinbaseVenue(Venue):
    """Coinbase Exchange."""

    title = "Coinbase"
    paths = ("/",)
    trading, halted = "online", "offline"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.requests = Bucket(BURST, 1 / REQUESTS)

    def listed(self) -> Sequence[MadeInstrument]:
        made = [_coin(base, "USD") for base in _COINS]
        made += [_coin(base, "EUR") for base in _COINS[:6]]
        return [
            *made,
            _coin("BTC", "GBP"),
            _coin("ETH", "GBP"),
            _coin("ETH", "BTC"),
            _coin("USDT", "USD"),
            _coin("BTC", "USDT"),
        ]

    def invented(self, base: str) -> MadeInstrument:
        return _coin(base, "USD")

    def talk(self, path: str, query: Mapping[str, str], now_s: float) -> VenueTalk:
        return CoinbaseTalk(self, now_s)

    def error(self) -> object:
        return {"message": "Internal server error"}

    def http(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer | None:
        match asked.path.strip("/").split("/"):
            case ["time"]:
                return HttpAnswer({"iso": iso(utc_s, 3), "epoch": round(utc_s, 3)})
            case ["products"]:
                found = [each for each in self.instruments.values() if self.find(each.symbol)]
                return HttpAnswer([self.product(made) for made in found], kind="directory")
            case ["products", symbol, *rest]:
                made = self.find(symbol)
                if made is None:
                    return HttpAnswer({"message": "NotFound"}, 404)
                match rest:
                    case []:
                        return HttpAnswer(self.product(made))
                    case ["candles"]:
                        return self._candles(made, asked.query, utc_s)
                    case ["stats"]:
                        said = self.market.ticker(made.key).fields()
                        names = {"open": "open_24h", "high": "high", "low": "low", "last": "last", "volume": "volume"}
                        return HttpAnswer(
                            {name: said[ours] for name, ours in names.items()} | {"volume_30day": said["volume"]}
                        )
                    case ["ticker"]:
                        said = self.market.ticker(made.key).fields()
                        names = {"ask": "ask", "bid": "bid", "volume": "volume", "price": "last", "size": "size"}
                        ids = {"trade_id": int(said["count"]), "time": iso(utc_s)}
                        return HttpAnswer(ids | {name: said[ours] for name, ours in names.items()})
        return None

    def product(self, made: MadeInstrument) -> dict[str, object]:
        """An entry of the list of products."""
        steps, status = steps_of(made), self.status(made)
        return {
            "id": made.symbol,
            "base_currency": made.base,
            "quote_currency": made.quote,
            "quote_increment": steps.tick,
            "base_increment": steps.lot,
            "display_name": made.symbol,
            "min_market_funds": "1",
            "margin_enabled": False,
            "post_only": False,
            "limit_only": False,
            "cancel_only": False,
            "status": status,
            "status_message": "",
            "trading_disabled": status != self.trading,
            "fx_stablecoin": False,
            "auction_mode": False,
        }

    def _candles(self, made: MadeInstrument, query: Mapping[str, str], utc_s: float) -> HttpAnswer:
        grain_s = whole(query, "granularity", 60)
        if grain_s not in _GRAINS_S:
            return HttpAnswer({"message": "Unsupported granularity"}, 400)
        end_s = min(_instant(query.get("end"), utc_s), utc_s)
        start_s = _instant(query.get("start"), end_s - (MOST_CANDLES - 1) * grain_s)
        count = int((end_s - start_s) // grain_s) + 1
        if count > MOST_CANDLES:
            words = "granularity too small for the requested time range. Count of aggregations requested exceeds 300"
            return HttpAnswer({"message": words}, 400, breaches=(("candles", f"{count} asked for"),))
        ticker = self.market.ticker(made.key)
        bars = ticker.bars(grain_s, max(count, 0), end_s + (3600 if self.faults.future else 0))
        # Newest first; a minute without a trade is missing.
        rows = [
            [bar.start_s, *(float(value) for value in (bar.low, bar.high, bar.open, bar.close, bar.volume))]
            for bar in reversed(bars)
            if grain_s > 60 or bar.start_s // 60 % 7
        ]
        return HttpAnswer(rows, kind="candles")


class CoinbaseTalk(VenueTalk):
    """A connection: channels with products; every request is answered by all that is subscribed then."""

    def __init__(self, venue: CoinbaseVenue, now_s: float) -> None:
        super().__init__(venue, now_s)
        self._venue = venue
        self._channels: dict[str, dict[str, None]] = {}
        self._asked = False
        self._beat_s = now_s + HEARTBEAT_S
        self._status_s = now_s + STATUS_S

    @property
    def due_s(self) -> float:
        if not self._asked:
            return self.opened_s + SUBSCRIBE_S
        due = [self._beat_s] if "heartbeat" in self._channels else []
        due += [self._status_s] if "status" in self._channels else []
        return min(due, default=float("inf"))

    def elapsed(self, now_s: float, utc_s: float) -> None:
        if not self._asked and now_s >= self.due_s:
            self.breach("subscribe", f"nothing within {SUBSCRIBE_S:g} s")
            self.close(1008, "Subscribe within 5 s")
        if "heartbeat" in self._channels and now_s >= self._beat_s:
            self._beat_s = now_s + HEARTBEAT_S
            for symbol in self._channels["heartbeat"]:
                count = self._venue.market.ticker(symbol).count
                ids = {"last_trade_id": count, "product_id": symbol, "sequence": count}
                self.say({"type": "heartbeat", **ids, "time": iso(utc_s)}, "beat")
        if "status" in self._channels and now_s >= self._status_s:
            self._tell_status(now_s)

    def _tell_status(self, now_s: float) -> None:
        self._status_s = now_s + STATUS_S
        found = [each for each in self._venue.instruments.values() if self._venue.find(each.symbol)]
        products = [{**self._venue.product(made), "type": "spot"} for made in found]
        self.say({"type": "status", "currencies": [], "products": products}, "beat")

    def receive(self, text: str, now_s: float, utc_s: float) -> None:
        if not self._venue.requests.spend(now_s):
            self.breach("rate", f"over {REQUESTS} a second")
            self._refuse("Too many requests", "rate limit exceeded")
            return
        frame = parsed(text)
        kind = frame.get("type") if isinstance(frame, dict) else None
        if kind not in ("subscribe", "unsubscribe"):
            self.breach("form", "type")
            self._refuse("Malformed JSON" if frame is None else "Type has to be either subscribe or unsubscribe")
            return
        self._asked = True
        asked = self._asked_for(frame)
        if asked is None:
            self.breach("form", "channels")
            self._refuse("Failed to subscribe", "channels or product_ids are missing")
        elif kind == "unsubscribe":
            for channel, symbols in asked.items():
                held = self._channels.get(channel, {})
                for symbol in symbols or list(held):
                    held.pop(symbol, None)
                if not held:
                    self._channels.pop(channel, None)
            self._tell_all()
        else:
            self._subscribe(asked, now_s, utc_s)

    def _subscribe(self, asked: Mapping[str, Sequence[str]], now_s: float, utc_s: float) -> None:
        bad: dict[str, None] = {}
        first = []
        for channel, symbols in asked.items():
            if channel not in _CHANNELS:
                self._refuse("Failed to subscribe", f"{channel} is not a valid channel")
                continue
            held = self._channels.setdefault(channel, {})
            if again := [symbol for symbol in symbols if symbol in held]:
                self.breach("subscribed twice", again)
            for symbol in symbols:
                made = self._venue.find(symbol)
                if made is None:
                    bad[symbol] = None
                else:
                    held[symbol] = None
                    first += [(channel, made)] if self._venue.shows(made) and channel in _QUOTING else []
            if not held and channel != "status":
                del self._channels[channel]
        for symbol in bad:
            self._refuse("Failed to subscribe", f"{symbol} is not a valid product")
        self._tell_all()
        for channel, made in first:
            self.out.append(_push(channel, *self._venue.newest(made, utc_s), is_first=True))
        if "status" in asked:
            self._tell_status(now_s)

    def _asked_for(self, frame: Mapping[str, Any]) -> dict[str, list[str]] | None:
        """Channel -> products of a request."""
        channels, common = frame.get("channels"), texts(frame.get("product_ids", []))
        if not isinstance(channels, list) or not channels or common is None:
            return None
        asked: dict[str, list[str]] = {}
        for channel in channels:
            name = channel.get("name") if isinstance(channel, dict) else channel
            symbols = texts(channel.get("product_ids", [])) if isinstance(channel, dict) else []
            if not isinstance(name, str) or symbols is None:
                return None
            asked[name] = list(dict.fromkeys([*common, *symbols]))
        return asked

    def _tell_all(self) -> None:
        self.held = dict.fromkeys(symbol for name in _QUOTING for symbol in self._channels.get(name, ()))
        channels = [{"name": name, "product_ids": list(held)} for name, held in self._channels.items()]
        self.say({"type": "subscriptions", "channels": channels})

    def _refuse(self, words: str, reason: str = "") -> None:
        reasons = {"reason": reason} if reason and not self._venue.faults.no_reason else {}
        self.say({"type": "error", "message": words, **reasons})

    def quote(self, ticker: Ticker, fields: Fields, now_s: float, utc_s: float) -> list[WireFrame]:
        symbol = ticker.made.symbol
        channels = [name for name in _QUOTING if symbol in self._channels.get(name, ())]
        return [_push(name, ticker, fields, utc_s) for name in channels or ["ticker"]]


def _push(channel: str, ticker: Ticker, fields: Fields, utc_s: float, *, is_first: bool = False) -> WireFrame:
    symbol, count, time = ticker.made.symbol, int(fields["count"]), iso(utc_s)
    ids: dict[str, object] = {"sequence": count, "product_id": symbol}
    if channel == "matches":
        parties = {"maker_order_id": f"{count:032x}", "taker_order_id": f"{count + 1:032x}"}
        rest = {"side": "sell" if fields["side"] == "buy" else "buy", "size": fields["size"], "price": fields["last"]}
        body = {
            "type": "last_match" if is_first else "match",
            "trade_id": count,
            **parties,
            **rest,
            **ids,
            "time": time,
        }
        return WireFrame(
            body, "quote", symbol, {"last": fields["last"], "size": fields["size"], "time": time, "channel": channel}
        )
    names = {"price": "last", "open_24h": "open_24h", "volume_24h": "volume", "low_24h": "low", "high_24h": "high",
             "best_bid": "bid", "best_bid_size": "bid_size", "best_ask": "ask", "best_ask_size": "ask_size",
             "last_size": "size"}  # fmt: skip
    values = {name: fields[ours] for name, ours in names.items()}
    body = {
        "type": "ticker",
        **ids,
        **values,
        "volume_30d": fields["volume"],
        "side": fields["side"],
        "time": time,
        "trade_id": count,
    }
    return WireFrame(
        body, "quote", symbol, {**{ours: fields[ours] for ours in names.values()}, "time": time, "channel": channel}
    )


def _instant(text: str | None, default: float) -> float:
    """A time of a query: seconds since 1970, or ISO 8601."""
    try:
        return (
            float(text)
            if text and text.replace(".", "", 1).isdigit()
            else datetime.fromisoformat(text or "").timestamp()
        )
    except ValueError:
        return default


VENUE = CoinbaseVenue
