"""`relay code | status | revoke | viewers`, where a relay runs and where none does. See test_main for a running one."""

from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay import commands
from quotedesk.relay.commands_wire import DeskState, FeedState, RelayState
from quotedesk.relay.desks import Desks
from quotedesk.relay.identity import RelayFolder


def test_without_a_relay_there_is_no_code_and_no_status(tmp_path: Path) -> None:
    for call in (lambda: commands.code(tmp_path, ""), lambda: commands.status(tmp_path, is_json=True)):
        with pytest.raises(QuotedeskError, match="No relay ever ran"):
            call()
    folder = RelayFolder(tmp_path)
    folder.make()
    identity = folder.identity()
    identity.own_port = 1  # nobody listens there
    folder.keep(identity)
    with pytest.raises(QuotedeskError, match="No relay runs on"):
        commands.status(tmp_path, is_json=False)


def test_a_key_is_taken_back_even_where_no_relay_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Desks(RelayFolder(tmp_path).desks).add("laptop", "me", public_key(new_seed(bytes(32))), "2026-11-29")
    assert commands.revoke(tmp_path, "laptop") == 0
    assert capsys.readouterr().out == "No longer let in: laptop\n"
    assert len(Desks(RelayFolder(tmp_path).desks)) == 0
    with pytest.raises(QuotedeskError, match=r"There is no desk or person “x”\. Desks: none"):
        commands.revoke(tmp_path, "x")


def test_viewers_are_counted_without_a_relay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.print_viewers(tmp_path) == 0
    assert capsys.readouterr().out == "period,feed,viewers\n"


def test_a_state_is_told_in_lines_and_names_do_no_harm() -> None:
    state = RelayState(
        "office",
        "h:1",
        "ab",
        "leads",
        3.0,
        [DeskState("lap\x1b[31mtop", "me", 1, 5, is_slow=True, cuts=2, kicks=7, seen_s=4.0), DeskState("phone", "me")],
        [FeedState("alltick", ["stock up"], 9, 4, 5), FeedState("demo", [])],
        100,
        25.0,
        lists_fault="disk full",
        notices=["AllTick answered: no"],
    )
    text = commands.escaped_lines(commands.lines_of(state))
    assert "\x1b" not in text
    for part in (
        "office at h:1: leads, up 3 s, 25 quotes/s",
        "alltick: stock up; 5 of 5 rows served, 4 parked",
        "demo: idle",
        "1 connected, 5 rows, seen 4 s ago, one value a second, cut 2 times for not reading, 7 connections too many",
        "not seen yet",
        "lists are not kept now: disk full",
        "told: AllTick answered: no",
    ):
        assert part in text
