"""What both AllTick dialects share: every documented form lands where it should, and nothing raises."""

import json
import math
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.alltick_common import decode, endpoint, push_of, time_utc_s, verdict_of
from quotedesk.codec.base import Answer, Beat, Message, Unreadable, Verdict
from quotedesk.market.number import MOST_DECIMALS, UNKNOWN, number
from quotedesk.market.quote import Trade

RECORDED = Path(__file__).parents[2].parent / "shared" / "recorded" / "alltick"
NAN = math.nan

numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.decimals(0, 10**7, places=4).map(str),
    st.decimals(0, 10**7, places=2).map(lambda d: f"{d:f}"),
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,20}([eE][+-]?[0-9]{1,25})?", fullmatch=True),
    st.from_regex(r" ?[+-]?(0|[1-9][0-9]{0,9})(\.[0-9]{1,15})? ?", fullmatch=True),
)


def read(data: bytes | str, *, with_ids: bool = True) -> Message:
    [message] = decode(data.encode() if isinstance(data, str) else data, answers_carry_ids=with_ids)
    return message


def push(**data: Any) -> Message:
    return read(json.dumps({"cmd_id": 22998, "data": {"code": "A", "price": "1.5"} | data}))


def tick(**data: Any) -> Trade:
    message = push(**data)
    assert isinstance(message, Trade)
    return message


def reason(data: bytes | str) -> str:
    message = read(data)
    assert isinstance(message, Unreadable)
    return message.reason


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


# -- times -------------------------------------------------------------------------------------------------------------


@given(st.integers(946_684_800, 4_102_444_800 - 1))
def test_seconds_and_milliseconds_as_number_or_text_are_one_time(second: int) -> None:
    for stamp in (second, str(second), float(second)):
        assert time_utc_s(stamp) == second
        assert type(time_utc_s(stamp)) is float, "an int passes for one, and breaks far away from here"
    assert time_utc_s(second * 1000) == time_utc_s(str(second * 1000)) == second


@given(st.integers(946_684_800_000, 4_102_444_800_000 - 1))
def test_milliseconds_are_kept_to_the_millisecond(stamp: int) -> None:
    assert time_utc_s(str(stamp)) == float(Decimal(stamp) / 1000)


@given(st.one_of(numbers, st.integers(), st.floats(), st.none(), st.booleans(), st.text()))
def test_a_time_is_a_moment_from_2000_to_2100_or_unknown(value: Any) -> None:
    found = time_utc_s(value)
    assert math.isnan(found) or 946_684_800 <= found < 4_102_444_800


@pytest.mark.parametrize(
    "value", ["", None, 0, "0", 3600, "86400000", -1, "-5", "soon", "2026-01-01", 10**17, "NaN", True]
)
def test_what_is_no_time_is_unknown(value: Any) -> None:
    assert math.isnan(time_utc_s(value))


# -- trades ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        '"seq":1782180168224,"tick_time":1605509068000',
        '"seq":"1782180168224","tick_time":"1605509068"',
        '"seq":1782180168224,"tick_time":1605509068',
        '"seq":"1782180168224","tick_time":"1605509068000"',
    ],
)
def test_old_and_new_samples_of_the_documents_say_the_same(fields: str) -> None:
    frame = f'{{"cmd_id":22998,"data":{{"code":"1288.HK",{fields},"price":"651.12","volume":"300","turnover":"12345.6"'
    frame += ',"trade_direction":1}}'
    assert read(frame) == Trade("1288.HK", number("651.12"), number("300"), 1605509068.0, 1782180168224)
    assert push_of(frame.encode()), "each is read at once: any other form is decoded twice"


@pytest.mark.parametrize("volume", ["", None, "abc", "-1", -1, "NaN", True])
def test_a_size_that_says_nothing_is_unknown(volume: Any) -> None:
    assert tick(volume=volume).size is UNKNOWN


def test_missing_fields_are_unknown_and_the_tick_counts() -> None:
    found = read('{"cmd_id":22998,"data":{"code":"A","price":1.25}}')
    assert isinstance(found, Trade)
    assert (found.code, found.price, found.size, found.seq) == ("A", number("1.25"), UNKNOWN, None)
    assert math.isnan(found.time_utc_s)


