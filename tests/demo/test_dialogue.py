"""What the demo server answers to the published frames, the article's, and all others. No socket, no clock."""

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.demo.dialogue import ENDPOINTS, Dialogue, Response, fits_a_market, parse

STOCK, OTHER, DEMO = ENDPOINTS
HEADER_FAULT = {
    "ret": 201,
    "msg": "request header param invalid",
    "cmd_id": 0,
    "seq_id": 0,
    "trace": "",
    "data": {},
}
DATA_FAULT = HEADER_FAULT | {"ret": 400, "msg": "request data param invalid"}


class Talk:
    """A dialogue and a clock that moves on 2 s with each frame, unless told otherwise."""

    def __init__(self, path: str = DEMO, **manner: Any) -> None:
        self.now_s = 1000.0
        self.dialogue = Dialogue(path, self.now_s)
        for name, value in {"known": None, **manner}.items():  # codes are made up here
            setattr(self.dialogue, name, value)
        self.count = 0

    def say(self, frame: Any, after_s: float = 2.0) -> Response:
        self.now_s += after_s
        return self.dialogue.receive(frame, self.now_s)

    def ask(self, command: int, data: Any, /, after_s: float = 2.0, **header: Any) -> Response:
        self.count += 1
        frame = {"cmd_id": command, "seq_id": self.count, "trace": f"trace {self.count}", "data": data}
        return self.say(frame | header, after_s)

    def subscribe(self, *codes: str, after_s: float = 2.0) -> Response:
        return self.ask(22004, {"symbol_list": [{"code": code} for code in codes]}, after_s)

    def beat(self, after_s: float = 2.0) -> Response:
        return self.ask(22000, {}, after_s)

    def act(self, action: str, *codes: str, after_s: float = 2.0) -> Response:
        return self.say({"cmd_id": 22004, "action": action, "code": list(codes)}, after_s)

    @property
    def held(self) -> list[str]:
        return list(self.dialogue.held)


def rules(reply: Response) -> list[str]:
    return [rule for rule, _ in reply.breaches]


def ret(reply: Response) -> object:
    assert reply.answer is not None
    return reply.answer["ret"]


# The published dialect


def test_a_second_subscription_replaces_the_first_in_its_own_order() -> None:
    talk = Talk()
    talk.subscribe("A", "B")
    reply = talk.subscribe("C", "B")
    assert talk.held == ["C", "B"]
    assert reply == Response(
        {"ret": 200, "msg": "ok", "cmd_id": 22005, "seq_id": 2, "trace": "trace 2", "data": {}},
        [],
        closes=False,
    )


@pytest.mark.parametrize(("kind", "left"), [(0, []), (1, ["A"]), (2, []), (3, ["A"])])
def test_a_cancel_takes_a_type_and_leaves_other_types_alone(kind: int, left: list[str]) -> None:
    talk = Talk()
    talk.subscribe("A")
    reply = talk.ask(22006, {"cancel_type": kind})
    assert (ret(reply), reply.answer and reply.answer["cmd_id"], talk.held) == (200, 22007, left)


def test_one_bad_code_refuses_the_whole_request_and_the_earlier_list_stays() -> None:
    talk = Talk(unknown=frozenset({"BAD"}))
    talk.subscribe("A")
    reply = talk.subscribe("B", "BAD")
    assert reply.answer == {
        "ret": 600,
        "msg": "code invalid",
        "cmd_id": 22005,
        "seq_id": 2,
        "trace": "trace 2",
        "data": {},
    }
    assert talk.held == ["A"]
    assert not reply.breaches


