"""Recorded trades out of a CSV file, played at their own pace or faster, once or over and over.

Two sets of columns are known: `product_id,time,trade_id,price,size,side` with ISO times, and
`symbol,ts_ms,trade_id,price,size,side` with milliseconds. Prices and sizes go out as they stand in the file.
"""

import csv
import math
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quotedesk.demo.prices import LATE_S, MadeTrade
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code

_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_MILLISECONDS = re.compile(r"\d{1,14}", re.ASCII)
_DIRECTIONS = {"BUY": 1, "SELL": 2}
_LEAST_GAP_US = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tape:
    """A file's trades in the order of their times, and the clock they run on; it starts with the first `start`.

    A place on the tape is a number that goes on rising where the tape loops.

    Attributes:
        trades: of one round, in order.
        offsets_s: seconds from the first trade to each, as they are played.
        started_s: monotonic seconds; None before it starts.
    """

    def __init__(self, path: Path, speed: float = 1.0, *, loops: bool = False) -> None:
        """`speed`: so many times as fast as life. Raises ValueError (its text is for people) and OSError."""
        timed = _read(path)
        first_us, last_us = timed[0][0], timed[-1][0]
        self.trades = [trade for _, trade in timed]
        self.offsets_s = [(time_us - first_us) / 1e6 / speed for time_us, _ in timed]
        # From the last trade to the first of the next round: the usual gap, so that times go on rising.
        gap_us = max((last_us - first_us) // max(len(timed) - 1, 1), _LEAST_GAP_US)
        self._round_ms = (last_us - first_us + gap_us) // 1000
        self._round_s = (last_us - first_us + gap_us) / 1e6 / speed
        self._end = math.inf if loops else len(timed)
        self.started_s: float | None = None

    def start(self, now_s: float) -> None:
        """Let it run from now on, if it does not yet."""
        if self.started_s is None:
            self.started_s = now_s

    def position(self, now_s: float) -> int:
        """The place of the first trade that is not over."""
        if self.started_s is None:
            return 0
        elapsed_s = now_s - self.started_s
        rounds = int(max(elapsed_s, 0.0) // self._round_s) if self._end == math.inf else 0
        within = bisect_left(self.offsets_s, elapsed_s - rounds * self._round_s)
        return rounds * len(self.trades) + within

    def due_s(self, place: int) -> float:
        """When it is played; infinite before the start and after the end."""
        if self.started_s is None or place >= self._end:
            return math.inf
        rounds, within = divmod(place, len(self.trades))
        return self.started_s + rounds * self._round_s + self.offsets_s[within]

    def trade(self, place: int) -> MadeTrade:
        """What is there; in a later round of a loop at a later time."""
        rounds, within = divmod(place, len(self.trades))
        trade = self.trades[within]
        if not rounds or trade.time_ms is None:
            return trade
        return trade._replace(time_ms=trade.time_ms + rounds * self._round_ms)


class Playback:
    """The recorded trades of one connection's codes (see prices.TradeSource). After the last it stays quiet."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._next = 0
        self._held: frozenset[str] = frozenset()
        self._late_until_s: dict[str, float] = {}

    def hold(self, codes: Collection[str], now_s: float) -> None:
        if codes:
            self._tape.start(now_s)
        if not self._held:
            self._next = max(self._next, self._tape.position(now_s))
        for code in self._held.difference(codes):
            self._late_until_s[code] = now_s + LATE_S
        self._held = frozenset(codes)

    def pop(self, now_s: float) -> MadeTrade | None:
        while self.due_s <= now_s:
            trade = self._tape.trade(self._next)
            self._next += 1
            if trade.code in self._held or now_s <= self._late_until_s.get(trade.code, -math.inf):
                return trade
        return None

    @property
    def due_s(self) -> float:
        return self._tape.due_s(self._next)


def _read(path: Path) -> list[tuple[int, MadeTrade]]:
    """The trades with their times in microseconds since 1970, in order."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, strict=True)
        try:
            trades = list(_trades(path, rows))
        except UnicodeDecodeError:
            raise ValueError(f"{path.name}: not UTF-8 text") from None
        except csv.Error as fault:
            raise ValueError(f"{path.name}, line {rows.line_num}: {fault}") from None
    if not trades:
        raise ValueError(f"{path.name}: no trades in it")
    trades.sort(key=lambda timed: timed[0])
    return trades


def _trades(path: Path, rows: "csv.DictReader[str]") -> Iterator[tuple[int, MadeTrade]]:
    header = set(rows.fieldnames or ())
    layout = next((layout for layout in _LAYOUTS if {*layout[:2], "price", "size"} <= header), None)
    if layout is None:
        known = " or ".join(f"{code},{time},trade_id,price,size,side" for code, time, _ in _LAYOUTS)
        raise ValueError(f"{path.name}: its first line is not {known}")
    code_column, time_column, time_us_of = layout
    for row in rows:
        try:
            if None in row or None in row.values():
                raise ValueError("too many or too few fields")
            time_us = time_us_of(row[time_column])
            trade = MadeTrade(
                code=check_code(row[code_column]),
                price=_price(row["price"]),
                size=_size(row["size"]),
                direction=_DIRECTIONS.get(row.get("side", "").upper(), 0),
                time_ms=time_us // 1000,
            )
        except (ValueError, BadSymbolError) as fault:
            raise ValueError(f"{path.name}, line {rows.line_num}: {fault}") from None
        yield time_us, trade


def _iso_us(text: str) -> int:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ValueError(f"“{text}” is no time with a zone, like 2026-08-09T21:04:35.345704Z")
    return (time - _EPOCH) // timedelta(microseconds=1)


def _ms_us(text: str) -> int:
    if not _MILLISECONDS.fullmatch(text):
        raise ValueError(f"“{text}” is no time in milliseconds")
    return int(text) * 1000


def _price(text: str) -> str:
    if not _NUMBER.fullmatch(text) or not 0 < float(text) < math.inf:
        raise ValueError(f"“{text}” is no price")
    return text


def _size(text: str) -> str:
    if text and (not _NUMBER.fullmatch(text) or float(text) == math.inf):
        raise ValueError(f"“{text}” is no size")
    return text


_LAYOUTS = (("product_id", "time", _iso_us), ("symbol", "ts_ms", _ms_us))
