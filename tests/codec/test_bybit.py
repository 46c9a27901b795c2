"""Bybit v5, linear and spot: golden frames as its documents have them, and what may come instead."""

import json
import math

import pytest

from quotedesk.codec.base import Answer, Beat, Change, Unreadable, Verdict
from quotedesk.codec.bybit import FEED, BybitCodec, BybitReference, endpoint
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN, Number
from quotedesk.market.quote import Condition, Quote

LINEAR = (
    b'{"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","tickDirection":"PlusTick",'
    b'"price24hPcnt":"0.017103","lastPrice":"17216.00","prevPrice24h":"16926.50","highPrice24h":"17281.50",'
    b'"lowPrice24h":"16915.00","prevPrice1h":"17238.00","markPrice":"17217.33","turnover24h":"1570383121.943499",'
    b'"volume24h":"91705.276","bid1Price":"17215.50","bid1Size":"84.489","ask1Price":"17216.00","ask1Size":"83.020"},'
    b'"cs":24987956059,"ts":1673272861686}'
)
DELTA = (
    b'{"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Price":"17215.00"},"ts":1673272861786}'
)
SPOT = (
    b'{"topic":"tickers.BTCUSDT","ts":1673853746003,"type":"snapshot","cs":2588407389,"data":{"symbol":"BTCUSDT",'
    b'"lastPrice":"21109.77","highPrice24h":"21426.99","lowPrice24h":"20575","prevPrice24h":"20704.93",'
    b'"volume24h":"6780.866843","turnover24h":"141946527.22907118","price24hPcnt":"0.0196","usdIndexPrice":"21120"}}'
)


def asked(*codes: str) -> BybitCodec:
    codec = BybitCodec()
    codec.encode(Change(codes, codes, (), 7))
    return codec


def one(data: bytes, codec: BybitCodec | None = None) -> object:
    (message,) = (codec or BybitCodec()).decode(data)
    return message


def quote(data: bytes, codec: BybitCodec | None = None) -> Quote:
    found = one(data, codec)
    assert isinstance(found, Quote)
    return found


def texts(quote: Quote) -> dict[str, str]:
    numbers = {name: getattr(quote, name) for name in quote.__struct_fields__}
    return {name: each.text for name, each in numbers.items() if isinstance(each, Number)}


def book(kind: str, bids: str, asks: str) -> bytes:
    return (
        f'{{"topic":"orderbook.1.BTCUSDT","type":"{kind}","ts":1672304484978,'
        f'"data":{{"s":"BTCUSDT","b":{bids},"a":{asks},"u":18521288,"seq":7961638724}},"cts":1672304484976}}'
    ).encode()


def test_a_slash_says_spot_and_goes_over_the_wire_without() -> None:
    assert [endpoint(code) for code in ("BTCUSDT", "TSLAUSDT", "BTC/USDT")] == ["linear", "linear", "spot"]
    (frame,) = BybitCodec().encode(Change(("BTC/USDT",), ("BTC/USDT",), (), 3))
    assert json.loads(frame) == {
        "req_id": "3",
        "op": "subscribe",
        "args": ["tickers.BTCUSDT", "orderbook.1.BTCUSDT"],
    }
    (frame,) = BybitCodec().encode(Change((), (), ("BTCUSDT",), 4))
    assert json.loads(frame) == {"req_id": "4", "op": "unsubscribe", "args": ["tickers.BTCUSDT"]}


def test_a_request_of_spot_has_at_most_ten_topics_and_a_connection_not_too_many_characters() -> None:
    most, total = FEED.limits.codes_per_frame, FEED.limits.most_codes
    assert most is not None
    assert total is not None
    codes = tuple(f"{index:06}COIN/USDT" for index in range(total))
    frames = BybitCodec().encode(Change(codes, codes[:most], (), 3))
    assert [len(json.loads(frame)["args"]) for frame in frames] == [10]
    (everything,) = BybitCodec().encode(Change(codes, codes, (), 3))
    assert sum(len(each) for each in json.loads(everything)["args"]) < 21_000
    assert 300 / most * FEED.limits.frame_gap_s < 10


def test_a_linear_ticker_says_everything() -> None:
    found = quote(LINEAR)
    assert texts(found) == {
        **{"last": "17216.00", "bid": "17215.50", "bid_size": "84.489", "ask": "17216.00", "ask_size": "83.020"},
        **{"open": "16926.50", "open_24h": "16926.50", "high": "17281.50", "low": "16915.00"},
        **{"volume": "91705.276", "turnover": "1570383121.943499"},
    }
    assert (found.code, found.time_utc_s) == ("BTCUSDT", 1673272861.686)


def test_a_delta_says_what_changed_even_before_any_snapshot_and_of_codes_nobody_asked_for() -> None:
    found = quote(DELTA)
    assert (found.code, texts(found)) == ("BTCUSDT", {"bid": "17215.00"})


