"""Feed `bybit`: Bybit v5, of two addresses. A bare code is a linear contract: BTCUSDT, TSLAUSDT, XAUUSDT. A pair with
a slash is spot, which goes over the wire without: BTC/USDT, AAPLX/USDT.

The linear ticker is a snapshot, then deltas: a field that is missing is unchanged, which is what a Quote means by None,
so nothing is remembered of it. The spot ticker has no bid and ask: `orderbook.1` brings them. One topic that does not
exist fails its whole request, and the answer names it. Source: bybit-exchange/docs v5, read 2026-07-24; the words of
refusals as clients have reported them.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec import raw_fields, reading
from quotedesk.codec.base import (
    Answer,
    Beat,
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
from quotedesk.codec.common_names import COINS, COMMODITIES, CURRENCIES, SHARES
from quotedesk.codec.raw_fields import ABSENT, amount, last, price, side
from quotedesk.codec.reading import read
from quotedesk.market.candle import Candle
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import UNKNOWN, Number
from quotedesk.market.quote import Condition, Quote

_BAR_NAMES = {
    60: "1", 180: "3", 300: "5", 900: "15", 1_800: "30", 3_600: "60", 7_200: "120", 14_400: "240", 86_400: "D",
}  # fmt: skip
_CONDITIONS = {
    "Trading": Condition.NORMAL,
    "PreLaunch": Condition.PRE_LAUNCH,
    "Delivering": Condition.HALTED,
    "Closed": Condition.DELISTED,
}
_TICKER, _BOOK = "tickers.", "orderbook.1."


class _BybitTick(msgspec.Struct, gc=False, rename="camel"):
    """The data of a ticker, or of the best of the order book."""

    symbol: str = ""
    s: str = ""
    b: list[tuple[msgspec.Raw, msgspec.Raw]] | None = None
    a: list[tuple[msgspec.Raw, msgspec.Raw]] | None = None
    last_price: msgspec.Raw = ABSENT
    bid1_price: msgspec.Raw = ABSENT
    bid1_size: msgspec.Raw = ABSENT
    ask1_price: msgspec.Raw = ABSENT
    ask1_size: msgspec.Raw = ABSENT
    prev_price: msgspec.Raw = msgspec.field(name="prevPrice24h", default=ABSENT)
    high: msgspec.Raw = msgspec.field(name="highPrice24h", default=ABSENT)
    low: msgspec.Raw = msgspec.field(name="lowPrice24h", default=ABSENT)
    volume: msgspec.Raw = msgspec.field(name="volume24h", default=ABSENT)
    turnover: msgspec.Raw = msgspec.field(name="turnover24h", default=ABSENT)


class _BybitFrame(msgspec.Struct, gc=False):
    """Any frame."""

    topic: str = ""
    type: str = ""
    ts: msgspec.Raw = ABSENT
    data: _BybitTick | None = None
    op: str = ""
    success: bool | None = None
    ret_msg: str | None = None
    req_id: msgspec.Raw = ABSENT


_decode = msgspec.json.Decoder(_BybitFrame).decode


def endpoint(code: str) -> str:
    """A pair with a slash is spot."""
    return "spot" if "/" in code else "linear"


class BybitCodec(SilentGreeting):
    """One connection, of either address."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}  # symbol of the wire -> code

    def encode(self, change: Change) -> Frames:
        verb, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        topics = []
        for code in codes:
            symbol = code.replace("/", "")
            topics.append(_TICKER + symbol)
            if "/" in code:
                topics.append(_BOOK + symbol)
            if change.dropped:
                self._asked.pop(symbol, None)
            else:
                self._asked[symbol] = code
        return (msgspec.json.encode({"req_id": str(change.request_id), "op": verb, "args": topics}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        return msgspec.json.encode({"req_id": str(request_id), "op": "ping"}).decode()

    def decode(self, data: bytes) -> Sequence[Message]:
        push = read(_decode, data)
        if isinstance(push, Unreadable):
            return (push,)
        tick = push.data
        if tick is not None and push.topic:
            symbol = tick.symbol or tick.s
            code = self._asked.get(symbol, symbol)
            if not code:
                return (Unreadable("no code", reading.excerpt(data)),)
            if push.topic.startswith(_TICKER):
                return (_quote(tick, code, raw_fields.milliseconds(push.ts)),)
            if push.topic.startswith(_BOOK):
                return (_best(tick, code, is_whole=push.type == "snapshot"),)
        elif push.op == "pong" or (push.op == "ping" and push.success is not False):
            return (Beat(raw_fields.whole(push.req_id)),)
        elif push.success is not None:
            return (self._answered(push),)
        return (Unreadable("unknown topic", reading.excerpt(data)),)

    def _answered(self, push: _BybitFrame) -> Answer:
        request_id, text = raw_fields.whole(push.req_id), reading.words(push.ret_msg or "")
        lower = text.lower()
        named = tuple(code for symbol, code in self._asked.items() if reading.names(text, symbol))
        if push.success or push.op == "unsubscribe" or "already subscribed" in lower:
            return Answer(request_id, Verdict.OK, text)
        if "too frequent" in lower or "too many" in lower or "rate limit" in lower:
            return Answer(request_id, Verdict.RATE, text)
        if "length" in lower or "args size" in lower:
            return Answer(request_id, Verdict.FORM, text)
        if "handler not found" in lower or "invalid symbol" in lower:
            text = f"Bybit has no such symbol. It answered: {text}"
        text = text or "Bybit refused it without a reason"
        return Answer(request_id, Verdict.CODE, text, named, fails_all=bool(named))


def _quote(tick: _BybitTick, code: str, time_utc_s: float) -> Quote:
    (bid, bid_size), (ask, ask_size) = side(tick.bid1_price, tick.bid1_size), side(tick.ask1_price, tick.ask1_size)
    opened = price(tick.prev_price)
    return Quote(
        code=code,
        last=last(tick.last_price),
        bid=bid,
        ask=ask,
        bid_size=bid_size,
        ask_size=ask_size,
        open=opened,
        high=price(tick.high),
        low=price(tick.low),
        open_24h=opened,
        volume=amount(tick.volume),
        turnover=amount(tick.turnover),
        time_utc_s=time_utc_s,
    )


def _best(tick: _BybitTick, code: str, *, is_whole: bool) -> Quote:
    """The best of the order book. Its stamp is left out: tickers come in an order of their own."""
    (bid, bid_size), (ask, ask_size) = _level(tick.b, is_whole=is_whole), _level(tick.a, is_whole=is_whole)
    return Quote(code=code, bid=bid, ask=ask, bid_size=bid_size, ask_size=ask_size)


def _level(
    levels: list[tuple[msgspec.Raw, msgspec.Raw]] | None, *, is_whole: bool
) -> tuple[Number | None, Number | None]:
    """The one level of a side: nobody is there where a snapshot has none, or a delta takes it away (size 0)."""
    if not levels:
        return (UNKNOWN, UNKNOWN) if is_whole else (None, None)
    for level in levels:
        best, size = side(*level)
        if size is not None and size.value != 0:
            return best, size
    return UNKNOWN, UNKNOWN


class _BybitFilter(msgspec.Struct):
    tickSize: msgspec.Raw = ABSENT  # noqa: N815 - the feed's name


class _BybitContract(msgspec.Struct, rename="camel"):
    symbol: str
    contract_type: str = ""
    status: str = ""
    base_coin: str = ""
    quote_coin: str = ""
    symbol_type: str = ""
    price_filter: _BybitFilter | None = None


class _BybitResult(msgspec.Struct, rename="camel"):
    entries: list[msgspec.Raw] = msgspec.field(name="list", default_factory=list)
    next_page_cursor: str = ""
    symbol: str = ""


class _BybitReply(msgspec.Struct, rename="camel"):
    ret_code: int = 0
    ret_msg: str = ""
    result: msgspec.Raw = ABSENT


_decode_reply = msgspec.json.Decoder(_BybitReply).decode
_decode_result = msgspec.json.Decoder(_BybitResult).decode
_decode_contract = msgspec.json.Decoder(_BybitContract).decode
_decode_row = msgspec.json.Decoder(list[msgspec.Raw]).decode


class BybitReference:
    """See Reference. A snapshot is not asked for: the ticker begins with one."""

    base = "https://api.bybit.com"
    budget = Budget(windows=((300, 5.0),))  # half of what an address may use
    bars_s = tuple(_BAR_NAMES)
    most_candles = 1_000

    def directory(self) -> Sequence[Request]:
        return tuple(_contracts(category) for category in ("linear", "spot"))

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        found = _read_result(data, "Bybit's list of symbols")
        if isinstance(found, str):
            return Page(fault=found)
        category = dict(asked.params).get("category", "")
        listings, odd, unread = [], [], 0
        for raw in found.entries:
            try:
                contract = _decode_contract(raw)
            except reading.FAULTS:
                unread += 1
                continue
            listing = _listing(contract, is_spot=category == "spot")
            if reading.is_code(listing.code):
                listings.append(listing)
            else:
                odd.append(contract.symbol)
        # A cursor that leads to where it came from would never end.
        cursor = found.next_page_cursor
        following = _contracts(category, cursor) if cursor and ("cursor", cursor) not in asked.params else None
        return Page(tuple(listings), following, reading.left_out(odd, unread))

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        params = [("category", endpoint(code)), ("symbol", code.replace("/", "")), ("interval", _BAR_NAMES[bar_s])]
        params.append(("limit", str(min(count, self.most_candles))))
        if end_utc_s is not None:
            params.append(("end", str(int(end_utc_s * 1000) - 1)))
        return Request("/v5/market/kline", tuple(params))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        found = _read_result(data, "Bybit's list of candles")
        if isinstance(found, str):
            return Page(fault=found)
        if found.symbol and found.symbol != dict(asked.params).get("symbol", found.symbol):
            return Page(fault="Bybit sent the candles of another symbol")
        rows = [row for raw in found.entries if not isinstance(row := read(_decode_row, bytes(raw)), Unreadable)]
        return raw_fields.candles(rows, unit_s=0.001, volume_at=5, goes_on="end" not in dict(asked.params))

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _contracts(category: str, cursor: str = "") -> Request:
    params = [("category", category), ("limit", "1000")]
    if cursor:
        params.append(("cursor", cursor))
    return Request("/v5/market/instruments-info", tuple(params))


def _read_result(data: bytes, whose: str) -> _BybitResult | str:
    """What Bybit answered, or why there is nothing: it says faults with HTTP 200."""
    reply = reading.read_page(_decode_reply, data, whose)
    if isinstance(reply, str):
        return reply
    if reply.ret_code:
        return f"Bybit answered: {reading.words(reply.ret_msg or f'error {reply.ret_code}')}"
    return reading.read_page(_decode_result, bytes(reply.result), whose)


def _listing(contract: _BybitContract, *, is_spot: bool) -> Listing:
    base, quote = reading.words(contract.base_coin), reading.words(contract.quote_coin)
    is_perpetual = "Perpetual" in contract.contract_type or not contract.contract_type
    name, note = COINS.get(base, ""), ""
    kind = InstrumentKind.SPOT if is_spot else InstrumentKind.PERPETUAL if is_perpetual else InstrumentKind.FUTURE
    match contract.symbol_type:
        case "xstocks":
            name = SHARES.get(base.removesuffix("X"), "") or SHARES.get(base, "")
            kind, note = InstrumentKind.SHARE_TOKEN, f"token on {name or base.removesuffix('X')}, not the share"
        case "stock":
            name = SHARES.get(base, "")
            note = f"{kind.value} on {name or base}, not the share"
        case "commodity":
            name = COMMODITIES.get(base, "").capitalize()
            note = f"{kind.value} on {COMMODITIES.get(base, base)}"
        case "forex":
            name = f"{base} in {quote}"
            note = f"{kind.value} on {CURRENCIES.get(base, base)}"
        case _ if not is_spot:
            note = f"{kind.value} on {name or base}"
    return Listing(
        code=f"{base}/{quote}" if is_spot else contract.symbol,
        name=name,
        kind=kind,
        base=base,
        quote=quote,
        tick_size=raw_fields.tick_size(contract.price_filter.tickSize) if contract.price_filter else UNKNOWN,
        condition=_CONDITIONS.get(contract.status, Condition.HALTED),
        note=note,
        listed=f"BYBIT:{contract.symbol}" if is_spot else f"BYBIT:{contract.symbol}.P",
    )


FEED = Feed(
    name="bybit",
    title="Bybit: perpetuals and spot",
    provider=Provider(
        name="bybit",
        title="Bybit",
        endpoints={
            "linear": "wss://stream.bybit.com/v5/public/linear",
            "spot": "wss://stream.bybit.com/v5/public/spot",
        },
        endpoint=endpoint,
        needs_key=False,
        hosts=("bybit.com",),
        refusals={
            451: "Bybit does not serve your region. Use Kraken or Coinbase: BTC/USD@kraken, BTC-USD@coinbase",
            403: "Bybit does not serve your region, or was asked too often. Use Kraken or Coinbase: BTC/USD@kraken",
        },
        resources="bybit",
    ),
    limits=Limits(
        replaces=False,
        in_order=True,
        leaves_out=False,
        beat_is_frame=True,
        acknowledges=Proves.REQUEST,
        codes_per_frame=5,  # of spot: two topics each, ten a request
        most_codes=400,  # of spot, by the 21,000 characters that all topics of a connection may have
        frame_gap_s=0.1,
        link_gap_s=0.0,
        beat_s=20.0,
        dead_after_s=45.0,
        retry_min_s=1.0,  # 500 dials in 5 minutes
        retry_most_s=8.0,
    ),
    codec=BybitCodec,
    reference=BybitReference(),
    venue="Bybit",
    tells_sides=True,
)
