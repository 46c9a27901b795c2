"""Feed `binance`: Binance spot by its hosts for market data alone, which want no account.

Of each symbol three streams are subscribed: `@ticker` (once a second, the 24 hours), `@bookTicker` (best bid and ask as
they change) and `@aggTrade` (each trade). An acknowledgement proves nothing: a stream that does not exist is
acknowledged, and never ticks. Source: binance/binance-spot-api-docs, `web-socket-streams.md` and `rest-api.md`, read
2026-07-21.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec import raw_fields, reading
from quotedesk.codec.base import (
    Answer,
    Budget,
    Change,
    Closing,
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
from quotedesk.codec.raw_fields import ABSENT, amount, last, milliseconds, price, side, whole
from quotedesk.codec.reading import read
from quotedesk.market.candle import Candle
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import UNKNOWN
from quotedesk.market.quote import Condition, Quote, Trade

_STREAMS = ("ticker", "bookTicker", "aggTrade")
_MOST_STREAMS = 1_024  # on one connection
_BAR_NAMES = {
    1: "1s", 60: "1m", 180: "3m", 300: "5m", 900: "15m", 1_800: "30m", 3_600: "1h", 14_400: "4h", 86_400: "1d",
}  # fmt: skip
_CONDITIONS = {
    "TRADING": Condition.NORMAL,
    "CANCEL_ONLY": Condition.CANCEL_ONLY,
    "PRE_TRADING": Condition.PRE_LAUNCH,
}


class _BinanceFrame(msgspec.Struct, gc=False):
    """Any frame. Of one letter the two cases are two fields."""

    e: str = ""
    E: msgspec.Raw = ABSENT
    s: str = ""
    u: msgspec.Raw = ABSENT
    b: msgspec.Raw = ABSENT
    B: msgspec.Raw = ABSENT
    a: msgspec.Raw = ABSENT
    A: msgspec.Raw = ABSENT
    c: msgspec.Raw = ABSENT
    Q: msgspec.Raw = ABSENT
    o: msgspec.Raw = ABSENT
    h: msgspec.Raw = ABSENT
    l: msgspec.Raw = ABSENT  # noqa: E741 - the feed's name
    v: msgspec.Raw = ABSENT
    q: msgspec.Raw = ABSENT
    p: msgspec.Raw = ABSENT
    stream: str = ""
    data: msgspec.Raw = ABSENT
    id: msgspec.Raw = ABSENT
    result: msgspec.Raw = ABSENT
    code: msgspec.Raw = ABSENT
    msg: str | None = None
    error: msgspec.Raw = ABSENT


class _BinanceRefusal(msgspec.Struct):
    code: msgspec.Raw = ABSENT
    msg: str | None = None


_decode = msgspec.json.Decoder(_BinanceFrame).decode
_decode_refusal = msgspec.json.Decoder(_BinanceRefusal).decode


class BinanceCodec(SilentGreeting):
    """One connection. Symbols are in small letters where streams are named, and in capitals where they tick."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}  # a symbol in capitals -> the code, as it was asked for
        self._booked: set[str] = set()  # codes whose best prices come as they change: the ticker's are older

    def encode(self, change: Change) -> Frames:
        method, codes = ("UNSUBSCRIBE", change.dropped) if change.dropped else ("SUBSCRIBE", change.added)
        for code in codes:
            self._booked.discard(code)
            if change.dropped:
                self._asked.pop(code.upper(), None)
            else:
                self._asked[code.upper()] = code
        streams = [f"{code.lower()}@{stream}" for code in codes for stream in _STREAMS]
        return (msgspec.json.encode({"method": method, "params": streams, "id": change.request_id}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        event = read(_decode, data)
        if isinstance(event, _BinanceFrame) and event.stream and (inner := bytes(event.data)):
            event = read(_decode, inner)
        if isinstance(event, Unreadable):
            return (event,)
        return (self._message(event, data),)

    def _message(self, event: _BinanceFrame, data: bytes) -> Message:
        code = self._asked.get(event.s, event.s)
        match event.e:
            case "aggTrade" | "trade" if code:
                if (traded := last(event.p)) is None:
                    return Unreadable("bad price", reading.excerpt(data))
                # E, not T: in the order of E all streams of a symbol come.
                return Trade(
                    code,
                    traded,
                    amount(event.q) or UNKNOWN,
                    milliseconds(event.E),
                    whole(event.a),
                )
            case "24hrTicker" if code:
                return self._ticker(event, code)
            case "" if code and (event.b or event.a):
                self._booked.add(code)
                (bid, bid_size), (ask, ask_size) = side(event.b, event.B), side(event.a, event.A)
                seq = whole(event.u)
                return Quote(code=code, bid=bid, bid_size=bid_size, ask=ask, ask_size=ask_size, seq=seq)
            case "serverShutdown":
                return Closing("Binance restarts its server")
        if event.error:
            refusal = read(_decode_refusal, bytes(event.error))
            refused = refusal if isinstance(refusal, _BinanceRefusal) else _BinanceRefusal()
            return self._refused(event, refused.code, refused.msg)
        if event.code or event.msg is not None:
            return self._refused(event, event.code, event.msg)
        if event.result or event.id:
            return Answer(whole(event.id), Verdict.OK)
        return Unreadable("unknown event", reading.excerpt(data))

    def _ticker(self, event: _BinanceFrame, code: str) -> Quote:
        bid = bid_size = ask = ask_size = None
        if code not in self._booked:
            (bid, bid_size), (ask, ask_size) = side(event.b, event.B), side(event.a, event.A)
        opened = price(event.o)
        return Quote(
            code=code,
            last=last(event.c),
            size=amount(event.Q),
            bid=bid,
            ask=ask,
            bid_size=bid_size,
            ask_size=ask_size,
            open=opened,
            high=price(event.h),
            low=price(event.l),
            open_24h=opened,
            volume=amount(event.v),
            turnover=amount(event.q),
            time_utc_s=milliseconds(event.E),
        )

    def _refused(self, event: _BinanceFrame, code: msgspec.Raw, said: str | None) -> Answer:
        text = reading.words(said or f"error {whole(code)}")
        lower = text.lower()
        named = tuple(
            asked
            for symbol, asked in self._asked.items()
            if reading.names(text, symbol) or any(reading.names(lower, f"{symbol.lower()}@{each}") for each in _STREAMS)
        )
        verdict = Verdict.CODE if named else Verdict.RATE if "too many requests" in lower else Verdict.FORM
        return Answer(whole(event.id), verdict, text, named, fails_all=bool(named))


class _BinanceFilter(msgspec.Struct):
    filterType: str = ""  # noqa: N815 - the feed's name
    tickSize: msgspec.Raw = ABSENT  # noqa: N815


class _BinanceSymbol(msgspec.Struct):
    symbol: str
    status: str = ""
    baseAsset: str = ""  # noqa: N815
    quoteAsset: str = ""  # noqa: N815
    filters: list[_BinanceFilter] = []


class _BinanceList(msgspec.Struct):
    symbols: list[msgspec.Raw] | None = None
    code: msgspec.Raw = ABSENT
    msg: str = ""


_decode_directory = msgspec.json.Decoder(_BinanceList).decode
_decode_symbol = msgspec.json.Decoder(_BinanceSymbol).decode
_decode_candles = msgspec.json.Decoder(list[list[msgspec.Raw]] | _BinanceList).decode


class BinanceReference:
    """See Reference. A snapshot is not asked for: the streams say all of it within a second."""

    base = "https://data-api.binance.vision"
    budget = Budget(windows=((3_000, 60.0),))  # half of what an address may use: others may be behind it as well
    bars_s = tuple(_BAR_NAMES)
    most_candles = 1_000

    def directory(self) -> Sequence[Request]:
        params = (("permissions", "SPOT"), ("showPermissionSets", "false"))
        return (Request("/api/v3/exchangeInfo", params, weight=20),)

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        found = reading.read_page(_decode_directory, data, "Binance's list of symbols")
        if isinstance(found, str) or found.symbols is None:
            return Page(fault=found if isinstance(found, str) else _fault(found))
        listings, odd, unread = [], [], 0
        for raw in found.symbols:
            try:
                symbol = _decode_symbol(raw)
            except reading.FAULTS:
                unread += 1
                continue
            if reading.is_code(symbol.symbol):
                listings.append(_listing(symbol))
            else:
                odd.append(symbol.symbol)
        return Page(tuple(listings), fault=reading.left_out(odd, unread))

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        params = [("symbol", code), ("interval", _BAR_NAMES[bar_s]), ("limit", str(min(count, self.most_candles)))]
        if end_utc_s is not None:
            params.append(("endTime", str(int(end_utc_s * 1000) - 1)))
        return Request("/api/v3/klines", tuple(params), weight=2)

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        found = reading.read_page(_decode_candles, data, "Binance's list of candles")
        if isinstance(found, str):
            return Page(fault=found)
        if isinstance(found, _BinanceList):
            return Page(fault=_fault(found))
        return raw_fields.candles(found, unit_s=0.001, volume_at=5, goes_on="endTime" not in dict(asked.params))

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _listing(symbol: _BinanceSymbol) -> Listing:
    tick_size = next((each.tickSize for each in symbol.filters if each.filterType == "PRICE_FILTER"), ABSENT)
    return Listing(
        code=symbol.symbol,
        name=COINS.get(symbol.baseAsset, ""),
        kind=InstrumentKind.SPOT,
        base=reading.words(symbol.baseAsset),
        quote=reading.words(symbol.quoteAsset),
        tick_size=raw_fields.tick_size(tick_size),
        condition=_CONDITIONS.get(symbol.status, Condition.HALTED),
        listed=f"BINANCE:{symbol.symbol}",
    )


def _fault(found: _BinanceList) -> str:
    return f"Binance answered: {reading.words(found.msg or 'an error without a reason')}"


FEED = Feed(
    name="binance",
    title="Binance spot",
    provider=Provider(
        name="binance",
        title="Binance",
        endpoints={"binance": "wss://data-stream.binance.vision/ws"},
        endpoint=lambda code: "binance",
        needs_key=False,
        hosts=("binance.vision", "binance.com"),
        refusals={
            451: "Binance does not serve your region. Use Kraken or Coinbase: BTC/USD@kraken, BTC-USD@coinbase",
            403: "Binance blocks this network. Wait, or use Kraken or Coinbase: BTC/USD@kraken",
            418: "Binance has shut this network out for a while, as it was asked too often",
        },
        resources="binance",
    ),
    limits=Limits(
        replaces=False,
        in_order=True,
        leaves_out=False,
        beat_is_frame=False,
        acknowledges=Proves.REQUEST,
        codes_per_frame=50,
        most_codes=_MOST_STREAMS // len(_STREAMS),
        # 5 messages a second are borne, pings and pongs among them: three frames, a ping of ours and a pong.
        frame_gap_s=0.4,
        link_gap_s=0.0,
        renew_after_s=24 * 3_600 - 600.0,  # cut at 24 h
        retry_min_s=1.0,  # 300 dials in 5 minutes
        retry_most_s=8.0,
    ),
    codec=BinanceCodec,
    reference=BinanceReference(),
    venue="Binance",
    tells_sides=True,
)
