"""Two real windows on one relay: lists that follow, and every part of it killed and back."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes.json_lines import whole_lines
from tests.fakes.local_client import LocalClient
from tests.fakes.relay import QUOTEDESK, RelayProcess
from tests.fakes.screen import Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]

CODES = ["NVDA.US", "AAPL.US", "EURUSD"]
_BUSY_S = 3.0


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


class Look:
    """What a window's rows say now, told by the window: its figures come once a second only."""

    def __init__(self, profile: Path) -> None:
        self._client = LocalClient(profile / "serve.sock")

    def said(self, *codes: str) -> dict[str, tuple[str, str]]:
        """Code -> state and reason, of the rows that the window has."""
        quotes = self._client.ask("quotes.snapshot", symbols=list(codes), feed="demo")["quotes"]
        said = {each["symbol"]: (each["state"], each["reason"]) for each in quotes}
        return {code: each for code, each in said.items() if each[0] != "unsubscribed"}

    def are_all(self, state: str, why: str = "") -> bool:
        """Are all rows in this state, and does each say why in these words?"""
        said = self.said(*CODES, "GOLD")
        return len(said) == len(CODES) + 1 and all(now == state and why in reason for now, reason in said.values())

    def close(self) -> None:
        self._client.close()


def is_open(address: str) -> bool:
    """Does somebody listen there?"""
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1.0):
        return True
    return False


def within(seconds: float, what: Callable[[], object], words: str) -> None:
    """It becomes true so soon from now, or a little later, as where four tests share two processors."""
    began_s = time.monotonic()
    wait_until(what)
    took_s = time.monotonic() - began_s
    print(f"{words}: {took_s:.2f} s")
    assert took_s < seconds + _BUSY_S, f"{words} took {took_s:.2f} s"


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
        desks, looks = [one], list[Look]()
        try:
            window = hand.window()
            wait_until(lambda: are_all(one, "live") and list(one.states()) == CODES)
            two = start("two")
            desks.append(two)
            wait_until(lambda: are_all(two, "live") and list(two.states()) == CODES)

            # an edit
            wait_until(lambda: hand.activate(window))
            hand.type("GOLD")
            hand.press("ctrl+Return")
            look = Look(tmp_path / "two")
            within(1.0, lambda: "GOLD" in look.said("GOLD"), "an edit")
            look.close()
            wait_until(lambda: list(two.states()) == [*CODES, "GOLD"])

            # each window
            for number, name in enumerate(("one", "two")):
                wait_until(lambda name=name: rows(tmp_path / name) == [*CODES, "GOLD"])
                desks[number].kill()
                desks[number] = start(name)
                wait_until(lambda n=number: list(desks[n].states()) == [*CODES, "GOLD"] and are_all(desks[n], "live"))
            assert all(list(each.states()) == [*CODES, "GOLD"] for each in desks)

            looks = [Look(tmp_path / name) for name in keys]

            # the server alone: the relay starts it again
            os.kill(relay.nats_pid, signal.SIGKILL)
            for look in looks:  # one after the other: it is back in a moment
                within(3.0, lambda look=look: look.are_all("offline", "elay"), "the word why rows are still")
            wait_until(lambda: is_open(listening))
            within(2.0, lambda: all(look.are_all("live") for look in looks), "prices after the server's return")
            opened = sum(line["event"] == "open" for line in whole_lines(relay.folder / "demo.jsonl"))
            assert opened == 1, "one connection to the provider, whatever became of desks and server"

            # the relay
            relay.kill()
            within(3.0, lambda: all(look.are_all("offline", "elay") for look in looks), "the word why rows are still")
            relay.start()
            assert relay.first.address == listening
            within(2.0, lambda: all(look.are_all("live") for look in looks), "prices after the relay's return")
            wait_until(lambda: all(are_all(each, "live") for each in desks))
            assert all(list(each.states()) == [*CODES, "GOLD"] for each in desks)
            assert all(rows(tmp_path / name) == [*CODES, "GOLD"] for name in keys)
        finally:
            for each in desks:
                each.kill()
            for look in looks:
                look.close()
