"""The figures of a run, as one value: for `--stats`, and whoever shows them."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.session import Session
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.states import RowState
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.figures import fields_of
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.paint_stats import AgeStats, PaintStats

_REQUESTS = ("subscribe", "unsubscribe", "cancel", "heartbeat")


class Paint(msgspec.Struct):
    """Paints of the table; times are those spent in paintEvent."""

    count: int
    per_s: float
    p50_ms: float
    p99_ms: float


class Spread(msgspec.Struct):
    """Milliseconds; null before the first."""

    p50: float
    p99: float
    max: float


class Startup(msgspec.Struct):
    """Milliseconds from the start of the process; null before it happened."""

    first_paint: float | None
    first_quote: float | None


class CodeStats(msgspec.Struct):
    """One symbol's ticks since the start; see feed.subscription_trace.Continuity."""

    ticks: int
    duplicates: int
    gaps: int
    gap_s: float


class Stats(msgspec.Struct):
    """The figures that --stats keeps. quotes_applied + the sum of quotes_dropped = all updates received.

    Symbols are named as the list that is shown would: CODE of its own feed, CODE@FEED of another; so are links:
    ENDPOINT or ENDPOINT@FEED.
    """

    frames_received: int
    quotes_applied: int
    applied_by_code: dict[str, int]
    quotes_dropped: dict[str, int]
    connections: dict[str, int]
    requests_sent: dict[str, int]
    symbols: dict[str, str]
    quotes: dict[str, dict[str, str]]
    paint: Paint
    age_ms: Spread
    lag_ms: Spread
    startup_ms: Startup
    rss_mb: float
    cpu_s: float
    continuity: dict[str, CodeStats] = {}
    conflated: int = 0  # ticks of rows in view that a newer one overtook before a paint