def test_a_spot_ticker_has_no_bid_and_its_code_gets_its_slash_back() -> None:
    codec = asked("BTC/USDT")
    found = quote(SPOT, codec)
    assert found.code == "BTC/USDT"
    assert texts(found) == {
        **{"last": "21109.77", "open": "20704.93", "open_24h": "20704.93", "high": "21426.99", "low": "20575"},
        **{"volume": "6780.866843", "turnover": "141946527.22907118"},
    }
    best = quote(book("snapshot", '[["16493.50","0.006"]]', '[["16611.00","0.029"]]'), codec)
    assert best.code == "BTC/USDT"
    assert texts(best) == {"bid": "16493.50", "bid_size": "0.006", "ask": "16611.00", "ask_size": "0.029"}
    assert math.isnan(best.time_utc_s)


def test_a_delta_of_the_book_leaves_a_side_alone_or_empties_or_replaces_it() -> None:
    found = quote(book("delta", "[]", '[["27451.00","0"]]'))
    assert (found.bid, found.ask, found.ask_size) == (None, UNKNOWN, UNKNOWN)
    found = quote(book("delta", '[["27450","0"],["27449","1.5"]]', "[]"))
    assert texts(found) == {"bid": "27449", "bid_size": "1.5"}
    found = quote(book("snapshot", "[]", "[]"))
    assert (found.bid, found.ask) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize("zero", [b'"0"', b'""', b"null", b"0", b"{}"])
def test_an_empty_side_is_unknown_and_not_a_price_of_zero(zero: bytes) -> None:
    found = quote(LINEAR.replace(b'"17215.50"', zero))
    assert found.bid is found.bid_size is UNKNOWN


def test_an_acknowledgement_is_to_its_request_and_a_pong_to_its_ping() -> None:
    ok = b'{"success":true,"ret_msg":"subscribe","conn_id":"x","req_id":"7","op":"subscribe"}'
    assert one(ok) == Answer(7, Verdict.OK, "subscribe")
    assert one(b'{"success":true,"ret_msg":"pong","conn_id":"x","req_id":"9","op":"ping"}') == Beat(9)
    assert one(b'{"op":"pong","args":["1673272861786"],"conn_id":"x"}') == Beat(None)
    assert json.loads(BybitCodec().heartbeat(9)) == {"req_id": "9", "op": "ping"}


@pytest.mark.parametrize(
    "words",
    [
        "error:handler not found,topic:tickers.NOPE",
        "Invalid symbol :[tickers.NOPE]",
        "Invalid symbol :[NOPE]",
        "error:handler not found,topic:orderbook.1.NOPE",
    ],
)
def test_a_refusal_names_the_topic_and_so_the_code_and_none_that_begins_like_it(words: str) -> None:
    data = f'{{"success":false,"ret_msg":"{words}","req_id":"7","op":"subscribe"}}'.encode()
    codec = asked("BTC/USDT", "NOPE", "NOP", "NOPEUSDT")
    assert one(data, codec) == Answer(
        7, Verdict.CODE, f"Bybit has no such symbol. It answered: {words}", ("NOPE",), fails_all=True
    )


def test_a_refusal_that_names_nothing_is_looked_into() -> None:
    answer = one(b'{"success":false,"op":"subscribe"}', asked("A"))
    assert answer == Answer(None, Verdict.CODE, "Bybit refused it without a reason")


@pytest.mark.parametrize(
    ("words", "op", "verdict"),
    [
        ("error:already subscribed,topic:tickers.BTCUSDT", "subscribe", Verdict.OK),
        ("not subscribed", "unsubscribe", Verdict.OK),
        ("access too frequent", "subscribe", Verdict.RATE),
        ("args size >10", "subscribe", Verdict.FORM),
    ],
)
def test_not_every_failure_refuses_a_symbol(words: str, op: str, verdict: Verdict) -> None:
    answer = one(f'{{"success":false,"ret_msg":"{words}","op":"{op}"}}'.encode())
    assert isinstance(answer, Answer)
    assert answer.verdict is verdict


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"{}", b'{"topic":7}', b'{"topic":"tickers.X"}', b'{"topic":"tickers.X","data":{}}'),
        *(b'{"topic":"kline.1.X","data":{"symbol":"X"}}', b'{"topic":"tickers.X","data":[]}'),
        *(
            b'{"topic":"orderbook.1.X","data":{"s":"X","b":{}}}',
            b'{"topic":"orderbook.1.X","data":{"s":"X","b":[["1"]]}}',
        ),
    ],
)
def test_what_says_nothing_is_counted_and_never_raises(data: bytes) -> None:
    assert isinstance(one(data), Unreadable)


def contracts(*entries: str, cursor: str = "") -> bytes:
    listed = ",".join(entries)
    return f'{{"retCode":0,"retMsg":"OK","result":{{"nextPageCursor":"{cursor}","list":[{listed}]}}}}'.encode()