def test_a_refusal_can_cost_the_earlier_list() -> None:
    published, article = (Talk(unknown=frozenset({"BAD"}), clears=True) for _ in range(2))
    published.subscribe("A")
    published.subscribe("A", "BAD")
    article.act("subscribe", "A")
    article.act("subscribe", "BAD")
    assert published.held == article.held == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"seq_id": None},
        {"seq_id": "1"},
        {"seq_id": True},
        {"seq_id": 1.0},
        {"trace": ""},
        {"trace": 7},
        {"trace": "x" * 65},
        {"data": None},
        {"data": []},
        {"cmd_id": 22003},
        {"cmd_id": "22004"},
        {"cmd_id": None},
    ],
)
def test_a_wrong_header_is_answered_with_zeros(wrong: dict[str, Any]) -> None:
    talk = Talk()
    reply = talk.ask(22004, {"symbol_list": [{"code": "A"}]}, **wrong)
    assert (reply.answer, rules(reply), talk.held) == (HEADER_FAULT, ["form"], [])


@pytest.mark.parametrize("seq_id", [-1, 2**32, 1_700_000_000_000])
def test_a_seq_id_beyond_32_bits_is_a_breach_of_its_own(seq_id: int) -> None:
    reply = Talk().ask(22004, {"symbol_list": [{"code": "A"}]}, seq_id=seq_id)
    assert (reply.answer, reply.breaches) == (HEADER_FAULT, [("seq_id", seq_id)])


@pytest.mark.parametrize("frame", ["no JSON", "", None, 7, [], "[1,2]"])
def test_what_is_no_object_is_answered_with_zeros(frame: Any) -> None:
    reply = Talk().say(frame)
    assert (reply.answer, rules(reply)) == (HEADER_FAULT, ["form"])


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (22004, {}),
        (22004, {"symbol_list": []}),
        (22004, {"symbol_list": "A"}),
        (22004, {"symbol_list": ["A"]}),
        (22004, {"symbol_list": [{"code": 1}]}),
        (22004, {"symbol_list": [{"code": "A"}, {}]}),
        (22006, {}),
        (22006, {"cancel_type": 4}),
        (22006, {"cancel_type": "2"}),
        (22006, {"cancel_type": True}),
    ],
)
def test_wrong_data_is_answered_with_zeros(command: int, data: dict[str, Any]) -> None:
    talk = Talk()
    talk.subscribe("A")
    reply = talk.ask(command, data)
    assert (reply.answer, rules(reply), talk.held) == (DATA_FAULT, ["form"], ["A"])


def test_a_code_twice_in_a_frame_and_a_repeated_trace_are_breaches_and_served() -> None:
    talk = Talk()
    twice = talk.subscribe("A", "B", "A")
    again = talk.ask(22004, {"symbol_list": [{"code": "C"}]}, trace="trace 1")
    assert (ret(twice), twice.breaches) == (200, [("duplicate", ["A"])])
    assert (ret(again), again.breaches, talk.held) == (200, [("trace", "trace 1")], ["C"])


def test_a_second_request_within_a_second_is_refused_with_606_and_ends_the_connection() -> None:
    talk = Talk()
    talk.subscribe("A")
    reply = talk.ask(22006, {"cancel_type": 2}, after_s=0.5)
    assert (ret(reply), reply.closes, rules(reply), talk.held) == (606, True, ["rate"], ["A"])
    assert reply.answer
    assert reply.answer["seq_id"] == 2


def test_requests_a_second_apart_are_all_served() -> None:
    talk = Talk()
    replies = [talk.subscribe("A", after_s=1.0) for _ in range(5)]
    assert [(ret(reply), reply.breaches) for reply in replies] == [(200, [])] * 5


def test_heartbeats_are_answered_and_do_not_count_as_requests() -> None:
    talk = Talk()
    talk.subscribe("A")
    beat = talk.beat(after_s=0.01)
    assert beat == Response(
        {"ret": 200, "msg": "ok", "cmd_id": 22001, "seq_id": 2, "trace": "trace 2", "data": {}},
        [],
        closes=False,
        is_beat=True,
    )
    assert talk.subscribe("B", after_s=1.0).breaches == []


