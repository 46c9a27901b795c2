"""Kraken spot, WebSocket v2: golden frames as its documents have them, and what may come instead."""

import json
import math

import pytest

from quotedesk.codec.base import Answer, Beat, Change, Request, Unreadable, Verdict
from quotedesk.codec.kraken import FEED, KrakenCodec, KrakenReference
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN
from quotedesk.market.quote import Condition, Quote, Status

PAIRS = Request("/0/public/AssetPairs")
OK = (
    '{"method":"%s","req_id":5,"result":{"channel":"ticker","event_trigger":"bbo","snapshot":true,"symbol":"%s"},'
    '"success":true,"time_in":"2026-11-28T09:30:59.1Z"}'
)


def ticker(**fields: str) -> bytes:
    said = {
        **{"symbol": '"BTC/USD"', "bid": "105944.20", "bid_qty": "2.5", "ask": "105944.30", "ask_qty": "3.20000000"},
        **{
            "last": "105899.40",
            "volume": "163.28908096",
            "vwap": "105904.39279",
            "low": "104711.00",
            "high": "106613.10",
        },
        **{"change": "250.00", "change_pct": "0.24", "timestamp": '"2022-12-25T09:30:59.123456Z"'},
    } | fields
    entry = ",".join(f'"{name}":{text}' for name, text in said.items() if text)
    return f'{{"channel":"ticker","type":"update","data":[{{{entry}}}]}}'.encode()


def asked(*codes: str) -> KrakenCodec:
    codec = KrakenCodec()
    codec.encode(Change(codes, codes, (), 5))
    return codec


def one(data: bytes, codec: KrakenCodec | None = None) -> object:
    (message,) = (codec or KrakenCodec()).decode(data)
    return message


def quote(**fields: str) -> Quote:
    found = one(ticker(**fields))
    assert isinstance(found, Quote)
    return found


def test_a_ticker_of_the_best_prices_is_asked_for_and_the_states_of_pairs() -> None:
    codec = KrakenCodec()
    (greeting,) = codec.greet(None)
    assert json.loads(greeting) == {
        "method": "subscribe",
        "params": {"channel": "instrument", "include_tokenized_assets": True},
        "req_id": 0,
    }
    (frame,) = codec.encode(Change(("BTC/USD", "AAPLx/USD"), ("BTC/USD", "AAPLx/USD"), (), 5))
    assert json.loads(frame) == {
        "method": "subscribe",
        "params": {"channel": "ticker", "symbol": ["BTC/USD", "AAPLx/USD"], "event_trigger": "bbo"},
        "req_id": 5,
    }
    (frame,) = codec.encode(Change((), (), ("BTC/USD",), 6))
    assert (json.loads(frame)["method"], json.loads(frame)["params"]["symbol"]) == ("unsubscribe", ["BTC/USD"])
    assert json.loads(codec.heartbeat(9)) == {"method": "ping", "req_id": 9}


def test_a_ticker_keeps_its_numbers_to_the_last_digit_and_counts_its_change_back() -> None:
    found = quote()
    texts = {name: number.text for name in found.__struct_fields__ if hasattr(number := getattr(found, name), "text")}
    assert texts == {
        **{"last": "105899.40", "bid": "105944.20", "bid_size": "2.5", "ask": "105944.30", "ask_size": "3.20000000"},
        **{"open": "105649.40", "open_24h": "105649.40", "high": "106613.10", "low": "104711.00"},
        "volume": "163.28908096",
    }
    assert (found.code, found.time_utc_s) == ("BTC/USD", 1671960659.123456)


def test_the_base_of_a_change_is_exact_where_floats_are_not() -> None:
    found = quote(last="0.3", change="0.1")
    assert found.open_24h is not None
    assert found.open_24h.text == "0.2"
    found = quote(last="0.10035", change="-0.00017")
    assert found.open_24h is not None
    assert found.open_24h.text == "0.10052"
    assert quote(change="").open_24h is None
    assert quote(change="null").open_24h is None


@pytest.mark.parametrize("zero", ["0", "null", '""', "0.0"])
def test_an_empty_side_is_unknown_and_not_a_price_of_zero(zero: str) -> None:
    found = quote(bid=zero)
    assert found.bid is found.bid_size is UNKNOWN
    assert found.ask is not None
    assert found.ask.is_known


def test_numbers_may_be_text_exponents_or_no_numbers() -> None:
    found = quote(last='"1.25"', bid="1e-7", ask="[]", high='"x"', timestamp="null")
    assert found.last is not None
    assert found.bid is not None
    assert (found.last.text, found.bid.text, found.ask, found.high) == ("1.25", "0.0000001", UNKNOWN, UNKNOWN)
    assert math.isnan(found.time_utc_s)


