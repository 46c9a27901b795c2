"""The table in a terminal, which redraws in place, and the plain lines where there is none."""

import asyncio
import math
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice

import msgspec

from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.number import Number
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.quotes.figures import Figures
from quotedesk.watch.outlet import Outlet

REDRAW_S = 0.1  # least time between two
_UP, _DOWN = "▲", "▼"
_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
_CLEAR_LINE, _CLEAR_BELOW, _CLEAR_ALL = "\x1b[K", "\x1b[J", "\x1b[H\x1b[2J"
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_GAP = "  "
# Left out in this order where a terminal is too narrow.
_LEAST_NEEDED = ("size", "time", "bid", "ask", "change", "age")
_SPARSE = (RowState.REFUSED, RowState.PARKED, RowState.OFFLINE)  # whose prices are not those of now


class TableLook(msgspec.Struct, frozen=True):
    """The colours of a table; "" for none, where a look has none.

    Attributes:
        up, down: escape sequences that begin the colour of a rise and of a fall.
        bold, dim, plain: those of a heading, of what is old, and back.
    """

    up: str = ""
    down: str = ""
    bold: str = ""
    dim: str = ""
    plain: str = ""


NO_COLOURS = TableLook()


def coloured(up: int, down: int) -> TableLook:
    """A look with the colours of these ANSI numbers (32 is green)."""
    return TableLook(f"\x1b[{up}m", f"\x1b[{down}m", _BOLD, _DIM, _PLAIN)


