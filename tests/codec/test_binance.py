"""Binance spot: golden frames as its documents have them, and what may come instead."""

import json
import math
from decimal import Decimal
from pathlib import Path

import pytest

from quotedesk.codec.base import Answer, Change, Closing, Request, Unreadable, Verdict
from quotedesk.codec.binance import FEED, BinanceCodec, BinanceReference
from quotedesk.market.listing import InstrumentKind
from quotedesk.market.number import UNKNOWN, Number
from quotedesk.market.quote import Condition, Quote, Trade, Update

RECORDED = Path(__file__).parents[3] / "shared" / "recorded" / "binance"
TICKER = (
    b'{"e":"24hrTicker","E":1672515782136,"s":"BNBBTC","p":"0.0015","P":"250.00","w":"0.0018","x":"0.0009",'
    b'"c":"0.0025","Q":"10","b":"0.0024","B":"11","a":"0.0026","A":"100","o":"0.0010","h":"0.0027","l":"0.0009",'
    b'"v":"10000","q":"18","O":0,"C":86400000,"F":0,"L":18150,"n":18151}'
)
BOOK = b'{"u":400900217,"s":"BNBUSDT","b":"25.35190000","B":"31.21000000","a":"25.36520000","A":"40.66000000"}'
TRADE = (
    b'{"e":"aggTrade","E":1672515782136,"s":"BNBBTC","a":12345,"p":"0.001","q":"100","f":100,"l":105,'
    b'"T":1672515782130,"m":true,"M":true}'
)
LIST = Request("/api/v3/exchangeInfo")


def asked(*codes: str) -> BinanceCodec:
    codec = BinanceCodec()
    codec.encode(Change(codes, codes, (), 7))
    return codec


def one(data: bytes, codec: BinanceCodec | None = None) -> object:
    (message,) = (codec or BinanceCodec()).decode(data)
    return message


def texts(quote: Quote) -> dict[str, str]:
    """What a quote says, as the feed wrote it."""
    numbers = {name: getattr(quote, name) for name in quote.__struct_fields__}
    return {name: each.text for name, each in numbers.items() if isinstance(each, Number)}


def test_three_streams_a_symbol_are_asked_for_in_small_letters_and_in_one_request() -> None:
    (frame,) = BinanceCodec().encode(Change(("BTCUSDT", "ETHUSDT"), ("BTCUSDT", "ETHUSDT"), (), 3))
    assert json.loads(frame) == {
        "method": "SUBSCRIBE",
        "params": [
            *("btcusdt@ticker", "btcusdt@bookTicker", "btcusdt@aggTrade"),
            *("ethusdt@ticker", "ethusdt@bookTicker", "ethusdt@aggTrade"),
        ],
        "id": 3,
    }
    (frame,) = BinanceCodec().encode(Change((), (), ("BTCUSDT",), 4))
    assert json.loads(frame)["method"] == "UNSUBSCRIBE"


def test_a_ticker_says_the_24_hours_and_no_previous_close() -> None:
    quote = one(TICKER)
    assert isinstance(quote, Quote)
    assert texts(quote) == {
        **{"last": "0.0025", "size": "10", "bid": "0.0024", "bid_size": "11", "ask": "0.0026", "ask_size": "100"},
        **{"open": "0.0010", "open_24h": "0.0010", "high": "0.0027", "low": "0.0009", "volume": "10000"},
        "turnover": "18",
    }
    assert (quote.code, quote.time_utc_s, quote.prev_close) == ("BNBBTC", 1672515782.136, None)


def test_best_prices_are_known_by_their_shape_and_overrule_the_tickers_older_ones() -> None:
    codec = BinanceCodec()
    book = one(BOOK, codec)
    assert isinstance(book, Quote)
    assert texts(book) == {
        "bid": "25.35190000",
        "bid_size": "31.21000000",
        "ask": "25.36520000",
        "ask_size": "40.66000000",
    }
    assert book.seq == 400900217
    assert math.isnan(book.time_utc_s)
    ticker = one(TICKER.replace(b"BNBBTC", b"BNBUSDT"), codec)
    assert isinstance(ticker, Quote)
    assert (ticker.bid, ticker.ask) == (None, None)
    assert ticker.last is not None


def test_a_trade_is_a_print_with_a_number_of_its_own() -> None:
    trade = one(TRADE)
    assert isinstance(trade, Trade)
    assert (trade.code, trade.price.text, trade.size.text, trade.seq) == ("BNBBTC", "0.001", "100", 12345)
    assert trade.time_utc_s == 1672515782.136


def test_a_code_typed_in_small_letters_gets_what_ticks_in_capitals() -> None:
    trade = one(TRADE, asked("bnbbtc"))
    assert isinstance(trade, Trade)
    assert trade.code == "bnbbtc"


