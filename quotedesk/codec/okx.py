"""Feed `okx`: OKX v5, the public channel `tickers`, of spot pairs, perpetuals and futures.

Source: okx.com/docs-v5, WebSocket overview, tickers and error codes, as of 2026-07. Subscriptions add; each symbol of a
request is answered by itself. The heartbeat is the word `ping`, answered `pong`, and no JSON; a connection that is
silent for 30 s is cut. Prices of 24 hours are the exchange's own rolling window. Sizes and volumes of perpetuals and
futures are contracts.
"""

from collections.abc import Sequence

import msgspec

from quotedesk.codec.base import (
    Answer,
    Beat,
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
from quotedesk.codec.plain_json import (
    Record,
    amount,
    candle_of,
    fault_of,
    frame_of,
    items_of,
    ms_utc_s,
    page_of,
    price,
    record_of,
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

_CHANNEL = "tickers"
_CLOSING = 64008
_VERDICTS = {
    **dict.fromkeys((60018, 60022, 64003), Verdict.CODE),  # no such instrument, or not for everybody
    **dict.fromkeys((60014, 50011, 50061, 60023), Verdict.RATE),
}
_BARS = {
    60: "1m",
    180: "3m",
    300: "5m",
    900: "15m",
    1800: "30m",
    3600: "1H",
    7200: "2H",
    14400: "4H",
    86400: "1Dutc",
}
_MOST_CANDLES = 300
_KINDS = {"SPOT": InstrumentKind.SPOT, "SWAP": InstrumentKind.PERPETUAL, "FUTURES": InstrumentKind.FUTURE}
_CONDITIONS = {"live": Condition.NORMAL, "preopen": Condition.PRE_LAUNCH, "suspend": Condition.HALTED}


class OkxCodec(SilentGreeting):
    """One connection's dialect."""

    def __init__(self) -> None:
        self._asked: dict[str, None] = {}  # an error without an arg names one of these, or none

    def encode(self, change: Change) -> Frames:
        verb, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        self._asked.update(dict.fromkeys(change.added))
        args = [{"channel": _CHANNEL, "instId": code} for code in codes]
        return (msgspec.json.encode({"id": str(change.request_id), "op": verb, "args": args}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        return "ping"

    def decode(self, data: bytes) -> Sequence[Message]:
        if data == b"pong":
            return (Beat(),)
        frame = frame_of(data)
        if isinstance(frame, Unreadable):
            return (frame,)
        if not isinstance(frame, dict):
            return (Unreadable("not an object", excerpt(data)),)
        arg = record_of(frame.get("arg"))
        match frame.get("event"):
            case None if arg.get("channel") == _CHANNEL:
                return [
                    _quote_of(record_of(each)) or Unreadable("bad price", excerpt(data))
                    for each in items_of(frame.get("data"))
                ] or (Unreadable("wrong types", excerpt(data)),)
            case "subscribe" | "unsubscribe" if code := text_of(arg.get("instId")):
                return (Answer(whole(frame.get("id")), Verdict.OK, codes=(code,)),)
            case "error":
                return (self._refusal(frame, arg),)
            case "notice":
                return (_notice(frame),)
            case "channel-conn-count":
                return ()
        return (Unreadable("unknown event", excerpt(data)),)

    def _refusal(self, frame: Record, arg: Record) -> Answer:
        number_ = whole(frame.get("code"))
        said = words_of(frame.get("msg"))
        code = text_of(arg.get("instId"))
        codes = (code,) if code else tuple(each for each in self._asked if names(said, each))
        verdict = _VERDICTS.get(number_, Verdict.FORM) if number_ is not None else Verdict.FORM
        if codes and verdict is Verdict.FORM:
            verdict = Verdict.CODE  # whatever it is, it is about these alone
        words = said or (f"error {number_}" if number_ is not None else "an error without a reason")
        return Answer(whole(frame.get("id")), verdict, words, codes if verdict is Verdict.CODE else ())


def _notice(frame: Record) -> Message:
    words = words_of(frame.get("msg")) or "OKX restarts this server"
    if whole(frame.get("code")) == _CLOSING:
        return Closing(words)
    return Answer(None, Verdict.RATE, words)  # told, and no answer to anything


def _quote_of(ticker: Record) -> Quote | None:
    code = text_of(ticker.get("instId"))
    last = price(ticker, "last")
    bid, bid_size = side(ticker, "bidPx", "bidSz")
    ask, ask_size = side(ticker, "askPx", "askSz")
    if not code or (last is None and bid is None and ask is None):
        return None
    before = price(ticker, "open24h")
    return Quote(
        code=code,
        last=last,
        size=amount(ticker, "lastSz"),
        bid=bid,
        ask=ask,
        bid_size=bid_size,
        ask_size=ask_size,
        open=before,
        high=price(ticker, "high24h"),
        low=price(ticker, "low24h"),
        open_24h=before,
        volume=amount(ticker, "vol24h"),
        # Of a perpetual or a future it is an amount of the base currency, which is no turnover.
        turnover=amount(ticker, "volCcy24h") if code.count("-") == 1 else None,
        time_utc_s=ms_utc_s(ticker.get("ts")),
    )


class OkxReference:
    """Instruments and candles. What is known of a symbol now its first ticker says."""

    base = "https://www.okx.com"
    budget = Budget(windows=((20, 2.0),), gap_s=0.1)
    bars_s = tuple(_BARS)
    most_candles = _MOST_CANDLES

    def directory(self) -> Sequence[Request]:
        return [Request("/api/v5/public/instruments", (("instType", kind),)) for kind in _KINDS]

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        rows, fault = _rows_of(data)
        found = [_listing_of(record_of(each)) for each in rows if record_of(each).get("state") != "test"]
        bad = found.count(None)
        return Page(tuple(filter(None, found)), fault=fault or (f"{bad} of the symbols cannot be read" if bad else ""))

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        if (bar := _BARS.get(bar_s)) is None:
            return None
        params = [("instId", code), ("bar", bar), ("limit", str(min(count, _MOST_CANDLES)))]
        if end_utc_s is not None:  # those that begin earlier
            params.append(("after", str(int(1000 * (end_utc_s - bar_s)) + 1)))
        return Request("/api/v5/market/candles", tuple(params))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        rows, fault = _rows_of(data)
        page = candles_page(map(_candle_of, rows), ms_utc_s(dict(asked.params).get("after")))
        return msgspec.structs.replace(page, fault=fault or page.fault)

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        return Page()


def _rows_of(data: bytes) -> tuple[list[object], str]:
    """The rows of an answer, and why there are none: an error comes with HTTP 200 as well."""
    answer, fault = page_of(data)
    told = record_of(answer)
    rows = told.get("data")
    if whole(told.get("code")) == 0 and isinstance(rows, list):
        return rows, ""
    return [], fault or fault_of(told, "msg", "OKX")


def _candle_of(row: object) -> Candle | None:
    fields = items_of(row)
    if len(fields) < 6:
        return None
    is_final = len(fields) < 9 or fields[8] in ("1", 1)
    return candle_of(ms_utc_s(fields[0]), fields[1:5], fields[5], is_final=is_final)


def _listing_of(row: Record) -> Listing | None:
    code, kind = text_of(row.get("instId")), _KINDS.get(text_of(row.get("instType")))
    if not code or kind is None:
        return None
    base, quote = text_of(row.get("baseCcy")), text_of(row.get("quoteCcy"))
    note = ""
    if kind is not InstrumentKind.SPOT:
        base, _, quote = text_of(row.get("uly")).partition("-")
        note = f"{kind.value} on {base}" if base else ""
    return Listing(
        code=code,
        name=COINS.get(base, ""),
        kind=kind,
        base=base,
        quote=quote,
        tick_size=number(row.get("tickSz")),
        condition=_CONDITIONS.get(text_of(row.get("state")), Condition.HALTED),
        note=note,
        listed=f"OKX:{base}{quote}" if kind is InstrumentKind.SPOT and base and quote else "",
    )


_ELSEWHERE = (
    "Its regional servers may: --url okx=wss://wseea.okx.com:8443 in Europe, okx=wss://wsus.okx.com:8443 in the US; "
    "or use Kraken or Coinbase"
)

OKX = Provider(
    name="okx",
    title="OKX",
    endpoints={"okx": "wss://ws.okx.com:8443/ws/v5/public"},
    endpoint=lambda code: "okx",
    needs_key=False,
    hosts=("okx.com",),
    refusals={
        403: f"OKX blocks this network or region. {_ELSEWHERE}",
        451: f"OKX does not serve your region. {_ELSEWHERE}",
    },
    resources="okx",
)

FEED = Feed(
    name="okx",
    title="OKX",
    provider=OKX,
    limits=Limits(
        replaces=False,
        beat_is_frame=True,
        acknowledges=Proves.CODES,
        in_order=True,
        leaves_out=False,
        codes_per_frame=100,  # of 64 KB it takes one eighth
        frame_gap_s=0.1,
        bucket=(470, 7.5),  # 480 an hour
        link_gap_s=0.1,
        beat_s=20.0,
        dead_after_s=30.0,
        retry_min_s=1.0,
        retry_most_s=8.0,
    ),
    codec=OkxCodec,
    reference=OkxReference(),
    venue="OKX",
    tells_sides=True,
)
