"""Alpaca's frames and pages."""

import json
import math
from typing import Any

import pytest

from quotedesk.codec.alpaca import FEED, AlpacaCodec, AlpacaReference
from quotedesk.codec.base import Answer, Change, Proves, Ready, Reply, Request, Unreadable, Verdict
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade

TRADE = {
    "T": "t",
    "i": 96921,
    "S": "AAPL",
    "x": "D",
    "p": 126.55,
    "s": 1,
    "t": "2021-02-22T15:51:44.208987654Z",
    "c": ["@", "I"],
    "z": "C",
}
QUOTE = {
    "T": "q",
    "S": "AMD",
    "bx": "U",
    "bp": 87.66,
    "bs": 1,
    "ax": "Q",
    "ap": 87.68,
    "as": 4,
    "t": "2021-02-22T15:51:45.335689322Z",
    "c": ["R"],
}


def decoded(*messages: Any, codec: AlpacaCodec | None = None) -> Any:
    return (codec or AlpacaCodec()).decode(json.dumps(messages).encode())


def one(message: Any, codec: AlpacaCodec | None = None) -> Any:
    [found] = decoded(message, codec=codec)
    return found


def test_the_server_speaks_first_and_is_then_told_both_parts_of_the_key() -> None:
    codec = AlpacaCodec()
    assert codec.greet("PKID:s3/cret:x") == ()
    reply = one({"T": "success", "msg": "connected"}, codec)
    assert isinstance(reply, Reply)
    assert json.loads(reply.frame) == {"action": "auth", "key": "PKID", "secret": "s3/cret:x"}
    assert one({"T": "success", "msg": "authenticated"}, codec) == Ready()
    assert decoded({"T": "success", "msg": "hello"}, codec=codec) == ()


def test_a_subscription_names_trades_and_quotes() -> None:
    [frame] = AlpacaCodec().encode(Change(("A", "B"), ("A", "B"), (), 1))
    assert json.loads(frame) == {"action": "subscribe", "trades": ["A", "B"], "quotes": ["A", "B"]}
    [frame] = AlpacaCodec().encode(Change((), (), ("B",), 1))
    assert json.loads(frame) == {"action": "unsubscribe", "trades": ["B"], "quotes": ["B"]}


def test_a_trade_is_read_to_the_last_digit_its_time_to_the_microsecond() -> None:
    assert one(TRADE) == Trade("AAPL", number("126.55"), number("1"), 1614009104.208987, 96921)


def test_a_quote_has_no_time_that_could_silence_a_trade() -> None:
    quote = one(QUOTE)
    assert math.isnan(quote.time_utc_s)
    assert quote == Quote(
        code="AMD", bid=number("87.66"), ask=number("87.68"), bid_size=number("1"), ask_size=number("4")
    )


def test_a_side_without_orders_is_unknown_and_never_zero() -> None:
    for none in (0, 0.0, None, "", "-1", []):
        empty = one({**QUOTE, "bp": none, "bs": 0})
        assert (empty.bid, empty.bid_size, empty.ask) == (UNKNOWN, UNKNOWN, number("87.68"))


def test_a_frame_is_an_array_and_a_spoilt_message_costs_only_itself() -> None:
    messages = decoded(TRADE, 7, {**TRADE, "p": 0}, {**TRADE, "S": None}, {"T": "b", "S": "A"}, QUOTE)
    assert [type(each) for each in messages] == [Trade, Unreadable, Unreadable, Unreadable, Quote]
    assert AlpacaCodec().decode(json.dumps(TRADE).encode()) == [one(TRADE)]  # an object for an array
    [nothing] = AlpacaCodec().decode(b"[]")
    assert nothing.reason == "empty"


def test_an_answer_names_all_that_is_subscribed_and_goes_to_the_oldest_request() -> None:
    codec = AlpacaCodec()
    codec.encode(Change(("A",), ("A",), (), 1))
    codec.encode(Change(("A", "B"), ("B",), (), 2))
    codec.encode(Change(("A", "B", "C"), ("C",), (), 3))
    full = {"T": "subscription", "trades": ["A"], "quotes": ["A"], "bars": []}
    assert one(full, codec) == Answer(1, Verdict.OK, codes=("A",))
    assert one({"T": "error", "code": 405, "msg": "symbol limit exceeded"}, codec) == Answer(
        2, Verdict.PLAN, "symbol limit exceeded (405)"
    )
    assert one({**full, "trades": []}, codec) == Answer(3, Verdict.OK)
    assert one({**full, "trades": None}, codec).reason == "wrong types"  # no empty list


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        *((401, Verdict.KEY), (402, Verdict.KEY), (409, Verdict.KEY), ("402", Verdict.KEY)),
        *((404, Verdict.RATE), (406, Verdict.RATE), (407, Verdict.RATE), (500, Verdict.RATE)),
        *((400, Verdict.FORM), (410, Verdict.FORM), (999, Verdict.FORM), (None, Verdict.FORM), ([], Verdict.FORM)),
    ],
)
def test_an_error_says_by_its_code_what_it_is(code: object, verdict: Verdict) -> None:
    answer = one({"T": "error", "code": code})
    assert (answer.request_id, answer.verdict) == (None, verdict)
    assert answer.words.startswith("an error without a reason")


