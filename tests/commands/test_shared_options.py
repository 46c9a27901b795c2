"""Options that several commands have, tried with the window or a server."""

from pathlib import Path

import pytest

from tests.fakes.shell import TOKEN, User

BAD = {
    "a remote plain address": (["--url", "ws://example.org"], "wss://"),
    "an address with a token": (["--url", f"wss://example.org/?token={TOKEN}"], "token set"),
    "an address with a user": (["--url", f"wss://me:{TOKEN}@example.org"], "token set"),
    "an address with a path": (["--url", f"wss://example.org/{TOKEN}"], "no path"),
    "no address": (["--url", "nonsense"], "ws://127.0.0.1:PORT"),
    "an empty address": (["--url", ""], "ws://127.0.0.1:PORT"),
    "a port out of range": (["--url", "ws://127.0.0.1:70000"], "ws://127.0.0.1:PORT"),
    "an address of an unknown feed": (["--url", "nasdaq=ws://127.0.0.1:9"], "one of: alltick, alltick_action, "),
    "a feed's address with a token": (["--url", f"alltick=wss://example.org/?token={TOKEN}"], "token set"),
    "a feed's address with a path": (["--url", f"alltick=wss://example.org/{TOKEN}"], "no path"),
    "a token in place of a feed": (["--url", f"{TOKEN}=ws://127.0.0.1:9"], "Give FEED=BASE"),
    "a second address that is none": (["--url", "ws://127.0.0.1:9", "--url", "demo=x"], "ws://127.0.0.1:PORT"),
    "an address of a feed that is none": (["--url", "demo="], "ws://127.0.0.1:PORT"),
    "a speed of nothing": (["--replay-speed", "2"], "--replay-speed is for a recording; name one with --replay"),
    "a loop of nothing": (["demo-server", "--loop"], "--loop is for a recording; name one with --replay"),
    "a speed that is none": (["--replay", "trades.csv", "--replay-speed", "0"], "0.1 to 1000"),
    "a recording in no folder": (["--record", "no/where.qdrec"], "--record: no/where.qdrec"),
    "a time that is none": (["--quit-after", "soon"], "--quit-after"),
    "a time before now": (["--quit-after", "-1"], "--quit-after"),
    "a time without end": (["--quit-after", "inf"], "--quit-after"),
    "no number": (["--quit-after", "nan"], "--quit-after"),
    "a recording where none can be": (["--record", "/proc/x.rec"], "--record: /proc/x.rec could not be written"),
    "a watched recording where none can be": (
        ["watch", "A.US", "--record", "/proc/x.rec"],
        "--record: /proc/x.rec could not be written",
    ),
    "a recording in place of a folder": (["--record", "."], "--record: ."),
    "a recording in place of another file": (["--record", "trades.csv"], "is no recording"),
    "a relay that is none": (["--relay", "nonsense"], "HOST:8447"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User, trades: Path) -> None:
    user.is_refused(*BAD[case])
