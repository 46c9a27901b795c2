"""Help > Diagnostics on a real session: figures and frames come in, nothing secret does."""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from websockets.asyncio.server import ServerConnection, serve

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.diagnostics import Diagnostics, line_of, lines_of, link_line, trace_line
from quotedesk.app.tools.metrics import Paint, Spread, Startup, Stats
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import Frame
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.dialogs.diagnostics_window import DiagnosticsWindow
from quotedesk.ui.dialogs.text_window import TextWindow
from quotedesk.ui.table import numbers
from quotedesk.ui.window.window import Window
from tests.fakes.clock import FakeClock
from tests.fakes.program import instruments, program_at_work, servers, until
from tests.fakes.windows import book_of, windows_on

TOKEN = "s3cr3t/T0KEN+x="


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


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


def dialog_of(window: Window) -> DiagnosticsWindow | None:
    """The diagnostics, where they are shown."""
    return next((each for each in window.findChildren(DiagnosticsWindow) if each.isVisible()), None)


def words(window: DiagnosticsWindow) -> str:
    window.copy_all()
    text: str = QApplication.clipboard().text()
    for table in (window.figures, window.frames):
        model = table.model()
        for row in range(model.rowCount()):
            for column in range(model.columnCount()):
                text += f"\n{model.index(row, column).data()}"
    return text


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_frames_of_a_real_session_are_shown_and_the_token_never_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", TOKEN)
    async with serve(gossip, "127.0.0.1", 0) as listening:
        url = f"ws://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"
        async with program_at_work(tmp_path / "p", urls={"alltick": url}, symbols=instruments("A.US@alltick")) as here:
            assert dialog_of(here.window) is None
            here.windows.requests.diagnostics.emit()
            shown = dialog_of(here.window)
            assert shown is not None
            text = await here.until(lambda: found if "Frames received: 6" in (found := words(shown)) else "")
            assert '"cmd_id":22004' in text
            assert "plain ***" in text
            assert "address ***" in text
            assert r"\xff\x00***" in text
            assert r"<b>bold</b>\n\x1b[31m" in text
            assert "B in all)" in text
            assert "A.US@alltick: pending, wanted " in text
            assert "Link, alltick stock: up since " in text
            assert f"Address, alltick stock: {url}/quote-stock-b-ws-api" in text
            for part in ("s3cr3t", "T0KEN"):
                assert part not in text
            assert shown.frames.model().index(0, 1).data() == "out"
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"s3cr3t" not in file.read_bytes()


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_rows_and_links_of_all_feeds_are_told_as_the_shown_list_names_them(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        async with program_at_work(tmp_path / "p", urls=urls, symbols=instruments("A.US,EURUSD@alltick")) as here:
            await here.live("A.US EURUSD@alltick")
            here.windows.requests.diagnostics.emit()
            shown = dialog_of(here.window)
            assert shown is not None
            text = await here.until(lambda: found if "EURUSD@alltick: live, wanted " in (found := words(shown)) else "")
            assert "A.US: live, wanted " in text
            assert "Connections opened: demo 1, other@alltick 1" in text
            assert "Link, demo: up since" in text
            assert "Link, alltick other: up since" in text
            assert "Rows: live 2" in text
            here.window.list_menu.set_feed("alltick")
            await here.until(lambda: "A.US@demo: removed, " in words(shown))
            assert "EURUSD: live, wanted " in words(shown)
            here.windows.requests.report.emit()
            (report,) = here.window.findChildren(TextWindow)
            said = report.text.toPlainText()
            assert "Link, demo: up since" in said
            assert "EURUSD" not in said.partition("The last")[0], "what somebody watches is nobody's business"
            assert "A.US" not in said.partition("The last")[0]


@asynccontextmanager
async def diagnostics(figures: dict[str, str]) -> AsyncIterator[tuple[Diagnostics, Window, list[str]]]:
    """The diagnostics of a window without feeds, and what becomes of the probe."""
    probes: list[str] = []

    async def probe() -> None:
        probes.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            probes.append("ended")

    redactor, faults = Redactor(), list[BaseException]()
    redactor.learn(TOKEN)
    tasks = Tasks(faults.append)
    windows = windows_on(book_of("demo", ["A.US"]), Quotes(), FakeClock())
    window = windows.open()
    window.show()
    made = Diagnostics(windows, lambda: list(figures.items()), list[Frame], redactor, tasks, probe)
    try:
        yield made, window, probes
    finally:
        await tasks.stop()
        window.allow_close()
        window.close()
        window.deleteLater()
    assert faults == []


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_the_loop_is_watched_only_while_it_is_open_and_a_second_request_opens_no_second_window() -> None:
    async with diagnostics({}) as (made, window, probes):
        made.second()  # closed: nothing happens
        made.open()
        made.open()
        await until(lambda: probes == ["begun"])
        assert len(window.findChildren(DiagnosticsWindow)) == 1
        shown = dialog_of(window)
        assert shown is not None
        shown.close()
        await until(lambda: probes == ["begun", "ended"])
        made.second()
        made.open()
        shown = dialog_of(window)
        assert shown is not None
        assert shown.is_live


@pytest.mark.anyio
@pytest.mark.qt_log_ignore("This plugin does not support")
async def test_a_secret_that_got_into_the_figures_is_not_shown() -> None:
    async with diagnostics({"Address": f"wss://h/p?token={TOKEN}"}) as (made, window, _):
        made.open()
        shown = dialog_of(window)
        assert shown is not None
        assert "Address: wss://h/p?token=***" in words(shown)


def test_a_frame_is_told_with_its_time_way_and_size() -> None:
    line = line_of(Frame(1_764_000_000.25, "alltick other", True, b'{"cmd_id":22000}', 16), Redactor())
    assert line.time.endswith(".250")
    assert (line.way, line.link, line.size) == ("out", "alltick other", "16 B")
    assert line.line.endswith('  out  alltick other  16 B  {"cmd_id":22000}')


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
        quotes={},
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
        0, 0, {}, {}, {}, {}, {}, {}, Paint(0, 0.0, nan, nan), Spread(nan, nan, nan), Spread(nan, nan, nan),
        Startup(None, None), nan, nan,
    )  # fmt: skip
    lines = dict(lines_of(empty, nan, {}, {}))
    assert lines["Round trip, ms"] == lines["First paint after, ms"] == lines["Messages a second"] == "--"
    assert lines["Receive to paint, ms"] == "p50 --, p99 --, most --"
    assert lines["Quotes dropped"] == "0"


