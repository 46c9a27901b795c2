"""JSON-RPC 2.0 as its specification has it, and nothing that a client sends raises."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.engine.serving import rpc

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    words: list[str] = []


def do(call: rpc.RpcCall) -> object:
    if call.method == "echo":
        return {"words": call.read(Wish).words}
    raise rpc.CallError(rpc.NO_METHOD, "there is none")


def ask(line: bytes | str) -> Any:
    """What comes back for a line; None for nothing."""
    answered, _ = rpc.answer(line if isinstance(line, bytes) else line.encode(), do)
    return json.loads(answered) if answered else None


def code(answered: Any) -> tuple[object, object]:
    return answered["id"], answered["error"]["code"]


@pytest.mark.parametrize("call_id", ["1", "-7", "1.5", '"a"', '"\\u00e9\\n"', "null", "123456789012345678901234567890"])
def test_an_answer_has_the_id_to_the_letter(call_id: str) -> None:
    line = f'{{"jsonrpc":"2.0","id":{call_id},"method":"echo","params":{{"words":["a"]}}}}'
    answered, could_be_read = rpc.answer(line.encode(), do)
    assert could_be_read
    assert answered.decode() == f'{{"jsonrpc":"2.0","id":{call_id},"result":{{"words":["a"]}}}}\n'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"jsonrpc":"2.0","method":"echo","id":', (None, rpc.UNREADABLE)),
        ("GET / HTTP/1.1", (None, rpc.UNREADABLE)),
        (b'{"jsonrpc":"2.0","method":"echo","id":"\xff"}', (None, rpc.UNREADABLE)),
        ("\x00\x01\x02", (None, rpc.UNREADABLE)),
        ("[" * 100_000, (None, rpc.UNREADABLE)),
        ("[]", (None, rpc.NO_REQUEST)),
        ("1", (None, rpc.NO_REQUEST)),
        ('"echo"', (None, rpc.NO_REQUEST)),
        ("null", (None, rpc.NO_REQUEST)),
        ("{}", (None, rpc.NO_REQUEST)),
        ('{"jsonrpc":"1.0","method":"echo","id":1}', (1, rpc.NO_REQUEST)),
        ('{"method":"echo","id":1}', (1, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","id":1}', (1, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":1,"id":1}', (1, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":"echo","id":true}', (None, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":"echo","id":{}}', (None, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":"echo","id":[1]}', (None, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":"echo","id":1,"params":1}', (1, rpc.NO_REQUEST)),
        ('{"jsonrpc":"2.0","method":"nothing","id":1}', (1, rpc.NO_METHOD)),
        ('{"jsonrpc":"2.0","method":"echo","id":1,"params":["a"]}', (1, rpc.BAD_PARAMS)),
        ('{"jsonrpc":"2.0","method":"echo","id":1,"params":{"words":1}}', (1, rpc.BAD_PARAMS)),
        ('{"jsonrpc":"2.0","method":"echo","id":1,"params":{"word":[]}}', (1, rpc.BAD_PARAMS)),
    ],
)
def test_what_is_wrong_has_its_code_and_the_id_where_there_is_one(
    line: bytes | str, expected: tuple[object, int]
) -> None:
    assert code(ask(line)) == expected


def test_parameters_may_be_left_out() -> None:
    for params in ("", ',"params":null', ',"params":{}'):
        assert ask(f'{{"jsonrpc":"2.0","method":"echo","id":1{params}}}')["result"] == {"words": []}


def test_a_notification_is_carried_out_and_not_answered_even_where_it_fails() -> None:
    done: list[str] = []

    def note(call: rpc.RpcCall) -> object:
        done.append(call.method)
        raise rpc.CallError(rpc.NO_METHOD, "no")

    assert rpc.answer(b'{"jsonrpc":"2.0","method":"echo"}', note) == (b"", True)
    assert rpc.answer(b'[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"echo"}]', note) == (b"", True)
    assert done == ["echo"] * 3


def test_a_batch_is_answered_as_one_in_its_order() -> None:
    answered = ask(
        '[{"jsonrpc":"2.0","method":"echo","id":1},{"jsonrpc":"2.0","method":"echo"},1,{"foo":"boo"},'
        '{"jsonrpc":"2.0","method":"nothing","id":"x"},[]]'
    )
    assert [each["id"] for each in answered] == [1, None, None, "x", None]
    assert [each.get("error", {}).get("code") for each in answered] == [
        None,
        rpc.NO_REQUEST,
        rpc.NO_REQUEST,
        rpc.NO_METHOD,
        rpc.NO_REQUEST,
    ]
    assert code(ask("[" + ",".join(["1"] * (rpc.LONGEST_BATCH + 1)) + "]")) == (None, rpc.NO_REQUEST)


def test_a_batch_that_would_be_answered_with_a_flood_is_refused_from_there_on() -> None:
    one = b'{"jsonrpc":"2.0","method":"big","id":1}'
    answered, _ = rpc.answer(b"[" + b",".join([one] * 50) + b"]", lambda call: "x" * 1_000_000)
    assert len(answered) < rpc.LONGEST_ANSWER + 1_100_000
    assert [each.get("error", {}).get("code") for each in json.loads(answered)][-1] == rpc.TOO_MUCH


@given(st.binary(max_size=60))
def test_no_bytes_raise(line: bytes) -> None:
    answered, _ = rpc.answer(line, do)
    assert code(json.loads(answered))[1] in (rpc.UNREADABLE, rpc.NO_REQUEST)


@given(JSON)
def test_no_json_raises(value: object) -> None:
    answered, _ = rpc.answer(json.dumps(value).encode(), do)
    assert answered == b"" or json.loads(answered)


@given(st.fixed_dictionaries({"jsonrpc": st.just("2.0"), "method": JSON, "id": JSON, "params": JSON}))
def test_what_is_nearly_a_request_has_one_answer(value: dict[str, object]) -> None:
    answered = ask(json.dumps(value))
    assert answered["jsonrpc"] == "2.0"
    assert ("result" in answered) != ("error" in answered)


def test_the_lines_of_a_server_are_read_back_and_others_are_none() -> None:
    assert rpc.read_line(rpc.notification("quote", {"last": "1.20"})) == rpc.RpcLine(
        method="quote", params={"last": "1.20"}
    )
    fault = rpc.read_line(rpc.error(rpc.NO_METHOD, "no", b"4"))
    assert fault is not None
    assert (fault.id, fault.error) == (4, rpc.RpcError(rpc.NO_METHOD, "no"))
    assert json.loads(rpc.request(3, "echo", {"words": []})) == {
        "jsonrpc": "2.0",
        "id": 3,
        "method": "echo",
        "params": {"words": []},
    }
    for junk in (b"", b"[1]", b"\xff", b'{"id":[]}', b"[" * 50_000):
        assert rpc.read_line(junk) is None
