"""Signals ask a program to end, and nohup is respected."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, os, signal
from quotedesk.engine.signals import ending, on_signals

async def main():
    over = asyncio.Event()
    on_signals(over.set)
    print(*(signal.Signals(number).name for number in ending()), flush=True)
    await asyncio.wait_for(over.wait(), 20)
    print("goodbye")

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_is_a_wish_and_not_an_end(number: signal.Signals) -> None:
    process = start(signal.SIG_DFL)
    assert process.stdout is not None
    assert process.stdout.readline().split() == ["SIGINT", "SIGTERM", "SIGHUP"]
    process.send_signal(number)
    assert process.communicate(timeout=20)[0] == "goodbye\n"
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_program_that_was_started_to_outlive_its_terminal_does() -> None:
    process = start(signal.SIG_IGN)
    assert process.stdout is not None
    assert process.stdout.readline().split() == ["SIGINT", "SIGTERM"]
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == "goodbye\n"


def start(hang_up: signal.Handlers) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, hang_up),
    )
