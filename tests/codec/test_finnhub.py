"""Finnhub's frames and pages."""

import json
import math
from typing import Any

import pytest

from quotedesk.codec.base import Answer, Beat, Change, Proves, Request, Unreadable, Verdict
from quotedesk.codec.finnhub import FEED, FinnhubCodec, FinnhubReference
from quotedesk.market.instrument import check_code
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade

PUSH = {
    "type": "trade",
    "data": [{"s": "BINANCE:BTCUSDT", "p": 7296.89, "t": 1575526691134, "v": 0.011467, "c": ["1"]}],
}


def asks(*codes: str, codec: FinnhubCodec | None = None) -> FinnhubCodec:
    codec = codec or FinnhubCodec()
    for at, code in enumerate(codes, 1):
        codec.encode(Change(codes, (code,), (), at))
    return codec


def decoded(frame: Any, codec: FinnhubCodec | None = None) -> Any:
    return (codec or FinnhubCodec()).decode(frame if isinstance(frame, bytes) else json.dumps(frame).encode())


def refused(words: str, codec: FinnhubCodec) -> Any:
    [answer] = decoded({"type": "error", "msg": words}, codec)
    return answer


def test_each_symbol_is_asked_for_in_a_frame_of_its_own_in_the_servers_spelling() -> None:
    codec = FinnhubCodec()
    codes = ("AAPL", "BINANCE/BTCUSDT")
    assert [json.loads(each) for each in codec.encode(Change(codes, codes, (), 1))] == [
        {"type": "subscribe", "symbol": "AAPL"},
        {"type": "subscribe", "symbol": "BINANCE:BTCUSDT"},
    ]
    assert [json.loads(each) for each in codec.encode(Change((), (), ("AAPL",), 2))] == [
        {"type": "unsubscribe", "symbol": "AAPL"}
    ]


def test_a_trade_is_read_to_the_last_digit_and_its_symbol_can_be_typed() -> None:
    beat, trade = decoded(PUSH)
    assert beat == Beat()
    assert trade == Trade("BINANCE/BTCUSDT", number("7296.89"), number("0.011467"), 1575526691.134)
    assert check_code(trade.code) == trade.code


def test_a_volume_of_zero_is_a_price_and_no_trade() -> None:
    for none in (0, 0.0, None, "", -1):
        [_, trade] = decoded({"type": "trade", "data": [{"s": "A", "p": 5, "t": 1575526691134, "v": none}]})
        assert (trade.price, trade.size) == (number("5"), UNKNOWN)


@pytest.mark.parametrize("price", [0, None, "", [], "1e99999", True, -4])
def test_a_spoilt_trade_costs_only_itself(price: object) -> None:
    good = {"s": "A", "p": 5, "t": "x", "v": 1}
    messages = decoded({"type": "trade", "data": [{"s": "B", "p": price}, 7, good]})
    assert [type(each) for each in messages] == [Beat, Unreadable, Unreadable, Trade]
    assert math.isnan(messages[-1].time_utc_s)


def test_the_servers_ping_is_the_sign_of_life_and_its_absence_of_90_s_the_end() -> None:
    assert decoded({"type": "ping"}) == (Beat(),)
    assert (FEED.limits.beat_s, FEED.limits.dead_after_s) == (math.inf, 90.0)


def test_a_plan_that_is_full_lets_go_of_the_newest_and_of_one_more_for_each_error() -> None:
    codec = asks("A", "B", "C", "D")
    decoded({"type": "trade", "data": [{"s": "D", "p": 5}]}, codec)  # it is served
    words = "Subscribing to too many symbols"
    assert refused(words, codec) == Answer(None, Verdict.PLAN, words, ("C",))
    assert refused(words, codec) == Answer(None, Verdict.PLAN, words, ("B",))
    assert refused(words, asks()) == Answer(None, Verdict.PLAN, words)


def test_what_was_taken_back_is_not_what_an_error_is_about() -> None:
    codec = asks("A", "B")
    codec.encode(Change(("A",), (), ("B",), 3))
    assert refused("Subscribing to too many symbols", codec).codes == ("A",)