def test_a_link_tells_since_when_it_is_so_and_how_long_it_was_lost() -> None:
    clock = FakeClock()
    up = LinkStatus("alltick", "stock", LinkState.UP, 1000.0)
    since = numbers.time_of_day(clock.utc_s(1000.0))
    assert link_line(up, math.nan, clock) == f"up since {since}"
    assert link_line(up, 42.0, clock) == f"up since {since}, was offline 00:42"
    assert link_line(up, math.nan, clock, 5) == f"up since {since}, room for 5 symbols"
    lost = LinkStatus("alltick", "stock", LinkState.WAITING, 1000.0, "No answer to the heartbeat")
    assert link_line(lost, 42.0, clock) == f"waiting since {since}, No answer to the heartbeat"
    assert link_line(LinkStatus("alltick", "stock", LinkState.OFF), math.nan, clock) == "off"


def test_a_row_tells_its_proof_and_its_ticks_in_a_line() -> None:
    clock = FakeClock()
    told = trace_line("live", Trace(1000.0, 1000.05, 2, 1000.1, 1000.3), Continuity(7, 1, 1, 42.0), 1001.0, clock)
    wanted = numbers.time_of_day_ms(clock.utc_s(1000.0))
    steps = f"live, wanted {wanted}, sent +0.050 s, acknowledged +0.100 s, first tick +0.300 s"
    assert told == f"{steps}, 7 ticks, 1 duplicate dropped, 1 gap, 00:42 in all"
    assert trace_line("live", None, None, 1001.0, clock) == ""
