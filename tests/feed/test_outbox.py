"""What goes out first, and when. The rest of it is in test_session, as a session says it."""

import math

import msgspec

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Change, Frames
from quotedesk.feed.heartbeat import Heartbeat
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.outbox import Outbox
from quotedesk.feed.pace import Pace
from tests.fakes.kinds import PlainCodec

LIMITS = msgspec.structs.replace(FEEDS["demo"].limits, beat_is_frame=True, frame_gap_s=1.0, link_gap_s=2.0)


class TwoFrames(PlainCodec):
    """Says each change in two frames."""

    def encode(self, change: Change) -> Frames:
        return ("first", "second")

    def heartbeat(self, request_id: int) -> str:
        return "beat"


class Desk:
    """An outbox on a connection that came up at 0 s."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace(LIMITS.frame_gap_s, LIMITS.link_gap_s)
        self.listed = Incremental(LIMITS)
        self.heart = Heartbeat(LIMITS)
        self.out = Outbox(LIMITS, self.pace, self.listed, self.heart)
        self.heart.start(0.0)
        self.out.open(TwoFrames("codes"), None)

    def take(self, now_s: float) -> str | bytes | None:
        out = self.out.take(now_s)
        return out.frame if out else None


def test_a_beat_goes_before_a_reply_and_a_reply_before_the_rest_of_a_request() -> None:
    desk = Desk()
    desk.listed.want(["A"], 0.0)
    assert desk.take(9.5) == "first"
    desk.out.reply("pong")
    assert desk.take(10.0) is None, "paced"
    assert [desk.take(10.5), desk.take(11.5), desk.take(12.5)] == ["beat", "pong", "second"]
    assert desk.take(13.5) is None
    assert desk.out.ready_s(13.5) == math.inf


def test_only_the_first_frame_of_a_change_tells_of_it() -> None:
    desk = Desk()
    desk.listed.want(["A"], 0.0)
    first, second = desk.out.take(1.0), desk.out.take(2.0)
    assert first is not None
    assert second is not None
    assert first.change is not None
    assert (first.change.added, first.kind, second.change, second.kind) == (("A",), "subscribe", None, "subscribe")


def test_what_waited_for_a_connection_goes_with_it() -> None:
    desk = Desk()
    desk.out.reply("pong")
    desk.out.close()
    assert desk.take(5.0) is None
    desk.out.open(TwoFrames("codes"), None)
    assert desk.take(5.0) is None


def test_a_connection_that_is_left_holds_nobody_up() -> None:
    pace = Pace(LIMITS.frame_gap_s, LIMITS.link_gap_s)
    before, after = Desk(pace), Desk(pace)
    before.out.reply("last words")
    assert before.take(1.0) == "last words"
    after.out.reply("hello")
    assert after.take(1.5) is None
    before.out.leave()
    assert after.take(1.5) == "hello"
