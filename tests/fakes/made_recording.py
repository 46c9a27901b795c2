"""A recording made by hand, of one endpoint of a feed with the article's frames: what happened, and when."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from quotedesk.codec import FEEDS
from quotedesk.config.recording import (
    AnyRecord,
    Began,
    Came,
    Dialled,
    HungUp,
    Linked,
    Lost,
    Opened,
    PastTold,
    Ponged,
    Seeded,
    Wall,
    Wanted,
    Went,
)
from quotedesk.config.recording_store import RecordingWriter
from quotedesk.market.number import number
from quotedesk.market.quote import Quote

BEGIN_UTC_S = 1_785_931_200.0  # 2026-08-05T12:00:00Z, a Wednesday
_PAGE = 200  # records
_BEAT_S = 10.0


class MadeRecording:
    """Writes to `path` until it is left. Time goes on by what each call is told; the first connection is up at once.

        with MadeRecording(path, ["BTCUSDT"]) as tape:
            tape.tick("BTCUSDT", 59_990)
            tape.lost(10.0)
            tape.tick("BTCUSDT", 60_010)

    Attributes:
        now_s: monotonic seconds of the run.
        utc_s: the wall clock.
    """

    def __init__(self, path: Path, codes: Sequence[str], begin_utc_s: float = BEGIN_UTC_S, feed: str = "demo") -> None:
        self.now_s = 100.0
        self.utc_s = begin_utc_s
        self._codes = tuple(codes)
        self._feed = feed
        (self._endpoint,) = {FEEDS[feed].provider.endpoint(code) for code in codes}
        self._writer = RecordingWriter(path)
        self._records: list[AnyRecord] = []
        self._page_utc_s = begin_utc_s
        self._link = 0
        self._seq = 0
        self._is_up = False
        self._start()

    def wait(self, seconds: float) -> None:
        """Nothing happens for so long, but for heartbeats where the link is up."""
        while self._is_up and seconds > _BEAT_S:
            self.now_s += _BEAT_S
            self.utc_s += _BEAT_S
            seconds -= _BEAT_S
            self._put(Ponged(self.now_s, self._link, self.now_s - 0.1))
        self.now_s += seconds
        self.utc_s += seconds
        if self._is_up:
            self._put(Ponged(self.now_s, self._link, self.now_s - 0.1))

    def tick(self, code: str, price: float | str, after_s: float = 1.0, *, behind_s: float = 0.0) -> None:
        """So long after what was before a trade came, that happened `behind_s` ago."""
        self._seq += 1
        self.frame(self.push(code, price, self._seq, self.utc_s + after_s - behind_s), after_s)

    def again(self, code: str, price: float | str, after_s: float = 1.0) -> None:
        """The newest trade came once more."""
        self.frame(self.push(code, price, self._seq, self.utc_s), after_s)

    def push(self, code: str, price: float | str, seq: int, at_utc_s: float) -> str:
        """A trade as the feed says it."""
        data = {
            "code": code,
            "seq": str(seq),
            "tick_time": str(round(at_utc_s * 1000)),
            "price": str(price),
            "volume": "1",
            "turnover": "1",
            "trade_direction": 1,
        }
        return json.dumps({"cmd_id": 22998, "data": data})

    def frame(self, text: str, after_s: float = 0.0) -> None:
        """A frame came."""
        self.wait(after_s)
        self._put(Came(self.now_s, self._link, [text.encode()]))

    def lost(self, for_s: float, reason: str = "The connection broke off") -> None:
        """The link is lost, and up again after so long."""
        self._put(Lost(self.now_s, self._link, reason))
        self._is_up = False
        self.wait(for_s)
        self._open()

    def slept(self, for_s: float) -> None:
        """The machine sleeps; then the connection is made anew."""
        self.utc_s += for_s
        self._put(Wall(self.now_s, self.utc_s))
        self._put(HungUp(self.now_s, self._link))
        self._is_up = False
        self.wait(1.0)
        self._open()

    def set_clock(self, by_s: float) -> None:
        """The wall clock is set."""
        self.utc_s += by_s
        self._put(Wall(self.now_s, self.utc_s))

    def restarted(self, after_s: float) -> None:
        """The program ends, and is started again so long after."""
        self._put(HungUp(self.now_s, self._link))
        self._is_up = False
        self.wait(after_s)
        self.now_s = 5.0  # the machine was started anew, too
        self._start()

    def wanted(self, codes: Sequence[str]) -> None:
        """The list is another."""
        self._put(Wanted(self.now_s, tuple((self._feed, code) for code in codes)))
        self.wait(0.1)
        self._put(Went(self.now_s, self._link, b"{}"))

    def seeded(self, code: str, prev_close: float | str) -> None:
        """HTTP told a previous close."""
        self._put(Seeded(self.now_s, self._feed, (Quote(code=code, prev_close=number(str(prev_close))),)))

    def past(self, code: str, length_s: float, closes: Sequence[float]) -> None:
        """HTTP told bars that end now."""
        begin_s = self.now_s - length_s * len(closes)
        bars = [(begin_s + length_s * at, length_s, each, each, each, each) for at, each in enumerate(closes)]
        self._put(PastTold(self.now_s, self._feed, code, tuple(bars)))

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self) -> None:
        self._flush()
        self._put(Began(self.now_s, self.utc_s))
        self._put(Wanted(self.now_s, tuple((self._feed, code) for code in self._codes)))
        self._link += 1
        self._put(Linked(self.now_s, self._link, self._feed, self._endpoint))
        self._open()

    def _open(self) -> None:
        self._put(Dialled(self.now_s, self._link))
        self.wait(0.1)
        self._put(Opened(self.now_s, self._link))
        self._is_up = True
        self.wait(0.1)
        self._put(Went(self.now_s, self._link, b"{}"))

    def _put(self, record: AnyRecord) -> None:
        self._records.append(record)
        if len(self._records) >= _PAGE:
            self._flush()

    def _flush(self) -> None:
        if self._records:
            frames = sum(isinstance(each, Came | Went) for each in self._records)
            is_key = isinstance(self._records[0], Began)
            self._writer.append(self._records, self._page_utc_s, self.utc_s, frames, is_key=is_key)
            self._records = []
        self._page_utc_s = self.utc_s
