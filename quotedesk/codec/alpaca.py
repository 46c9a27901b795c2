"""Feed `alpaca`: trades and quotes of US shares at IEX, with a key ID and a secret key.

Source: docs.alpaca.markets/docs/streaming-market-data, read 2026-11-28. The server speaks first, then wants the login
within 10 s. Subscriptions add; each is answered by all that is subscribed, or by an error, which leaves those before it
untouched. Every frame is an array of messages.
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
    Ready,
    Reply,
    Request,
    Unreadable,
    Verdict,
)
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
    side,
    text_of,
    whole,
    words_of,
)
from quotedesk.codec.reading import candles_page, excerpt
from quotedesk.codec.us_shares import UsShareSymbology
from quotedesk.market.candle import Candle
from quotedesk.market.listing import Listing
from quotedesk.market.quote import Quote, Trade

_VERDICTS = {
    **dict.fromkeys((401, 402, 409), Verdict.KEY),  # not logged in, refused, not in the plan
    405: Verdict.PLAN,
    **dict.fromkeys((404, 406, 407, 500), Verdict.RATE),  # too late, a second connection, too slow: may pass
}
_ALREADY = 403  # logged in
_OF_REQUESTS = (400, 405, 410)
_BARS = {60: "1Min", 300: "5Min", 900: "15Min", 3600: "1Hour", 86400: "1Day"}
_MOST_CANDLES = 10_000
_MOST_SNAPSHOTS = 100
_DAYS_BACK = 5  # over a weekend and a holiday
_DAY_S = 86_400


class AlpacaCodec:
    """One connection's dialect."""

    def __init__(self) -> None:
        self._login = b""
        self._unanswered: deque[int] = deque()  # requests, oldest first: they are answered in order, without ids

    def greet(self, key: str | None) -> Frames:
        """Nothing yet: the server speaks first."""
        key_id, _, secret = (key or "").partition(":")
        self._login = msgspec.json.encode({"action": "auth", "key": key_id, "secret": secret})
        return ()

    def encode(self, change: Change) -> Frames:
        verb, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        self._unanswered.append(change.request_id)
        return (msgspec.json.encode({"action": verb, "trades": codes, "quotes": codes}).decode(),)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        frame = frame_of(data)
        if isinstance(frame, Unreadable):
            return (frame,)
        said = frame if isinstance(frame, list) else [frame]
        return [message for each in said for message in self._message(each, data)] or (
            (Unreadable("empty", excerpt(data)),) if not said else ()
        )

    def _message(self, each: object, data: bytes) -> Sequence[Message]:
        if not isinstance(each, dict):
            return (Unreadable("not an object", excerpt(data)),)
        match each.get("T"):
            case "t":
                return (_trade_of(each) or Unreadable("bad price", excerpt(data)),)
            case "q":
                return (_quote_of(each) or Unreadable("bad price", excerpt(data)),)
            case "success":
                return self._greeted(each)
            case "subscription":
                codes = codes_of(each.get("trades"))
                if codes is None:  # must not be taken for an empty list
                    return (Unreadable("wrong types", excerpt(data)),)
                return (Answer(self._answered(), Verdict.OK, codes=codes),)
            case "error":
                return self._refusal(each)
            case "b" | "d" | "u" | "c" | "x" | "s" | "l" | "i":  # bars, corrections, halts: not asked for
                return ()
        return (Unreadable("unknown type", excerpt(data)),)

    def _greeted(self, each: Record) -> Sequence[Message]:
        match each.get("msg"):
            case "connected":
                return (Reply(self._login.decode()),)
            case "authenticated":
                return (Ready(),)
        return ()

    def _refusal(self, each: Record) -> Sequence[Message]:
        code = whole(each.get("code"))
        if code == _ALREADY:
            return (Ready(),)
        said = words_of(each.get("msg")) or "an error without a reason"
        words = said if code is None else f"{said} ({code})"
        verdict = Verdict.FORM if code is None else _VERDICTS.get(code, Verdict.FORM)
        return (Answer(self._answered() if code in _OF_REQUESTS else None, verdict, words),)

    def _answered(self) -> int | None:
        return self._unanswered.popleft() if self._unanswered else None


def _trade_of(said: Record) -> Trade | None:
    code, last = text_of(said.get("S")), price(said, "p")
    if not code or last is None:
        return None
    size = amount(said, "s")
    time_utc_s, seq = iso_utc_s(said.get("t")), whole(said.get("i"))
    return (
        Trade(code, last, time_utc_s=time_utc_s, seq=seq) if size is None else Trade(code, last, size, time_utc_s, seq)
    )


