"""Two real windows on one relay: lists that follow, and every part of it killed and back."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes.json_lines import whole_lines
from tests.fakes.relay import QUOTEDESK, RelayProcess
from tests.fakes.screen import Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]

CODES = ["NVDA.US", "AAPL.US", "EURUSD"]


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


def paired(relay: RelayProcess, name: str) -> str:
    """The key of a new desk of the one person."""
    code = relay.command("code")[1].split()[-1]
    asked = [*QUOTEDESK, "pair", relay.first.address, code, "--print", "--name", name]
    done = subprocess.run(asked, capture_output=True, text=True, env=relay.environment(), timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().partition("=")[2]


def are_all(desk: Desk, state: str) -> bool:
    return set(desk.states().values()) == {state}


def rows(profile: Path) -> list[str]:
    """Those of the one list, as on disk."""
    return [row for _, found in kept_lists(profile) for row in found]


def within(seconds: float, what: str, began_s: float) -> None:
    """The figures come once a second: what they show may be that much older."""
    took_s = time.monotonic() - began_s
    assert took_s < seconds + 1.2, f"{what} took {took_s:.1f} s"


def test_two_windows_follow_each_other_and_whatever_is_killed_comes_back(
    screen: Mapping[str, str], tmp_path: Path
) -> None:
    hand = Hand(dict(screen))
    with RelayProcess(tmp_path) as relay:
        listening = relay.first.address
        keys = {name: paired(relay, name) for name in ("one", "two")}

        def start(name: str, *more: str) -> Desk:
            environment = {**screen, "QUOTEDESK_RELAY_KEY": keys[name]}
            return Desk(environment, tmp_path / name, "--relay", listening, "--geometry", "620x500", *more)

        one = start("one", "--symbols", ",".join(CODES))
        desks = [one]
        try:
            window = hand.window()
            wait_until(lambda: are_all(one, "live") and list(one.states()) == CODES)
            two = start("two")
            desks.append(two)
            wait_until(lambda: are_all(two, "live") and list(two.states()) == CODES)

            # an edit
            wait_until(lambda: hand._activate(window))
            hand.type("GOLD")
            hand.press("ctrl+Return")
            began_s = time.monotonic()
            wait_until(lambda: list(two.states()) == [*CODES, "GOLD"])
            within(1.0, "an edit", began_s)

            # each window
            for number, name in enumerate(("one", "two")):
                wait_until(lambda name=name: rows(tmp_path / name) == [*CODES, "GOLD"])
                desks[number].kill()
                desks[number] = start(name)
                wait_until(lambda n=number: list(desks[n].states()) == [*CODES, "GOLD"] and are_all(desks[n], "live"))
            assert all(list(each.states()) == [*CODES, "GOLD"] for each in desks)

            # the server alone: the relay starts it again
            began_s = time.monotonic()
            os.kill(relay.nats_pid, signal.SIGKILL)
            wait_until(lambda: all(are_all(each, "live") for each in desks))
            within(3.0, "the server's way back", began_s)
            opened = sum(line["event"] == "open" for line in whole_lines(relay.folder / "demo.jsonl"))
            assert opened == 1, "one connection to the provider, whatever became of desks and server"

            # the relay
            began_s = time.monotonic()
            relay.kill()
            wait_until(lambda: all(are_all(each, "offline") for each in desks))
            within(3.0, "the word that rows are still", began_s)
            relay.start()
            began_s = time.monotonic()
            assert relay.first.address == listening
            wait_until(lambda: all(are_all(each, "live") for each in desks))
            within(2.0, "prices after the relay's return", began_s)
            assert all(list(each.states()) == [*CODES, "GOLD"] for each in desks)
            assert all(rows(tmp_path / name) == [*CODES, "GOLD"] for name in keys)
        finally:
            for each in desks:
                each.kill()
