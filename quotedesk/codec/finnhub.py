"""Feed `finnhub`: trades of US shares, currencies and coins, with a key in the address.

Source: finnhub.io/docs/api (trades), its asyncapi file, and what users measured of plans (2026-10). One symbol a frame,
no acknowledgement, and an error that names no symbol. The server pings by a frame; one that is overdue is the only sign
of a stream that died with its socket open (finnhubio/Finnhub-API issue 517).

Finnhub writes a venue before the symbol of a pair, as in BINANCE:BTCUSDT; here that is BINANCE/BTCUSDT, since a symbol
cannot hold a colon.
"""

import math
from collections.abc import Sequence

import msgspec

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
from quotedesk.codec.plain_json import (
    Record,
    fault_of,
    frame_of,
    items_of,
    ms_utc_s,
    page_of,
    price,
    record_of,
    s_utc_s,
    text_of,
    words_of,
)
from quotedesk.codec.reading import excerpt
from quotedesk.codec.us_shares import UsShareSymbology
from quotedesk.market.candle import Candle
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade

_SHARES, _COINS = "/api/v1/stock/symbol", "/api/v1/crypto/symbol"
_KINDS = {"Index": InstrumentKind.INDEX, "Common Stock": InstrumentKind.SHARE, "ADR": InstrumentKind.SHARE}


def theirs(code: str) -> str:
    """Our spelling as Finnhub's."""
    return code.replace("/", ":", 1)


def ours(symbol: str) -> str:
    """Finnhub's spelling as ours."""
    return symbol.replace(":", "/", 1)


class FinnhubCodec(SilentGreeting):
    """One connection's dialect. It remembers what it asked for, since errors do not say what they are about."""

    def __init__(self) -> None:
        self._unheard: dict[str, None] = {}  # asked for, the newest last, and not a trade since

    def encode(self, change: Change) -> Frames:
        verb, codes = ("unsubscribe", change.dropped) if change.dropped else ("subscribe", change.added)
        for code in codes:
            self._unheard.pop(code, None)
            if not change.dropped:
                self._unheard[code] = None
        return tuple(msgspec.json.encode({"type": verb, "symbol": theirs(code)}).decode() for code in codes)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        frame = frame_of(data)
        if isinstance(frame, Unreadable):
            return (frame,)
        if not isinstance(frame, dict):
            return (Unreadable("not an object", excerpt(data)),)
        match frame.get("type"):
            case "trade":
                found = [
                    self._trade(record_of(each)) or Unreadable("bad price", excerpt(data))
                    for each in items_of(frame.get("data"))
                ]
                return (Beat(), *found) if found else (Unreadable("wrong types", excerpt(data)),)
            case "ping":
                return (Beat(),)
            case "error":
                return (self._refusal(words_of(frame.get("msg"))),)
        return (Unreadable("unknown type", excerpt(data)),)

    def _trade(self, said: Record) -> Trade | None:
        code, last = ours(text_of(said.get("s"))), price(said, "p")
        if not code or last is None:
            return None
        if self._unheard:
            self._unheard.pop(code, None)
        size = number(said.get("v"))
        # A volume of 0 is no trade: the price alone was changed.
        return Trade(code, last, size if size.value > 0 else UNKNOWN, ms_utc_s(said.get("t")))

    def _refusal(self, said: str) -> Answer:
        words, lower = said or "an error without a reason", said.lower()
        if "too many symbols" in lower:
            # It is about the newest: what was asked for before it is held.
            newest = next(reversed(self._unheard), None)
            if newest is not None:
                del self._unheard[newest]
            return Answer(None, Verdict.PLAN, words, () if newest is None else (newest,))
        if "api key" in lower or "token" in lower:
            return Answer(None, Verdict.KEY, words)
        if "symbol" in lower and (code := self._named(said)):
            del self._unheard[code]
            return Answer(None, Verdict.CODE, words, (code,))
        return Answer(None, Verdict.RATE, words)  # told; no row is to pay for what names none

    def _named(self, said: str) -> str | None:
        """The symbol that an error means: the one that is named, or the only one that is in question."""
        pieces = {ours(piece.strip(".,;'\"")) for piece in said.split()}
        named = [code for code in self._unheard if code in pieces]
        if named:
            return named[0]
        return next(iter(self._unheard)) if len(self._unheard) == 1 else None


