"""Feed `coinbase`: Coinbase Exchange, the channel `ticker`, which tells each trade with the best bid and ask.

Source: docs.cdp.coinbase.com, exchange WebSocket overview, channels and rate limits, read 2026-11-28. Subscriptions
add; each request is answered by all that is subscribed, an unknown product by an error that names it, and the good ones
of the same request go through. Prices of 24 hours are the exchange's own rolling window.
"""

from collections import deque
from collections.abc import Sequence

import msgspec

from quotedesk.codec.base import (
    Answer,
    Budget,
    Change,
    Feed,
    Frames,
    Limits,
    Message,
    Page,
    Proves,
    Provider,
    Request,
    SilentGreeting,
    Unreadable,
    Verdict,
)
from quotedesk.codec.common_names import COINS
from quotedesk.codec.plain_json import (
    Record,
    amount,
    candle_of,
    codes_of,
    fault_of,
    frame_of,
    iso,
    iso_utc_s,
    items_of,
    page_of,
    price,
    record_of,
    s_utc_s,
    side,
    text_of,
    whole,
    words_of,
)
from quotedesk.codec.reading import candles_page, excerpt, names
from quotedesk.market.candle import Candle
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import number
from quotedesk.market.quote import Condition, Quote

_CHANNEL = "ticker"
_OTHER_TYPES = ("heartbeat", "status", "match", "last_match", "l2update", "snapshot", "open", "done", "received")
_MOST_CANDLES = 300