def test_size_0_is_a_size_and_strange_numbers_of_a_tick_are_none() -> None:
    assert tick(volume="0").size == number("0")
    assert tick(volume="300.50").size.text == "300.50"
    assert tick(seq="0").seq == 0
    for odd in ("", "abc", "1.5", "-", None, True, 1.5, "\u0661", "9" * 4000):
        assert tick(seq=odd).seq is None


def test_fields_and_keys_that_nobody_knows_do_not_matter() -> None:
    assert tick(bids=[{"price": "1"}], note={"a": [1, {}]}) == tick()
    frame = {"cmd_id": 22998, "data": {"code": "A", "price": "1.5"}, "ret": 200, "x": [1]}
    assert read(json.dumps(frame)) == tick(), "a push is a push whatever else its frame holds"


def test_a_code_is_taken_as_it_is_written() -> None:
    for code in ("ABRpD.US", "Silver", ".DJI.US", "中文", "<b>", "A B"):
        assert tick(code=code).code == code


@pytest.mark.parametrize(
    "price", ["0", 0, "0.00", -0.0, "", None, "NaN", "Infinity", "1_0", "\u0661", True, "abc", [1], {"a": 1}]
)
def test_a_trade_without_a_price_is_none_and_0_says_that_there_is_none(price: Any) -> None:
    message = push(price=price)
    assert isinstance(message, Unreadable)
    assert message.reason == "bad price"


@pytest.mark.parametrize("price", ["-37.63", "-0.5", "1e-7", "1.50e3", "178.00"])
def test_any_other_price_is_one_as_it_was_written_negative_ones_too(price: str) -> None:
    assert tick(price=price).price == number(price)


@pytest.mark.parametrize(
    ("written", "text", "decimals"),
    [
        ("178.50", "178.50", 2),
        ("178.0", "178", 0),
        ("-37.63", "-37.63", 2),
        ("1e3", "1000", 0),
        ("1.5E-7", "0.00000015", 8),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827", 12),
        ("123456789012345678901234567890.5", "123456789012345678901234567890.5", 1),
    ],
)
def test_a_price_that_is_a_json_number_is_kept_to_the_last_digit_without_an_exponent(
    written: str, text: str, decimals: int
) -> None:
    found = read(f'{{"cmd_id":22998,"data":{{"code":"A","price":{written},"volume":{written}}}}}')
    assert isinstance(found, Trade)
    assert (found.price.text, found.price.decimals) == (text, decimals)
    assert found.size == (found.price if found.price.value > 0 else UNKNOWN)


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,9})?", fullmatch=True).filter(lambda text: float(text) != 0))
def test_a_price_in_text_comes_out_as_it_went_in_in_both_forms_of_a_push(text: str) -> None:
    documented = {"code": "A", "price": text, "volume": "1", "tick_time": "7"}
    for data in (documented, {"code": "A", "price": text}):
        found = read(json.dumps({"cmd_id": 22998, "data": data}))
        assert isinstance(found, Trade)
        assert found.price.text == text


@pytest.mark.parametrize("code", ["", None, 5, 1.5, True])
def test_a_trade_without_a_code_is_none(code: Any) -> None:
    message = push(code=code)
    assert isinstance(message, Unreadable)
    assert message.reason == "no code"


@pytest.mark.parametrize("data", ["[]", "null", '""', "5", "[{}]", '[{"code":"A","price":"1"}]', "{}"])
def test_a_push_whose_data_is_no_trade_is_counted(data: str) -> None:
    assert reason(f'{{"cmd_id":22998,"data":{data}}}') == "no code"


