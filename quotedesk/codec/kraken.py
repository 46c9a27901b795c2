"""Feed `kraken`: Kraken spot, its WebSocket API v2.

The ticker is triggered by `bbo`: it comes with every change of the best prices; by `trades`, its other way, a bid could
be minutes old. Each symbol of a request is answered by itself. The channel `instrument` tells which pairs are halted.
Source: docs.kraken.com, spot WebSocket v2 (ticker, instrument, status, heartbeat, ping) and REST (AssetPairs, OHLC),
read 2026-11-28.
"""

from collections.abc import Sequence
from typing import Any

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
    Unreadable,
    Verdict,
)
from quotedesk.codec.common_names import COINS, SHARES
from quotedesk.codec.raw_fields import ABSENT, amount, last, price, side
from quotedesk.codec.reading import read
from quotedesk.market.candle import Candle
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Condition, Quote, Status

_BARS_MIN = {60: 1, 300: 5, 900: 15, 1_800: 30, 3_600: 60, 14_400: 240, 86_400: 1_440}
_CONDITIONS = {  # of pairs, and of the whole exchange; the rest trades, if not by every kind of order
    "cancel_only": Condition.CANCEL_ONLY,
    "maintenance": Condition.MAINTENANCE,
    "delisted": Condition.DELISTED,
    "work_in_progress": Condition.PRE_LAUNCH,
}
_OWN_BEAT = 0  # no request has this id: a heartbeat that the server sends by itself
_OF_INSTRUMENTS = 0
_V1_COINS = {"XBT": "BTC", "XDG": "DOGE"}  # HTTP spells as v1 of the WebSocket did
_V1_NAMES = {ours: theirs for theirs, ours in _V1_COINS.items()}


class _KrakenResult(msgspec.Struct):
    channel: str = ""
    symbol: str = ""
    warnings: object = None  # of a wrong form it must not spoil the answer


class _KrakenFrame(msgspec.Struct, gc=False):
    """Any frame."""

    channel: str = ""
    data: msgspec.Raw = ABSENT
    method: str = ""
    success: bool | None = None
    req_id: msgspec.Raw = ABSENT
    result: _KrakenResult | None = None
    symbol: str = ""
    error: str | None = None
    shouted: str | None = msgspec.field(name="Error", default=None)


class _KrakenTicker(msgspec.Struct, gc=False):
    symbol: str
    last: msgspec.Raw = ABSENT
    bid: msgspec.Raw = ABSENT
    bid_qty: msgspec.Raw = ABSENT
    ask: msgspec.Raw = ABSENT
    ask_qty: msgspec.Raw = ABSENT
    change: msgspec.Raw = ABSENT
    high: msgspec.Raw = ABSENT
    low: msgspec.Raw = ABSENT
    volume: msgspec.Raw = ABSENT
    timestamp: str | None = None


class _KrakenState(msgspec.Struct, gc=False):
    symbol: str = ""
    status: str = ""


class _KrakenInstruments(msgspec.Struct):
    pairs: list[_KrakenState] = []


class _KrakenSystem(msgspec.Struct):
    system: str = ""


_decode = msgspec.json.Decoder(_KrakenFrame).decode
_decode_tickers = msgspec.json.Decoder(list[_KrakenTicker]).decode
_decode_instruments = msgspec.json.Decoder(_KrakenInstruments).decode
_decode_systems = msgspec.json.Decoder(list[_KrakenSystem]).decode


