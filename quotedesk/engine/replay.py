"""Plays a recording: the same sessions, store and consumers as in life, on a clock that the recording drives.

Every record and every timer has its place in time, and one order: the same file twice gives the same rows, and the same
to every consumer, however fast it is played and however often it is paused. Nothing is dialled, nothing is asked.
"""

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator

import msgspec

from quotedesk.config.recording import (
    AnyRecord,
    Began,
    BooksWanted,
    Checkpoint,
    Listed,
    NetworkChanged,
    PastTold,
    Plan,
    Relayed,
    RelayStood,
    Retried,
    Seeded,
    Skipped,
    TickSize,
    Wall,
    Wanted,
)
from quotedesk.engine.clock import VirtualClock
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.recorded import Recorded
from quotedesk.engine.relayed import batch_of
from quotedesk.engine.services import Consumer, Services
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.net.tape import FrameTape

SLICE_S = 0.008  # of the real clock, that the loop is held up at most
STEP_S = 1.0  # what `step` goes on by where nothing happens sooner
_SECOND_S = 1.0
_BEFORE_S = 1.0  # what is wanted at the beginning was wanted so long before
_LOOK_EVERY = 64  # records and timers between two looks at the real clock
_SEEK_FRAMES = 2_000  # that a seek plays before its goal, where there are so many
_SEEK_S = 900.0  # as far back as lines reach