def _quote_of(said: Record) -> Quote | None:
    """A quote has no time of its own here: trades and quotes overtake one another, and none is to silence the other."""
    code = text_of(said.get("S"))
    bid, bid_size = side(said, "bp", "bs")
    ask, ask_size = side(said, "ap", "as")
    if not code or (bid is None and ask is None):
        return None
    return Quote(code=code, bid=bid, ask=ask, bid_size=bid_size, ask_size=ask_size)


class AlpacaReference:
    """Candles, and what is known of symbols now. Its list of symbols is on a server that takes other keys."""

    base = "https://data.alpaca.markets"
    budget = Budget(windows=((190, 60.0),), gap_s=0.1)
    bars_s = tuple(_BARS)
    most_candles = _MOST_CANDLES

    def directory(self) -> Sequence[Request]:
        return ()

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        return Page()

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        """Without an end those of today, in New York: another day would have to be named."""
        if (bar := _BARS.get(bar_s)) is None:
            return None
        params = [("symbols", code), ("timeframe", bar), ("limit", str(min(count, _MOST_CANDLES)))]
        params += [("sort", "desc"), ("feed", "iex")]
        if end_utc_s is not None:
            last_s = end_utc_s - bar_s  # where the last one begins
            first_s = last_s - max(count * bar_s * 4, _DAYS_BACK * _DAY_S)  # three quarters of a day have no trades
            params += [("start", iso(first_s)), ("end", iso(last_s))]
        return Request("/v2/stocks/bars", tuple(params))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        answer, fault = page_of(data)
        params = dict(asked.params)
        bars = record_of(answer).get("bars")
        if not isinstance(bars, dict):  # null where there are none
            is_none = isinstance(answer, dict) and "bars" in answer
            return Page(fault=fault or ("" if is_none else fault_of(answer, "message", "Alpaca")))
        rows = items_of(bars.get(params.get("symbols")))
        return candles_page(map(_candle_of, rows), iso_utc_s(params.get("end")))

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        if not codes:
            return None
        return Request("/v2/stocks/snapshots", (("symbols", ",".join(codes[:_MOST_SNAPSHOTS])), ("feed", "iex")))

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        answer, fault = page_of(data)
        if not isinstance(answer, dict) or (isinstance(answer.get("message"), str)):
            return Page(fault=fault or fault_of(answer, "message", "Alpaca"))
        told = record_of(answer.get("snapshots")) or answer  # both forms are in use
        wanted = dict(asked.params).get("symbols", "").split(",")
        found = [_snapshot_of(code, record_of(told.get(code))) for code in wanted]
        missing = [code for code, quote in zip(wanted, found, strict=True) if quote is None]
        fault = f"Alpaca has no price of {', '.join(missing)[:120]}" if missing else ""
        return Page(tuple(quote for quote in found if quote is not None), fault=fault)


def _snapshot_of(code: str, said: Record) -> Quote | None:
    trade, today = record_of(said.get("latestTrade")), record_of(said.get("dailyBar"))
    last, before = price(trade, "p"), price(record_of(said.get("prevDailyBar")), "c")
    if last is None and before is None:
        return None
    return Quote(
        code=code,
        last=last,
        size=amount(trade, "s"),
        open=price(today, "o"),
        high=price(today, "h"),
        low=price(today, "l"),
        volume=amount(today, "v"),
        prev_close=before,
        time_utc_s=iso_utc_s(trade.get("t")),
    )


def _candle_of(row: object) -> Candle | None:
    said = record_of(row)
    prices = (said.get("o"), said.get("h"), said.get("l"), said.get("c"))
    return candle_of(iso_utc_s(said.get("t")), prices, said.get("v"), is_final=True)


ALPACA = Provider(
    name="alpaca",
    title="Alpaca",
    endpoints={"iex": "wss://stream.data.alpaca.markets/v2/iex"},
    endpoint=lambda code: "iex",
    needs_key=True,
    key_in_url=False,
    key_parts=("key ID", "secret key"),
    key_headers=("APCA-API-KEY-ID", "APCA-API-SECRET-KEY"),
    hosts=("alpaca.markets",),
    refusals={
        403: "Alpaca lets neither this key nor this network in. Look at your plan there, or use another feed",
        451: "Alpaca does not serve your region. Use another feed",
    },
    symbology=UsShareSymbology,
    resources="alpaca",
)

FEED = Feed(
    name="alpaca",
    title="Alpaca: US shares at IEX",
    provider=ALPACA,
    limits=Limits(
        replaces=False,
        beat_is_frame=False,
        acknowledges=Proves.LIST,
        greets=True,
        leaves_out=False,
        codes_per_frame=100,
        frame_gap_s=0.2,
        link_gap_s=0.2,
        retry_min_s=2.0,
        retry_most_s=8.0,
    ),
    codec=AlpacaCodec,
    reference=AlpacaReference(),
    venue="IEX",
    tells_sides=True,
)