def test_a_connection_ends_30_s_after_the_open_or_the_last_heartbeat() -> None:
    talk = Talk()
    opened_s = talk.now_s
    assert talk.dialogue.deadline_s == opened_s + 30
    talk.subscribe("A", after_s=5.0)
    assert talk.dialogue.deadline_s == opened_s + 30
    talk.beat(after_s=5.0)
    assert talk.dialogue.deadline_s == opened_s + 40


def test_a_malformed_heartbeat_is_none() -> None:
    talk = Talk()
    before_s = talk.dialogue.deadline_s
    assert talk.ask(22000, [], after_s=5.0).answer == HEADER_FAULT
    assert talk.dialogue.deadline_s == before_s


def test_without_answers_heartbeats_alone_are_answered() -> None:
    talk = Talk(answers=False)
    assert talk.subscribe("A").answer is None
    assert talk.held == ["A"]
    assert ret(talk.beat()) == 200


# The article's dialect


def test_the_article_adds_and_removes() -> None:
    talk = Talk()
    talk.act("subscribe", "A", "B")
    talk.act("subscribe", "C")
    reply = talk.act("unsubscribe", "A")
    assert reply == Response({"ret": 200, "msg": "ok", "cmd_id": 22005}, [], closes=False)
    assert talk.held == ["B", "C"]


def test_the_article_refuses_a_frame_whole_and_names_the_bad_codes() -> None:
    talk = Talk(unknown=frozenset({"BAD", "WORSE"}))
    talk.act("subscribe", "A")
    assert talk.act("subscribe", "XYZ").answer == {"ret": 200, "msg": "ok", "cmd_id": 22005}
    reply = talk.act("subscribe", "B", "BAD", "WORSE")
    assert reply.answer == {"ret": 600, "msg": "code invalid: BAD, WORSE", "cmd_id": 22005}
    assert talk.held == ["A", "XYZ"]


def test_the_article_has_no_heartbeat_rule() -> None:
    talk = Talk()
    talk.act("subscribe", "A")
    assert talk.dialogue.deadline_s == math.inf


def test_in_the_article_needless_codes_and_haste_are_breaches_and_served() -> None:
    talk = Talk()
    talk.act("subscribe", "A")
    twice = talk.act("subscribe", "A", "B", after_s=0.2)
    missing = talk.act("unsubscribe", "A", "C")
    assert (ret(twice), rules(twice), twice.closes) == (200, ["rate", "subscribed twice"], False)
    assert (ret(missing), missing.breaches, talk.held) == (200, [("not subscribed", ["C"])], ["B"])


@pytest.mark.parametrize(
    "frame",
    [
        "no JSON",
        {"cmd_id": 22004, "action": "subscribe", "code": []},
        {"cmd_id": 22004, "action": "subscribe", "code": "A"},
        {"cmd_id": 22004, "action": "subscribe", "code": [1]},
        {"cmd_id": 22004, "action": ["subscribe"], "code": ["A"]},
        {"cmd_id": 22006, "action": "subscribe", "code": ["A"]},
        {"cmd_id": 22004, "seq_id": 1, "trace": "t", "data": {"symbol_list": [{"code": "A"}]}},
    ],
)
def test_what_the_article_does_not_know_is_answered_without_ids(frame: Any) -> None:
    talk = Talk()
    talk.act("subscribe", "A")
    reply = talk.say(frame)
    assert reply.answer == {"ret": 400, "msg": "request data param invalid", "cmd_id": 22005}
    assert (rules(reply), talk.held) == (["form"], ["A"])


def test_a_published_connection_takes_no_action_frame() -> None:
    talk = Talk()
    talk.beat()
    reply = talk.act("subscribe", "A")
    assert (reply.answer, rules(reply)) == (HEADER_FAULT, ["form"])


def test_a_frame_that_is_no_object_does_not_choose_the_dialect() -> None:
    talk = Talk()
    talk.say("no JSON")
    assert ret(talk.act("subscribe", "A")) == 200


# Codes


