"""JSON-RPC 2.0, a message a line: what a line asks, and the lines of answers and notifications.

https://www.jsonrpc.org/specification, batches included. Nothing that a client sends raises.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

LONGEST_BATCH = 100
LONGEST_ANSWER = 8_000_000  # bytes of one line; what is beyond in a batch is refused
UNREADABLE = -32700
NO_REQUEST = -32600
NO_METHOD = -32601
BAD_PARAMS = -32602
INTERNAL = -32603
TOO_MUCH = -32001  # more than this program keeps for one client, or for all

_ID = re.compile(rb'\A(".{0,256}"|-?[0-9][0-9.eE+-]{0,63}|null)\Z', re.DOTALL)
_NO_ID = b"null"
_Params = TypeVar("_Params")
_encode = msgspec.json.Encoder().encode
_decode_raw = msgspec.json.Decoder(msgspec.Raw).decode
_decode_batch = msgspec.json.Decoder(list[msgspec.Raw]).decode


class CallError(Exception):
    """A call cannot be answered as it is; `code` is one of the above."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class RpcCall(msgspec.Struct, frozen=True):
    """What is asked: a method, and its parameters as they were sent ("" for none)."""

    method: str
    params: bytes = b""

    def read(self, kind: type[_Params]) -> _Params:
        """The parameters as a Struct. Raises CallError where they are none."""
        try:
            return msgspec.json.decode(self.params or b"{}", type=kind)
        except msgspec.ValidationError as fault:
            raise CallError(BAD_PARAMS, f"{self.method}: {fault}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise CallError(BAD_PARAMS, f"{self.method}: these parameters cannot be read") from None


class _Sent(msgspec.Struct):
    """A request as it is sent; a Raw that is empty was not there."""

    jsonrpc: str
    method: str
    params: msgspec.Raw = msgspec.Raw()
    id: msgspec.Raw = msgspec.Raw()


class _SentId(msgspec.Struct):
    """What of a request may be read even where the rest is wrong."""

    id: msgspec.Raw = msgspec.Raw()


_decode_sent = msgspec.json.Decoder(_Sent).decode
_decode_id = msgspec.json.Decoder(_SentId).decode


def answer(line: bytes, do: Callable[[RpcCall], object]) -> tuple[bytes, bool]:
    """The line that answers one (b"" for none: a notification), and whether it could be read at all.

    `do` carries out a call and returns its result; it raises CallError.
    """
    try:
        line.decode()  # a part that is passed over is not looked at else
        whole = bytes(_decode_raw(line))
    except RecursionError:
        return error(UNREADABLE, "This is nested too deeply"), False
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        return error(UNREADABLE, f"This is no JSON: {fault}"), False
    if not whole.startswith(b"["):
        return _answer_one(whole, do), True
    batch = [bytes(each) for each in _decode_batch(whole)]
    if not batch:
        return error(NO_REQUEST, "A batch holds at least one request"), True
    if len(batch) > LONGEST_BATCH:
        return error(NO_REQUEST, f"A batch holds at most {LONGEST_BATCH} requests"), True
    answers: list[bytes] = []
    room = LONGEST_ANSWER
    for each in batch:
        if answered := _answer_one(each, do if room > 0 else _refuse):
            answers.append(answered.rstrip())
            room -= len(answered)
    return (b"[" + b",".join(answers) + b"]\n" if answers else b""), True


def error(code: int, message: str, call_id: bytes = _NO_ID) -> bytes:
    """The line that tells what is wrong."""
    said = _encode({"code": code, "message": message})
    return b'{"jsonrpc":"2.0","id":' + call_id + b',"error":' + said + b"}\n"


def notification(method: str, params: Mapping[str, object]) -> bytes:
    """A line that nobody asked for just now."""
    return _encode({"jsonrpc": "2.0", "method": method, "params": params}) + b"\n"


def request(call_id: int, method: str, params: Mapping[str, object]) -> bytes:
    """The line that asks."""
    return _encode({"jsonrpc": "2.0", "id": call_id, "method": method, "params": params}) + b"\n"


class RpcLine(msgspec.Struct, frozen=True):
    """What a server says: an answer (it has an id), or a notification (it has a method).

    Attributes:
        error: of an answer; None where there is a result.
        result, params: of an answer, and of a notification.
    """

    id: int | str | None = None
    method: str = ""
    params: dict[str, object] = {}
    result: object = None
    error: "RpcError | None" = None


class RpcError(msgspec.Struct, frozen=True):
    """Why there is no result."""

    code: int
    message: str


_decode_line = msgspec.json.Decoder(RpcLine).decode


def read_line(line: bytes) -> RpcLine | None:
    """What a server says; None for what is no such line."""
    try:
        return _decode_line(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def texts(said: object) -> Mapping[str, str]:
    """The texts in an object, by name."""
    return {name: each for name, each in said.items() if isinstance(each, str)} if isinstance(said, dict) else {}


def objects(said: object) -> Sequence[Mapping[str, object]]:
    """The objects in a list."""
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def _answer_one(sent: bytes, do: Callable[[RpcCall], object]) -> bytes:
    try:
        asked = _decode_sent(sent)
        if asked.jsonrpc != "2.0":
            raise CallError(NO_REQUEST, "jsonrpc has to be “2.0”")
        call_id = bytes(asked.id)
        if call_id and not _ID.match(call_id):
            raise CallError(NO_REQUEST, "An id is a string of at most 256 bytes, a number or null")
        params = bytes(asked.params)
        if params and params != b"null" and params[:1] not in b"{[":
            raise CallError(NO_REQUEST, "params has to be an object")
    except CallError as fault:
        return error(fault.code, str(fault), _id_of(sent))
    except RecursionError:
        return error(NO_REQUEST, "This is nested too deeply")
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        return error(NO_REQUEST, f"This is no request: {fault}", _id_of(sent))
    try:
        if params.startswith(b"["):
            raise CallError(BAD_PARAMS, f"{asked.method[:40]} takes its parameters by name")
        result = do(RpcCall(asked.method, b"" if params == b"null" else params))
    except CallError as fault:
        return error(fault.code, str(fault), call_id) if call_id else b""
    if not call_id:
        return b""
    return b'{"jsonrpc":"2.0","id":' + call_id + b',"result":' + _encode(result) + b"}\n"


def _id_of(sent: bytes) -> bytes:
    """The id of what is no request, so that the client finds out which; null where it has none that is one."""
    try:
        found = bytes(_decode_id(sent).id)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _NO_ID
    return found if _ID.match(found) else _NO_ID


def _refuse(call: RpcCall) -> object:
    raise CallError(TOO_MUCH, "The answers before this one are long enough: ask again")
