"""The figures of a run, as one value: for `--stats`, and whoever shows them."""

import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from quotedesk.feed.session import Session
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
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
    """One symbol's ticks since the start; see feed.trace.Continuity."""

    ticks: int
    duplicates: int
    gaps: int
    gap_s: float


class Stats(msgspec.Struct):
    """All of it. quotes_applied + the sum of quotes_dropped = all ticks received."""

    frames_received: int
    quotes_applied: int
    applied_by_code: dict[str, int]
    quotes_dropped: dict[str, int]
    connections: dict[str, int]
    requests_sent: dict[str, int]
    symbols: dict[str, str]
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


class Rate:
    """How many a second, over the last few looks; looked at once a second.

    Attributes:
        per_s: NaN before the second look.
    """

    LOOKS = 5

    def __init__(self) -> None:
        self.per_s = float("nan")
        self._looks: deque[tuple[float, int]] = deque(maxlen=self.LOOKS + 1)

    def add(self, total: int, now_s: float) -> None:
        """One look: that many since the start."""
        self._looks.append((now_s, total))
        began_s, before = self._looks[0]
        if now_s > began_s:
            self.per_s = (total - before) / (now_s - began_s)


_LONGEST_LAID_OUT = 200_000  # bytes; with thousands of symbols laying it out would hold up the loop


def gather(
    sessions: Iterable[Session],
    wanted: Sequence[Instrument],
    quotes: Quotes,
    paint: PaintStats,
    age: AgeStats,
    lag: Lag,
    startup: Startup,
) -> Stats:
    """The figures as they are now."""
    sessions = list(sessions)
    continuity = {
        code: CodeStats(kept.ticks, kept.duplicates, kept.gaps, round(kept.gap_s, 3) if kept.gap_s else 0.0)
        for session in sessions
        for code, kept in session.traces.continuity.items()
    }
    all_counts = {session.endpoint: session.counts for session in sessions}
    applied: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    requests: Counter[str] = Counter(dict.fromkeys(_REQUESTS, 0))
    for counts in all_counts.values():
        applied.update(counts.applied)
        dropped.update(counts.dropped)
        requests.update(counts.requests)
    return Stats(
        frames_received=sum(counts.frames_received for counts in all_counts.values()),
        quotes_applied=applied.total(),
        applied_by_code=dict(applied),
        quotes_dropped=dict(dropped),
        connections={endpoint: counts.opened for endpoint, counts in all_counts.items()},
        requests_sent=dict(requests),
        symbols={each.code: word for each, word in zip(wanted, _words(wanted, quotes), strict=True)},
        paint=Paint(paint.count, paint.per_s, paint.p50_ms, paint.p99_ms),
        age_ms=Spread(age.p50_ms, age.p99_ms, age.max_ms),
        lag_ms=lag.spread(),
        startup_ms=startup,
        rss_mb=rss_mb(),
        cpu_s=time.process_time(),
        continuity=continuity,
        conflated=paint.conflated,
    )


def _words(wanted: Sequence[Instrument], quotes: Quotes) -> list[str]:
    """The states of rows, as words."""
    words = [state.word for state in RowState]
    return [words[state] for state in quotes.state[quotes.slots(wanted)].tolist()]


def write(path: Path, stats: Stats) -> None:
    """Put the figures where a reader finds the old or the new ones, whole. Raises OSError."""
    fresh = path.with_name(path.name + ".new")
    data = msgspec.json.encode(stats)
    fresh.write_bytes(msgspec.json.format(data, indent=1) if len(data) < _LONGEST_LAID_OUT else data)
    os.replace(fresh, path)


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
