"""Recorded connections meet the sessions that stand in their place, one after the other and two at once."""

import random

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config.recording import Came, Dialled, HungUp, KnownLink, Linked, Lost, Opened, Ponged, Went
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.states import LinkState
from quotedesk.net.tape import FrameTape, TapeClient
from tests.fakes.clock import FakeClock

PUSH = b'{"cmd_id":22998,"data":{"code":"EURUSD","seq":"%d","tick_time":"0","price":"1.5","volume":"1"}}'


class Stage:
    """A tape, and sessions of the demo feed on it.

    Attributes:
        heard: the sessions that had something to tell.
        timers: (when, what) that were asked for.
    """

    def __init__(self) -> None:
        self.clock = FakeClock(now_s=10.0)
        self.heard: list[Session] = []
        self.timers: list[tuple[float, object]] = []
        self.frames = FrameLog()
        self.tape = FrameTape(self.clock, self.frames, lambda at_s, do: self.timers.append((at_s, do)))

    def session(self, *codes: str) -> tuple[Session, TapeClient]:
        made = Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1))
        client = self.tape.client(made, lambda: self.heard.append(made))
        made.want(codes or ("EURUSD",), 9.0)
        return made, client

    def play(self, *records: object) -> None:
        for record in records:
            self.clock.time_s = max(self.clock.time_s, record.at_s)  # type: ignore[attr-defined]
            self.tape.play(record, record.at_s)  # type: ignore[arg-type, attr-defined]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def open_link(link: int, at_s: float = 10.0) -> list[object]:
    return [
        Linked(at_s, link, "demo", "demo"),
        Dialled(at_s, link),
        Opened(at_s + 0.1, link),
        Went(at_s + 0.2, link, b""),
    ]


def test_a_session_lives_through_what_was_recorded(stage: Stage) -> None:
    session, _ = stage.session()
    stage.play(*open_link(7))
    assert session.status.state is LinkState.UP
    assert session.counts.requests["subscribe"] == 1
    stage.play(Came(11.0, 7, [PUSH % 1, PUSH % 2]), Ponged(12.0, 7, 11.9))
    assert session.counts.applied["EURUSD"] == 2
    assert session.round_trip.last_s == pytest.approx(0.1)
    stage.play(Lost(13.0, 7, "The connection broke off"))
    assert (session.status.state, session.status.reason) == (LinkState.WAITING, "The connection broke off")
    stage.play(Dialled(14.0, 7), Opened(14.1, 7))
    assert session.status.state is LinkState.UP
    assert [frame.is_out for frame in stage.frames.frames()] == [True, False, False]


def test_a_connection_is_there_until_the_tape_says_otherwise(stage: Stage) -> None:
    session, _ = stage.session()
    stage.play(*open_link(1), Came(4_000.0, 1, [PUSH % 1]), Went(4_001.0, 1, b""))
    assert session.status.state is LinkState.UP, "though nobody answered a heartbeat"
    stage.play(Dialled(4_010.0, 1))
    assert session.status.state is LinkState.CONNECTING
    assert "does not say why" in " ".join(str(event) for event in session.take_events())


def test_two_connections_to_one_endpoint_are_kept_apart(stage: Stage) -> None:
    before, _ = stage.session()
    after, _ = stage.session()
    stage.play(*open_link(1), *open_link(2, 20.0))
    stage.play(Came(30.0, 1, [PUSH % 1]), Came(30.0, 2, [PUSH % 1, PUSH % 2]), HungUp(31.0, 1))
    assert (before.counts.applied["EURUSD"], after.counts.applied["EURUSD"]) == (1, 2)


def test_a_connection_that_nobody_expects_goes_to_the_newest_session(stage: Stage) -> None:
    session, _ = stage.session()
    stage.play(*open_link(1), *open_link(2, 20.0), Came(30.0, 2, [PUSH % 1]), Came(30.0, 99, [PUSH % 2]))
    assert session.counts.applied["EURUSD"] == 1


def test_one_that_was_up_before_the_tape_began_goes_on(stage: Stage) -> None:
    session, _ = stage.session("EURUSD", "BAD")
    stage.tape.resume((KnownLink(5, "demo", "demo", True, {"BAD": "no such code", "GONE": "x"}),), 10.0)
    assert session.status.state is LinkState.UP
    assert dict(session.refused) == {"BAD": "no such code"}
    stage.play(Came(11.0, 5, [PUSH % 1]))
    assert session.has_proven("EURUSD"), "what is wanted was asked for already"


def test_nothing_of_before_is_heard_when_the_tape_is_elsewhere(stage: Stage) -> None:
    stage.session()
    stage.play(*open_link(1))
    stage.tape.forget()
    stage.heard.clear()
    for _, fire in stage.timers:
        fire()  # type: ignore[operator]
    stage.play(Came(11.0, 1, [PUSH % 1]))
    assert stage.heard == []


def test_a_frame_that_is_due_waits_for_its_time_on_the_tape(stage: Stage) -> None:
    session, client = stage.session()
    stage.play(*open_link(1)[:-1])
    stage.clock.advance(5.0)
    client.wake()
    assert session.counts.requests.total() == 0
    assert min(at_s for at_s, _ in stage.timers) > 10.0, "and is not looked for without end"
    stage.play(Went(20.0, 1, b""))
    assert session.counts.requests.total() == 1