@pytest.mark.parametrize(
    "data",
    [
        b'{"e":"serverShutdown","E":1770123456789}',
        b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}',
    ],
)
def test_a_restart_that_is_announced_is_a_planned_close_in_either_form(data: bytes) -> None:
    assert isinstance(one(data), Closing)


def test_a_combined_stream_says_the_same_as_a_bare_one() -> None:
    assert one(b'{"stream":"bnbbtc@ticker","data":' + TICKER + b"}") == one(TICKER)


def test_an_acknowledgement_names_its_request_and_proves_no_symbol() -> None:
    assert one(b'{"result":null,"id":7}') == Answer(7, Verdict.OK)
    assert one(b'{"result":null,"id":"7"}') == Answer(7, Verdict.OK)


@pytest.mark.parametrize(
    ("data", "verdict", "words"),
    [
        (
            b'{"code":2,"msg":"Invalid request: unknown variant","id":7}',
            Verdict.FORM,
            "Invalid request: unknown variant",
        ),
        (b'{"error":{"code":3,"msg":"Invalid JSON: expected"},"id":null}', Verdict.FORM, "Invalid JSON: expected"),
        (b'{"code":1,"id":7}', Verdict.FORM, "error 1"),
        (b'{"code":-1003,"msg":"Too many requests"}', Verdict.RATE, "Too many requests"),
        (b'{"error":[],"id":7}', Verdict.FORM, "error None"),
    ],
)
def test_an_error_is_told_in_the_servers_words_with_or_without_a_reason(
    data: bytes, verdict: Verdict, words: str
) -> None:
    answer = one(data)
    assert isinstance(answer, Answer)
    assert (answer.verdict, answer.words, answer.codes) == (verdict, words, ())


@pytest.mark.parametrize("words", ["Invalid request: no stream nope@ticker", "Invalid symbol NOPE."])
def test_an_error_that_names_a_symbol_or_a_stream_of_it_is_about_that(words: str) -> None:
    answer = one(f'{{"code":2,"msg":"{words}","id":7}}'.encode(), asked("BTCUSDT", "NOP", "NOPE"))
    assert answer == Answer(7, Verdict.CODE, words, ("NOPE",), fails_all=True)


@pytest.mark.parametrize("zero", [b"0", b'"0.00000000"', b"null", b'""', b"[]"])
def test_an_empty_side_is_unknown_and_not_a_price_of_zero(zero: bytes) -> None:
    quote = one(BOOK.replace(b'"25.35190000"', zero))
    assert isinstance(quote, Quote)
    assert quote.bid is quote.bid_size is UNKNOWN
    assert quote.ask is not None
    assert quote.ask.text == "25.36520000"


def test_numbers_may_be_text_numbers_exponents_or_have_nine_digits() -> None:
    quote = one(b'{"e":"24hrTicker","s":"X","c":1.123456789,"o":"1e-7","h":5,"l":null,"v":-1,"E":"x"}')
    assert isinstance(quote, Quote)
    assert texts(quote) == {
        "last": "1.123456789",
        "open": "1e-7",
        "open_24h": "1e-7",
        "high": "5",
        "low": "",
        "volume": "",
    }
    assert math.isnan(quote.time_utc_s)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"null", b"{}", b'{"s":7}', b'{"e":[]}', b'{"stream":"x","data":[1]}', b'{"stream":"x"}'),
        *(b'{"e":"kline","s":"X"}', b'{"e":"24hrTicker"}', b'{"e":"aggTrade","s":"X","p":"0"}', b'{"s":"X"}'),
    ],
)
def test_what_says_nothing_is_counted_and_never_raises(data: bytes) -> None:
    assert isinstance(one(data), Unreadable)


def last_bid_ask(updates: list[Update]) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for update in updates:
        row = rows.setdefault(update.code, {})
        if isinstance(update, Trade):
            row["last"] = update.price.text
        else:
            row.update(
                {name: text for name, text in texts(update).items() if name in ("last", "bid", "ask", "open_24h")}
            )
    return rows


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded frames are not here")
@pytest.mark.parametrize("name", ["cryptofeed_spot_20211012.jsonl", "published_docs_streams.jsonl"])
def test_recorded_frames_say_what_an_independent_reading_of_them_says(name: str) -> None:
    expected: dict[str, dict[str, str]] = {}
    booked = set()
    codec, updates = BinanceCodec(), []
    for line in (RECORDED / name).read_bytes().splitlines():
        updates += [each for each in codec.decode(line) if isinstance(each, Trade | Quote)]
        frame = json.loads(line)
        event = frame.get("data", frame) if isinstance(frame, dict) else {}
        if not isinstance(event, dict) or "s" not in event or not isinstance(event["s"], str):
            continue
        row = expected.setdefault(event["s"], {})
        if event.get("e") in ("aggTrade", "trade"):
            row["last"] = event["p"]
        elif event.get("e") == "24hrTicker":
            row |= {"last": event["c"], "open_24h": event["o"]}
            if event["s"] not in booked:
                row |= {"bid": event["b"], "ask": event["a"]}
        elif "e" not in event and "b" in event:
            booked.add(event["s"])
            row |= {"bid": event["b"], "ask": event["a"]}
    rows = last_bid_ask(updates)
    assert rows == {code: row for code, row in expected.items() if row}
    assert rows
    for row in rows.values():
        if {"last", "open_24h"} <= row.keys():
            change = Decimal(row["last"]) - Decimal(row["open_24h"])
            assert change == Decimal("0.0015"), "as the published ticker has it"


