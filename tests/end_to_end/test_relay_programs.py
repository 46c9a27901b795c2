"""Whole programs on one real relay: an edit in one shows in the other, and a relay that is killed is back for both."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config import secrets
from tests.fakes.program import ProgramAtWork, instruments, program_at_work
from tests.fakes.relay import RelayProcess, pair

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def codes(program: ProgramAtWork) -> list[str]:
    return [row.code for row in program.window.watchlist.instruments]


async def test_an_edit_goes_through_and_a_killed_relay_is_back_for_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = RelayProcess(tmp_path / "relay")
    await asyncio.to_thread(relay.__enter__)
    try:
        key = await pair(relay.first.address, relay.first.pair)
        monkeypatch.setattr(secrets, "key", lambda provider: key.text)
        address = relay.first.address
        async with program_at_work(tmp_path / "one", relay=address, symbols=instruments("NVDA.US GOLD")) as one:
            await one.until(lambda: (relay.profile / "relay" / "viewers.csv").exists())
            await one.until(lambda: one.states().get("NVDA.US") == "live")
            async with program_at_work(tmp_path / "two", relay=address) as two:
                await two.until(lambda: set(codes(two)) >= {"NVDA.US", "GOLD"})
                await two.until(lambda: two.states().get("NVDA.US") == "live")
                began_s = time.monotonic()
                one.type("EURUSD")
                await two.until(lambda: two.states().get("EURUSD") == "live")
                print(f"an edit was live at the other after {time.monotonic() - began_s:.2f} s")
                one.windows.undo.stack.undo()
                await two.until(lambda: "EURUSD" not in codes(two))
                await asyncio.to_thread(relay.kill)
                began_s = time.monotonic()
                await two.until(lambda: two.states().get("NVDA.US") == "offline")
                assert time.monotonic() - began_s < 6.0  # 3 s, and the figures come once a second
                await asyncio.to_thread(relay.start)
                began_s = time.monotonic()
                for each in (one, two):
                    await each.until(lambda each=each: each.states().get("NVDA.US") == "live")
                print(f"rows were live {time.monotonic() - began_s:.2f} s after the relay")
                assert codes(one) == codes(two)
    finally:
        await asyncio.to_thread(relay.close)