def test_being_logged_in_already_ends_the_greeting() -> None:
    assert one({"T": "error", "code": 403, "msg": "already authenticated"}) == Ready()


def test_the_feed_is_talked_to_as_its_papers_want() -> None:
    limits = FEED.limits
    assert limits.greets
    assert limits.acknowledges is Proves.LIST
    assert not FEED.provider.key_in_url
    assert FEED.provider.key_form == "KEY_ID:SECRET_KEY"


# -- HTTP

reference = AlpacaReference()


def test_what_is_known_of_symbols_has_the_close_before_and_says_who_is_missing() -> None:
    asked = reference.snapshot(["AAPL", "NOPE"])
    assert asked == Request("/v2/stocks/snapshots", (("symbols", "AAPL,NOPE"), ("feed", "iex")))
    said = {
        "latestTrade": {"p": 225.5, "s": 10, "t": "2026-08-01T15:59:59.5Z"},
        "dailyBar": {"o": 224, "h": 226.1, "l": 223.5, "c": 225.5, "v": 1000},
        "prevDailyBar": {"c": 223.0},
    }
    expected = Quote(
        code="AAPL",
        last=number("225.5"),
        size=number("10"),
        open=number("224"),
        high=number("226.1"),
        low=number("223.5"),
        volume=number("1000"),
        prev_close=number("223"),
        time_utc_s=1785599999.5,
    )
    for answer in ({"AAPL": said}, {"snapshots": {"AAPL": said}}):
        page = reference.read_snapshot(json.dumps(answer).encode(), asked)
        assert [(each.last.text, each.prev_close.value) for each in page.items if each.last and each.prev_close] == [
            ("225.5", 223.0)
        ]
        assert page.items[0].time_utc_s == expected.time_utc_s
        assert (page.items[0].open, page.items[0].high, page.items[0].low) == (
            expected.open,
            expected.high,
            expected.low,
        )
        assert page.fault == "Alpaca has no price of NOPE"


def test_candles_are_those_of_the_symbol_oldest_first() -> None:
    asked = reference.candles("AAPL", 60, 15, None)
    assert asked
    assert dict(asked.params) == {
        "symbols": "AAPL",
        "timeframe": "1Min",
        "limit": "15",
        "sort": "desc",
        "feed": "iex",
    }
    bars = [
        {"t": "2026-08-01T15:59:00Z", "o": 2, "h": 3, "l": 1, "c": 2.5, "v": 7},
        {"t": "2026-08-01T15:58:00Z", "o": 2, "h": 3, "l": 1, "c": 2, "v": 5},
        {"t": "2026-08-01T15:57:00Z", "o": 2, "h": 1, "l": 3, "c": 2, "v": 5},
    ]
    page = reference.read_candles(json.dumps({"bars": {"AAPL": bars}, "next_page_token": None}).encode(), asked)
    assert [(each.close.text, each.volume.text) for each in page.items] == [("2", "5"), ("2.5", "7")]
    assert page.fault == "1 of the candles cannot be read"
    assert [each.is_final for each in page.items] == [True, False]
    assert reference.read_candles(b'{"bars":null}', asked) == type(page)()
    assert reference.candles("AAPL", 61, 1, None) is None


def test_candles_before_a_time_reach_back_over_a_weekend() -> None:
    asked = reference.candles("AAPL", 60, 15, 1785600000.0)
    assert asked
    params = dict(asked.params)
    assert params["end"] == "2026-08-01T15:59:00Z"
    assert params["start"] == "2026-07-27T15:59:00Z"


def test_an_error_inside_a_good_answer_is_told_in_its_words() -> None:
    data = b'{"message":"forbidden."}'
    for page in (reference.read_candles(data, Request("/x")), reference.read_snapshot(data, Request("/x"))):
        assert (page.items, page.fault) == ((), "Alpaca answered: forbidden.")
    assert reference.directory() == ()