class Lag:
    """How late the event loop is: a probe says when it should have run and when it did."""

    KEPT = 3000

    def __init__(self) -> None:
        self._late_ms: list[float] = []

    def add(self, late_s: float) -> None:
        """One look at the clock, `late_s` seconds after it was due."""
        self._late_ms.append(max(0.0, late_s) * 1000)
        del self._late_ms[: -self.KEPT]

    def spread(self) -> Spread:
        """Of the recent looks."""
        late = sorted(self._late_ms)
        if not late:
            return Spread(float("nan"), float("nan"), float("nan"))
        return Spread(late[len(late) // 2], late[min(len(late) - 1, len(late) * 99 // 100)], late[-1])


_LONGEST_LAID_OUT = 200_000  # bytes; with thousands of symbols laying it out would hold up the loop


def gather(
    sessions: Iterable[Session | RelayedRows],
    wanted: Sequence[Instrument],
    quotes: Quotes,
    texts: Mapping[Instrument, dict[str, str]],
    own_feed: str,
    paint: PaintStats,
    age: AgeStats,
    lag: Lag,
    startup: Startup,
) -> Stats:
    """The figures as they are now. `texts`: what is known of rows, see quotes.figures; `own_feed`: the shown list's."""
    sessions = list(sessions)
    continuity: dict[str, CodeStats] = {}
    applied: dict[str, int] = {}
    dropped: Counter[str] = Counter()
    requests: Counter[str] = Counter(dict.fromkeys(_REQUESTS, 0))
    for session in sessions:
        feed, counts = session.feed.name, session.counts
        for code, kept in session.traces.continuity.items():
            gap_s = round(kept.gap_s, 3) if kept.gap_s else 0.0
            continuity[shown(Instrument(feed, code), own_feed)] = CodeStats(
                kept.ticks, kept.duplicates, kept.gaps, gap_s
            )
        applied |= {shown(Instrument(feed, code), own_feed): count for code, count in counts.applied.items()}
        dropped.update(counts.dropped)
        requests.update(counts.requests)
    names = {each: shown(each, own_feed) for each in wanted}
    return Stats(
        frames_received=sum(each.counts.frames_received for each in sessions),
        quotes_applied=sum(applied.values()),
        applied_by_code=applied,
        quotes_dropped=dict(dropped),
        connections={link_name(each, own_feed): each.counts.opened for each in sessions},
        requests_sent=dict(requests),
        symbols={names[each]: word for each, word in zip(wanted, _words(wanted, quotes), strict=True)},
        quotes={names[each]: texts.get(each, {}) for each in wanted},
        paint=Paint(paint.count, paint.per_s, paint.p50_ms, paint.p99_ms),
        age_ms=Spread(age.p50_ms, age.p99_ms, age.max_ms),
        lag_ms=lag.spread(),
        startup_ms=startup,
        rss_mb=rss_mb(),
        cpu_s=time.process_time(),
        continuity=continuity,
        conflated=paint.conflated,
    )


def link_name(session: Session | RelayedRows, own_feed: str) -> str:
    """A connection as the statistics name it."""
    return session.endpoint if session.feed.name == own_feed else f"{session.endpoint}@{session.feed.name}"


class QuoteTexts:
    """What is known of rows, as texts; kept, and made anew for those that changed.

    Attributes:
        made: by instrument.
    """

    AT_ONCE = 500  # rows: making the texts of thousands would hold up the loop

    def __init__(self, quotes: Quotes, clock: Clock) -> None:
        self.made: dict[Instrument, dict[str, str]] = {}
        self._quotes = quotes
        self._clock = clock
        self._versions: dict[Instrument, int] = {}

    def look(self, wanted: Sequence[Instrument], most: int | None = AT_ONCE) -> None:
        """Make those that changed, at most so many, the ones that have waited longest first."""
        newest = self._quotes.changed_at[self._quotes.slots(wanted)].tolist()
        kept = {each: self.made.get(each, {}) for each in wanted}
        versions = {each: self._versions.get(each, -1) for each in wanted}
        changed = [
            (versions[each], each) for each, version in zip(wanted, newest, strict=True) if version > versions[each]
        ]
        if most is not None and len(changed) > most:
            changed = sorted(changed, key=lambda one: one[0])[:most]
        now = dict(zip(wanted, newest, strict=True))
        for _, each in changed:
            kept[each] = self._texts(each)
            versions[each] = now[each]
        self.made, self._versions = kept, versions

    def _texts(self, instrument: Instrument) -> dict[str, str]:
        quotes = self._quotes
        slot = quotes.slot(instrument)
        received_s = quotes.received_s.item(slot)
        if received_s != received_s:
            return {}  # a price of an earlier run is no quote
        numbers = {field.name: quotes.number(field.name, slot) for field in FIELDS}
        received_utc_s = self._clock.utc_s(received_s)
        said = fields_of(numbers, quotes.base_of(slot), quotes.time_utc_s.item(slot), received_utc_s)
        return {"symbol": instrument.code, "feed": instrument.feed, **said}


def _words(wanted: Sequence[Instrument], quotes: Quotes) -> list[str]:
    """The states of rows, as words."""
    words = [state.word for state in RowState]
    return [words[state] for state in quotes.state[quotes.slots(wanted)].tolist()]


def write(path: Path, stats: Stats) -> None:
    """Put the figures where a reader finds the old or the new ones, whole. Raises OSError."""
    data = msgspec.json.encode(stats)
    kept_file.put(path, msgspec.json.format(data, indent=1) if len(data) < _LONGEST_LAID_OUT else data)


def process_age_s() -> float:
    """How long this process has been running, in seconds; 0 where the system does not tell."""
    try:
        started_ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        uptime_s = float(Path("/proc/uptime").read_text().split()[0])
        return max(0.0, uptime_s - started_ticks / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError):
        return 0.0


def rss_mb() -> float:
    """Resident memory of this process, in MB (1e6 bytes)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        if sys.platform == "win32":
            return float("nan")
        import resource  # not on Windows

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6