def test_the_directory_is_one_request_and_gives_kind_tick_size_and_state() -> None:
    reference = BinanceReference()
    (request,) = reference.directory()
    assert (request.path, request.weight) == ("/api/v3/exchangeInfo", 20)
    page = reference.read_directory(
        '{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT","filters":['
        '{"filterType":"LOT_SIZE","stepSize":"0.001"},{"filterType":"PRICE_FILTER","tickSize":"0.01000000"}]},'
        '{"symbol":"OLDBTC","status":"BREAK","baseAsset":"OLD","quoteAsset":"BTC","filters":[]},'
        '{"symbol":"AB","status":"CANCEL_ONLY"},{"symbol":"币安人生USDT","status":"TRADING"},{"symbol":5},7]}'.encode(),
        request,
    )
    bitcoin, old, ab = page.items
    assert (bitcoin.code, bitcoin.name, bitcoin.kind) == ("BTCUSDT", "Bitcoin", InstrumentKind.SPOT)
    assert (bitcoin.base, bitcoin.quote, bitcoin.tick_size.text) == ("BTC", "USDT", "0.01")
    assert bitcoin.described(FEED.venue) == "Binance spot"
    assert [each.condition for each in page.items] == [Condition.NORMAL, Condition.HALTED, Condition.CANCEL_ONLY]
    assert old.tick_size is ab.tick_size is UNKNOWN
    assert page.fault == "1 symbol cannot be written here: 币安人生USDT; 2 lines of it could not be read"
    assert page.following is None


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"code":0,"msg":"Service unavailable from a restricted location"}', "Binance answered: Service unavailable"),
        (b"<html>Please log in</html>", "Binance's list of symbols is no JSON"),
        (b'{"symbols":[{"symbol":"BTCUSDT"', "Binance's list of symbols is no JSON, or cut off"),
        (b"{}", "Binance answered: an error without a reason"),
        (b"[]", "Binance's list of symbols is not in the form"),
    ],
)
def test_a_directory_that_is_none_is_one_plain_line(data: bytes, fault: str) -> None:
    page = BinanceReference().read_directory(data, LIST)
    assert page.items == ()
    assert page.fault.startswith(fault)


def test_candles_are_asked_for_and_read_oldest_first() -> None:
    reference = BinanceReference()
    request = reference.candles("BTCUSDT", 60, 5_000, 1_700_000_000.0)
    assert request is not None
    assert dict(request.params) == {
        **{"symbol": "BTCUSDT", "interval": "1m", "limit": "1000", "endTime": "1699999999999"},
    }
    body = b'[[1699999940000,"1.0","2.0","0.5","1.5","10",1699999999999,"15",3,"5","7","0"]]'
    page = reference.read_candles(body, request)
    (candle,) = page.items
    assert (candle.start_utc_s, candle.close.text, candle.volume.text) == (1699999940.0, "1.5", "10")
    assert candle.is_final
    newest = reference.candles("BTCUSDT", 60, 10, None)
    assert newest is not None
    assert not reference.read_candles(body, newest).items[0].is_final
    assert reference.read_candles(b'{"code":-1121,"msg":"Invalid symbol."}', newest).fault.endswith("Invalid symbol.")
    assert reference.snapshot(("BTCUSDT",)) is None


def test_its_limits_are_within_what_binance_bears() -> None:
    limits = FEED.limits
    frames_a_second = 1 + int(1 / limits.frame_gap_s)
    assert frames_a_second + 2 <= 5, "with a ping of ours and a pong to theirs"
    assert limits.most_codes is not None
    assert 300 <= limits.most_codes <= 1024 // 3
    assert limits.codes_per_frame is not None
    assert 300 / limits.codes_per_frame * limits.frame_gap_s < 10
    assert limits.renew_after_s is not None
    assert limits.renew_after_s < 24 * 3600
    assert limits.retry_min_s >= 1.0
    assert {451, 403} <= FEED.provider.refusals.keys()
    assert "kraken" in FEED.provider.refusals[451]