class KrakenCodec:
    """One connection."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}  # asked for
        self._system = ""  # how the whole exchange trades, where that is not as usual
        self._unusual: dict[str, str] = {}  # pair -> its status, likewise
        self._warned: set[str] = set()  # each is told once, though every symbol's answer may hold it

    def greet(self, key: str | None) -> Frames:
        return (_frame("subscribe", {"channel": "instrument", "include_tokenized_assets": True}, _OF_INSTRUMENTS),)

    def encode(self, change: Change) -> Frames:
        params: dict[str, Any] = {"channel": "ticker", "symbol": change.dropped or change.added, "event_trigger": "bbo"}
        if change.dropped:
            for code in change.dropped:
                self._codes.pop(code, None)
            return (_frame("unsubscribe", params, change.request_id),)
        self._codes.update(dict.fromkeys(change.added))
        return (_frame("subscribe", params, change.request_id),)

    def heartbeat(self, request_id: int) -> str:
        return msgspec.json.encode({"method": "ping", "req_id": request_id}).decode()

    def decode(self, data: bytes) -> Sequence[Message]:
        said = read(_decode, data)
        if isinstance(said, Unreadable):
            return (said,)
        match said.channel:
            case "ticker":
                tickers = read(_decode_tickers, bytes(said.data))
                return (tickers,) if isinstance(tickers, Unreadable) else [_quote(each) for each in tickers]
            case "heartbeat":
                return (Beat(_OWN_BEAT),)
            case "instrument":
                return self._instruments(bytes(said.data))
            case "status":
                return self._status(bytes(said.data))
        if said.method == "pong":
            return (Beat(raw_fields.whole(said.req_id)),)
        if said.method or said.error is not None or said.shouted is not None:
            return self._answered(said)
        return (Unreadable("unknown channel", reading.excerpt(data)),)

    def _answered(self, said: _KrakenFrame) -> Sequence[Message]:
        request_id = raw_fields.whole(said.req_id)
        result = said.result or _KrakenResult()
        if request_id == _OF_INSTRUMENTS or result.channel == "instrument":
            return ()
        symbol = result.symbol or said.symbol
        text = reading.words(said.error or said.shouted or "")
        codes = (symbol,) if symbol else tuple(code for code in self._codes if reading.names(text, code))
        lower = text.lower()
        if said.success is True or (not said.success and said.method == "unsubscribe") or "already subscribed" in lower:
            answer = Answer(request_id, Verdict.OK, text, codes)
            warnings = self._warnings(result.warnings)
            return (answer, *self._states(codes), *warnings) if said.method == "subscribe" else (answer,)
        if "msg rate" in lower or "rate limit" in lower:
            return (Answer(request_id, Verdict.RATE, text, codes),)
        verdict = Verdict.CODE if codes else Verdict.FORM
        return (Answer(request_id, verdict, text or "Kraken refused it without a reason", codes),)

    def _warnings(self, warnings: object) -> list[Message]:
        """What Kraken says beside a yes: it announces what it will not serve any more."""
        said = [reading.words(each) for each in warnings if isinstance(each, str)] if isinstance(warnings, list) else []
        new = [each for each in dict.fromkeys(said) if each not in self._warned]
        self._warned.update(new)
        return [Answer(None, Verdict.RATE, each) for each in new]  # told, and no answer to anything

    def _instruments(self, data: bytes) -> Sequence[Message]:
        found = read(_decode_instruments, data)
        if isinstance(found, Unreadable):
            return (found,)
        changed = []
        for pair in found.pairs:
            before = self._unusual.pop(pair.symbol, "")
            if pair.status in _CONDITIONS:
                self._unusual[pair.symbol] = pair.status
            if before != self._unusual.get(pair.symbol, ""):
                changed.append(pair.symbol)
        return self._states([code for code in changed if code in self._codes], is_news=True)

    def _status(self, data: bytes) -> Sequence[Message]:
        found = read(_decode_systems, data)
        if isinstance(found, Unreadable):
            return (found,)
        before, now = self._system, found[-1].system if found else ""
        self._system = now if now in _CONDITIONS else ""
        return self._states(tuple(self._codes), is_news=True) if self._system != before else ()

    def _states(self, codes: Sequence[str], *, is_news: bool = False) -> list[Message]:
        """How these trade, where that is not as usual; where it `is_news`, also that it is again."""
        states: list[Message] = []
        for code in codes:
            if status := self._unusual.get(code):
                states.append(Status(code, _CONDITIONS[status]))
            elif self._system:
                states.append(Status(code, _CONDITIONS[self._system], words="all of Kraken"))
            elif is_news:
                states.append(Status(code))
        return states


def _frame(method: str, params: dict[str, Any], request_id: int) -> str:
    return msgspec.json.encode({"method": method, "params": params, "req_id": request_id}).decode()


def _quote(ticker: _KrakenTicker) -> Quote:
    (bid, bid_size), (ask, ask_size) = side(ticker.bid, ticker.bid_qty), side(ticker.ask, ticker.ask_qty)
    traded = last(ticker.last)
    opened = _before(traded, raw_fields.said(ticker.change))
    return Quote(
        code=ticker.symbol,
        last=traded,
        bid=bid,
        ask=ask,
        bid_size=bid_size,
        ask_size=ask_size,
        open=opened,
        high=price(ticker.high),
        low=price(ticker.low),
        open_24h=opened,
        volume=amount(ticker.volume),
        time_utc_s=reading.instant(ticker.timestamp),
    )


def _before(traded: Number | None, change: Number | None) -> Number | None:
    """The price that a change counts from, to the last digit."""
    if traded is None or change is None or not change.is_known:
        return None
    opened = number(traded.exact - change.exact)
    return opened if opened.value else UNKNOWN


class _KrakenPair(msgspec.Struct):
    wsname: str = ""
    altname: str = ""
    aclass_base: str = ""
    tick_size: msgspec.Raw = ABSENT
    status: str = ""


class _KrakenBody(msgspec.Struct):
    error: list[str] = []
    result: msgspec.Raw = ABSENT


_decode_body = msgspec.json.Decoder(_KrakenBody).decode
_decode_pairs = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_pair = msgspec.json.Decoder(_KrakenPair).decode
_decode_rows = msgspec.json.Decoder(list[list[msgspec.Raw]]).decode


class KrakenReference:
    """See Reference. A snapshot is not asked for: the ticker begins with one."""

    base = "https://api.kraken.com"
    budget = Budget(windows=((60, 60.0),), gap_s=1.0)
    bars_s = tuple(_BARS_MIN)
    most_candles = 720

    def directory(self) -> Sequence[Request]:
        path = "/0/public/AssetPairs"
        return (Request(path), Request(path, (("aclass_base", "tokenized_asset"),)))

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        pairs = _result(_decode_pairs, data, "Kraken's list of pairs")
        if isinstance(pairs, str):
            return Page(fault=pairs)
        listings, odd, unread = [], [], 0
        for raw in pairs.values():
            try:
                pair = _decode_pair(raw)
            except reading.FAULTS:
                unread += 1
                continue
            base, slash, quote = pair.wsname.partition("/")
            code = f"{_V1_COINS.get(base, base)}{slash}{_V1_COINS.get(quote, quote)}"
            if slash and reading.is_code(code):
                listings.append(_listing(pair, code))
            else:
                odd.append(pair.wsname or pair.altname)
        return Page(tuple(listings), fault=reading.left_out(odd, unread))

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        if end_utc_s is not None:
            return None  # there are the newest only
        base, slash, quote = code.partition("/")
        pair = f"{_V1_NAMES.get(base, base)}{slash}{_V1_NAMES.get(quote, quote)}"
        params = [("pair", pair), ("interval", str(_BARS_MIN[bar_s]))]
        if base.endswith("x") and base[:-1].isupper():
            params.append(("asset_class", "tokenized_asset"))
        return Request("/0/public/OHLC", tuple(params))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        found = _result(_decode_pairs, data, "Kraken's list of candles")
        if isinstance(found, str):
            return Page(fault=found)
        named = {name: raw for name, raw in found.items() if name != "last"}
        its = [raw for name, raw in named.items() if _is_pair(name, dict(asked.params).get("pair", ""))]
        if named and not its:
            return Page(fault="Kraken sent the candles of another symbol")
        rows = read(_decode_rows, bytes(its[0])) if its else []
        if isinstance(rows, Unreadable):
            return Page(fault=f"Kraken's list of candles cannot be read ({rows.reason})")
        return raw_fields.candles(rows, unit_s=1.0, volume_at=6, goes_on=True)

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _is_pair(name: str, asked: str) -> bool:
    """Is this the pair that was asked for, as an answer may spell it: "XBT/USD", "XBTUSD", "XXBTZUSD"?"""
    base, _, quote = asked.partition("/")
    spelled = {f"{before}{base}{between}{quote}" for before in ("", "X", "Z") for between in ("", "/", "X", "Z")}
    return name in spelled


def _result(decode: Any, data: bytes, whose: str) -> Any:
    """What Kraken answered, or why there is nothing: it says faults with HTTP 200."""
    body = reading.read_page(_decode_body, data, whose)
    if isinstance(body, str):
        return body
    if body.error:
        return f"Kraken answered: {reading.words(body.error[0])}"
    return reading.read_page(decode, bytes(body.result), whose)


def _listing(pair: _KrakenPair, code: str) -> Listing:
    base, _, quote = code.partition("/")
    is_token = pair.aclass_base == "tokenized_asset"
    share = SHARES.get(base.removesuffix("x"), base.removesuffix("x")) if is_token else ""
    return Listing(
        code=code,
        name=share or COINS.get(base, ""),
        kind=InstrumentKind.SHARE_TOKEN if is_token else InstrumentKind.SPOT,
        base=base,
        quote=quote,
        tick_size=raw_fields.tick_size(pair.tick_size),
        condition=_CONDITIONS.get(pair.status, Condition.NORMAL),
        note=f"token on {share}, not the share" if is_token else "",
        listed=f"KRAKEN:{code.replace('/', '')}",
    )


FEED = Feed(
    name="kraken",
    title="Kraken spot",
    provider=Provider(
        name="kraken",
        title="Kraken",
        endpoints={"kraken": "wss://ws.kraken.com/v2"},
        endpoint=lambda code: "kraken",
        needs_key=False,
        hosts=("kraken.com",),
        refusals={
            451: "Kraken does not serve your region. Use Coinbase or Binance: BTC-USD@coinbase, BTCUSDT@binance",
            403: "Kraken blocks this network. Wait, or use Coinbase or Binance: BTC-USD@coinbase",
        },
        resources="kraken",
    ),
    limits=Limits(
        replaces=False,
        in_order=True,
        leaves_out=False,
        beat_is_frame=True,
        acknowledges=Proves.CODES,
        codes_per_frame=50,
        frame_gap_s=0.25,  # the rate is not published: "Exceeded msg rate" says that it was passed
        link_gap_s=0.0,
        retry_min_s=1.0,
        retry_most_s=8.0,
    ),
    codec=KrakenCodec,
    reference=KrakenReference(),
    venue="Kraken",
    tells_sides=True,
)
