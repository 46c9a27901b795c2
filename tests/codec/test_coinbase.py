"""Coinbase Exchange's frames and pages."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from quotedesk.codec.base import Answer, Change, Proves, Request, Unreadable, Verdict
from quotedesk.codec.coinbase import FEED, CoinbaseCodec, CoinbaseReference
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Condition, Quote
from quotedesk.quotes.quotes import Quotes

RECORDED = Path(__file__).parents[3] / "shared/recorded/coinbase/cryptofeed_exchange_20210417.jsonl"
TICKER = {
    "type": "ticker",
    "sequence": 37475248783,
    "product_id": "ETH-USD",
    "price": "1285.22",
    "open_24h": "1310.79",
    "volume_24h": "245532.79269678",
    "low_24h": "1280.52",
    "high_24h": "1313.8",
    "volume_30d": "9788783.60117027",
    "best_bid": "1285.04",
    "best_bid_size": "0.46688654",
    "best_ask": "1285.27",
    "best_ask_size": "1.56637040",
    "side": "buy",
    "time": "2022-10-19T23:28:22.061769123Z",
    "trade_id": 370843401,
    "last_size": "11.4396987",
}
asked = Change(("BTC-USD", "NOPE-USD"), ("BTC-USD", "NOPE-USD"), (), 1)


def decoded(frame: Any, codec: CoinbaseCodec | None = None) -> Any:
    [message] = (codec or CoinbaseCodec()).decode(frame if isinstance(frame, bytes) else json.dumps(frame).encode())
    return message


def quote(**changes: Any) -> Any:
    return decoded({**TICKER, **changes})


def test_a_subscription_and_its_end_are_the_published_frames() -> None:
    codec = CoinbaseCodec()
    assert [json.loads(each) for each in codec.encode(asked)] == [
        {"type": "subscribe", "product_ids": ["BTC-USD", "NOPE-USD"], "channels": ["ticker"]}
    ]
    [frame] = codec.encode(Change((), (), ("BTC-USD",), 2))
    assert isinstance(frame, str)
    assert json.loads(frame) == {"type": "unsubscribe", "product_ids": ["BTC-USD"], "channels": ["ticker"]}
    assert codec.greet(None) == ()


def test_a_ticker_tells_trade_book_and_the_window_of_24_hours_as_they_are_written() -> None:
    assert quote() == Quote(
        code="ETH-USD",
        last=number("1285.22"),
        size=number("11.4396987"),
        bid=number("1285.04"),
        ask=number("1285.27"),
        bid_size=number("0.46688654"),
        ask_size=number("1.56637040"),
        open=number("1310.79"),
        high=number("1313.8"),
        low=number("1280.52"),
        open_24h=number("1310.79"),
        volume=number("245532.79269678"),
        time_utc_s=1666222102.061769,
        seq=37475248783,
    )


def test_a_side_without_orders_is_unknown_and_never_zero() -> None:
    for none in ("0", "0.00000000", "", None, "x", [], 0, "-1"):
        empty = quote(best_bid=none)
        assert (empty.bid, empty.bid_size) == (UNKNOWN, UNKNOWN)
        assert empty.last == number("1285.22")


def test_what_a_ticker_does_not_say_stays_as_it_was() -> None:
    bare = decoded({"type": "ticker", "product_id": "A", "price": "5.10"})
    assert bare == Quote(code="A", last=number("5.10"))
    null = quote(price=None, last_size=None, open_24h=None, time=None, sequence=None)
    assert (null.last, null.size, null.open_24h, null.seq) == (None, None, None, None)
    assert null.time_utc_s != null.time_utc_s
    assert null.bid == number("1285.04")


@pytest.mark.parametrize("price", [1285.22, "1285.22", "1.28522e3"])
def test_numbers_may_be_text_floats_and_exponents(price: object) -> None:
    assert quote(price=price).last.value == 1285.22


def test_keys_that_differ_by_case_are_other_keys() -> None:
    assert quote(Price="1", PRICE="2").last == number("1285.22")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ({"type": "ticker", "product_id": "A", "price": "0"}, "bad price"),
        ({"type": "ticker", "price": "5"}, "bad price"),
        ({"type": ["ticker"]}, "unknown type"),
        ({"type": "subscribed", "channels": []}, "unknown type"),
        ([TICKER], "not an object"),
        ({"type": "subscriptions", "channels": {"name": "ticker"}}, "wrong types"),
        ({"type": "subscriptions"}, "wrong types"),
        ({"type": "subscriptions", "channels": ["ticker"]}, "wrong types"),
        ({"type": "subscriptions", "channels": [{"name": "ticker", "product_ids": "A"}]}, "wrong types"),
        (b"<html>", "not JSON"),
        (b"", "empty"),
    ],
)
def test_what_says_nothing_is_named_by_its_kind_and_never_taken_for_an_empty_list(frame: Any, reason: str) -> None:
    message = decoded(frame)
    assert isinstance(message, Unreadable)
    assert message.reason == reason


def test_channels_that_were_not_asked_for_are_passed_over() -> None:
    for kind in ("heartbeat", "status", "match", "l2update", "snapshot"):
        assert CoinbaseCodec().decode(json.dumps({"type": kind}).encode()) == ()


def test_an_answer_names_all_that_is_subscribed_to_tickers_and_goes_to_the_oldest_request() -> None:
    codec = CoinbaseCodec()
    codec.encode(asked)
    codec.encode(Change(("A",), ("A",), (), 7))
    channels = [{"name": "level2", "product_ids": ["X"]}, {"name": "ticker", "product_ids": ["BTC-USD"]}]
    answer = {"type": "subscriptions", "channels": channels}
    assert decoded(answer, codec) == Answer(1, Verdict.OK, codes=("BTC-USD",))
    assert decoded({"type": "subscriptions", "channels": []}, codec) == Answer(7, Verdict.OK)
    assert decoded(answer, codec) == Answer(None, Verdict.OK, codes=("BTC-USD",))


@pytest.mark.parametrize("reason", ["NOPE-USD is not a valid product", "NOPE-USD is delisted", "No such: NOPE-USD."])
def test_an_error_refuses_the_product_that_it_names(reason: str) -> None:
    codec = CoinbaseCodec()
    codec.encode(asked)
    error = {"type": "error", "message": "Failed to subscribe", "reason": reason}
    answer = decoded(error, codec)
    assert (answer.verdict, answer.codes) == (Verdict.CODE, ("NOPE-USD",))
    assert answer.words == reason


def test_an_error_may_name_several_products_and_none_that_only_begins_like_one() -> None:
    codec = CoinbaseCodec()
    codes = ("BTC-USD", "NO-USD", "NO-USDC", "NAY-USD")
    codec.encode(Change(codes, codes, (), 1))
    error = {"type": "error", "message": "Failed to subscribe", "reason": "NO-USDC,NAY-USD are not valid products"}
    assert decoded(error, codec).codes == ("NO-USDC", "NAY-USD")
    assert decoded({"type": "error", "message": "no product NO-USD"}, codec).codes == ("NO-USD",)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"type": "error"}, "an error without a reason"),
        ({"type": "error", "message": "Slow down"}, "Slow down"),
        (
            {"type": "error", "message": "Failed", "reason": "x is not\na channel"},
            "x is not a channel",
        ),
        ({"type": "error", "message": None, "reason": {"a": 1}}, "an error without a reason"),
    ],
)
def test_an_error_that_names_no_product_is_told_and_costs_no_row(error: Any, words: str) -> None:
    codec = CoinbaseCodec()
    codec.encode(asked)
    answer = decoded(error, codec)
    assert (answer.verdict, answer.codes) == (Verdict.RATE, ())
    assert words in answer.words
    assert answer.words.isprintable()


def test_the_feed_is_talked_to_as_its_papers_want() -> None:
    limits = FEED.limits
    assert (limits.replaces, limits.acknowledges) == (False, Proves.LIST)
    assert 1 / limits.frame_gap_s < 8
    assert not FEED.provider.needs_key


# -- HTTP

reference = CoinbaseReference()
PRODUCT = {
    "id": "BTC-USD",
    "base_currency": "BTC",
    "quote_currency": "USD",
    "quote_increment": "0.01",
    "base_increment": "0.00000001",
    "display_name": "BTC-USD",
    "status": "online",
    "cancel_only": False,
    "trading_disabled": False,
}


def test_the_directory_says_tick_size_kind_and_how_a_product_trades() -> None:
    products = [
        PRODUCT,
        {**PRODUCT, "id": "A-USD", "cancel_only": True},
        {**PRODUCT, "id": "B-USD", "trading_disabled": True},
        {**PRODUCT, "id": "C-USD", "status": "delisted"},
        {**PRODUCT, "id": None},
        "junk",
    ]
    [request] = reference.directory()
    assert request == Request("/products")
    page = reference.read_directory(json.dumps(products).encode(), request)
    first = page.items[0]
    assert (first.code, first.kind, first.base, first.quote) == ("BTC-USD", InstrumentKind.SPOT, "BTC", "USD")
    assert first.name == "Bitcoin"
    assert first.tick_size == number("0.01")
    assert first.listed == "COINBASE:BTCUSD"
    assert [each.condition for each in page.items] == [
        Condition.NORMAL,
        Condition.CANCEL_ONLY,
        Condition.HALTED,
        Condition.DELISTED,
    ]
    assert page.fault == "2 of the products cannot be read"
    assert page.following is None


def test_candles_come_newest_first_with_low_before_high_and_leave_oldest_first() -> None:
    older = [1700000060, 98.0, 102, 100, 101, 3]
    rows = [[1700000120, 99, 103, 101, 102.5, 4.5], older, older]
    asked_for = reference.candles("BTC-USD", 60, 10, None)
    assert asked_for == Request("/products/BTC-USD/candles", (("granularity", "60"),))
    page = reference.read_candles(json.dumps(rows).encode(), asked_for)
    assert [each.start_utc_s for each in page.items] == [1700000060, 1700000120]
    newest = page.items[-1]
    assert [each.value for each in (newest.open, newest.high, newest.low, newest.close, newest.volume)] == [
        *(101, 103, 99, 102.5, 4.5),
    ]
    assert [each.is_final for each in page.items] == [True, False]
    assert page.fault == ""


def test_candles_before_a_time_are_asked_for_by_start_and_end_at_most_300() -> None:
    asked_for = reference.candles("BTC-USD", 60, 900, 1700000400.0)
    assert asked_for
    params = dict(asked_for.params)
    assert params["end"] == "2023-11-14T22:19:00Z"  # the last one begins a minute before the time
    assert params["start"] == "2023-11-14T17:20:00Z"
    assert reference.candles("BTC-USD", 61, 10, None) is None


def test_a_candle_of_the_future_or_that_cannot_be_one_is_left_out_and_told() -> None:
    asked_for = reference.candles("BTC-USD", 60, 10, 1700000400.0)
    assert asked_for
    late, bad, good = [1700009999, 1, 2, 1, 2, 1], [1700000060, 5, 4, 4, 4, 1], [1700000000, 1, 2, 1, 2, None]
    rows = [late, bad, good, [9e18, 1, 2, 1, 2, 1], {}]
    page = reference.read_candles(json.dumps(rows).encode(), asked_for)
    assert [each.start_utc_s for each in page.items] == [1700000000]
    assert page.items[0].volume == UNKNOWN
    assert "3 of the candles cannot be read" in page.fault
    assert "1 of the candles are later than" in page.fault


def test_an_error_inside_a_good_answer_is_told_in_its_words() -> None:
    page = reference.read_candles(b'{"message":"NotFound"}', Request("/x"))
    assert (page.items, page.fault) == ((), "Coinbase answered: NotFound")


# -- recorded


@pytest.mark.skipif(not RECORDED.is_file(), reason="the recorded frames of ../shared are not here")
def test_recorded_frames_give_the_last_bid_ask_and_change_that_they_say() -> None:
    codec, store = CoinbaseCodec(), Quotes()
    newest: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = defaultdict(int)
    for line in RECORDED.read_bytes().splitlines():
        messages = codec.decode(line)
        assert not any(isinstance(each, Unreadable) for each in messages)
        said = json.loads(line)
        if said["type"] == "ticker":
            newest[said["product_id"]] = said
            seen[said["product_id"]] += 1
            store.slots([Instrument("coinbase", said["product_id"])])
            store.apply(Batch("coinbase", list(messages), 1.0))  # type: ignore[arg-type]
        else:
            assert not any(isinstance(each, Quote) for each in messages)
    assert len(newest) == 10
    assert sum(seen.values()) == 107
    for code, said in newest.items():
        slot = store.slot(Instrument("coinbase", code))
        told = {name: store.number(name, slot).text for name in ("last", "bid", "ask", "open", "high", "low", "volume")}
        assert told == {
            "last": said["price"],
            "bid": said["best_bid"],
            "ask": said["best_ask"],
            "open": said["open_24h"],
            "high": said["high_24h"],
            "low": said["low_24h"],
            "volume": said["volume_24h"],
        }
        base, before = store.base_of(slot)
        assert (base, before.text) == ("open_24h", said["open_24h"])
        change = store.number("last", slot).exact - before.exact
        assert change == number(said["price"]).exact - number(said["open_24h"]).exact