class CoinbaseCodec(SilentGreeting):
    """One connection's dialect."""

    def __init__(self) -> None:
        self._asked: dict[str, None] = {}  # an error names some of these, or none
        self._unanswered: deque[int] = deque()  # requests, oldest first: they are answered in order, without ids

    def encode(self, change: Change) -> Frames:
        verb, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        self._asked.update(dict.fromkeys(change.added))
        self._unanswered.append(change.request_id)
        return (msgspec.json.encode({"type": verb, "product_ids": codes, "channels": [_CHANNEL]}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        frame = frame_of(data)
        if isinstance(frame, Unreadable):
            return (frame,)
        if not isinstance(frame, dict):
            return (Unreadable("not an object", excerpt(data)),)
        match frame.get("type"):
            case "ticker":
                return (_quote_of(frame) or Unreadable("bad price", excerpt(data)),)
            case "subscriptions":
                return (self._all_subscribed(frame) or Unreadable("wrong types", excerpt(data)),)
            case "error":
                return (self._refusal(frame),)
            case kind if kind in _OTHER_TYPES:
                return ()
        return (Unreadable("unknown type", excerpt(data)),)

    def _all_subscribed(self, frame: Record) -> Answer | None:
        """None where it cannot be read: it must not be taken for an empty list."""
        channels = frame.get("channels")
        if not isinstance(channels, list):
            return None
        named = [each for each in map(record_of, channels) if each.get("name") == _CHANNEL]
        codes = codes_of(named[0].get("product_ids")) if named else ()
        if codes is None or not all(isinstance(each, dict) for each in channels):
            return None
        return Answer(self._unanswered.popleft() if self._unanswered else None, Verdict.OK, codes=codes)

    def _refusal(self, frame: Record) -> Answer:
        """An error stands beside the answer to its request. One that names no product is told, and closes nothing."""
        words = words_of(frame.get("reason")) or words_of(frame.get("message")) or "an error without a reason"
        codes = tuple(code for code in self._asked if names(words, code))
        return Answer(None, Verdict.CODE if codes else Verdict.RATE, words, codes)


def _quote_of(frame: Record) -> Quote | None:
    code = text_of(frame.get("product_id"))
    last = price(frame, "price")
    bid, bid_size = side(frame, "best_bid", "best_bid_size")
    ask, ask_size = side(frame, "best_ask", "best_ask_size")
    if not code or (last is None and bid is None and ask is None):
        return None
    before = price(frame, "open_24h")
    return Quote(
        code=code,
        last=last,
        size=amount(frame, "last_size"),
        bid=bid,
        ask=ask,
        bid_size=bid_size,
        ask_size=ask_size,
        open=before,
        high=price(frame, "high_24h"),
        low=price(frame, "low_24h"),
        open_24h=before,
        volume=amount(frame, "volume_24h"),
        time_utc_s=iso_utc_s(frame.get("time")),
        seq=whole(frame.get("sequence")),
    )


class CoinbaseReference:
    """Products and candles. What is known of a symbol now its first ticker says."""

    base = "https://api.exchange.coinbase.com"
    budget = Budget(windows=((10, 1.0),), gap_s=0.1)
    bars_s = (60, 300, 900, 3600, 21600, 86400)
    most_candles = _MOST_CANDLES

    def directory(self) -> Sequence[Request]:
        return (Request("/products"),)

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        products, fault = page_of(data)
        if not isinstance(products, list):
            return Page(fault=fault or fault_of(products, "message", "Coinbase"))
        found = [_listing_of(record_of(each)) for each in products]
        bad = found.count(None)
        return Page(tuple(filter(None, found)), fault=f"{bad} of the products cannot be read" if bad else "")

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        """Without an end it is the newest 300, however few are asked for: a start would have to know the time."""
        if bar_s not in self.bars_s:
            return None
        params = [("granularity", str(bar_s))]
        if end_utc_s is not None:
            last_s = end_utc_s - bar_s  # where the last one begins
            first_s = last_s - (min(count, _MOST_CANDLES) - 1) * bar_s
            params += [("start", iso(first_s)), ("end", iso(last_s))]
        return Request(f"/products/{code}/candles", tuple(params))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        rows, fault = page_of(data)
        if not isinstance(rows, list):
            return Page(fault=fault or fault_of(rows, "message", "Coinbase"))
        return candles_page(map(_candle_of, rows), iso_utc_s(dict(asked.params).get("end")))

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _candle_of(row: object) -> Candle | None:
    fields = items_of(row)
    if len(fields) < 6:
        return None
    start, low, high, open_, close, volume = fields[:6]
    return candle_of(s_utc_s(start), (open_, high, low, close), volume, is_final=True)


def _listing_of(product: Record) -> Listing | None:
    code = text_of(product.get("id"))
    if not code:
        return None
    base, quote = text_of(product.get("base_currency")), text_of(product.get("quote_currency"))
    return Listing(
        code=code,
        name=COINS.get(base, ""),  # its display_name is the code once more
        kind=InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=number(product.get("quote_increment")),
        condition=_condition_of(product),
        listed=f"COINBASE:{base}{quote}" if base and quote else "",
    )


def _condition_of(product: Record) -> Condition:
    if product.get("status") == "delisted":
        return Condition.DELISTED
    if product.get("trading_disabled") is True or product.get("status") not in (None, "online"):
        return Condition.HALTED
    return Condition.CANCEL_ONLY if product.get("cancel_only") is True else Condition.NORMAL


_ELSEWHERE = "Use Kraken or Binance instead"

COINBASE = Provider(
    name="coinbase",
    title="Coinbase",
    endpoints={"coinbase": "wss://ws-feed.exchange.coinbase.com/"},
    endpoint=lambda code: "coinbase",
    needs_key=False,
    hosts=("coinbase.com",),
    refusals={
        403: f"Coinbase blocks this network or region. {_ELSEWHERE}",
        451: f"Coinbase does not serve your region. {_ELSEWHERE}",
    },
    resources="coinbase",
)

FEED = Feed(
    name="coinbase",
    title="Coinbase Exchange",
    provider=COINBASE,
    limits=Limits(
        replaces=False,
        beat_is_frame=False,
        acknowledges=Proves.LIST,
        in_order=True,
        leaves_out=False,
        codes_per_frame=100,
        frame_gap_s=0.14,  # 8 a second, and a tenth for the way there
        link_gap_s=0.14,
        retry_min_s=1.0,
        retry_most_s=8.0,
    ),
    codec=CoinbaseCodec,
    reference=CoinbaseReference(),
    venue="Coinbase",
    tells_sides=True,
)
