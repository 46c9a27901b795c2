"""The article's frames."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_action import DEMO_FEED, FEED, ActionCodec, DemoCodec, DemoReference
from quotedesk.codec.base import Answer, Change, Message, Unreadable, Verdict
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Condition, Quote, Status, Trade

FRAMES = Path(__file__).parents[1] / "frames"


def golden(name: str) -> Any:
    return json.loads((FRAMES / name).read_text())


def said(change: Change) -> Any:
    """The one frame of a change, read."""
    [frame] = ActionCodec().encode(change)
    return json.loads(frame)


def test_new_codes_are_the_articles_subscribe_frame() -> None:
    change = Change(("GOLD", "AAPL.US", "TSLA.US"), ("AAPL.US", "TSLA.US"), (), 5)
    assert said(change) == golden("alltick_action_subscribe.json")


def test_dropped_codes_are_the_articles_unsubscribe_frame() -> None:
    change = Change(("GOLD",), (), ("AAPL.US",), 6)
    assert said(change) == golden("alltick_action_unsubscribe.json")


def test_the_order_of_the_user_is_kept_in_the_frame() -> None:
    frame = said(Change(("C", "A", "B"), ("C", "A", "B"), (), 1))
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


def test_nothing_is_said_before_a_request() -> None:
    assert ActionCodec().greet("key") == ()


def test_trades_are_read_as_in_the_published_dialect() -> None:
    [trade] = ActionCodec().decode(b'{"cmd_id":22998,"data":{"code":"A","price":"1.50","seq":3}}')
    assert trade == Trade("A", number("1.50"), UNKNOWN, trade.time_utc_s, 3)


def push(says: str = "", code: str = "A") -> bytes:
    more = f",{says}" if says else ""
    return f'{{"cmd_id":22998,"data":{{"code":"{code}","price":"1","volume":"5","tick_time":"7"{more}}}}}'.encode()


def test_our_own_server_says_with_a_trade_what_the_day_has_become() -> None:
    day = '"quote":{"prev_close":"1.1","open":"1.2","high":"2","low":"0.5","volume":"99","bid":"0.99","ask":"1.01"}'
    (quote,) = DemoCodec().decode(push(day))
    assert type(quote) is Quote
    assert (quote.code, quote.last, quote.size) == ("A", number("1"), number("5"))
    assert (quote.prev_close, quote.open, quote.bid, quote.ask) == tuple(map(number, ("1.1", "1.2", "0.99", "1.01")))
    assert (quote.high, quote.low, quote.volume) == tuple(map(number, ("2", "0.5", "99")))
    assert (quote.bid_size, quote.open_24h) == (None, None), "what it does not say stays as it was"
    assert [type(each) for each in DemoCodec().decode(push(f'"status":"halted",{day}'))] == [Quote, Status]


@pytest.mark.parametrize("said", ["7", "null", "[]", '"x"', '{"bid":', '{"bid":1e999}', "{}"])
def test_a_day_that_cannot_be_read_costs_no_trade(said: str) -> None:
    for message in DemoCodec().decode(push(f'"quote":{said}')):
        assert isinstance(message, Trade | Quote | Unreadable)
        if isinstance(message, Quote):
            assert message.last == number("1")


SAYS = [
    ('"status":"halted"', Status("A", Condition.HALTED)),
    ('"status":"limit_up","delay":900', Status("A", Condition.LIMIT_UP, 900)),
    ('"status":"limit_down","delay":"900"', Status("A", Condition.LIMIT_DOWN, 900)),
    ('"delay":0.5', Status("A", delay_s=0.5)),
    ('"status":"sold out","delay":"soon"', None),
    ('"status":7,"delay":-3', None),
    ('"status":null,"delay":1e300', None),
    ('"status":"","delay":""', None),
    ('"status":[1]', None),
    ('"status":"normal","delay":0', None),
]


@pytest.mark.parametrize("form", ["as documented", "odd"])
@pytest.mark.parametrize(("says", "status"), SAYS)
def test_only_the_demo_feed_says_how_a_symbol_trades(says: str, status: Status | None, form: str) -> None:
    frame = push(says) if form == "as documented" else push(says).replace(b'"volume":"5"', b'"volume":5')
    messages = DEMO_FEED.codec().decode(frame)
    assert messages[1:] == ((status,) if status else ())
    assert FEED.codec().decode(frame) == messages[:1]
    assert isinstance(messages[0], Trade) or b"[1]" in frame


def test_a_push_that_says_nothing_of_trading_takes_back_what_an_earlier_one_of_the_symbol_said() -> None:
    codec = DEMO_FEED.codec()

    def told(data: bytes) -> Sequence[Message]:
        return codec.decode(data)[1:]

    assert told(push('"status":"halted"')) == (Status("A", Condition.HALTED),)
    assert told(push(code="B")) == ()
    assert told(push('"status":"halted"')) == (Status("A", Condition.HALTED),)
    assert told(push()) == (Status("A"),)
    assert told(push()) == ()


def test_what_was_said_of_trading_is_of_one_connection() -> None:
    DEMO_FEED.codec().decode(push('"status":"halted"'))
    assert DEMO_FEED.codec().decode(push())[1:] == ()


def test_a_push_without_a_price_says_nothing_of_trading() -> None:
    [message] = DEMO_FEED.codec().decode(push('"status":"halted"').replace(b'"1"', b'"0"'))
    assert isinstance(message, Unreadable)


@given(
    st.binary(max_size=80) | st.sampled_from([b'{"ret":200}', b"[]", b'{"cmd_id":22998}', b'{"cmd_id":22998,"data":5}'])
)
def test_what_is_no_push_is_read_as_in_the_other_dialect(data: bytes) -> None:
    assert DEMO_FEED.codec().decode(data) == FEED.codec().decode(data)


# -- candles of the demo feed


def test_candles_of_the_demo_feed_are_asked_for_by_name_and_any_answer_is_borne() -> None:
    reference = DemoReference()
    asked = reference.candles("NVDA.US", 300, 5_000, 1_700_000_000.0)
    assert asked is not None
    assert dict(asked.params) == {"code": "NVDA.US", "bar_s": "300", "count": "1000", "end": "1700000000.0"}
    assert reference.candles("NVDA.US", 77, 5, None) is None, "there are none of that length"
    assert reference.snapshot(["NVDA.US"]) is None
    assert reference.directory() == ()
    page = reference.read_candles(b'[[1700000100,"2","3","1","2.5","7"],[1699999800,"2","2","2","2",""]]', asked)
    assert [(each.start_utc_s, each.close.text) for each in page.items] == [(1699999800.0, "2"), (1700000100.0, "2.5")]
    assert (page.items[0].volume, page.items[1].volume.text) == (UNKNOWN, "7")
    for data in (b"", b"<html>", b"{}", b"7", b'[[1,2],"x",null]', b'[[1700000100,"2","1","3","2","1"]]'):
        page = reference.read_candles(data, asked)
        assert page.items == ()
        assert page.fault