class FinnhubReference:
    """Symbols, and what is known of one now. Candles are for paying customers."""

    base = "https://finnhub.io"
    budget = Budget(windows=((55, 60.0), (25, 1.0)), gap_s=0.05)
    bars_s: Sequence[int] = ()
    most_candles = 0

    def directory(self) -> Sequence[Request]:
        return (Request(_SHARES, (("exchange", "US"),)), Request(_COINS, (("exchange", "BINANCE"),)))

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        rows, fault = page_of(data)
        if not isinstance(rows, list):
            return Page(fault=fault or fault_of(rows, "error", "Finnhub"))
        found = [_listing_of(record_of(each), asked.path == _COINS) for each in rows]
        bad = found.count(None)
        return Page(tuple(filter(None, found)), fault=f"{bad} of the symbols cannot be read" if bad else "")

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        return None

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        return Page()

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        return Request("/api/v1/quote", (("symbol", theirs(codes[0])),)) if codes else None

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        """The answer does not say of which symbol it is; of an unknown one everything is 0."""
        told, fault = page_of(data)
        said, code = record_of(told), ours(dict(asked.params).get("symbol", ""))
        last = price(said, "c")
        if fault or last is None:
            why = fault_of(told, "error", "Finnhub") if "error" in said else f"Finnhub has no price of {code}"
            return Page(fault=fault or why)
        quote = Quote(
            code=code,
            last=last,
            open=price(said, "o"),
            high=price(said, "h"),
            low=price(said, "l"),
            prev_close=price(said, "pc"),
            time_utc_s=s_utc_s(said.get("t")),
        )
        return Page((quote,))


def _listing_of(row: Record, is_coin: bool) -> Listing | None:
    symbol = text_of(row.get("symbol"))
    if not symbol:
        return None
    kind = InstrumentKind.SPOT if is_coin else _KINDS.get(text_of(row.get("type")), InstrumentKind.UNKNOWN)
    shown = text_of(row.get("displaySymbol"))
    base, _, quote = shown.partition("/") if is_coin and "/" in shown else ("", "", row.get("currency"))
    return Listing(
        code=ours(symbol),
        name=words_of(row.get("description")),
        kind=kind,
        base=base,
        quote=text_of(quote),
        listed=symbol if is_coin else "",
    )


FINNHUB = Provider(
    name="finnhub",
    title="Finnhub",
    endpoints={"finnhub": "wss://ws.finnhub.io/"},
    endpoint=lambda code: "finnhub",
    needs_key=True,
    hosts=("finnhub.io",),
    refusals={
        403: "Finnhub lets neither this key nor this network in. Look at your plan at finnhub.io, or use another feed",
        451: "Finnhub does not serve your region. Use another feed",
    },
    symbology=UsShareSymbology,
    resources="finnhub",
)

FEED = Feed(
    name="finnhub",
    title="Finnhub",
    provider=FINNHUB,
    limits=Limits(
        replaces=False,
        beat_is_frame=False,
        acknowledges=Proves.NOTHING,
        leaves_out=False,
        codes_per_frame=1,  # so that an error is about the newest
        frame_gap_s=0.2,
        link_gap_s=0.2,
        beat_s=math.inf,  # a socket that answers pings may be dead: the server's own ping counts
        dead_after_s=90.0,
        first_tick_s=60.0,  # shares are silent for hours, and asking again helps little
        retry_min_s=2.0,
        retry_most_s=8.0,
    ),
    codec=FinnhubCodec,
    reference=FinnhubReference(),
    venue="Finnhub",
)
