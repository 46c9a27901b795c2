"""Help > Diagnostics: fills its window once a second while it is open, with nothing in it that is secret."""

import platform
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import qVersion

from quotedesk import __version__
from quotedesk.app.tools.metrics import Spread, Stats
from quotedesk.app.windows import Windows
from quotedesk.engine.redactor import Redactor, escaped
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import Frame
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.dialogs.diagnostics_window import DiagnosticsWindow, FrameLine
from quotedesk.ui.table.numbers import price, span, time_of_day, time_of_day_ms
from quotedesk.ui.table.row_text import continued, proven


class Diagnostics:
    """Opens the window when it is asked for.

    `figures` and `frames` are asked while it is open. `probe` finds out how late the loop is; it runs as long as the
    window is open, None where it runs anyway.
    """

    def __init__(
        self,
        windows: Windows,
        figures: Callable[[], list[tuple[str, str]]],
        frames: Callable[[], list[Frame]],
        redactor: Redactor,
        tasks: Tasks,
        probe: Callable[[], Coroutine[Any, Any, None]] | None,
    ) -> None:
        self._windows = windows
        self._figures = figures
        self._frames = frames
        self._redactor = redactor
        self._tasks = tasks
        self._probe = probe
        self._shown: DiagnosticsWindow | None = None
        windows.requests.diagnostics.connect(self.open)

    def open(self) -> None:
        """Show it, or bring it to the front."""
        if self._shown is None:
            front = self._windows.front
            self._shown = DiagnosticsWindow(front.appearance, self._read, front)
            if self._probe:
                probing = self._tasks.spawn(self._probe(), "lag probe of the diagnostics")
                self._shown.finished.connect(probing.cancel)
            self._shown.finished.connect(self._closed)
            self._shown.resumed.connect(self.second)
            self.second()
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()

    def second(self) -> None:
        """Once a second: what is new."""
        if self._shown:
            clean = self._redactor.clean
            self._shown.show_figures([(clean(name), clean(value)) for name, value in self._figures()])
            self._shown.show_frames(self._frames())

    def _read(self, frame: Frame) -> FrameLine:
        return line_of(frame, self._redactor)

    def _closed(self) -> None:
        self._shown = None


def line_of(frame: Frame, redactor: Redactor) -> FrameLine:
    """A frame as it is shown: what is no text is escaped, secrets are taken out."""
    text = escaped(frame.data.decode(errors="backslashreplace"))
    return FrameLine(
        time_of_day_ms(frame.at_utc_s),
        "out" if frame.is_out else "in",
        frame.link,
        f"{frame.size_bytes:,} B",
        redactor.clean(text, is_cut=frame.is_cut),
        frame.is_cut,
    )


def lines_of(
    stats: Stats,
    messages_per_s: float,
    round_trips_s: Mapping[str, float],
    addresses: Mapping[str, str],
    trace_of: Callable[[str], str] = lambda code: "",
    links: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[str, str]]:
    """The figures, by their names; NaN and None read `--`.

    `trace_of` tells what proves a symbol's subscription, `links` (name -> a line) how the connections are; symbols are
    named as in `stats`.
    """
    trips = ", ".join(f"{link} {_ms(trip_s * 1000)}" for link, trip_s in round_trips_s.items())
    rows = Counter(stats.symbols.values())
    lines = [
        ("Program", f"quotedesk {__version__}"),
        ("System", f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"),
        *((f"Address, {link}", address) for link, address in addresses.items()),
        *((f"Link, {name}", line) for name, line in links.items()),
        ("Messages a second", price(messages_per_s, 1)),
        ("Frames received", f"{stats.frames_received:,}"),
        ("Quotes applied", f"{stats.quotes_applied:,}"),
        ("Quotes dropped", _counts(stats.quotes_dropped)),
        ("Connections opened", _counts(stats.connections)),
        ("Requests sent", _counts(stats.requests_sent)),
        ("Round trip, ms", trips or _ms(None)),
        ("Rows", _counts(rows)),
        ("Paints", f"{stats.paint.count:,}"),
        ("Paints a second", price(stats.paint.per_s, 1)),
        ("A paint, ms", f"p50 {_ms(stats.paint.p50_ms)}, p99 {_ms(stats.paint.p99_ms)}"),
        ("Ticks overtaken before a paint", f"{stats.conflated:,}"),
        ("Receive to paint, ms", _spread(stats.age_ms)),
        ("Loop is late, ms", _spread(stats.lag_ms)),
        ("First paint after, ms", _ms(stats.startup_ms.first_paint)),
        ("First quote after, ms", _ms(stats.startup_ms.first_quote)),
        ("Memory, MB", price(stats.rss_mb, 1)),
        ("CPU time, s", price(stats.cpu_s, 1)),
    ]
    ticks = stats.applied_by_code
    lines += [
        (code, trace_of(code) or f"{state}, {ticks.get(code, 0):,} ticks") for code, state in stats.symbols.items()
    ]
    lines += [(code, f"removed, {count:,} ticks") for code, count in ticks.items() if code not in stats.symbols]
    return lines


def trace_line(state: str, trace: Trace | None, continuity: Continuity | None, now_s: float, clock: Clock) -> str:
    """What proves a row's subscription, and what became of its ticks; "" where nothing is known."""
    if trace is None:
        return ""
    told = [state, *(f"{step.lower()} {when}" for step, when, _ in proven(trace, now_s, clock))]
    return ", ".join([*told, continued(continuity, now_s)] if continuity else told)


def link_line(status: LinkStatus, outage_s: float, clock: Clock, plan: int | None = None) -> str:
    """The state of a connection, since when, why, how long it was lost before, and how many symbols it may have."""
    told = [status.state.value]
    if status.since_s and status.state is not LinkState.OFF:
        told[0] += f" since {time_of_day(clock.utc_s(status.since_s))}"
    if status.reason:
        told.append(status.reason)
    if status.state is LinkState.UP and outage_s == outage_s:
        told.append(f"was offline {span(outage_s)}")
    if plan is not None:
        told.append(f"room for {plan:,} symbols")
    return ", ".join(told)


def _ms(value: float | None) -> str:
    return price(float("nan") if value is None else value, 1)


def _spread(spread: Spread) -> str:
    return f"p50 {_ms(spread.p50)}, p99 {_ms(spread.p99)}, most {_ms(spread.max)}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items() if count) or "0"