class Replay:
    """One recording on its way. `real` is the clock of life: it says how fast, never what.

    Attributes:
        clock: that all of the run go by.
        tape: in place of sockets.
        speed: so many times as fast as life; inf: as fast as it goes.
        is_playing: it goes on by itself, with `play_on`.
        is_over: the end was reached.
        each_second: called at each second of the recording, after the feeds.
        forgetting: called where another place is sought: what was known is known no more.
        sought: called once it is there, before the first second.
        followers: of the consumers those that are told what leads to a place that is sought, too; the others get a gap.
    """

    def __init__(self, reader: Recorded, real: Clock, frames: FrameLog, speed: float = 1.0) -> None:
        self.speed = speed
        self.is_playing = True
        self.is_over = False
        self.each_second: list[Callable[[], None]] = []
        self.forgetting: list[Callable[[], None]] = []
        self.sought: list[Callable[[], None]] = []
        self.followers: list[Consumer] = []
        first = reader.pages[0]
        self.clock = VirtualClock(0.0, first.from_utc_s)
        self._reader = reader
        self._real = real
        self._services: Services | None = None
        self._feeds: Feeds | None = None
        self._plans: dict[str, int | None] = {}
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._made = 0  # timers: those of one time go in the order in which they were made
        self._second_s = math.inf
        self._shift_s = 0.0  # of `clock` ahead of the clock of the run that recorded
        self._is_begun = False
        self._records = self._from(0)
        self._next: AnyRecord | None = next(self._records, None)
        self._played_s: float | None = None  # by the real clock, when it was last played on
        self.tape = FrameTape(self.clock, frames, self._call_at)

    def attach(self, services: Services, feeds: Feeds) -> None:
        """Play into these, from the next step on: they go by its clock. Needs the running loop."""
        self._services, self._feeds = services, feeds
        services.clock, services.tape = self.clock, self.tape
        services.plan, services.call_later = self._plans.get, self._call_later

    # Where it is

    @property
    def name(self) -> str:
        """The file's."""
        return self._reader.path.name

    @property
    def begin_utc_s(self) -> float:
        """The wall clock at the beginning."""
        return self._reader.pages[0].from_utc_s

    @property
    def end_utc_s(self) -> float:
        """The wall clock at the end."""
        return self._reader.pages[-1].to_utc_s

    @property
    def now_utc_s(self) -> float:
        """The wall clock of the recording now."""
        return self.clock.utc_s(self.clock.at_s)

    @property
    def report(self) -> str:
        """What is wrong with the file; "" where all is well, as far as it was read."""
        return self._reader.report

    # Going on

    def play_on(self) -> bool:
        """Go on as far as the real time since the last call takes it at this speed, and SLICE_S allows.

        To be called often; True where more is due already.
        """
        real_s = self._real.now_s()
        since_s = 0.0 if self._played_s is None else real_s - self._played_s
        self._played_s = real_s
        if not self.is_playing or self.is_over:
            return False
        goal_s = self.clock.at_s + since_s * self.speed if self.speed < math.inf else math.inf
        is_there = self._advance(goal_s, real_s + SLICE_S)
        if not is_there and self.speed < math.inf:
            return True
        return not self.is_over and self.speed == math.inf

    def step(self) -> None:
        """Go on to the next frames, or by STEP_S where none come before."""
        goal_s = self.clock.at_s + STEP_S
        while (at_s := self._due_s()) <= goal_s:
            is_record = self._is_record_due()
            frames = self._do(at_s)
            if is_record and frames:
                return
        self._put_clock(goal_s)
        self._look_for_end()

    def seek(self, utc_s: float) -> None:
        """Be where the wall clock of the recording was that. Rows know what they knew then."""
        assert self._services is not None
        assert self._feeds is not None
        at = self._place_before(utc_s)
        self._feeds.tear()
        consumers, self._services.consumers = self._services.consumers, self.followers
        try:
            self._go_to(at, utc_s)
        finally:
            self._services.consumers = consumers
        self._feeds.tear()
        for do in (*self.sought, *self.each_second):
            do()
        self._services.display.wake()

    # Inside

    def _go_to(self, at: int, utc_s: float) -> None:
        """From that page on to the place, as fast as it goes."""
        assert self._services is not None
        assert self._feeds is not None
        self.tape.forget()
        self._timers.clear()
        self._feeds.forget()
        for forget in self.forgetting:
            forget()
        if self._services.quotes is not None:
            self._services.quotes.forget()
        self.is_over = False
        self._is_begun = False
        self._second_s = math.inf  # rows are looked at when it is there
        self._records = self._from(at)
        self._next = next(self._records, None)
        while self._next is not None:
            due_s = self._due_s()
            if self._is_begun and self.clock.utc_s(due_s) > utc_s:
                break
            self._do(due_s, is_quick=True)
        if self._is_begun:
            self._put_clock(max(self.clock.at_s, utc_s - self.clock.ahead_s))
            self._second_s = self.clock.at_s + _SECOND_S
            self._feeds.second()
        self.is_over = self._next is None

    def _advance(self, goal_s: float, until_real_s: float) -> bool:
        """Do what is due up to a time, then be there; False where the real time is over before."""
        count = 0
        while self.is_playing and (at_s := self._due_s()) <= goal_s:
            if at_s == math.inf:
                break
            self._do(at_s)
            count += 1
            if count % _LOOK_EVERY == 0 and self._real.now_s() >= until_real_s:
                return False
        if not self.is_playing:
            return True  # whoever was told something wants it to stand here
        if goal_s < math.inf and self._next is not None:
            self._put_clock(goal_s)
        self._look_for_end()
        return True

    def _look_for_end(self) -> None:
        if self._next is None and not self.is_over:
            self.is_over = True
            self._each_second()  # what the last records changed

    def _put_clock(self, at_s: float) -> None:
        self.clock.at_s = max(self.clock.at_s, at_s)

    def _due_s(self) -> float:
        """When the next thing happens; inf after the last record."""
        record = self._next
        if record is None:
            return math.inf
        if not self._is_begun or isinstance(record, Began):
            return self.clock.at_s  # the program did not run in between: nothing else happens before
        at_s = record.at_s + self._shift_s
        if self._timers and self._timers[0][0] < at_s:
            at_s = self._timers[0][0]
        return max(min(at_s, self._second_s), self.clock.at_s)

    def _is_record_due(self) -> bool:
        record = self._next
        if record is None or not self._is_begun or isinstance(record, Began):
            return record is not None
        at_s = record.at_s + self._shift_s
        return not (self._timers and self._timers[0][0] < at_s) and at_s <= self._second_s

    def _do(self, at_s: float, *, is_quick: bool = False) -> int:
        """Do the next thing; returns how many frames it brought."""
        if self._is_record_due():
            record, self._next = self._next, None
            assert record is not None
            self._put_clock(at_s)
            frames = self._play(record)
            if self._next is None:
                self._next = next(self._records, None)
            if is_quick:
                self._second_s = math.inf
            return frames
        if self._timers and self._timers[0][0] <= at_s:
            self._put_clock(at_s)
            heapq.heappop(self._timers)[2]()
        else:
            self._put_clock(at_s)
            self._second_s += _SECOND_S
            self._each_second()
        return 0

    def _each_second(self) -> None:
        assert self._feeds is not None
        self._feeds.second()
        for do in self.each_second:
            do()

    def _play(self, record: AnyRecord) -> int:
        services, feeds = self._services, self._feeds
        assert services is not None
        assert feeds is not None
        match record:
            case Began():
                self._begin(record)
            case Checkpoint():
                if not self._is_begun:
                    self._begin_at(record)
            case Wall():
                at_s = record.at_s + self._shift_s
                self.clock.ahead_s = record.utc_s - at_s
            case Wanted():
                feeds.want(Instrument(feed, code) for feed, code in record.instruments)
            case BooksWanted():
                feeds.want_books(record.feeds)
            case Plan():
                self._plans[record.feed] = record.symbols
                feeds.set_plan(record.feed, record.symbols)
            case Seeded():
                services.take(Batch(record.feed, [], self.clock.at_s, seeds=record.quotes))
                services.display.wake()
            case Listed():
                feeds.take_listed(record.feed, record.statuses)
            case TickSize():
                if services.quotes is not None:
                    services.quotes.set_tick_size(Instrument(record.feed, record.code), record.tick_size)
            case PastTold():
                self._fill(record)
            case Skipped():
                feeds.tear()
            case RelayStood():
                feeds.play_relay(msgspec.structs.replace(record, at_s=record.at_s + self._shift_s))
            case Relayed():
                services.take(batch_of(record, self._shift_s))
                services.display.wake()
                return bool(record.updates)
            case Retried():
                feeds.retry_now()
            case NetworkChanged():
                feeds.network_changed()
            case _:
                self.tape.play(record, record.at_s + self._shift_s)
                return len(record.frames) if hasattr(record, "frames") else 0
        return 0

    def _fill(self, record: PastTold) -> None:
        services = self._services
        assert services is not None
        if services.quotes is not None:
            from quotedesk.quotes.history import Bar  # it brings numpy

            bars = [Bar(start_s + self._shift_s, *rest) for start_s, *rest in record.bars]
            services.quotes.seed_past(Instrument(record.feed, record.code), bars, self.clock.at_s)
            services.display.wake()

    def _begin(self, record: Began) -> None:
        """Another run: it follows the one before by as much as the wall clock says, where that was not set back."""
        assert self._feeds is not None
        clock = self.clock
        if self._is_begun:
            self.tape.forget()
            self._timers.clear()
            clock.at_s += max(record.utc_s - clock.utc_s(clock.at_s), 0.0)
            self._feeds.forget()
        self._shift_s = clock.at_s - record.at_s
        clock.ahead_s = record.utc_s - clock.at_s
        self._plans.clear()
        self._second_s = clock.at_s + _SECOND_S
        self._is_begun = True

    def _begin_at(self, record: Checkpoint) -> None:
        """The tape begins in the middle of a run."""
        services, feeds, clock = self._services, self._feeds, self.clock
        assert services is not None
        assert feeds is not None
        clock.at_s += _BEFORE_S
        at_s = clock.at_s
        self._shift_s = at_s - record.at_s
        clock.ahead_s = record.utc_s - at_s
        self._is_begun = True
        self._second_s = at_s + _SECOND_S
        clock.at_s = at_s - _BEFORE_S
        self._plans = {each.feed: each.most for each in record.links}
        feeds.want_books(record.books)
        if record.relay is not None:
            feeds.play_relay(msgspec.structs.replace(record.relay, at_s=record.relay.at_s + self._shift_s))
        feeds.want(Instrument(feed, code) for feed, code in record.wanted)
        for feed, quotes in record.known.items():
            services.take(Batch(feed, [], clock.at_s, seeds=tuple(quotes)))
        for feed, statuses in record.relayed.items():
            services.take(batch_of(Relayed(at_s, feed, record.at_s, (), (), statuses), self._shift_s))
        clock.at_s = at_s
        self.tape.resume(record.links, at_s)

    def _call_later(self, after_s: float, do: Callable[[], None]) -> None:
        self._call_at(self.clock.at_s + after_s, do)

    def _call_at(self, at_s: float, do: Callable[[], None]) -> None:
        self._made += 1
        heapq.heappush(self._timers, (at_s, self._made, do))

    def _from(self, at: int) -> Iterator[AnyRecord]:
        for page in self._reader.pages[at:]:
            yield from self._reader.records(page)

    def _place_before(self, utc_s: float) -> int:
        """The key page from which a place is reached: as far before it as lines reach, where that is not too much."""
        pages = self._reader.pages
        goal = min(bisect_left(pages, utc_s, key=lambda page: page.to_utc_s), len(pages) - 1)
        best, frames = 0, 0
        is_found = False
        for at in range(goal, -1, -1):
            page = pages[at]
            if is_found and (frames > _SEEK_FRAMES or page.from_utc_s < utc_s - _SEEK_S):
                break
            frames += page.frames
            if page.is_key and page.from_utc_s <= utc_s:
                if is_found and frames > _SEEK_FRAMES:
                    break
                best, is_found = at, True
        return best