def test_a_push_without_data_is_counted() -> None:
    assert reason('{"cmd_id":22998}') == "no code"


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ret", "words", "verdict"),
    [
        (200, "ok", Verdict.OK),
        (600, "code invalid", Verdict.CODE),
        (604, "code unauthorized", Verdict.CODE),
        (603, "token level not enough", Verdict.PLAN),
        (601, "body empty", Verdict.FORM),
        (601, "No permission for this product", Verdict.CODE),
        (401, "token invalid", Verdict.KEY),
        (429, "rate limit", Verdict.RATE),
        (605, "too many requests", Verdict.RATE),
        (606, "too many requests and connection will be closed", Verdict.RATE),
        (400, "request header param invalid", Verdict.FORM),
        (201, "request header param invalid", Verdict.FORM),
        (202, "request data param invalid", Verdict.FORM),
        (402, "query invalid", Verdict.FORM),
        (0, "", Verdict.FORM),
        (999_999, "?", Verdict.FORM),
    ],
)
def test_every_documented_code_has_its_verdict_as_number_or_text(ret: int, words: str, verdict: Verdict) -> None:
    assert verdict_of(ret, words) is verdict
    for form in (ret, str(ret)):
        message = read(json.dumps({"ret": form, "msg": words, "cmd_id": 22005, "seq_id": 3, "trace": "", "data": {}}))
        assert isinstance(message, Answer)
        assert message.verdict is verdict
        assert message.request_id == 3


@pytest.mark.parametrize("seq_id", [0, "0", None, "", "abc", True, 1.5])
def test_an_answer_that_names_no_request_is_for_the_oldest(seq_id: Any) -> None:
    assert read(json.dumps({"ret": 600, "msg": "x", "seq_id": seq_id})) == Answer(None, Verdict.CODE, "x")
    assert read('{"ret":600,"msg":"x"}') == Answer(None, Verdict.CODE, "x")


def test_an_error_without_words_still_has_some_and_long_words_are_cut() -> None:
    assert read('{"ret":600}') == Answer(None, Verdict.CODE, "error 600")
    for frame in ({"ret": 600, "msg": "x" * 5000}, {"ret": 10**4000}, {"error_msg": "x" * 5000}):
        message = read(json.dumps(frame) if "msg" in str(frame) else '{"ret":1' + "0" * 4000 + "}")
        assert isinstance(message, Answer)
        assert 0 < len(message.words) <= 200


def test_only_an_accepted_heartbeat_answer_is_a_beat() -> None:
    assert read('{"ret":200,"msg":"ok","cmd_id":22001,"seq_id":1,"data":{}}') == Beat(1)
    assert isinstance(read('{"ret":600,"msg":"ok","cmd_id":22001,"seq_id":1,"data":{}}'), Answer)
    assert isinstance(read('{"cmd_id":22001,"data":{}}'), Unreadable)


# -- what cannot be read -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"hello", "not JSON"),
        (b"{'cmd_id': 22998}", "not JSON"),
        (b'{"cmd_id":22998,}', "not JSON"),
        (b'{"cmd_id":22998', "not JSON"),
        (b'{"a":1}{"a":1}', "not JSON"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":NaN}}', "not JSON"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":Infinity}}', "not JSON"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":\xff}}', "not JSON"),
        (b'{"cmd_id":22998,"data":{"code":"\xff\xfe","price":"1"}}', "not JSON"),
        (b'{"cmd_id":22998,"data":{"code":"\\ud800","price":"1"}}', "not JSON"),
        (b'{"ret":200,"msg":"\\udc00\\ud800"}', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"\x00\x01\x02\xff" * 100, "not JSON"),
        (b"\x1f\x8b\x08\x00", "not JSON"),
        (b"[]", "not an object"),
        (b'[{"cmd_id":22998}]', "not an object"),
        (b"null", "not an object"),
        (b"5", "not an object"),
        (b'"text"', "not an object"),
        (b'{"cmd_id":22998,"data":{"code":{},"price":"1"}}', "wrong types"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":[1]}}', "bad price"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":1e999}}', "bad price"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":' + b"9" * 5000 + b"}}", "wrong types"),
        (b'{"ret":' + b"9" * 5000 + b"}", "wrong types"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":' + b"9" * 400 + b"}}", "bad price"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":"' + b"9" * 1_000_000 + b'"}}', "bad price"),
        (b'{"cmd_id":22998,"data":{"code":"A","price":"1e-99999999999999999999"}}', "bad price"),
        (b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b'{"x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "nested too deep"),
        (b'{"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
        (b"[" * 100_000, "not an object"),
        (b"{" * 100_000, "not JSON"),
        (b" " * 1_000_000, "empty"),
        (b"x" * 1_000_000, "not JSON"),
        (b"{}", "unknown command"),
        (b'{"cmd_id":22999,"data":{"code":"HK-1288","bids":[],"asks":[]}}', "unknown command"),
        (b'{"cmd_id":40000,"data":{}}', "unknown command"),
        (b'{"cmd_id":"x"}', "unknown command"),
        (b'{"cmd_id":null,"ret":null}', "unknown command"),
        (b'{"cmd_id":22004,"action":"subscribe","code":["A"]}', "unknown command"),
    ],
    ids=lambda value: ascii(value)[:40] if isinstance(value, bytes) else None,
)
def test_what_cannot_be_read_is_counted_by_kind(data: bytes, expected: str) -> None:
    assert reason(data) == expected


