"""What proves that a symbol is subscribed: when it was wanted, asked for and acknowledged, and its first tick."""

import math
from collections.abc import Collection, Iterable

import msgspec


class Trace(msgspec.Struct):
    """The trace of one symbol on the present connection. Times are monotonic seconds, NaN for not yet.

    Attributes:
        wanted_s: the user took it into the list; or the connection came up, for a list that was there before.
        sent_s: the first request with it went out.
        together: how many symbols that request named.
        acknowledged_s: the server took the request; that proves the request, not each of its symbols.
        first_tick_s: its first tick came: that is the trace.
    """

    wanted_s: float
    sent_s: float = math.nan
    together: int = 0
    acknowledged_s: float = math.nan
    first_tick_s: float = math.nan


class Continuity(msgspec.Struct):
    """What became of one symbol's ticks since the start.

    Attributes:
        ticks: taken.
        duplicates: dropped, as they were here already.
        gaps: how often its stream was interrupted by a lost connection and came back.
        gap_s: how long in all, in seconds.
        since_s: the interruption that lasts began then, monotonic; NaN for none.
        older: dropped, as a newer one was here already.
    """

    ticks: int = 0
    duplicates: int = 0
    gaps: int = 0
    gap_s: float = 0.0
    since_s: float = math.nan
    older: int = 0


class Traces:
    """The traces of one session's wanted symbols, and the continuity of all it ever had."""

    def __init__(self) -> None:
        self._traces: dict[str, Trace] = {}
        self.continuity: dict[str, Continuity] = {}

    def of(self, code: str) -> Trace | None:
        """The trace of a wanted symbol."""
        return self._traces.get(code)

    def want(self, codes: Iterable[str], now_s: float) -> None:
        """These are wanted, and no others."""
        self._traces = {code: self._traces.get(code) or Trace(now_s) for code in codes}
        for code, kept in self.continuity.items():
            if code not in self._traces:
                kept.since_s = math.nan  # nobody waits for it any more: that is no gap

    def follow(self, before: "Traces") -> None:
        """These go on where those of another connection end: what ticks here has no gap."""
        for code, kept in before.continuity.items():
            trace = self._traces.get(code)
            if trace and not math.isnan(trace.first_tick_s):
                kept.since_s = math.nan
        self.continuity |= before.continuity

    def opened(self, now_s: float) -> None:
        """A connection came up: nothing is proven on it yet."""
        self._traces = {code: Trace(now_s) for code in self._traces}

    def sent(self, codes: Collection[str], now_s: float) -> None:
        """A request with these went out."""
        for code in codes:
            trace = self._traces.get(code)
            if trace and math.isnan(trace.sent_s):
                trace.sent_s, trace.together = now_s, len(codes)

    def acknowledged(self, codes: Iterable[str], now_s: float) -> None:
        """The server took a request with these."""
        for code in codes:
            trace = self._traces.get(code)
            if trace and math.isnan(trace.acknowledged_s):
                trace.acknowledged_s = now_s

    def ticked(self, code: str, now_s: float, count: int = 1) -> None:
        """So many ticks came in."""
        kept = self.continuity.get(code)
        if kept is None:
            kept = self.continuity[code] = Continuity()
        kept.ticks += count
        if kept.since_s == kept.since_s:
            kept.gaps += 1
            kept.gap_s += now_s - kept.since_s
            kept.since_s = math.nan
        trace = self._traces.get(code)
        if trace is not None and trace.first_tick_s != trace.first_tick_s:
            trace.first_tick_s = now_s

    def repeated(self, code: str) -> None:
        """A tick came twice, and was dropped."""
        self.continuity.setdefault(code, Continuity()).duplicates += 1

    def overtaken(self, code: str) -> None:
        """An update came after a newer one, and was dropped."""
        self.continuity.setdefault(code, Continuity()).older += 1

    def lost(self, now_s: float) -> None:
        """The connection is gone: what ticked on it has a gap from now on."""
        for code, trace in self._traces.items():
            if not math.isnan(trace.first_tick_s) and math.isnan(self.continuity[code].since_s):
                self.continuity[code].since_s = now_s
        self.opened(now_s)