class TableRow:
    """What a table knows of one instrument.

    Attributes:
        direction: last price against the one before: 1 up, -1 down, 0 unchanged or unknown.
        received_s: when the newest update was read, monotonic; NaN before the first.
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.figures = Figures()
        self.state, self.reason = RowState.PENDING, ""
        self.direction = 0
        self.received_s = math.nan


class Table:
    """A consumer of batches and the engine's display, in a terminal. Needs the running loop.

    `size` gives the columns and lines of the terminal; `feed` is the one that bare codes are of.
    """

    def __init__(
        self,
        instruments: Sequence[Instrument],
        feed: str,
        outlet: Outlet,
        clock: Clock,
        size: Callable[[], tuple[int, int]],
        look: TableLook,
    ) -> None:
        self._rows = {instrument: TableRow(instrument) for instrument in instruments}
        self._feed = feed
        self._outlet = outlet
        self._clock = clock
        self._size = size
        self._look = look
        self._links: tuple[LinkStatus, ...] = ()
        self._notice = ""
        self._timer: asyncio.TimerHandle | None = None
        self._drawn_lines = 0
        self._drawn_s = -math.inf
        self._drawn_size = (0, 0)
        self._is_over = False
        self.wake()

    def consume(self, batch: Batch) -> None:
        """Take a batch; it is on the screen soon."""
        for update in batch.updates:
            row = self._rows.get(Instrument(batch.feed, update.code))
            if row:
                before = row.figures.numbers.get("last")
                row.figures.take(update)
                now = row.figures.numbers.get("last")
                if now is not before and now is not None:
                    rise = now.value - before.value if before is not None else 0.0
                    row.direction = (rise > 0) - (rise < 0)
                row.received_s = batch.received_s
        for seed in batch.seeds:
            if row := self._rows.get(Instrument(batch.feed, seed.code)):
                row.figures.seed(seed)
        for status in batch.statuses:
            row = self._rows.get(Instrument(batch.feed, status.code))
            if row:
                row.state, row.reason = status.state, status.reason
        self.wake()

    def count_from(self, instrument: Instrument, first: Number) -> None:
        """See joined.JoinedDisplay."""
        if row := self._rows.get(instrument):
            row.figures.first_seen = first

    def miss(self, instrument: Instrument, count: int) -> None:
        """See joined.JoinedDisplay. A table shows the newest anyway."""

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """See engine.services.Display."""
        self._links = links
        self.wake()

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """See engine.services.Display. The rows say which are parked."""

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """See engine.services.Display. Ages are another second older."""
        self.wake()

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        """See engine.services.Display."""
        self._notice = text
        self.wake()

    def show_fetching(self, words: str) -> None:
        """See engine.services.Display. Nothing of that is shown."""

    def wake(self) -> None:
        """Draw soon."""
        if self._timer is None and not self._is_over:
            wait_s = max(0.0, self._drawn_s + REDRAW_S - self._clock.now_s())
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._draw)

    def close(self) -> None:
        """Draw for the last time; the terminal is as it was, and the table stays."""
        if self._timer:
            self._timer.cancel()
        if not self._is_over:
            self._is_over = True
            self._outlet.on_empty = lambda: None
            self._outlet.put([*self._frame(), (_WRAP + _SHOW_CURSOR).encode()])

    def _draw(self) -> None:
        self._timer = None
        self._drawn_s = self._clock.now_s()
        if self._outlet.is_empty:
            self._outlet.put(self._frame())
        else:  # the terminal is stopped
            self._outlet.on_empty = self.wake

    def _frame(self) -> list[bytes]:
        """What draws the table over the one before, or on a cleared screen where the terminal has another size now."""
        size = self._size()
        if self._drawn_size not in (size, (0, 0)):
            start = _CLEAR_ALL
        else:
            start = f"\x1b[{self._drawn_lines}A" if self._drawn_lines else ""
        rows = list(self._rows.values())
        lines = table_lines(rows, self._feed, self._links, self._notice, size, self._clock, self._look)
        self._drawn_size, self._drawn_lines = size, len(lines)
        drawn = "".join(f"\r{line}{_CLEAR_LINE}\n" for line in lines)
        return [f"{_HIDE_CURSOR}{_NO_WRAP}{start}{drawn}{_CLEAR_BELOW}".encode()]


class PlainLines:
    """A line for each change, as for `tail -f`: no colour, nothing that a terminal acts on. See printer.LineForm.

    `feed` is the one that bare codes are of.
    """

    def __init__(self, feed: str) -> None:
        self._feed = feed

    def quote(self, instrument: Instrument, fields: Mapping[str, str], dropped: int) -> bytes:
        parts = [fields["received"], shown(instrument, self._feed)]
        parts += [fields["last"]] if "last" in fields else []
        if "change" in fields:
            parts.append(_signed(fields["change"]))
        if "change_pct" in fields:
            parts.append(f"{_signed(_percent(fields['change_pct']))}%")
        parts += [f"{name} {fields[name]}" for name in ("size", "bid", "ask") if name in fields]
        parts += [f"({dropped} dropped)"] if dropped else []
        return _plain_line(parts)

    def state(self, instrument: Instrument, state: RowState, reason: str) -> bytes:
        return _plain_line([shown(instrument, self._feed), f"{state.word}: {reason}" if reason else state.word])

    def link(self, link: LinkStatus) -> bytes:
        through = f" through {link.through}" if link.is_relayed else ""
        state = f"{link.state.value}: {link.reason}" if link.reason else link.state.value
        return _plain_line([f"link {link.name}{through}", state])


def table_lines(
    rows: Sequence[TableRow],
    feed: str,
    links: Sequence[LinkStatus],
    notice: str,
    size: tuple[int, int],
    clock: Clock,
    look: TableLook,
) -> list[str]:
    """The lines of a table that fits a terminal of `size` columns and lines, with escape sequences for colour only."""
    width, height = size
    feet = [_link_line(links)] + ([_clean(notice)] if notice else [])
    room = max(1, height - 2 - len(feet))  # the heading, and the line that the cursor is on
    cut = len(rows) - room
    visible = list(rows) if cut <= 0 else list(islice(rows, room - 1))
    columns = _columns(visible, feed, clock)
    for name in _LEAST_NEEDED:
        if sum(column.width for column in columns.values()) + len(_GAP) * (len(columns) - 1) <= width:
            break
        del columns[name]
    heading = _GAP.join(column.heading for column in columns.values())
    lines = [f"{look.bold}{_clip(heading, width)}{look.plain}"]
    for place, row in enumerate(visible):
        lines.append(_row_line(row, place, list(columns.values()), width, look))
    if cut > 0:
        lines.append(_clip(f"… and {len(rows) - len(visible)} more; a taller terminal shows them", width))
    return lines + [f"{look.dim}{_clip(line, width)}{look.plain}" for line in feet]


class _TableColumn(msgspec.Struct):
    """Texts of one width, and what colours each: 1 up, -1 down, 0 nothing."""

    heading: str
    cells: list[str]
    width: int
    colours: list[int]


def _columns(rows: Sequence[TableRow], feed: str, clock: Clock) -> dict[str, _TableColumn]:
    fields = [row.figures.fields(math.nan) for row in rows]
    changes = [_sign(each.get("change", "")) for each in fields]
    now_s = clock.now_s()
    percents = [f"{_signed(_percent(each['change_pct']))}%" if "change_pct" in each else "" for each in fields]
    columns = {
        "symbol": _texts("symbol", [shown(row.instrument, feed) for row in rows]),
        "state": _texts("state", [row.state.word for row in rows]),
        "last": _numbers("last", [each.get("last", "") for each in fields]),
        "change": _numbers("change", [_signed(each.get("change", "")) for each in fields]),
        "change %": _numbers("change %", percents),
        **{name: _numbers(name, [each.get(name, "") for each in fields]) for name in ("bid", "ask", "size")},
        "time": _texts("time", [_local_time(row.figures.time_utc_s) for row in rows]),
        "age": _numbers("age", [_age(now_s - row.received_s) for row in rows]),
    }
    last = columns["last"]
    arrows = [{1: _UP, -1: _DOWN}.get(row.direction, " ") for row in rows]
    last.cells = [f"{arrow} {cell}" for arrow, cell in zip(arrows, last.cells, strict=True)]
    last.heading, last.width = f"  {last.heading}", last.width + 2
    last.colours = [row.direction for row in rows]
    columns["change"].colours = columns["change %"].colours = changes
    return columns


def _row_line(row: TableRow, place: int, columns: Sequence[_TableColumn], width: int, look: TableLook) -> str:
    """A row; where it has no price of now, it is dim and says why."""
    plain = _GAP.join(column.cells[place] for column in columns)
    why = f"{_GAP}{_clean(row.reason)}" if row.reason else ""
    if row.state in _SPARSE:
        return f"{look.dim}{_clip(plain.rstrip() + why, width)}{look.plain}"
    if _width(plain) > width or not look.plain:
        return _clip((plain + why).rstrip(), width)
    colours = {0: "", 1: look.up, -1: look.down}
    painted = [
        f"{colour}{column.cells[place]}{look.plain}"
        if (colour := colours[column.colours[place]])
        else column.cells[place]
        for column in columns
    ]
    return _GAP.join(painted) + _clip(why, width - _width(plain))


def _texts(name: str, cells: list[str]) -> _TableColumn:
    width = max(map(len, [name, *cells]))
    return _TableColumn(name.ljust(width), [cell.ljust(width) for cell in cells], width, [0] * len(cells))


def _numbers(name: str, cells: list[str]) -> _TableColumn:
    """Right-aligned on the decimal point."""
    parts = [cell.partition(".") for cell in cells]
    after = max((len(point + decimals) for _, point, decimals in parts), default=0)
    texts = [(whole + (point + decimals).ljust(after)) if whole or point else "" for whole, point, decimals in parts]
    width = max(map(len, [name, *texts]))
    return _TableColumn(name.rjust(width), [text.rjust(width) for text in texts], width, [0] * len(cells))


def _link_line(links: Sequence[LinkStatus]) -> str:
    told = [
        f"{link.name} {link.state.value}" + (f": {_clean(link.reason)}" if link.reason else "")
        for link in links
        if link.state is not LinkState.OFF
    ]
    return " · ".join(told) or "no connection yet"


def _signed(text: str) -> str:
    """A number with its sign, + too."""
    return text if not text or text[0] in "+-" or _sign(text) == 0 else f"+{text}"


def _sign(text: str) -> int:
    value = float(text) if text else 0.0
    return (value > 0) - (value < 0)


def _percent(text: str) -> str:
    """To two decimals, for people."""
    return f"{float(text):z.2f}"


def _local_time(utc_s: float) -> str:
    try:
        return f"{datetime.fromtimestamp(utc_s, UTC).astimezone():%H:%M:%S}"
    except (ValueError, OverflowError, OSError):
        return ""


def _age(seconds: float) -> str:
    if math.isnan(seconds):
        return ""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    return f"{whole // 60}m" if whole < 3_600 else f"{whole // 3_600}h"


def _clean(text: str) -> str:
    """One line that can do nothing to a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _width(text: str) -> int:
    """How many columns it takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in "WF") for each in text)


def _clip(text: str, width: int) -> str:
    """As much of a text without escape sequences as so many columns hold."""
    if _width(text) <= width:
        return text
    taken = ""
    for letter in text:
        if _width(taken + letter) > width - 1:
            break
        taken += letter
    return taken + "…" if width > 0 else ""


def _plain_line(parts: Sequence[str]) -> bytes:
    return (_clean("  ".join(parts)) + "\n").encode(errors="replace")


def terminal_size(file: int) -> tuple[int, int]:
    """Columns and lines; 80 and 24 where nobody knows."""
    try:
        columns, lines = os.get_terminal_size(file)
    except OSError:
        return 80, 24
    return columns or 80, lines or 24