def test_a_frame_of_more_than_a_mebibyte_is_not_even_looked_at() -> None:
    def padded(length: int) -> bytes:
        frame = b'{"cmd_id":22998,"pad":"' + b"%s" + b'","data":{"code":"A","price":"1"}}'
        return frame.replace(b"%s", b"x" * (length - len(frame) + 2))

    assert isinstance(read(padded(1 << 20)), Trade)
    assert reason(padded((1 << 20) + 1)) == "too long"


def test_the_excerpt_is_how_the_frame_begins_and_no_more() -> None:
    message = read(b"\xffstrange " + b"x" * 5000)
    assert isinstance(message, Unreadable)
    assert message.excerpt.startswith("\ufffdstrange xxx")
    assert len(message.excerpt) <= 120


# -- anything at all ---------------------------------------------------------------------------------------------------

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    numbers,
    st.sampled_from(["", "NaN", "1e-99999999999999999999", 22998, 22001, 200, 600, 10**30, "9" * 5000]),
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
trades = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("code", "price", "volume", "tick_time", "seq", "turnover"), scalars | anything)
)
frames = st.fixed_dictionaries(
    {},
    optional={
        "cmd_id": st.sampled_from([22998, 22001, 22005, 22999, 0, "22998"]) | anything,
        "ret": st.sampled_from([200, 600, "401", 429]) | scalars,
        "msg": scalars,
        "seq_id": scalars,
        "error_msg": scalars,
        "data": trades | anything,
    },
)


def check(data: bytes) -> None:
    for with_ids in (True, False):
        messages = decode(data, answers_carry_ids=with_ids)
        assert len(messages) == 1
        message = messages[0]
        assert isinstance(message, Trade | Answer | Beat | Unreadable)
        if isinstance(message, Trade):
            assert message.code
            assert message.price.is_known
            assert message.price.value != 0
            assert message.size is UNKNOWN or message.size.value >= 0
            assert max(message.price.decimals, message.size.decimals) <= MOST_DECIMALS
            assert math.isnan(message.time_utc_s) or 0 < message.time_utc_s < 4_102_444_800
        elif isinstance(message, Answer):
            assert with_ids or message.request_id is None
            assert message.request_id != 0
            assert len(message.words) <= 200
        elif isinstance(message, Unreadable):
            assert message.reason
            assert len(message.excerpt) <= 120


@given(st.binary(max_size=200))
def test_any_bytes_are_one_message(data: bytes) -> None:
    check(data)


@given(frames)
def test_any_frame_is_one_message(frame: dict[str, Any]) -> None:
    check(json.dumps(frame).encode())


VALID = [
    b'{"cmd_id":22998,"data":{"code":"1288.HK","seq":1782180168224,"tick_time":1782180164000,"price":"651.12",'
    b'"volume":"300","turnover":"12345.6","trade_direction":1}}',
    b'{"ret":200,"msg":"ok","cmd_id":22005,"seq_id":123,"trace":"3baaa938-f92c","data":{}}',
    b'{"ret":201,"msg":"request header param invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}',
]


@given(st.sampled_from(VALID), st.integers(0, 200), st.integers(0, 20), st.binary(max_size=6))
def test_a_valid_frame_with_a_piece_torn_out_or_replaced_is_one_message(
    frame: bytes, place: int, length: int, patch: bytes
) -> None:
    check(frame[:place] + patch + frame[place + length :])


