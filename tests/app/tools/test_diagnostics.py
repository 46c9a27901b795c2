"""Help > Diagnostics on a real session: figures and frames come in, nothing secret does."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from websockets.asyncio.server import ServerConnection, serve

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools import metrics as stats
from quotedesk.app.tools.diagnostics import Diagnostics, line_of, lines_of, link_line, trace_line
from quotedesk.app.tools.metrics import Lag, Paint, Spread, Startup, Stats
from quotedesk.codec.alltick import FEED
from quotedesk.engine.feed_runner import Controller
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import Frame
from quotedesk.feed.pace import Pace
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.net.address import address
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.dialogs.diagnostics_window import DiagnosticsWindow
from quotedesk.ui.table import numbers
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

TOKEN = "s3cr3t/T0KEN+x="
HURRIED = msgspec.structs.replace(FEED, limits=msgspec.structs.replace(FEED.limits, frame_gap_s=0.05, link_gap_s=0.05))


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


class SystemClock:
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def utc_s(self, at_s: float) -> float:
        return 1_764_000_000.0 + at_s


async def gossip(connection: ServerConnection) -> None:
    """A server that answers each frame by repeating the token it was given, in every way it knows."""
    assert connection.request is not None
    written = connection.request.path.partition("token=")[2]
    async for _ in connection:
        for text in (
            f"plain {TOKEN}",
            f"address {written}",
            json.dumps({"token": TOKEN}).replace("/", r"\/"),
            "x" * 4090 + TOKEN,
        ):
            await connection.send(text)
        await connection.send(b"\xff\x00" + TOKEN.encode())
        await connection.send("<b>bold</b>\n\x1b[31m")


class Desk:
    """A window, its session, and the diagnostics of both."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.redactor = Redactor()
        self.tasks = Tasks(self._failed)
        clock, book, self.quotes = SystemClock(), book_of("alltick", ["A.US"]), Quotes()
        windows = windows_on(book, self.quotes, clock, "alltick", "AllTick")
        self.window = windows.open()
        pace = Pace(HURRIED.limits.frame_gap_s, HURRIED.limits.link_gap_s)
        self.controller = Controller(
            HURRIED, book, self.quotes, windows, clock, self.tasks, self._find, lambda: None, "", pace
        )
        self.watchlist = book.lists[0]
        self.probes: list[str] = []
        self.diagnostics = Diagnostics(
            windows, self._figures, self.controller.frames.frames, self.redactor, self.tasks, self._probe
        )

    def _failed(self, fault: BaseException) -> None:
        raise fault

    async def _find(self, endpoint: str) -> str:
        self.redactor.learn(TOKEN)
        return address(FEED.provider.endpoints[endpoint], self.url, TOKEN)

    async def _probe(self) -> None:
        self.probes.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            self.probes.append("ended")

    def _figures(self) -> list[tuple[str, str]]:
        clock = self.window.repaint_clock
        sessions = self.controller.sessions
        figures = stats.gather(
            sessions.values(),
            self.watchlist,
            self.quotes,
            clock.paint_stats(),
            clock.age_stats(),
            Lag(),
            Startup(None, None),
        )
        # Whoever composes an address here would have to leave the token out: shown is what happens if not.
        return lines_of(figures, 1.0, {}, {"stock": address(FEED.provider.endpoints["stock"], self.url, TOKEN)})

    @property
    def shown(self) -> DiagnosticsWindow | None:
        found = self.window.findChild(DiagnosticsWindow)
        return found if isinstance(found, DiagnosticsWindow) and found.isVisible() else None

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(8):
            while not what():
                await asyncio.sleep(0.01)


def words(window: DiagnosticsWindow) -> str:
    window.copy_all()
    text: str = QApplication.clipboard().text()
    for table in (window.figures, window.frames):
        model = table.model()
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                text += f"\n{model.index(row, column).data()}"
    return text


@asynccontextmanager
async def at_work() -> AsyncIterator[Desk]:
    async with serve(gossip, "127.0.0.1", 0) as listening:
        desk = Desk(f"ws://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}")
        desk.window.show()
        desk.controller.start()
        try:
            yield desk
        finally:
            await desk.controller.close()
            await desk.tasks.stop()
    desk.window.allow_close()
    desk.window.close()  # last: Qt ends the loop of a test with its last window


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_frames_of_a_real_session_are_shown_and_the_token_never_is() -> None:
    async with at_work() as desk:
        assert desk.shown is None
        desk.diagnostics.second()  # closed: nothing happens
        desk.window.help_menu.diagnostics_requested.emit()
        await desk.until(lambda: len(desk.controller.frames.frames()) >= 7)
        desk.diagnostics.second()
        assert desk.shown is not None
        text = words(desk.shown)
        assert '"cmd_id":22004' in text
        assert "plain ***" in text
        assert "address ***" in text
        assert r"\xff\x00***" in text
        assert r"<b>bold</b>\n\x1b[31m" in text
        assert "B in all)" in text
        assert "?token=***" in text
        for part in ("s3cr3t", "T0KEN"):
            assert part not in text
        assert "Frames received: 6" in text
        assert desk.controller.frames.frames()[0].is_out


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_the_loop_is_watched_only_while_it_is_open_and_a_second_request_opens_no_second_window() -> None:
    async with at_work() as desk:
        desk.diagnostics.open()
        desk.diagnostics.open()
        await desk.until(lambda: desk.probes == ["begun"])
        assert len(desk.window.findChildren(DiagnosticsWindow)) == 1
        assert desk.shown is not None
        desk.shown.close()
        await desk.until(lambda: desk.probes == ["begun", "ended"])
        desk.diagnostics.second()
        desk.diagnostics.open()
        assert desk.shown is not None
        assert desk.shown.is_live