def test_each_symbol_of_a_request_is_answered_by_itself() -> None:
    assert one((OK % ("subscribe", "BTC/USD")).encode()) == Answer(5, Verdict.OK, "", ("BTC/USD",))
    assert one((OK % ("unsubscribe", "BTC/USD")).encode()) == Answer(5, Verdict.OK, "", ("BTC/USD",))
    refused = (
        b'{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":5,"success":false,'
        b'"symbol":"XBT/USD","time_in":"x","time_out":"y"}'
    )
    assert one(refused) == Answer(5, Verdict.CODE, "Currency pair not supported XBT/USD", ("XBT/USD",))


def test_an_error_without_a_symbol_is_about_the_pair_that_it_names() -> None:
    codec = KrakenCodec()
    codec.encode(Change(("XBT/USD", "BTC/USD"), ("XBT/USD", "BTC/USD"), (), 5))
    [answer] = codec.decode(b'{"error":"Currency pair not supported XBT/USD","method":"subscribe","success":false}')
    assert answer == Answer(None, Verdict.CODE, "Currency pair not supported XBT/USD", ("XBT/USD",))


def test_a_warning_beside_an_acknowledgement_is_told_once() -> None:
    codec = KrakenCodec()
    ack = (OK % ("subscribe", "BTC/USD")).replace('"channel"', '"warnings":["tick_size is deprecated"],"channel"', 1)
    yes = Answer(5, Verdict.OK, "", ("BTC/USD",))
    assert list(codec.decode(ack.encode())) == [yes, Answer(None, Verdict.RATE, "tick_size is deprecated")]
    assert list(codec.decode(ack.encode())) == [yes]
    assert list(codec.decode(ack.replace('["tick_size is deprecated"]', '[{"a":1}]').encode())) == [yes]


def test_already_subscribed_is_no_refusal() -> None:
    data = b'{"error":"Already subscribed","method":"subscribe","req_id":5,"success":false,"symbol":"BTC/USD"}'
    assert one(data) == Answer(5, Verdict.OK, "Already subscribed", ("BTC/USD",))


@pytest.mark.parametrize(
    "data",
    [
        b'{"Error":"Exceeded msg rate"}',
        b'{"error":"Exceeded msg rate","method":"subscribe","success":false}',
    ],
)
def test_a_rate_that_was_exceeded_refuses_nothing(data: bytes) -> None:
    answer = one(data)
    assert isinstance(answer, Answer)
    assert (answer.verdict, answer.words) == (Verdict.RATE, "Exceeded msg rate")


def test_an_error_without_a_reason_says_so() -> None:
    answer = one(b'{"method":"subscribe","success":false,"symbol":"X/Y","error":null}')
    assert answer == Answer(None, Verdict.CODE, "Kraken refused it without a reason", ("X/Y",))
    answer = one(b'{"error":"Malformed request","method":"subscribe","success":false}')
    assert answer == Answer(None, Verdict.FORM, "Malformed request")


def test_heartbeats_of_the_server_prove_life_and_are_no_answers_to_ours() -> None:
    assert one(b'{"channel":"heartbeat"}') == Beat(0)
    assert one(b'{"method":"pong","req_id":9,"time_in":"x","time_out":"y"}') == Beat(9)


def test_a_pair_that_is_halted_says_so_when_it_is_asked_for_and_when_that_changes() -> None:
    instruments = (
        '{"channel":"instrument","type":"%s","data":{"assets":[{"id":"BTC"}],"pairs":'
        '[{"symbol":"BTC/USD","status":"%s"},{"symbol":"ETH/USD","status":"online"}]}}'
    )
    codec = KrakenCodec()
    assert codec.decode((instruments % ("snapshot", "cancel_only")).encode()) == []
    codec.encode(Change(("BTC/USD",), ("BTC/USD",), (), 5))
    assert codec.decode((OK % ("subscribe", "BTC/USD")).encode())[1:] == (Status("BTC/USD", Condition.CANCEL_ONLY),)
    assert codec.decode((instruments % ("update", "online")).encode()) == [Status("BTC/USD")]
    assert codec.decode((instruments % ("update", "post_only")).encode()) == []
    assert codec.decode((instruments % ("update", "delisted")).encode()) == [Status("BTC/USD", Condition.DELISTED)]


def test_maintenance_of_the_whole_exchange_is_said_of_each_row() -> None:
    codec = asked("BTC/USD", "ETH/USD")
    status = '{"channel":"status","type":"update","data":[{"system":"%s","api_version":"v2"}]}'
    assert codec.decode((status % "online").encode()) == ()
    halted = codec.decode((status % "maintenance").encode())
    assert halted == [Status(code, Condition.MAINTENANCE, words="all of Kraken") for code in ("BTC/USD", "ETH/USD")]
    assert codec.decode((OK % ("subscribe", "BTC/USD")).encode())[1:] == (halted[0],)
    assert codec.decode((status % "online").encode()) == [Status("BTC/USD"), Status("ETH/USD")]


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"{}", b'{"channel":7}', b'{"channel":"ticker"}', b'{"channel":"ticker","data":{}}'),
        *(b'{"channel":"ticker","data":[7]}', b'{"channel":"instrument","data":[]}', b'{"channel":"trade","data":[]}'),
        *(b'{"channel":"status","data":7}', b'{"channel":"ticker","data":[{"last":1}]}'),
    ],
)
def test_what_says_nothing_is_counted_and_never_raises(data: bytes) -> None:
    assert isinstance(one(data), Unreadable)


