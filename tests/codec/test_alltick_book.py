"""The best of each side of an order book, and what an empty side says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick import AllTickCodec
from quotedesk.codec.alltick_book import BookReader
from quotedesk.market.number import UNKNOWN
from quotedesk.market.quote import Condition, Quote, Status


def push(bids: object, asks: object, code: object = "1288.HK") -> bytes:
    data = {"code": code, "seq": 1605509068000001, "tick_time": 1605509068, "bids": bids, "asks": asks}
    return json.dumps({"cmd_id": 22999, "data": data}).encode()


def level(price: object, volume: object = "10") -> dict[str, object]:
    return {"price": price, "volume": volume}


def texts(quote: object) -> list[str]:
    assert isinstance(quote, Quote)
    sides = (quote.bid, quote.ask, quote.bid_size, quote.ask_size)
    return ["" if side is None else side.text for side in sides]


def test_the_best_of_each_side_is_told_in_whatever_order_levels_come() -> None:
    (quote,) = AllTickCodec().decode(push([level("9.11"), level("9.12", 7)], [level(9.2), level("9.13", "")]))
    assert texts(quote) == ["9.12", "9.13", "7", ""]
    assert isinstance(quote, Quote)
    assert (quote.last, quote.ask_size, quote.seq) == (None, UNKNOWN, None)


def test_the_documents_own_sample_is_read() -> None:
    sample = (
        b'{"cmd_id":22999,"data":{"code":"HK-1288","seq":1605509068000001,"tick_time":1605509068,'
        b'"bids":[{"price":"9.12","volume":"9.12"}],"asks":[{"price":"147.12","volume":"147.12"}]}}'
    )
    (quote,) = AllTickCodec().decode(sample)
    assert texts(quote) == ["9.12", "147.12", "9.12", "147.12"]


@pytest.mark.parametrize("nothing", [[], None, [level("0")], [level(0, 0), level("0.00")], "x"])
def test_an_empty_side_is_a_limit_and_two_are_the_end_and_each_is_said_once(nothing: object) -> None:
    codec, some = AllTickCodec(), [level("5")]
    conditions = []
    for bids, asks in (
        (some, some),
        (some, nothing),
        (some, nothing),
        (nothing, some),
        (nothing, nothing),
        (some, some),
    ):
        _, *statuses = codec.decode(push(bids, asks))
        conditions.append([each.condition for each in statuses if isinstance(each, Status)])
    assert conditions == [
        [],
        [Condition.LIMIT_UP],
        [],
        [Condition.LIMIT_DOWN],
        [Condition.DELISTED],
        [Condition.NORMAL],
    ]
    quote, *_ = codec.decode(push(some, nothing))
    assert isinstance(quote, Quote)
    assert quote.ask is UNKNOWN, "it is not offered any more"


@given(st.binary(max_size=40), st.recursive(st.none() | st.text(max_size=3) | st.floats(), st.lists, max_leaves=5))
def test_nothing_that_is_sent_makes_it_raise(raw: bytes, side: object) -> None:
    reader = BookReader()
    reader.read(b'{"cmd_id":22999' + raw)
    AllTickCodec().decode(b'{"cmd_id":22999' + raw)
    reader.read(push(side, [side, {"price": side, "volume": side}], side))
    reader.read(b'{"cmd_id":22999,"data":' + b"[" * 50_000)


def test_books_are_asked_for_whole_and_taken_back_by_type() -> None:
    codec = AllTickCodec(lambda: "t")
    assert json.loads(codec.ask_books(("A.US", "B.US"), 7)) == {
        "cmd_id": 22002,
        "seq_id": 7,
        "trace": "t",
        "data": {"symbol_list": [{"code": "A.US", "depth_level": 1}, {"code": "B.US", "depth_level": 1}]},
    }
    assert json.loads(codec.ask_books((), 8))["data"] == {"cancel_type": 1}