def contract(
    symbol: str, base: str, kind: str = "", *, status: str = "Trading", contract_type: str = "LinearPerpetual"
) -> str:
    return json.dumps(
        {
            **{
                "symbol": symbol,
                "contractType": contract_type,
                "status": status,
                "baseCoin": base,
                "quoteCoin": "USDT",
            },
            **{"symbolType": kind, "priceFilter": {"tickSize": "0.010"}},
        }
    )


def test_the_linear_directory_says_what_is_no_share_and_goes_on_by_its_cursor() -> None:
    reference = BybitReference()
    linear, spot = reference.directory()
    assert [dict(each.params)["category"] for each in (linear, spot)] == ["linear", "spot"]
    body = contracts(
        contract("BTCUSDT", "BTC"),
        contract("TSLAUSDT", "TSLA", "stock"),
        contract("XAUUSDT", "XAU", "commodity", status="PreLaunch"),
        contract("EURUSDT", "EUR", "forex"),
        contract("BTC-26DEC26", "BTC", contract_type="LinearFutures", status="Closed"),
        '{"symbol":7}',
        cursor="next%3D",
    )
    page = reference.read_directory(body, linear)
    assert [each.described(FEED.venue) for each in page.items] == [
        "Bybit perpetual on Bitcoin",
        "Bybit perpetual on Tesla, not the share",
        "Bybit perpetual on gold",
        "Bybit perpetual on the euro",
        "Bybit future on Bitcoin",
    ]
    assert [each.name for each in page.items] == ["Bitcoin", "Tesla", "Gold", "EUR in USDT", "Bitcoin"]
    assert [each.condition for each in page.items[2:]] == [Condition.PRE_LAUNCH, Condition.NORMAL, Condition.DELISTED]
    assert page.items[0].tick_size.text == "0.01"
    assert page.fault == "1 line of it could not be read"
    assert page.following is not None
    assert dict(page.following.params) == {"category": "linear", "limit": "1000", "cursor": "next%3D"}
    assert reference.read_directory(body, page.following).following is None, "a cursor that leads nowhere else"


def test_the_spot_directory_has_codes_with_a_slash() -> None:
    spot = BybitReference().directory()[1]
    page = BybitReference().read_directory(
        contracts(contract("BTCUSDT", "BTC"), contract("AAPLXUSDT", "AAPLX", "xstocks")), spot
    )
    bitcoin, apple = page.items
    assert (bitcoin.code, bitcoin.kind) == ("BTC/USDT", InstrumentKind.SPOT)
    assert (apple.code, apple.kind, apple.name) == ("AAPLX/USDT", InstrumentKind.SHARE_TOKEN, "Apple")
    assert apple.described(FEED.venue) == "Bybit token on Apple, not the share"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"retCode":10006,"retMsg":"Too many visits!"}', "Bybit answered: Too many visits!"),
        (b'{"retCode":0,"result":[]}', "Bybit's list of symbols is not in the form"),
        (b'{"retCode":0}', "Bybit's list of symbols is no JSON"),
        (b"<html>", "Bybit's list of symbols is no JSON"),
    ],
)
def test_a_fault_comes_with_http_200_and_is_one_plain_line(data: bytes, fault: str) -> None:
    page = BybitReference().read_directory(data, BybitReference().directory()[0])
    assert page.items == ()
    assert page.fault.startswith(fault)


def test_candles_come_newest_first_and_are_turned_round() -> None:
    reference = BybitReference()
    request = reference.candles("BTC/USDT", 60, 200, 1_700_000_120.0)
    assert request is not None
    assert dict(request.params) == {
        **{"category": "spot", "symbol": "BTCUSDT", "interval": "1", "limit": "200", "end": "1700000119999"},
    }
    body = (
        b'{"retCode":0,"result":{"symbol":"BTCUSDT","list":[["1700000060000","2","3","1","2.5","7","15"],'
        b'["1700000000000","1","2","1","2","5","9"],7]}}'
    )
    page = reference.read_candles(body, request)
    assert [(each.start_utc_s, each.close.text, each.volume.text) for each in page.items] == [
        (1700000000.0, "2", "5"),
        (1700000060.0, "2.5", "7"),
    ]
    newest = reference.candles("BTCUSDT", 60, 5_000, None)
    assert newest is not None
    assert dict(newest.params)["limit"] == "1000"
    assert [each.is_final for each in reference.read_candles(body, newest).items] == [True, False]
    assert reference.snapshot(("BTCUSDT",)) is None
    other = reference.candles("ETHUSDT", 60, 10, None)
    assert other is not None
    assert reference.read_candles(body, other).fault == "Bybit sent the candles of another symbol"


def test_a_place_that_is_not_served_is_told_with_what_to_use_instead() -> None:
    assert all("kraken" in FEED.provider.refusals[status] for status in (403, 451))
