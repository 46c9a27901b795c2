"""The frames that AllTick publishes."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick import FEED, AllTickCodec
from quotedesk.codec.base import Answer, Beat, Change, Verdict

FRAMES = Path(__file__).parents[1] / "frames"
TRACE = "3baaa938-f92c-4a74-a228-fd49d5e2f8bc-1678419657806"  # of the documents
codes = st.lists(st.text("ABCDus.0123456789_-/", min_size=1, max_size=32), min_size=1, unique=True)


def golden(name: str) -> Any:
    return json.loads((FRAMES / name).read_text())


def said(codec: AllTickCodec, change: Change) -> Any:
    """The one frame of a change, read."""
    [frame] = codec.encode(change)
    return json.loads(frame)


@pytest.fixture
def codec() -> AllTickCodec:
    return AllTickCodec(trace=lambda: TRACE)


def test_a_subscription_is_the_published_frame(codec: AllTickCodec) -> None:
    wanted = ("BTCUSDT", "ETHUSDT")
    assert said(codec, Change(wanted, wanted, (), 123)) == golden("alltick_subscribe.json")


def test_the_last_removal_cancels_all_trades_and_never_sends_an_empty_list(codec: AllTickCodec) -> None:
    assert said(codec, Change((), (), ("BTCUSDT",), 123)) == golden("alltick_cancel.json")


def test_a_heartbeat_is_the_published_frame(codec: AllTickCodec) -> None:
    assert json.loads(codec.heartbeat(123)) == golden("alltick_heartbeat.json")


@given(codes, codes, codes, st.integers(1, 2**31 - 1))
def test_whatever_changes_the_whole_list_goes_out_in_order(
    wanted: list[str], added: list[str], dropped: list[str], request_id: int
) -> None:
    frame = said(AllTickCodec(), Change(tuple(wanted), tuple(added), tuple(dropped), request_id))
    assert frame.keys() == {"cmd_id", "seq_id", "trace", "data"}
    assert frame["cmd_id"] == 22004
    assert frame["seq_id"] == request_id
    assert frame["data"] == {"symbol_list": [{"code": code} for code in wanted]}


def test_every_request_has_a_trace_of_its_own_that_fits() -> None:
    codec = AllTickCodec()
    frames = [said(codec, Change(("A",), ("A",), (), 1)) for _ in range(50)]
    frames += [json.loads(codec.heartbeat(5)) for _ in range(50)]
    traces = {frame["trace"] for frame in frames}
    assert len(traces) == 100
    assert all(0 < len(trace) <= 64 for trace in traces)


def test_a_request_is_one_line_of_plain_text() -> None:
    [text] = AllTickCodec().encode(Change(("A",), ("A",), (), 1))
    assert isinstance(text, str)
    assert not set(text) & {" ", "\n"}


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            b'{"ret":200,"msg":"ok","cmd_id":22005,"seq_id":123,"trace":"asdfsdfa","data":{}}',
            Answer(123, Verdict.OK, "ok"),
        ),
        (b'{"ret":200,"msg":"ok","cmd_id":22007,"seq_id":7,"trace":"a","data":{}}', Answer(7, Verdict.OK, "ok")),
        (b'{"ret":200,"msg":"ok","cmd_id":22001,"seq_id":123,"trace":"asdfsdfa","data":{}}', Beat(123)),
        (b'{"ret":200,"msg":"ok","cmd_id":22001,"seq_id":123,"trace":"asdfsdfa","data":[]}', Beat(123)),
        (
            b'{"ret":600,"msg":"code invalid","cmd_id":22005,"seq_id":9,"trace":"a","data":{}}',
            Answer(9, Verdict.CODE, "code invalid"),
        ),
        (b'{"ret":"600","msg":"code invalid","seq_id":"9"}', Answer(9, Verdict.CODE, "code invalid")),
        (
            b'{"ret":201,"msg":"request header param invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}',
            Answer(None, Verdict.FORM, "request header param invalid"),
        ),
        (b'{"msg":"token invalid","trace":"","ret":401}', Answer(None, Verdict.KEY, "token invalid")),
        (b'{"error_msg":"Too many requests"}', Answer(None, Verdict.RATE, "Too many requests")),
    ],
)
def test_answers_carry_the_number_of_their_request_where_the_server_says_it(frame: bytes, message: object) -> None:
    assert AllTickCodec().decode(frame) == (message,)


def test_a_refused_heartbeat_is_no_sign_of_life() -> None:
    [message] = AllTickCodec().decode(b'{"ret":606,"msg":"too many requests","cmd_id":22001,"seq_id":4,"data":{}}')
    assert message == Answer(4, Verdict.RATE, "too many requests")


def test_the_feed_replaces_and_beats_by_frames_and_says_nothing_before_it_is_asked_for_a_list() -> None:
    assert FEED.limits.replaces
    assert FEED.limits.beat_is_frame
    assert not FEED.limits.greets
    assert AllTickCodec().greet("key") == ()
    assert FEED.provider.key_in_url
