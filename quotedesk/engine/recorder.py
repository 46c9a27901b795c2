"""The flight recorder: keeps what passes on connections and what was wanted, in a file, by a thread of its own.

The loop only appends to a queue. The thread packs pages without secrets (engine/recording_packer) and writes them;
where it cannot, recording stops with a word, and nothing else does.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from quotedesk import __version__
from quotedesk.config.recording import (
    AnyRecord,
    Began,
    BooksWanted,
    Came,
    Checkpoint,
    Dialled,
    HungUp,
    KnownLink,
    Linked,
    Listed,
    Lost,
    NetworkChanged,
    Opened,
    PastTold,
    Plan,
    Ponged,
    Retried,
    Seeded,
    TickSize,
    Wall,
    Wanted,
    Went,
)
from quotedesk.config.recording_store import NoRecordingError, RecordingWriter
from quotedesk.engine.recording_packer import (
    PAGE_BYTES,
    TOLD_BYTES,
    Known,
    Packable,
    RecordingPacker,
    UnmadeCheckpoint,
)
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relayed import RecordedRelay, ToldBatch, stood
from quotedesk.feed.session import Session
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number
from quotedesk.market.quote import Status
from quotedesk.market.states import LinkState

PAGE_S = 2.0  # what is younger may be lost by a crash
CHECKPOINT_S = 60.0
CHECKPOINT_FRAMES = 2_000  # a place between two is reached by playing so many
LEAST_CHECKPOINT_S = 2.0
_CHECKPOINT_ROWS = 500  # that a checkpoint may have for each second since the one before
MOST_WAITING_BYTES = 64 * 1024 * 1024  # for a disk that hangs
_WALL_S = 0.002  # so far off the wall clock is told
_STOP_S = 5.0  # for the last page


class Recorder:
    """One file that is written, and a consumer of batches. Made and told in the loop's thread.

    `failed` gets a line for the user, in the recorder's thread: nothing is recorded any more. `known` takes a copy of
    what these rows show; what it returns makes quotes of that, by feed, in the recorder's thread.

    Attributes:
        path: of the file.
        most_bytes: the oldest pages go when there are more; may be changed.
        fault: why nothing is recorded any more; "" while all is well.
    """

    def __init__(
        self,
        path: Path,
        most_bytes: int | None,
        clock: Clock,
        redactor: Redactor,
        failed: Callable[[str], None],
        known: Callable[[Sequence[Instrument]], Known] | None = None,
    ) -> None:
        self.path = path
        self.fault = ""
        self.most_bytes = most_bytes
        self._clock = clock
        self._redactor = redactor
        self._failed = failed
        self._known = known
        self._waiting: deque[Packable] = deque()
        # Each is written by one thread alone: the loop's puts, the recorder's takes.
        self._put_bytes = self._taken_bytes = 0
        self._put_count = self._written_count = 0
        self._written = threading.Condition()
        self._woken = threading.Event()
        self._is_ending = False
        self._wanted: tuple[Instrument, ...] = ()
        self._books: tuple[str, ...] = ()
        self._links: dict[int, Session] = {}
        self._newest_link = 0
        self._relay: RecordedRelay | None = None
        now_s = clock.now_s()
        self._ahead_s = clock.utc_s(now_s) - now_s
        self._checkpoint_s = now_s
        self._since_checkpoint = 0  # frames
        self._put(Began(now_s, now_s + self._ahead_s, __version__))
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def tap(self, session: Session) -> "LinkTap":
        """For the connections that there will be of this session."""
        self._newest_link += 1
        self._links[self._newest_link] = session
        self._put(Linked(self._clock.now_s(), self._newest_link, session.feed.name, session.endpoint))
        return LinkTap(self, self._newest_link)

    # What taps tell

    def note(self, record: AnyRecord) -> None:
        """Something happened on a connection."""
        self._look_at_wall(record.at_s)
        self._put(record)

    def note_came(self, link: int, frames: list[bytes], now_s: float) -> None:
        """Frames were read: this is as short as it can be."""
        if self.fault or self._is_ending:
            return
        self._since_checkpoint += len(frames)
        self._put_count += 1
        self._waiting.append(Came(now_s, link, frames))
        self._put_bytes += sum(map(len, frames))
        if (waiting_bytes := self._put_bytes - self._taken_bytes) >= PAGE_BYTES:
            self._woken.set()
            if waiting_bytes >= MOST_WAITING_BYTES:
                self._stop("the disk is too slow")

    def note_went(self, link: int, frame: bytes, now_s: float) -> None:
        """A frame was written."""
        self._put_bytes += len(frame)
        self._put(Went(now_s, link, frame))

    def note_hung_up(self, link: int, now_s: float) -> None:
        """A connection was closed from here."""
        self._put(HungUp(now_s, link))
        if (session := self._links.get(link)) is not None and session.is_standby:  # another has taken its place
            del self._links[link]

    # What the engine tells

    def want(self, instruments: Sequence[Instrument]) -> None:
        """All that is wanted from now on, the most important first."""
        self._wanted = tuple(instruments)
        self._put(Wanted(self._clock.now_s(), tuple((each.feed, each.code) for each in instruments)))

    def want_books(self, feeds: Iterable[str]) -> None:
        """Of these feeds somebody looks at bids and asks."""
        self._books = tuple(sorted(feeds))
        self._put(BooksWanted(self._clock.now_s(), self._books))

    def set_plan(self, feed: str, symbols: int | None) -> None:
        """The user said how many symbols one connection may have."""
        self._put(Plan(self._clock.now_s(), feed, symbols))

    def retried(self) -> None:
        """The user did not want to wait."""
        self._put(Retried(self._clock.now_s()))

    def network_changed(self) -> None:
        """The computer is on another network."""
        self._put(NetworkChanged(self._clock.now_s()))

    def listed(self, feed: str, statuses: Sequence[Status]) -> None:
        """How these codes trade by the feed's directory."""
        self._put(Listed(self._clock.now_s(), feed, tuple(statuses)))

    def has_tick_size(self, instrument: Instrument, tick_size: Number) -> None:
        """The least step of a row's prices, by the feed's directory."""
        self._put(TickSize(self._clock.now_s(), instrument.feed, instrument.code, tick_size))

    def has_past(self, instrument: Instrument, bars: Sequence[tuple[float, float, float, float, float, float]]) -> None:
        """A row's line was filled by these bars."""
        self._put(PastTold(self._clock.now_s(), instrument.feed, instrument.code, tuple(bars)))

    def consume(self, batch: Batch) -> None:
        """What was asked for beside the stream; see engine.services.Consumer."""
        if batch.seeds:
            self._put(Seeded(self._clock.now_s(), batch.feed, batch.seeds))

    def set_relay(self, relay: RecordedRelay | None) -> None:
        """A relay stands in for feeds, has said which, or its link is another; None: none does any more."""
        self._relay = relay
        self._put(stood(relay, self._clock.now_s()))

    def note_relayed(self, batch: Batch) -> None:
        """A relay told something of a feed's rows."""
        if self.fault or self._is_ending:
            return
        self._since_checkpoint += len(batch.updates)
        self._put_bytes += TOLD_BYTES * len(batch.updates)
        self._put(ToldBatch(self._clock.now_s(), batch))
        if self._put_bytes - self._taken_bytes >= PAGE_BYTES:
            self._woken.set()

    def second(self) -> None:
        """Once a second: the wall clock is looked at, and a checkpoint made where one is due."""
        now_s = self._clock.now_s()
        self._look_at_wall(now_s)
        since_s = now_s - self._checkpoint_s
        least_s = max(LEAST_CHECKPOINT_S, len(self._wanted) / _CHECKPOINT_ROWS)
        is_full = self._since_checkpoint >= CHECKPOINT_FRAMES and since_s >= least_s
        if is_full or since_s >= CHECKPOINT_S:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Note all that is true now: from here on it can be played without what was before."""
        now_s = self._clock.now_s()
        self._checkpoint_s, self._since_checkpoint = now_s, 0
        if self.fault:
            return
        wanted = tuple((each.feed, each.code) for each in self._wanted)
        links = tuple(_known_link(link, session) for link, session in self._links.items())
        made = Checkpoint(now_s, now_s + self._ahead_s, wanted, links, self._books, version=__version__)
        if (relay := self._relay) is not None:
            made = msgspec.structs.replace(made, relay=stood(relay, now_s), relayed=dict(relay.statuses))
        self._put(UnmadeCheckpoint(made, self._known(self._wanted) if self._known is not None else dict))

    # For threads

    def flush(self, patience_s: float = _STOP_S) -> bool:
        """Wait until all that was put is on disk; False where it is not by then. Not to be called in the loop."""
        count = self._put_count
        self._woken.set()
        with self._written:
            return self._written.wait_for(lambda: self._written_count >= count or bool(self.fault), patience_s)

    def close(self) -> None:
        """Write what is left. Not to be called in the loop."""
        self._is_ending = True
        self._woken.set()
        self._thread.join(_STOP_S)

    # Inside

    def _put(self, record: Packable) -> None:
        if not self.fault and not self._is_ending:
            self._put_count += 1
            self._waiting.append(record)

    def _look_at_wall(self, now_s: float) -> None:
        utc_s = self._clock.utc_s(now_s)
        if abs(utc_s - now_s - self._ahead_s) > _WALL_S:
            self._ahead_s = utc_s - now_s
            self._put(Wall(now_s, utc_s))

    def _stop(self, why: str, any_more: str = " any more") -> None:
        if not self.fault:
            self.fault = f"Nothing is recorded{any_more}: {why}."
            self._failed(self.fault)

    def _write(self) -> None:
        """The thread."""
        any_more = ""
        try:
            with RecordingWriter(self.path, self.most_bytes) as writer:
                any_more = " any more"
                packer = RecordingPacker(writer, self._redactor)
                while not self.fault:
                    self._woken.wait(PAGE_S)
                    self._woken.clear()
                    writer.most_bytes = self.most_bytes
                    is_ending = self._is_ending
                    self._write_waiting(packer)
                    with self._written:
                        self._written.notify_all()
                    if is_ending:
                        return
        except OSError as fault:
            self._stop(f"{self.path.name}: {fault.strerror}", any_more)
        except NoRecordingError as fault:
            self._stop(str(fault), any_more)
        except Exception as fault:  # noqa: BLE001 - ours: it ends the recording with a word, and nothing else
            self._stop(f"{type(fault).__name__}: {fault}")
        finally:
            self._waiting.clear()
            with self._written:
                self._written.notify_all()

    def _write_waiting(self, packer: RecordingPacker) -> None:
        for _ in range(len(self._waiting)):
            self._taken_bytes += packer.add(self._waiting.popleft())
            if packer.is_full:
                packer.flush()
                self._written_count = packer.written
        packer.flush()
        self._written_count = packer.written


class LinkTap:
    """See feed.tap.Tap."""

    def __init__(self, recorder: Recorder, link: int) -> None:
        self._recorder = recorder
        self._link = link

    def dialled(self, now_s: float) -> None:
        self._recorder.note(Dialled(now_s, self._link))

    def opened(self, now_s: float) -> None:
        self._recorder.note(Opened(now_s, self._link))

    def came(self, batch: Sequence[bytes], now_s: float) -> None:
        self._recorder.note_came(self._link, batch if type(batch) is list else list(batch), now_s)

    def went(self, frame: bytes, now_s: float) -> None:
        self._recorder.note_went(self._link, frame, now_s)

    def ponged(self, sent_s: float, now_s: float) -> None:
        self._recorder.note(Ponged(now_s, self._link, sent_s))

    def lost(self, reason: str, now_s: float, *, is_denied: bool, retry_after_s: float) -> None:
        self._recorder.note(Lost(now_s, self._link, reason, is_denied, retry_after_s))

    def hung_up(self, now_s: float) -> None:
        self._recorder.note_hung_up(self._link, now_s)


def _known_link(link: int, session: Session) -> KnownLink:
    is_up = session.status.state is LinkState.UP
    return KnownLink(link, session.feed.name, session.endpoint, is_up, dict(session.refused), session.quota.limit)