def test_an_unknown_symbol_is_refused_where_it_is_named_or_can_be_no_other() -> None:
    codec = asks("A", "B", "OANDA/X_Y")
    assert refused("Invalid symbol OANDA:X_Y", codec) == Answer(
        None, Verdict.CODE, "Invalid symbol OANDA:X_Y", ("OANDA/X_Y",)
    )
    assert refused("Invalid symbol", codec) == Answer(None, Verdict.RATE, "Invalid symbol")  # of two: it costs none
    assert refused("Invalid symbol", asks("A")) == Answer(None, Verdict.CODE, "Invalid symbol", ("A",))


@pytest.mark.parametrize(
    ("frame", "verdict", "words"),
    [
        ({"msg": "Invalid API key"}, Verdict.KEY, "Invalid API key"),
        ({"msg": "Slow\ndown"}, Verdict.RATE, "Slow down"),
        ({}, Verdict.RATE, "an error without a reason"),
        ({"msg": {"a": 1}}, Verdict.RATE, "an error without a reason"),
    ],
)
def test_other_errors_are_told(frame: Any, verdict: Verdict, words: str) -> None:
    assert decoded({"type": "error", **frame}, asks("A")) == (Answer(None, verdict, words),)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ([PUSH], "not an object"),
        ({"type": "news"}, "unknown type"),
        ({"Type": "trade", "data": []}, "unknown type"),
        ({"type": "trade", "data": {"s": "A"}}, "wrong types"),
        (b"", "empty"),
    ],
)
def test_what_says_nothing_is_named_by_its_kind(frame: Any, reason: str) -> None:
    [message] = decoded(frame)
    assert isinstance(message, Unreadable)
    assert message.reason == reason


def test_the_feed_is_talked_to_as_its_papers_want() -> None:
    assert FEED.limits.acknowledges is Proves.NOTHING
    assert FEED.limits.codes_per_frame == 1
    assert FEED.provider.needs_key
    assert FEED.provider.key_in_url


# -- HTTP

reference = FinnhubReference()


def test_the_directory_lists_shares_and_coins() -> None:
    shares, coins = reference.directory()
    share = {
        "symbol": "AAPL",
        "displaySymbol": "AAPL",
        "description": "APPLE INC",
        "type": "Common Stock",
        "currency": "USD",
    }
    [listing] = reference.read_directory(json.dumps([share]).encode(), shares).items
    assert (listing.code, listing.name, listing.kind, listing.quote) == (
        "AAPL",
        "APPLE INC",
        InstrumentKind.SHARE,
        "USD",
    )
    coin = {"symbol": "BINANCE:ETHBTC", "displaySymbol": "ETH/BTC", "description": "Binance ETHBTC"}
    page = reference.read_directory(json.dumps([coin, None]).encode(), coins)
    [listing] = page.items
    assert (listing.code, listing.base, listing.quote) == ("BINANCE/ETHBTC", "ETH", "BTC")
    assert (listing.kind, listing.listed) == (InstrumentKind.SPOT, "BINANCE:ETHBTC")
    assert page.fault == "1 of the symbols cannot be read"


def test_what_is_known_of_a_symbol_has_the_close_before() -> None:
    asked = reference.snapshot(["BINANCE/ETHBTC", "AAPL"])
    assert asked == Request("/api/v1/quote", (("symbol", "BINANCE:ETHBTC"),))
    asked = reference.snapshot(["AAPL"])
    assert asked
    said = {"c": 261.74, "d": 1.2, "dp": 0.5, "h": 263.31, "l": 260.68, "o": 261.07, "pc": 259.45, "t": 1582641000}
    page = reference.read_snapshot(json.dumps(said).encode(), asked)
    assert page.items == (
        Quote(
            code="AAPL",
            last=number("261.74"),
            open=number("261.07"),
            high=number("263.31"),
            low=number("260.68"),
            prev_close=number("259.45"),
            time_utc_s=1582641000.0,
        ),
    )
    assert reference.snapshot([]) is None
    assert reference.candles("AAPL", 60, 10, None) is None


def test_a_symbol_without_a_price_and_an_error_inside_a_good_answer_are_told() -> None:
    asked = Request("/api/v1/quote", (("symbol", "NOPE"),))
    zeros = b'{"c":0,"d":null,"dp":null,"h":0,"l":0,"o":0,"pc":0,"t":0}'
    assert reference.read_snapshot(zeros, asked).fault == "Finnhub has no price of NOPE"
    limit = b'{"error":"API limit reached."}'
    assert reference.read_snapshot(limit, asked).fault == "Finnhub answered: API limit reached."
    assert reference.read_directory(limit, reference.directory()[0]).fault == "Finnhub answered: API limit reached."