def test_a_frame_is_told_with_its_time_way_and_size() -> None:
    line = line_of(Frame(1_764_000_000.25, "other", True, b'{"cmd_id":22000}', 16), Redactor())
    assert line.time.endswith(".250")
    assert (line.way, line.endpoint, line.size) == ("out", "other", "16 B")
    assert line.line.endswith('  out  other  16 B  {"cmd_id":22000}')


def test_every_figure_of_the_statistics_is_there() -> None:
    numbers = iter(range(111, 999))

    def next_one() -> int:
        return next(numbers)

    figures = Stats(
        frames_received=next_one(),
        quotes_applied=next_one(),
        applied_by_code={"A.US": next_one(), "GONE.US": next_one()},
        quotes_dropped={"duplicate": next_one()},
        connections={"stock": next_one()},
        requests_sent={"subscribe": next_one()},
        symbols={"A.US": "live", "B.US": "pending"},
        paint=Paint(next_one(), next_one(), next_one(), next_one()),
        age_ms=Spread(next_one(), next_one(), next_one()),
        lag_ms=Spread(next_one(), next_one(), next_one()),
        startup_ms=Startup(next_one(), next_one()),
        rss_mb=next_one(),
        cpu_s=next_one(),
    )
    lines = lines_of(figures, 88.0, {"stock": 0.035, "other": math.nan}, {"stock": "wss://h/p"})
    text = "\n".join(f"{name}: {value}" for name, value in lines)
    for number in range(111, next_one()):
        assert str(number) in text
    assert "Messages a second: 88.0" in text
    assert "Round trip, ms: stock 35.0, other --" in text
    assert "A.US: live, " in text
    assert "B.US: pending, 0 ticks" in text
    assert "GONE.US: removed, " in text
    assert "Address, stock: wss://h/p" in text


def test_what_is_not_known_reads_two_hyphens() -> None:
    nan = math.nan
    empty = Stats(
        0, 0, {}, {}, {}, {}, {}, Paint(0, 0.0, nan, nan), Spread(nan, nan, nan), Spread(nan, nan, nan),
        Startup(None, None), nan, nan,
    )  # fmt: skip
    lines = dict(lines_of(empty, nan, {}, {}))
    assert lines["Round trip, ms"] == lines["First paint after, ms"] == lines["Messages a second"] == "--"
    assert lines["Receive to paint, ms"] == "p50 --, p99 --, most --"
    assert lines["Quotes dropped"] == "0"


def test_a_link_tells_since_when_it_is_so_and_how_long_it_was_lost() -> None:
    clock = FakeClock()
    up = LinkStatus("stock", LinkState.UP, 1000.0)
    since = numbers.time_of_day(clock.utc_s(1000.0))
    assert link_line(up, math.nan, clock) == f"up since {since}"
    assert link_line(up, 42.0, clock) == f"up since {since}, was offline 00:42"
    assert link_line(up, math.nan, clock, 5) == f"up since {since}, room for 5 symbols"
    lost = LinkStatus("stock", LinkState.WAITING, 1000.0, "No answer to the heartbeat")
    assert link_line(lost, 42.0, clock) == f"waiting since {since}, No answer to the heartbeat"
    assert link_line(LinkStatus("stock", LinkState.OFF), math.nan, clock) == "off"


def test_a_row_tells_its_proof_and_its_ticks_in_a_line() -> None:
    clock = FakeClock()
    told = trace_line("live", Trace(1000.0, 1000.05, 2, 1000.1, 1000.3), Continuity(7, 1, 1, 42.0), 1001.0, clock)
    wanted = numbers.time_of_day_ms(clock.utc_s(1000.0))
    steps = f"live, wanted {wanted}, sent +0.050 s, acknowledged +0.100 s, first tick +0.300 s"
    assert told == f"{steps}, 7 ticks, 1 duplicate dropped, 1 gap, 00:42 in all"
    assert trace_line("live", None, None, 1001.0, clock) == ""
