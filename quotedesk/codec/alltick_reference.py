"""What AllTick tells by HTTP: last price and previous close of rows that wait for a trade, candles for their lines.

Source: alltick/docs, `api-reference/stock/{trade-tick,kline,batch-kline}`, `getting-started/standard-headers` and
`getting-started/http-interface-restrictions`, read 2026-06-30. There is no directory of symbols by HTTP.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec

from quotedesk.codec import reading
from quotedesk.codec.alltick_common import endpoint, time_utc_s
from quotedesk.codec.base import Budget, Page, Request
from quotedesk.market.candle import Candle
from quotedesk.market.listing import Listing
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Quote

_ROOTS = {"stock": "/quote-stock-b-api", "other": "/quote-b-api"}
_KINDS = {60: 1, 300: 2, 900: 3, 1800: 4, 3600: 5, 86_400: 8}  # seconds -> kline_type
_DAY = 86_400
_TICK, _BATCH, _KLINE = "trade-tick", "batch-kline", "kline"
_OK = 200
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class AllTickReference:
    """As the free plan has it: a better one is given no more than this, as nothing tells which plan a token has.

    Attributes:
        base, budget, bars_s, most_candles: see codec.base.Reference.
        codes_at_once: that one request may name.
    """

    base = "https://quote.alltick.co"
    # A tenth more than the documents say is for the way there, and for a day that begins in another zone.
    budget = Budget(((9, 66.0), (950, 86_400.0)), 11.0)
    bars_s = tuple(_KINDS)
    most_candles = 500
    codes_at_once = 5

    def __init__(self, trace: Callable[[], str] = lambda: str(uuid4())) -> None:
        self._trace = trace

    def directory(self) -> Sequence[Request]:
        return ()

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        return Page()

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        if end_utc_s is not None and endpoint(code) == "stock":
            return None  # of stocks there are only the newest
        wish = _wish(code, bar_s, min(count, self.most_candles), int(end_utc_s or 0))
        return self._get(code, _KLINE, wish, (code,))

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        said, fault = _said(data)
        if (code := said.get("code")) is not None and asked.codes and code != asked.codes[0]:
            return Page(fault="AllTick sent the candles of another symbol")
        candles = _candles(said.get("kline_list"))
        if candles:
            candles[-1] = msgspec.structs.replace(candles[-1], is_final=False)
        return Page(tuple(candles), fault=fault)

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        there = endpoint(codes[0])
        those = tuple(code for code in codes if endpoint(code) == there)[: self.codes_at_once]
        return self._get(those[0], _TICK, {"symbol_list": [{"code": code} for code in those]}, those)

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        said, fault = _said(data)
        if asked.interface == _TICK:
            quotes = tuple(filter(None, (_last(each) for each in _items(said.get("tick_list")))))
            return Page(quotes, None if fault else self._days(asked.codes), fault)
        closes = (_prev_close(each) for each in _items(said.get("kline_list")))
        return Page(tuple(filter(None, closes)), fault=fault)

    def _days(self, codes: tuple[str, ...]) -> Request:
        """The two newest days of several codes: the older one's close is the previous close."""
        wishes = [_wish(code, _DAY, 2, 0) for code in codes]
        body = msgspec.json.encode({"trace": self._trace(), "data": {"data_list": wishes}})
        path = f"{_ROOTS[endpoint(codes[0])]}/{_BATCH}"
        return Request(path, body=body, codes=codes, interface=_BATCH)

    def _get(self, code: str, interface: str, wish: object, codes: tuple[str, ...]) -> Request:
        query = msgspec.json.encode({"trace": self._trace(), "data": wish}).decode()
        path = f"{_ROOTS[endpoint(code)]}/{interface}"
        return Request(path, (("query", query),), codes=codes, interface=interface)


def _wish(code: str, bar_s: int, count: int, end_utc_s: int) -> dict[str, object]:
    return {
        "code": code,
        "kline_type": _KINDS[bar_s],
        "kline_timestamp_end": end_utc_s,
        "query_kline_num": count,
        "adjust_type": 0,
    }


def _said(data: bytes) -> tuple[dict[str, Any], str]:
    """The data of an answer, and why there is none."""
    try:
        envelope = _decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}, "AllTick sent what is not JSON"
    if not isinstance(envelope, dict):
        return {}, "AllTick sent no object"
    ret, said = envelope.get("ret"), envelope.get("data")
    if number(ret).value == _OK and isinstance(said, dict):
        return said, ""
    words = envelope.get("error_msg") or envelope.get("msg") or f"error {ret}"
    return {}, f"AllTick answered: {reading.words(words)}"


def _items(value: object) -> Iterator[dict[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _candles(value: object) -> list[Candle]:
    """Oldest first, each start once: the newest of it counts."""
    found = {candle.start_utc_s: candle for candle in _each_candle(value)}
    return [found[start_utc_s] for start_utc_s in sorted(found)]


def _each_candle(value: object) -> Iterator[Candle]:
    for each in _items(value):
        candle = Candle(
            start_utc_s=time_utc_s(_scalar(each.get("timestamp"))),
            open=_price(each.get("open_price")),
            high=_price(each.get("high_price")),
            low=_price(each.get("low_price")),
            close=_price(each.get("close_price")),
            volume=number(each.get("volume")),
        )
        if candle.start_utc_s == candle.start_utc_s and candle.is_possible:
            yield candle


def _last(said: dict[str, Any]) -> Quote | None:
    code, price = said.get("code"), _price(said.get("price"))
    if not isinstance(code, str) or not price.is_known:
        return None
    return Quote(code=code, last=price, time_utc_s=time_utc_s(_scalar(said.get("tick_time"))))


def _prev_close(said: dict[str, Any]) -> Quote | None:
    """The close of the day before, with the middle of that day: it is the same date almost everywhere."""
    code, days = said.get("code"), _candles(said.get("kline_data"))
    if not isinstance(code, str) or len(days) < 2:
        return None
    before = days[-2]
    return Quote(code=code, prev_close=before.close, time_utc_s=before.start_utc_s + _DAY / 2)


def _price(value: object) -> Number:
    """AllTick says 0 where it has no price."""
    found = number(value)
    return found if found.value else UNKNOWN


def _scalar(value: object) -> int | float | str | None:
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else None