def test_the_directory_spells_as_the_socket_does_and_says_what_is_a_token() -> None:
    reference = KrakenReference()
    coins, tokens = reference.directory()
    assert dict(tokens.params) == {"aclass_base": "tokenized_asset"}
    page = reference.read_directory(
        b'{"error":[],"result":{'
        b'"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","aclass_base":"currency","tick_size":"0.1","status":"online"},'
        b'"XDGXBT":{"wsname":"XDG/XBT","tick_size":"0.00000001","status":"cancel_only"},'
        b'"AAPLxUSD":{"wsname":"AAPLx/USD","aclass_base":"tokenized_asset","tick_size":"0.01","status":"online"},'
        b'"DARK":{"altname":"DARK"},"odd":7}}',
        coins,
    )
    bitcoin, doge, apple = page.items
    assert [each.code for each in page.items] == ["BTC/USD", "DOGE/BTC", "AAPLx/USD"]
    assert (bitcoin.name, bitcoin.kind, bitcoin.tick_size.text) == ("Bitcoin", InstrumentKind.SPOT, "0.1")
    assert bitcoin.described(FEED.venue) == "Kraken spot"
    assert doge.condition is Condition.CANCEL_ONLY
    assert (apple.name, apple.kind) == ("Apple", InstrumentKind.SHARE_TOKEN)
    assert apple.described(FEED.venue) == "Kraken token on Apple, not the share"
    assert page.fault == "1 symbol cannot be written here: DARK; 1 line of it could not be read"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"error":["EQuery:Unknown asset pair"]}', "Kraken answered: EQuery:Unknown asset pair"),
        (b'{"error":[],"result":[]}', "Kraken's list of pairs is not in the form"),
        (b'{"error":[],"result":{"A":', "Kraken's list of pairs is no JSON, or cut off"),
        (b"<html>", "Kraken's list of pairs is no JSON"),
    ],
)
def test_a_fault_comes_with_http_200_and_is_one_plain_line(data: bytes, fault: str) -> None:
    page = KrakenReference().read_directory(data, PAIRS)
    assert page.items == ()
    assert page.fault.startswith(fault)


def test_candles_are_asked_for_in_the_spelling_of_http_and_the_newest_goes_on() -> None:
    reference = KrakenReference()
    request = reference.candles("BTC/USD", 300, 100, None)
    assert request is not None
    assert dict(request.params) == {"pair": "XBT/USD", "interval": "5"}
    token = reference.candles("AAPLx/USD", 60, 100, None)
    assert token is not None
    assert dict(token.params)["asset_class"] == "tokenized_asset"
    assert reference.candles("BTC/USD", 60, 100, 1_700_000_000.0) is None, "there are the newest only"
    page = reference.read_candles(
        b'{"error":[],"result":{"XXBTZUSD":[[1762777020,"1.0","3.0","0.5","2.0","1.7","10.5",4],'
        b'[1762777080,"2.0","2.0","2.0","2.0","0.0","0.00000000",0]],"last":1762777020}}',
        request,
    )
    assert [(each.start_utc_s, each.close.text, each.volume.text, each.is_final) for each in page.items] == [
        (1762777020.0, "2.0", "10.5", True),
        (1762777080.0, "2.0", "0.00000000", False),
    ]
    assert reference.read_candles(b'{"error":["EGeneral:Too many requests"]}', request).fault.endswith("requests")
    assert reference.read_candles(b'{"error":[],"result":{"X":7}}', request).fault != ""
    assert reference.read_candles(b'{"error":[],"result":{"XBTUSD":7}}', request).fault != ""
    row = b'[[1762777020,"1.0","3.0","0.5","2.0","1.7","10.5",4]]'
    for name in ("XXBTZUSD", "XBTUSD", "XBT/USD"):
        data = b'{"error":[],"result":{"last":1,"%s":%s}}' % (name.encode(), row)
        assert len(reference.read_candles(data, request).items) == 1
    for name in ("XETHZUSD", "XXBTZEUR", "XBTUSDT", "BTC"):
        data = b'{"error":[],"result":{"%s":%s,"last":1}}' % (name.encode(), row)
        page = reference.read_candles(data, request)
        assert page.items == ()
        assert page.fault == "Kraken sent the candles of another symbol"
    assert reference.snapshot(("BTC/USD",)) is None
