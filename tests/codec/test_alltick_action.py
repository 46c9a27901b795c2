"""The article's frames."""

import json
from pathlib import Path
from typing import Any

import pytest

from quotedesk.codec.alltick_action import DEMO_FEED, FEED, ActionCodec
from quotedesk.codec.base import Answer, Change, Verdict
from quotedesk.market.tick import Condition, Tick

FRAMES = Path(__file__).parents[1] / "frames"


def golden(name: str) -> Any:
    return json.loads((FRAMES / name).read_text())


def test_new_codes_are_the_articles_subscribe_frame() -> None:
    change = Change(("GOLD", "AAPL.US", "TSLA.US"), ("AAPL.US", "TSLA.US"), (), 5)
    assert json.loads(ActionCodec().encode(change)) == golden("alltick_action_subscribe.json")


def test_dropped_codes_are_the_articles_unsubscribe_frame() -> None:
    change = Change(("GOLD",), (), ("AAPL.US",), 6)
    assert json.loads(ActionCodec().encode(change)) == golden("alltick_action_unsubscribe.json")


def test_the_order_of_the_user_is_kept_in_the_frame() -> None:
    frame = json.loads(ActionCodec().encode(Change(("C", "A", "B"), ("C", "A", "B"), (), 1)))
    assert frame["code"] == ["C", "A", "B"]


def test_there_is_no_heartbeat_frame_to_ask_for() -> None:
    with pytest.raises(AssertionError):
        ActionCodec().heartbeat(1)
    for feed in (FEED, DEMO_FEED):
        assert not feed.limits.beat_is_frame
        assert not feed.limits.replaces


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (b'{"ret":200,"msg":"ok","cmd_id":22005}', Answer(None, Verdict.OK, "ok")),
        (b'{"ret":600,"msg":"code invalid","cmd_id":22005}', Answer(None, Verdict.CODE, "code invalid")),
        (b'{"ret":401,"msg":"token invalid"}', Answer(None, Verdict.KEY, "token invalid")),
        (b'{"ret":200,"msg":"ok","cmd_id":22005,"seq_id":77,"trace":"x"}', Answer(None, Verdict.OK, "ok")),
    ],
)
def test_answers_carry_no_number_and_one_that_does_is_not_believed(frame: bytes, message: Answer) -> None:
    assert ActionCodec().decode(frame) == (message,)


def test_ticks_are_read_as_in_the_published_dialect() -> None:
    [tick] = ActionCodec().decode(b'{"cmd_id":22998,"data":{"code":"A","price":"1.50","seq":3}}')
    assert isinstance(tick, Tick)
    assert (tick.code, tick.price, tick.decimals, tick.seq) == ("A", 1.5, 2, 3)


@pytest.mark.parametrize(
    ("says", "condition", "delay_s"),
    [
        ('"status":"halted"', Condition.HALTED, 0),
        ('"status":"limit_up","delay":900', Condition.LIMIT_UP, 900),
        ('"status":"limit_down"', Condition.LIMIT_DOWN, 0),
        ('"status":"sold out","delay":"soon"', Condition.NORMAL, 0),
        ('"status":7,"delay":-3', Condition.NORMAL, 0),
        ('"status":null,"delay":1e300', Condition.NORMAL, 0),
    ],
)
def test_only_the_demo_feed_says_how_a_symbol_trades(says: str, condition: Condition, delay_s: float) -> None:
    push = f'{{"cmd_id":22998,"data":{{"code":"A","price":"1",{says}}}}}'.encode()
    [tick] = DEMO_FEED.codec().decode(push)
    assert (tick.condition, tick.delay_s) == (condition, delay_s)
    [tick] = FEED.codec().decode(push)
    assert (tick.condition, tick.delay_s) == (Condition.NORMAL, 0)