@pytest.mark.parametrize(
    ("path", "good", "bad"),
    [
        (
            STOCK,
            "AAPL.US BRK.B.US ABRpD.US ACHR.WS.US AACT.U.US .DJI.US 700.HK 5.HK HSI.HK 600519.SH 399001.SZ",
            "AAPL aapl.US AAPL.us 0700.HK 60051.SH 600519.BJ EURUSD BTCUSDT GOLD",
        ),
        (
            OTHER,
            "EURUSD USDJPY BTCUSDT 1000SHIBUSDT GOLD Silver USOIL XAUEUR US30 EUSTX50 SMI",
            "eurusd EURXYZ XAUUSD SILVER BTC-USD BTC AAPL.US 700.HK EURUSDT/ US31",
        ),
        (
            DEMO,
            "AAPL.US BRK.B.US .DJI.US 700.HK 600519.SH EURUSD EUR/USD BTC-USD BTCUSDT ETHBTC GOLD XAUUSD US30",
            "NV APPLL HELLO.WORLD AAPL aapl.us 0700.HK EURXYZ SILVER A* Ä BTC- " + "y" * 32,
        ),
    ],
)
def test_each_address_serves_the_codes_of_its_class_only(path: str, good: str, bad: str) -> None:
    for code in good.split():
        assert ret(Talk(path, known=frozenset()).subscribe(code)) == 200, code
    for code in bad.split():
        assert ret(Talk(path, known=frozenset()).subscribe(code)) == 600, code
    assert ret(Talk(path).subscribe("")) == 600


def test_our_own_address_serves_what_it_was_told_to_or_all_that_can_be_a_symbol() -> None:
    told = frozenset({"HELLO.WORLD"})
    for known, good, bad in ((told, "HELLO.WORLD GOLD", "NV"), (None, "a_b/c x " + "y" * 32, "A* Ä " + "y" * 33)):
        for code in good.split():
            assert ret(Talk(known=known).subscribe(code)) == 200, code
        for code in bad.split():
            assert ret(Talk(known=known).subscribe(code)) == 600, code
    assert ret(Talk(OTHER, known=told).subscribe("HELLO.WORLD")) == 600


def test_all_symbols_that_ship_are_served() -> None:
    with (Path(__file__).parents[2] / "resources" / "alltick" / "symbols.csv").open(newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert [code for code in codes if not fits_a_market(code)] == []


# Anything

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FRAMES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "cmd_id": st.sampled_from([22000, 22002, 22004, 22006]) | JSON,
        "seq_id": st.integers(0, 9) | JSON,
        "trace": st.text(max_size=3) | JSON,
        "data": st.fixed_dictionaries({}, optional={"symbol_list": JSON, "cancel_type": JSON}) | JSON,
        "action": st.sampled_from(["subscribe", "unsubscribe"]) | JSON,
        "code": st.lists(st.sampled_from(["A", "B"])) | JSON,
    },
)


@given(st.lists(st.tuples(FRAMES, st.floats(0, 3)), max_size=6))
@settings(max_examples=150)
def test_every_frame_is_answered_whatever_it_is(frames: list[tuple[Any, float]]) -> None:
    talk = Talk()
    for frame, after_s in frames:
        reply = talk.say(parse(json.dumps(frame)), after_s)
        assert reply.answer
        assert isinstance(reply.answer["ret"], int)
        assert not reply.closes or rules(reply)[0] == "rate"


@given(st.text())
def test_a_frame_that_is_no_json_is_its_own_text(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert parse(text) == text


@pytest.mark.parametrize("text", ["NaN", "[1e999]", "[" * 100_000, '{"a":-Infinity}', "1" * 5000])
def test_what_json_does_not_have_is_text(text: str) -> None:
    assert parse(text) == text


def test_a_binary_frame_is_text() -> None:
    assert parse(b'{"cmd_id":\xff}') == '{"cmd_id":\ufffd}'
