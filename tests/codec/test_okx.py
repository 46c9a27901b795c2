"""OKX's frames and pages."""

import json
from typing import Any

import pytest

from quotedesk.codec.base import Answer, Beat, Change, Closing, Proves, Request, Unreadable, Verdict
from quotedesk.codec.okx import FEED, OkxCodec, OkxReference
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Condition, Quote

TICKER = {
    "instType": "SPOT",
    "instId": "LTC-USDT",
    "last": "9.99",
    "lastSz": "0.1",
    "askPx": "10.01",
    "askSz": "11",
    "bidPx": "9.88",
    "bidSz": "5",
    "open24h": "9",
    "high24h": "10.5",
    "low24h": "8.8",
    "volCcy24h": "2222",
    "vol24h": "231",
    "sodUtc0": "0.1",
    "sodUtc8": "0.1",
    "ts": "1597026383085",
}


def push(*tickers: Any, code: str = "LTC-USDT") -> bytes:
    return json.dumps({"arg": {"channel": "tickers", "instId": code}, "data": list(tickers)}).encode()


def decoded(frame: Any, *asked: str) -> Any:
    codec = OkxCodec()
    codec.encode(Change(asked, asked, (), 1))
    [message] = codec.decode(frame if isinstance(frame, bytes) else json.dumps(frame).encode())
    return message


def quote(**changes: Any) -> Any:
    return decoded(push({**TICKER, **changes}))


def test_a_subscription_and_its_end_are_the_published_frames() -> None:
    [frame] = OkxCodec().encode(Change(("A-B", "C-D"), ("A-B", "C-D"), (), 5))
    args = [{"channel": "tickers", "instId": "A-B"}, {"channel": "tickers", "instId": "C-D"}]
    assert json.loads(frame) == {"id": "5", "op": "subscribe", "args": args}
    [frame] = OkxCodec().encode(Change((), (), ("A-B",), 6))
    assert json.loads(frame) == {"id": "6", "op": "unsubscribe", "args": args[:1]}


def test_the_heartbeat_is_a_word_and_no_json() -> None:
    assert OkxCodec().heartbeat(3) == "ping"
    assert decoded(b"pong") == Beat()
    assert isinstance(decoded(b"ping"), Unreadable)


def test_a_ticker_tells_trade_book_and_the_window_of_24_hours_as_they_are_written() -> None:
    assert quote() == Quote(
        code="LTC-USDT",
        last=number("9.99"),
        size=number("0.1"),
        bid=number("9.88"),
        ask=number("10.01"),
        bid_size=number("5"),
        ask_size=number("11"),
        open=number("9"),
        high=number("10.5"),
        low=number("8.8"),
        open_24h=number("9"),
        volume=number("231"),
        turnover=number("2222"),
        time_utc_s=1597026383.085,
    )


def test_of_a_perpetual_the_amount_of_the_base_currency_is_no_turnover() -> None:
    perpetual = quote(instId="BTC-USDT-SWAP", instType="SWAP")
    assert (perpetual.volume, perpetual.turnover) == (number("231"), None)


def test_a_side_without_orders_is_unknown_and_never_zero() -> None:
    for none in ("0", "", None, [], "-3"):
        assert (quote(askPx=none).ask, quote(askPx=none).ask_size) == (UNKNOWN, UNKNOWN)
    assert quote(last="", open24h="0", ts="x").last is None
    assert quote(last="", open24h="0").open_24h is None


def test_a_push_may_hold_several_symbols_and_a_spoilt_one_costs_only_itself() -> None:
    messages = OkxCodec().decode(push(TICKER, None, {**TICKER, "instId": "B-C"}, {"instId": "X"}))
    assert [type(each) for each in messages] == [Quote, Unreadable, Quote, Unreadable]


def test_each_symbol_is_acknowledged_by_itself_under_the_number_of_its_request() -> None:
    arg = {"channel": "tickers", "instId": "A-B"}
    assert decoded({"id": "5", "event": "subscribe", "arg": arg, "connId": "x"}) == Answer(
        5, Verdict.OK, codes=("A-B",)
    )
    assert decoded({"event": "unsubscribe", "arg": arg}) == Answer(None, Verdict.OK, codes=("A-B",))
    assert OkxCodec().decode(b'{"event":"channel-conn-count","channel":"tickers","connCount":"2"}') == ()


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (
            {"id": "5", "code": "60018", "msg": "Wrong", "arg": {"channel": "tickers", "instId": "A-B"}},
            Answer(5, Verdict.CODE, "Wrong", ("A-B",)),
        ),
        (
            {"code": "60018", "msg": "Wrong URL or channel:tickers,instId:A-B doesn't exist. Please"},
            Answer(None, Verdict.CODE, "Wrong URL or channel:tickers,instId:A-B doesn't exist. Please", ("A-B",)),
        ),
        (
            {"code": "60018", "msg": "A-B is not there", "arg": {"channel": "tickers"}},
            Answer(None, Verdict.CODE, "A-B is not there", ("A-B",)),
        ),
        (
            {"code": "60018", "msg": "instId:A-B-SWAP doesn't exist"},
            Answer(None, Verdict.CODE, "instId:A-B-SWAP doesn't exist"),
        ),
        ({"id": "2", "code": "60018", "msg": "Unknown"}, Answer(2, Verdict.CODE, "Unknown")),
        ({"code": "60014", "msg": "Requests too frequent"}, Answer(None, Verdict.RATE, "Requests too frequent")),
        ({"code": 60012, "msg": "Illegal request"}, Answer(None, Verdict.FORM, "Illegal request")),
        ({"code": "60012"}, Answer(None, Verdict.FORM, "error 60012")),
        ({"code": None, "msg": []}, Answer(None, Verdict.FORM, "an error without a reason")),
    ],
)
def test_an_error_is_about_what_it_names(error: Any, answer: Answer) -> None:
    assert decoded({"event": "error", **error}, "A-B", "C-D") == answer


