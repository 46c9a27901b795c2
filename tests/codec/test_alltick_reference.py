"""AllTick's HTTP companions: the documents' own samples, and what else was seen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_reference import AllTickReference
from quotedesk.codec.base import Page, Reference, Request

REFERENCE: Reference = AllTickReference(lambda: "t")


def query(request: Request) -> dict:
    ((name, text),) = request.params
    assert name == "query"
    return json.loads(text)


def envelope(data: object, ret: object = 200) -> bytes:
    return json.dumps({"ret": ret, "msg": "ok", "trace": "t", "data": data}).encode()


def test_a_snapshot_asks_for_five_codes_of_one_endpoint_and_then_for_their_days() -> None:
    codes = ["700.HK", "BTCUSDT", "AAPL.US", "A.US", "B.US", "C.US", "D.US"]
    asked = REFERENCE.snapshot(codes)
    assert asked is not None
    assert asked.path == "/quote-stock-b-api/trade-tick"
    assert asked.codes == ("700.HK", "AAPL.US", "A.US", "B.US", "C.US")
    assert query(asked) == {"trace": "t", "data": {"symbol_list": [{"code": code} for code in asked.codes]}}
    page = REFERENCE.read_snapshot(envelope({"tick_list": []}), asked)
    days = page.following
    assert days is not None
    assert (days.path, days.codes) == ("/quote-stock-b-api/batch-kline", asked.codes)
    assert days.body is not None
    wish = json.loads(days.body)["data"]["data_list"][0]
    assert wish == {
        "code": "700.HK",
        "kline_type": 8,
        "kline_timestamp_end": 0,
        "query_kline_num": 2,
        "adjust_type": 0,
    }
    assert REFERENCE.read_snapshot(envelope({"kline_list": []}), days).following is None
    other = REFERENCE.snapshot(["BTCUSDT", "700.HK"])
    assert other is not None
    assert (other.path, other.codes) == ("/quote-b-api/trade-tick", ("BTCUSDT",))


def test_the_documents_last_price_is_read() -> None:
    asked = REFERENCE.snapshot(["857.HK"])
    assert asked is not None
    tick = {
        "code": "857.HK",
        "seq": "30841439",
        "tick_time": "1677831545217",
        "price": "136.302",
        "volume": "0",
        "turnover": "0",
        "trade_direction": 0,
    }
    (quote,) = REFERENCE.read_snapshot(envelope({"tick_list": [tick, {"code": "X", "price": "0"}, 7]}), asked).items
    assert (quote.code, quote.last and quote.last.text, quote.time_utc_s) == ("857.HK", "136.302", 1677831545.217)
    assert quote.prev_close is None


def test_the_older_of_two_days_is_the_previous_close_in_whatever_order_they_come() -> None:
    days = [bar("1677715200", "136.1"), bar("1677628800", "135.2")]
    for order in (days, days[::-1], [*days, days[0]]):
        asked = Request("/quote-stock-b-api/batch-kline", interface="batch-kline")
        said = envelope({"kline_list": [{"code": "700.HK", "kline_type": 8, "kline_data": order}]})
        (quote,) = REFERENCE.read_snapshot(said, asked).items
        assert quote.prev_close is not None
        assert (quote.prev_close.text, quote.last) == ("135.2", None)
        assert quote.time_utc_s == 1677628800 + 43_200
    one = envelope({"kline_list": [{"code": "700.HK", "kline_data": days[:1]}]})
    assert REFERENCE.read_snapshot(one, asked).items == ()


def bar(start: object, close: object = "136.4", **more: object) -> dict:
    return {
        "timestamp": start,
        "open_price": "136.421",
        "close_price": close,
        "high_price": "999",
        "low_price": "1",
        "volume": "",
        "turnover": "0",
        **more,
    }


def test_candles_come_sorted_once_each_and_without_the_impossible() -> None:
    asked = REFERENCE.candles("BTCUSDT", 60, 900, None)
    assert asked is not None
    assert query(asked)["data"]["query_kline_num"] == 500
    said = [
        bar("1677829320"),
        bar(1677829200000),
        bar("1677829260", low_price="200"),
        bar("1677829200", "7"),
        bar("x"),
        bar("1677829380", close=None),
        None,
    ]
    page = REFERENCE.read_candles(envelope({"code": "BTCUSDT", "kline_list": said}), asked)
    assert [(each.start_utc_s, each.close.text, each.is_final) for each in page.items] == [
        (1677829200.0, "7", True),
        (1677829320.0, "136.4", False),
    ]
    assert not page.items[0].volume.is_known


def test_of_stocks_there_are_only_the_newest_candles() -> None:
    assert REFERENCE.candles("700.HK", 60, 10, 1_677_829_200.0) is None
    earlier = REFERENCE.candles("BTCUSDT", 60, 10, 1_677_829_200.0)
    assert earlier is not None
    assert query(earlier)["data"]["kline_timestamp_end"] == 1_677_829_200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b'{"ret":604,"msg":"code unauthorized","trace":"x"}', "AllTick answered: code unauthorized"),
        (b'{"error_msg":"Too many requests"}', "AllTick answered: Too many requests"),
        (b'{"ret":605}', "AllTick answered: error 605"),
        (b'{"ret":600,"msg":"code\\n\\u001b[31m invalid"}', "AllTick answered: code [31m invalid"),
        (b"[]", "AllTick sent no object"),
        (b"<html>", "AllTick sent what is not JSON"),
        (b"", "AllTick sent what is not JSON"),
        (b'{"ret":200,"data":null}', "AllTick answered: error 200"),
        (b"[" * 100_000, "AllTick sent what is not JSON"),
    ],
)
def test_an_answer_with_an_error_inside_is_one_plain_line(said: bytes, words: str) -> None:
    for read, asked in (
        (REFERENCE.read_candles, REFERENCE.candles("BTCUSDT", 60, 10, None)),
        (REFERENCE.read_snapshot, REFERENCE.snapshot(["BTCUSDT"])),
    ):
        page = read(said, asked)  # type: ignore[operator]
        assert (page.items, page.following, page.fault) == ((), None, words)


KEYS = [*bar(1), "code", "kline_data", "price", "tick_time"]
json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*bar(1), "code", "kline_data"]), inner)
    ),
    max_leaves=12,
)


@given(
    st.binary(max_size=60)
    | st.builds(lambda a, b: envelope({"kline_list": a, "tick_list": b}), json_values, json_values)
)
def test_nothing_that_is_sent_makes_it_raise(data: bytes) -> None:
    for interface in ("trade-tick", "batch-kline"):
        REFERENCE.read_snapshot(data, Request("/x", codes=("A.US",), interface=interface))
    REFERENCE.read_candles(data, Request("/x"))


def test_the_free_plan_is_kept_to_whatever_the_interface() -> None:
    asked = [REFERENCE.snapshot(["BTCUSDT"]), REFERENCE.candles("700.HK", 60, 2, None)]
    assert [each and each.interface for each in asked] == ["trade-tick", "kline"]
    budget = REFERENCE.budget
    assert budget.gap_s >= 10
    assert all(most <= allowed for (most, _), allowed in zip(budget.windows, (10, 1000), strict=True))
    assert REFERENCE.directory() == ()


def test_the_candles_of_another_symbol_are_refused() -> None:
    asked = REFERENCE.candles("BTCUSDT", 60, 10, None)
    page = REFERENCE.read_candles(envelope({"code": "ETHUSDT", "kline_list": []}), asked)
    assert page == Page(fault="AllTick sent the candles of another symbol")