# -- as AllTick publishes it -------------------------------------------------------------------------------------------


def recorded(name: str) -> list[bytes]:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(f"no recorded frames here ({path} is not there)")
    return path.read_bytes().splitlines()


def kind(data: bytes) -> str:
    """What a published frame must be read as, by the plain json module."""
    try:
        frame = json.loads(data)
    except ValueError:
        return "not JSON"
    if frame["cmd_id"] == 22998:
        return "Trade"
    if "ret" in frame:
        return "Beat" if frame["cmd_id"] == 22001 else "Answer"
    return "unknown command"


def test_the_published_server_frames_are_read_as_what_they_are() -> None:
    kinds: Counter[str] = Counter()
    for data in recorded("published_ws_server_frames.jsonl"):
        message = read(data)
        assert (message.reason if isinstance(message, Unreadable) else type(message).__name__) == kind(data), data
        kinds[kind(data)] += 1
        if isinstance(message, Trade):
            assert message.code in ("1288.HK", "BTCUSDT")
            assert (message.price, message.size) == (number("651.12"), number("300"))
            assert message.time_utc_s in (1605509068.0, 1782180164.0)
    assert kinds.keys() == {"Trade", "Answer", "Beat", "not JSON", "unknown command"}


@pytest.mark.parametrize("name", ["published_ws_client_requests.jsonl", "published_rest_responses.jsonl"])
def test_published_frames_that_are_not_for_us_are_survived(name: str) -> None:
    for data in recorded(name):
        check(data)
        assert not isinstance(read(data), Trade | Beat)


def test_stocks_and_exchange_indices_have_an_address_of_their_own() -> None:
    stock = ["AAPL.US", "BRK.B.US", "ABRpD.US", "700.HK", "600519.SH", "000001.SZ", ".DJI.US", "HSI.HK"]
    other = ["EURUSD", "BTCUSDT", "GOLD", "Silver", "XAUEUR", "US30", "HK50", "AAPL", "aapl.us", "US", "A.USD", ""]
    assert {code: endpoint(code) for code in stock + other} == dict.fromkeys(stock, "stock") | dict.fromkeys(
        other, "other"
    )


FUZZED = 20_000
FUZZED_IN_SOAK = 2_000_000
NASTY = [
    b"NaN",
    b"-1.5",
    b"1e999",
    b"1" * 26,
    b"32503680000000",
    b"[" * 2000,
    b"\xff\xfe",
    b'"',
    b"null",
    b"{}",
    b"\\u0000",
]


def mutated(frames: list[bytes], rng: random.Random) -> bytes:
    """A recorded frame as a broken network, a broken server or an enemy would send it."""
    data = bytearray(rng.choice(frames))
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0 if place < len(data):
                data[place] ^= 1 << rng.randrange(8)
            case 1:
                del data[place : place + rng.randint(1, 40)]
            case 2:
                data[place:place] = rng.choice(NASTY)
            case 3:  # a value for another
                end = data.find(b",", place)
                colon = data.find(b":", place)
                if 0 <= colon < end:
                    data[colon + 1 : end] = rng.choice(NASTY)
            case _:
                other = rng.choice(frames)
                data[place:] = other[rng.randrange(len(other)) :]
    return bytes(data)


def test_recorded_frames_however_broken_are_one_message_each(request: pytest.FixtureRequest) -> None:
    frames = recorded("published_ws_server_frames.jsonl")
    rng = random.Random(7)
    kinds: Counter[str] = Counter()
    for _ in range(FUZZED_IN_SOAK if request.config.getoption("--soak") else FUZZED):
        data = mutated(frames, rng)
        check(data)
        kinds[type(read(data)).__name__] += 1
    assert min(kinds[kind] for kind in ("Trade", "Answer", "Beat", "Unreadable")) > 100, kinds


@pytest.mark.parametrize("opening", [b"[", b'{"data":'])
def test_a_million_levels_deep_is_one_message(opening: bytes) -> None:
    check(opening * 10**6)
    check(b'{"cmd_id":22998,"data":' + opening * 10**6)