def test_a_restart_that_is_announced_is_a_planned_close_and_other_notices_are_told() -> None:
    words = "The connection will soon be closed for a service upgrade. Please reconnect."
    assert decoded({"event": "notice", "code": "64008", "msg": words, "connId": "a"}) == Closing(words)
    assert decoded({"event": "notice", "code": "64008"}) == Closing("OKX restarts this server")
    assert decoded({"event": "notice", "code": "1", "msg": "Hello"}) == Answer(None, Verdict.RATE, "Hello")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"[]", "not an object"),
        ({"event": "subscribed"}, "unknown event"),
        ({"event": "subscribe", "arg": []}, "unknown event"),
        ({"arg": {"channel": "tickers"}, "data": {}}, "wrong types"),
        ({"arg": {"channel": "books"}, "data": []}, "unknown event"),
        ({}, "unknown event"),
    ],
)
def test_what_says_nothing_is_named_by_its_kind(frame: Any, reason: str) -> None:
    message = decoded(frame)
    assert isinstance(message, Unreadable)
    assert message.reason == reason


def test_the_feed_is_talked_to_as_its_papers_want() -> None:
    limits = FEED.limits
    assert limits.acknowledges is Proves.CODES
    assert limits.beat_is_frame
    assert limits.beat_s + limits.link_gap_s < 30
    assert limits.codes_per_frame
    assert limits.bucket
    assert limits.bucket[0] + 3600 / limits.bucket[1] <= 960  # 480 at once, 480 an hour
    assert limits.bucket[0] < 480
    codes = tuple(f"{n:026}-SWAP" for n in range(limits.codes_per_frame))
    [frame] = OkxCodec().encode(Change(codes, codes, (), 2**31 - 1))
    assert len(frame) < 64 * 1024


# -- HTTP

reference = OkxReference()


def instrument(**fields: Any) -> dict[str, Any]:
    spot = {
        "instType": "SPOT",
        "instId": "BTC-USDT",
        "baseCcy": "BTC",
        "quoteCcy": "USDT",
        "tickSz": "0.1",
        "state": "live",
    }
    return {**spot, "uly": "", **fields}


def test_the_directory_names_spot_pairs_perpetuals_and_futures_as_what_they_are() -> None:
    asked = reference.directory()
    assert [dict(each.params)["instType"] for each in asked] == ["SPOT", "SWAP", "FUTURES"]
    swap = {"instType": "SWAP", "instId": "BTC-USDT-SWAP", "baseCcy": "", "quoteCcy": "", "uly": "BTC-USDT"}
    rows = [
        instrument(),
        instrument(**swap),
        instrument(instId="A-B", state="suspend"),
        instrument(instId="C-D", state="preopen"),
        instrument(instId="T-T", state="test"),
        instrument(instId=7),
    ]
    page = reference.read_directory(json.dumps({"code": "0", "msg": "", "data": rows}).encode(), asked[0])
    spot, perpetual = page.items[:2]
    assert (spot.base, spot.quote, spot.kind, spot.tick_size) == ("BTC", "USDT", InstrumentKind.SPOT, number("0.1"))
    assert (perpetual.base, perpetual.quote, perpetual.kind) == ("BTC", "USDT", InstrumentKind.PERPETUAL)
    assert (spot.name, perpetual.name) == ("Bitcoin", "Bitcoin")
    assert perpetual.described("OKX") == "OKX perpetual on BTC"
    assert [each.condition for each in page.items[2:]] == [Condition.HALTED, Condition.PRE_LAUNCH]
    assert page.fault == "1 of the symbols cannot be read"


def test_candles_come_newest_first_and_leave_oldest_first_the_last_one_unfinished() -> None:
    rows = [
        ["1597026420000", "8.5", "9.1", "8.4", "9.0", "3", "27", "27", "0"],
        ["1597026360000", "8", "9", "7.5", "8.5", "2", "17", "17", "1"],
    ]
    asked = reference.candles("LTC-USDT", 60, 500, None)
    assert asked == Request("/api/v5/market/candles", (("instId", "LTC-USDT"), ("bar", "1m"), ("limit", "300")))
    page = reference.read_candles(json.dumps({"code": "0", "data": rows}).encode(), asked)
    assert [(each.start_utc_s, each.is_final) for each in page.items] == [(1597026360, True), (1597026420, False)]
    assert (page.items[0].high, page.items[0].volume) == (number("9"), number("2"))


def test_candles_before_a_time_end_before_it() -> None:
    asked = reference.candles("LTC-USDT", 60, 2, 1597026480.0)
    assert asked
    assert dict(asked.params)["after"] == "1597026420001"  # one that begins at ...420 ends at the time
    row = ["1597026480000", "8", "9", "7.5", "8.5", "2", "17", "17", "1"]
    page = reference.read_candles(json.dumps({"code": "0", "data": [row]}).encode(), asked)
    assert page.items == ()
    assert "later than" in page.fault


def test_an_error_inside_a_good_answer_is_told_in_its_words() -> None:
    data = b'{"code":"50011","msg":"Too Many Requests","data":[]}'
    for page in (reference.read_candles(data, Request("/x")), reference.read_directory(data, Request("/x"))):
        assert (page.items, page.fault) == ((), "OKX answered: Too Many Requests")
