"""What goes wrong reaches the log and the user; secrets reach neither."""

import asyncio
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import InvalidStatus

from quotedesk.app.process import faults
from quotedesk.app.process.faults import Faults, log, start_log
from quotedesk.app.process.loop import DeskLoop
from quotedesk.engine.redactor import Redactor

TOKEN = "s3cr3t/T0KEN+x="
ENCODED = "s3cr3t%2FT0KEN%2Bx%3D"


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.learn(TOKEN)
    return redactor


@pytest.fixture
def log_file(tmp_path: Path, redactor: Redactor) -> Iterator[Path]:
    """The log, as the program starts it."""
    root = logging.getLogger()
    handlers, levels = list(root.handlers), (root.level, log.level)
    path = tmp_path / "quotedesk.log"
    start_log(path, redactor)
    yield path
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(levels[0])
    log.setLevel(levels[1])


def is_clean(text: str) -> bool:
    return "s3cr3t" not in text and "T0KEN" not in text


def test_the_log_holds_no_token_not_even_in_arguments_or_tracebacks(log_file: Path) -> None:
    log.warning("dialling %s", f"wss://h/p?token={ENCODED}")
    try:
        raise ValueError(f"bad key {TOKEN}")
    except ValueError:
        log.exception("while dialling")
    text = log_file.read_text()
    assert "dialling wss://h/p?token=***" in text
    assert "bad key ***" in text
    assert "Traceback" in text
    assert is_clean(text)


def test_even_the_librarys_debug_log_of_a_handshake_holds_no_token(log_file: Path) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    chatty = logging.getLogger("websockets.client")
    chatty.setLevel(logging.DEBUG)

    async def dial() -> None:
        refuse = lambda connection, request: connection.respond(401, f"{TOKEN}\n")  # noqa: E731
        async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0, process_request=refuse) as listening:
            port = next(iter(listening.sockets)).getsockname()[1]
            with pytest.raises(InvalidStatus):
                await connect(f"ws://127.0.0.1:{port}/demo?token={ENCODED}", proxy=None)

    try:
        asyncio.run(dial())
    finally:
        chatty.setLevel(logging.NOTSET)
    text = log_file.read_text()
    assert "GET /demo?token=***" in text
    assert is_clean(text)


def test_the_log_keeps_ours_from_info_on_and_of_others_only_warnings(log_file: Path) -> None:
    log.info("ours")
    log.debug("too much")
    logging.getLogger("websockets.client").info("theirs")
    logging.getLogger("asyncio").warning("slow")
    text = log_file.read_text()
    assert "ours" in text
    assert "slow" in text
    assert "too much" not in text
    assert "theirs" not in text


def test_a_line_of_the_log_is_a_line_whatever_a_server_says(log_file: Path) -> None:
    log.warning("stock: %s", "first\n2026-01-01 00:00:00,000 ERROR quotedesk: forged\r\x1b[31m")
    assert len(log_file.read_bytes().splitlines()) == 1
    assert "\x1b" not in log_file.read_text()


def test_the_log_turns_over_and_keeps_a_few(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(each for each in logging.getLogger().handlers if getattr(each, "baseFilename", "") == str(log_file))
    assert handler.maxBytes == faults._LOG_BYTES
    handler.maxBytes = 2000
    for number in range(400):
        log.info("line %d ?token=%s", number, TOKEN)
    files = sorted(log_file.parent.iterdir())
    assert [each.name for each in files] == [
        "quotedesk.log",
        *(f"quotedesk.log.{number}" for number in range(1, faults._LOGS_KEPT + 1)),
    ]
    assert all(each.stat().st_size <= 2000 for each in files)
    assert all(is_clean(each.read_text()) for each in files)


def test_a_log_that_cannot_be_opened_raises_what_the_system_says(tmp_path: Path, redactor: Redactor) -> None:
    with pytest.raises(OSError, match="nowhere"):
        start_log(tmp_path / "nowhere" / "quotedesk.log", redactor)


def test_a_full_disk_neither_stops_us_nor_spills_a_token(
    log_file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = next(each for each in logging.getLogger().handlers if getattr(each, "baseFilename", "") == str(log_file))

    def full(text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler.stream, "write", full)
    log.warning("key %s", TOKEN)
    assert capfd.readouterr().err == ""


def test_an_unexpected_fault_reaches_log_standard_error_and_window_without_the_token(
    log_file: Path, redactor: Redactor, capfd: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    caught = Faults(redactor)
    caught.show = shown.append
    try:
        raise ValueError(f"cannot use {TOKEN}")
    except ValueError as fault:
        caught.report(fault)
    error = capfd.readouterr().err
    assert error == "quotedesk: Unexpected fault: ValueError: cannot use ***. The log has more.\n"
    assert shown == ["Unexpected fault: ValueError: cannot use ***. The log has more."]
    assert "Traceback" in log_file.read_text()
    assert is_clean(log_file.read_text())


def test_a_fault_of_many_lines_is_told_in_one(
    log_file: Path, redactor: Redactor, capfd: pytest.CaptureFixture[str]
) -> None:
    Faults(redactor).report(ValueError("one\ntwo\n\tthree"))
    assert capfd.readouterr().err.count("\n") == 1


def test_of_a_group_of_faults_the_first_inside_is_told(
    log_file: Path, redactor: Redactor, capfd: pytest.CaptureFixture[str]
) -> None:
    inner = ExceptionGroup("unhandled errors in a TaskGroup", [ZeroDivisionError("division by zero")])
    Faults(redactor).report(ExceptionGroup("unhandled errors in a TaskGroup", [inner]))
    assert "ZeroDivisionError: division by zero" in capfd.readouterr().err


def test_without_standard_error_the_window_and_the_log_still_hear(
    log_file: Path, redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    caught = Faults(redactor)
    caught.show = shown.append
    monkeypatch.setattr(sys, "stderr", None)
    caught.report(ValueError("x"))
    assert len(shown) == 1
    assert "ValueError: x" in log_file.read_text()


def test_what_a_callback_of_the_loop_raised_arrives(
    qapp: QApplication, log_file: Path, redactor: Redactor, capfd: pytest.CaptureFixture[str]
) -> None:
    shown: list[str] = []
    caught = Faults(redactor)
    caught.show = shown.append

    def stumble() -> None:
        raise ZeroDivisionError(f"over {TOKEN}")

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(caught.of_loop)
        loop.call_soon(stumble)
        loop.call_exception_handler({"message": "no exception in it"})
        await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=lambda: DeskLoop(qapp)) as runner:
        runner.run(run())
    assert shown == ["Unexpected fault: ZeroDivisionError: over ***. The log has more."]
    assert "no exception in it" in log_file.read_text()
    assert is_clean(log_file.read_text() + capfd.readouterr().err)


def test_what_nobody_caught_arrives_and_ctrl_c_is_no_fault(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    shown: list[str] = []
    caught = Faults(redactor)
    caught.show = shown.append
    caught.catch_all()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert shown == []
    sys.excepthook(ValueError, ValueError(f"in a slot {TOKEN}"), None)
    assert len(shown) == 1
    assert is_clean(shown[0] + capfd.readouterr().err)
