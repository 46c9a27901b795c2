"""A provider that forgives nothing: plays AllTick in both dialects and counts every breach of protocol.

`Provider` judges and answers without a socket, time being an argument; `StrictServer` puts it on the wire. It knows
nothing of quotedesk. Where the provider's papers leave a doubt, a client is not blamed: see GRACE_S and `Line.doubt`.
"""

import argparse
import asyncio
import dataclasses
import functools
import http
import itertools
import json
import os
import random
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response

STOCK, OTHER = "/quote-stock-b-ws-api", "/quote-b-ws-api"
HTTP = ("/quote-stock-b-api/", "/quote-b-api/")
STOCK_ENDS = (".US", ".HK", ".SH", ".SZ")
FIRST_HEARTBEAT_S, HEARTBEAT_S, PING_S = 13.5, 14.0, 12.0
GRACE_S = 0.5  # what was sent less than this ago may not have reached the client
HEADER, DATA = "request header param invalid", "request data param invalid"
ENVELOPE: dict[str, type] = {"cmd_id": int, "seq_id": int, "trace": str, "data": dict}
ACTION: dict[str, type] = {"cmd_id": int, "action": str, "code": list}

FORMS = ("seq_str", "time_str", "seconds", "extra", "no_volume", "empty_strings", "numeric_price")
RULES = {
    "frame pace": "two frames of any kind on one connection less than 1 s apart",
    "token pace": "frames on two connections of one token less than 3 s apart",
    "not json": "a text frame that is not one strict JSON object",
    "binary": "a binary frame",
    "missing field": "a required key is absent",
    "unknown key": "a key that the dialect does not have, or a key twice",
    "wrong type": "a value of another JSON type than published",
    "unknown command": "a cmd_id, action or cancel_type that is not for a client's trades",
    "mixed dialects": "both dialects on one connection",
    "seq_id": "outside 1..2^32-1, or used before on this connection",
    "trace": "empty, longer than 64, or used before in the server's life",
    "empty list": "no code in a list",
    "duplicate code": "a code twice in one frame",
    "blanks": "an empty code, or blanks around one",
    "other endpoint": "a code that the other endpoint serves",
    "not wanted": "a code that the test says nobody wants",
    "list repeated": "one list sent again more than three times in a row",
    "list proved": "a list sent again though answered ok and every code in it ticked",
    "cancel of nothing": "22006 on a connection that never subscribed",
    "not subscribed": "unsubscribes what is not subscribed",
    "already ticking": "subscribes what is subscribed and has ticked",
    "silent again": "asks a third time for a code that stays silent",
    "late heartbeat": "the first 22000 later than 13.5 s after the open, or two more than 14 s apart",
    "heartbeat in action": "22000 in the article's dialect",
    "late ping": "no WebSocket ping for more than 12 s in the article's dialect",
    "second connection": "an endpoint opened while it is open",
    "early reconnect": "an endpoint opened sooner than 10 s after it was lost or refused",
    "after 401": "an attempt with a token that was refused",
    "address": "a path or a query that the provider does not have",
}


@dataclass(frozen=True)
class Manner:
    """How the provider behaves; the default is patient and plain.

    Attributes:
        delay_s: before an answer to a list; a function is given the answer's number, from 1.
        lost_every: every n-th answer to a list is lost; 1 loses all, as in the article; 0 none.
        lose_heartbeats: 22001 never comes.
        echo_ids: else an error carries cmd_id 0, seq_id 0 and an empty trace.
        refuse: codes answered with refuse_ret and refusal.
        partial: a refusal is for the bad codes only; else for the whole frame.
        clear_on_refusal: a refusal empties the list; else the earlier one survives.
        forms: of ticks: see FORMS; mixed draws anew each tick.
        silent: codes that are accepted and never tick.
        plan_limit: surplus codes are accepted and never tick; 0 is no limit.
        late_ticks: of a code after its removal.
        garbage: not_json binary huge deep unknown empty bad_tick, in turn, one each garbage_every_s.
        upgrades: status of the first, second, ... attempt; the last one for all that follow.
        close_after_s: with close_code (1006 cuts), the first close_first connections, after a 606 if say_606.
        restart_after_s: once, all connections close with 1012 and the port is deaf for down_s.
        last_price: a tick at once when a code is subscribed; else after 1/rate.
        rate: ticks a second and code, unless rates names the code.
        drop_after_s: without 22000 in the published dialect.
    """

    delay_s: float | Callable[[int], float] = 0.0
    lost_every: int = 0
    lose_heartbeats: bool = False
    echo_ids: bool = True
    refuse: frozenset[str] = frozenset()
    refuse_ret: int = 600
    refusal: str = "code invalid"
    partial: bool = False
    clear_on_refusal: bool = False
    forms: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    plan_limit: int = 0
    late_ticks: int = 0
    garbage: tuple[str, ...] = ()
    garbage_every_s: float = 1.0
    upgrades: tuple[int, ...] = (101,)
    close_after_s: float = 0.0
    close_code: int = 1001
    close_first: int = 1_000_000
    say_606: bool = False
    restart_after_s: float = 0.0
    down_s: float = 0.0
    last_price: bool = True
    rate: float = 2.0
    rates: Mapping[str, float] = field(default_factory=dict)
    drop_after_s: float = 30.0
    frame_gap_s: float = 1.0
    token_gap_s: float = 3.0
    reconnect_gap_s: float = 10.0
    seed: int = 0


class Breach(NamedTuple):
    time_s: float
    connection: int
    rule: str
    detail: str


class FrameSeen(NamedTuple):
    time_s: float
    connection: int
    text: str


class TickSent(NamedTuple):
    time_s: float
    connection: int
    code: str
    seq: int
    price: str
    late: bool


class Answer(NamedTuple):
    text: str
    ret: int
    kind: str  # heartbeat, list, or bad
    codes: frozenset[str]


@dataclass
class Line:
    """One connection as the provider sees it.

    Attributes:
        asked: codes accepted and not removed since.
        served: those of them within the plan: the ones that tick.
        late: removed codes and the ticks they still owe.
        trace: code -> its first tick since it was asked for.
        asks: code -> times it was accepted since it was removed.
        doubt: code -> until when the client may not know that it was refused.
        last, sent, ok_s: the newest published list, how often in a row, when it was answered ok.
    """

    number: int
    path: str
    token: str
    opened_s: float
    closed_s: float | None = None
    close_code: int | None = None
    dialect: str = ""
    frame_s: float = -1e9
    heartbeat_s: float = 0.0
    ping_s: float = 0.0
    heartbeats: int = 0
    pings: int = 0
    asked: dict[str, None] = field(default_factory=dict)
    served: dict[str, None] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    trace: dict[str, float] = field(default_factory=dict)
    asks: Counter[str] = field(default_factory=Counter)
    doubt: dict[str, float] = field(default_factory=dict)
    seq_ids: set[int] = field(default_factory=set)
    last: tuple[frozenset[str], frozenset[str]] | None = None
    sent: int = 0
    ok_s: float = 1e99
    blamed: set[str] = field(default_factory=set)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


class Provider:
    """Judges and answers; no socket, no clock."""

    def __init__(self, manner: Manner, wanted: Callable[[str], bool] | None = None) -> None:
        self.manner, self.wanted = manner, wanted
        self.breaches: list[Breach] = []
        self.frames: list[FrameSeen] = []
        self.lines: list[Line] = []
        self.ticks: list[TickSent] = []
        self.ticks_sent: Counter[str] = Counter()
        self.lag_s = 0.0  # how late our own loop runs: a breach of pace by less than this proves nothing
        self._attempts = 0
        self._traces: set[str] = set()
        self._lost: dict[tuple[str, str], float] = {}
        self._denied: set[str] = set()
        self._random = random.Random(manner.seed)
        self._seq = 1_782_180_168_000
        self._prices: dict[str, float] = {}

    def blame(self, line: int, rule: str, detail: str, now: float) -> None:
        assert rule in RULES, rule
        self.breaches.append(Breach(now, line, rule, detail))

    # -- connections

    def attempted(self, target: str, now: float) -> tuple[int, Line | None]:
        """Somebody knocks: the HTTP status, and the connection if it is 101."""
        url = urlsplit(target)
        tokens = parse_qs(url.query).get("token", [])
        token, number = tokens[0] if tokens else "", len(self.lines) + 1
        if url.path not in (STOCK, OTHER) or len(tokens) != 1:
            self.blame(number, "address", f"{url.path} with {len(tokens)} tokens", now)
            if url.path not in (STOCK, OTHER):
                return 404, None
        key = (token, url.path)
        if token in self._denied:
            self.blame(number, "after 401", url.path, now)
        if any(line.closed_s is None for line in self.lines if (line.token, line.path) == key):
            self.blame(number, "second connection", url.path, now)
        elif now - self._lost.get(key, -1e9) < self.manner.reconnect_gap_s:
            self.blame(number, "early reconnect", f"{url.path} after {now - self._lost[key]:.3f} s", now)
        status = self.manner.upgrades[min(self._attempts, len(self.manner.upgrades) - 1)]
        self._attempts += 1
        if status != 101:
            self._lost[key] = now
            self._denied |= {token} if status == 401 else set()
            return status, None
        line = Line(number, url.path, token, now, heartbeat_s=now, ping_s=now)
        self.lines.append(line)
        return 101, line

    def lost(self, line: Line, now: float, code: int | None = None) -> None:
        if line.closed_s is None:
            self.elapsed(line, now)
            line.closed_s, line.close_code = now, code
            self._lost[line.token, line.path] = now
            line.served.clear()
            line.late.clear()

    def elapsed(self, line: Line, now: float) -> None:
        """Blames what should have come by now, once a gap."""
        first = line.heartbeats == 0
        if line.dialect == "action":
            rule, late = "late ping", now - line.ping_s > PING_S
        elif line.dialect:
            rule, late = "late heartbeat", now - line.heartbeat_s > (FIRST_HEARTBEAT_S if first else HEARTBEAT_S)
        else:
            return
        if late and line.closed_s is None and rule not in line.blamed:
            line.blamed.add(rule)
            self.blame(line.number, rule, f"{'first, ' if first else ''}opened at {line.opened_s:.3f}", now)

    def pinged(self, line: Line, now: float) -> None:
        self.elapsed(line, now)
        line.ping_s = now
        line.pings += 1
        line.blamed.discard("late ping")

    # -- frames

    def received(self, line: Line, raw: str | bytes, now: float) -> Answer | None:
        if line.closed_s is not None:
            return None  # it crossed our close on the way
        self.elapsed(line, now)
        self._pace(line, now)
        self.frames.append(FrameSeen(now, line.number, raw if isinstance(raw, str) else f"{len(raw)} bytes"))
        bad = self._answer({}, 400, HEADER)
        if isinstance(raw, bytes):
            self.blame(line.number, "binary", f"{len(raw)} bytes", now)
            return bad
        blame = functools.partial(self._blame_frame, line, raw, now)
        try:
            frame = json.loads(raw, object_pairs_hook=_unique, parse_constant=_refuse_constant)
            if not isinstance(frame, dict):
                raise ValueError("not an object")
        except (ValueError, RecursionError) as error:
            blame("unknown key" if str(error) == "a key twice" else "not json")
            return bad
        action = "action" in frame or "code" in frame
        looks = "action" if action else "published"
        if frame.get("cmd_id") == 22000 and line.dialect == "action":
            blame("heartbeat in action")
            return bad
        if line.dialect != looks:
            if action and line.heartbeats and line.last is None:
                blame("heartbeat in action")
            elif line.dialect:
                blame("mixed dialects")
            line.dialect = looks
            self.elapsed(line, now)
        sound = True
        fields = ACTION if action else ENVELOPE
        for key, kind in fields.items():
            if key not in frame:
                blame("missing field", key)
                sound = False
            elif type(frame[key]) is not kind:
                blame("wrong type", key)
                sound = False
        for key in frame.keys() - fields.keys():
            blame("unknown key", key)
        if not action:
            self._ids(line, frame, blame)
        if not sound:
            return bad
        return (self._action if action else self._published)(line, frame, now, blame)

    def _blame_frame(self, line: Line, raw: str, now: float, rule: str, what: str = "") -> None:
        self.blame(line.number, rule, f"{what} in {raw[:200]}" if what else raw[:200], now)

    def _pace(self, line: Line, now: float) -> None:
        if now - line.frame_s < self.manner.frame_gap_s:
            self.blame(line.number, "frame pace", f"{now - line.frame_s:.3f} s, own lag {self.lag_s:.3f} s", now)
        for other in self.lines:
            if other is not line and other.token == line.token and now - other.frame_s < self.manner.token_gap_s:
                detail = f"{now - other.frame_s:.3f} s after {other.number}, own lag {self.lag_s:.3f} s"
                self.blame(line.number, "token pace", detail, now)
        line.frame_s = now

    def _ids(self, line: Line, frame: dict[str, Any], blame: Callable[..., None]) -> None:
        seq_id, trace = frame.get("seq_id"), frame.get("trace")
        if type(seq_id) is int:
            if not 0 < seq_id < 2**32 or seq_id in line.seq_ids:
                blame("seq_id")
            line.seq_ids.add(seq_id)
        if isinstance(trace, str):
            if not 0 < len(trace) <= 64 or trace in self._traces:
                blame("trace")
            self._traces.add(trace)

    def _codes(self, line: Line, codes: list[Any], blame: Callable[..., None], subscribes: bool = True) -> bool:
        if not codes:
            blame("empty list")
        if not all(isinstance(code, str) for code in codes):
            blame("wrong type", "code")
            return False
        for code in codes:
            if not code or code != code.strip():
                blame("blanks", repr(code))
            elif code.endswith(STOCK_ENDS) != (line.path == STOCK):
                blame("other endpoint", code)
            if subscribes and self.wanted and not self.wanted(code):
                blame("not wanted", code)
        for code in (code for code, times in Counter(codes).items() if times > 1):
            blame("duplicate code", code)
        return bool(codes)

    def _bad(self, line: Line, code: str) -> bool:
        return code in self.manner.refuse or code.endswith(STOCK_ENDS) != (line.path == STOCK)

    def _published(self, line: Line, frame: dict[str, Any], now: float, blame: Callable[..., None]) -> Answer | None:
        command, data = frame["cmd_id"], frame["data"]
        allowed = {22000: set(), 22002: {"symbol_list"}, 22004: {"symbol_list"}, 22006: {"cancel_type"}}.get(command)
        if allowed is None:
            blame("unknown command")
            return self._answer(frame, 400, HEADER)
        for key in data.keys() - allowed:
            blame("unknown key", key)
        for key in allowed - data.keys():
            blame("missing field", key)
            return self._answer(frame, 400, DATA)
        if command == 22000:
            line.heartbeats += 1
            line.heartbeat_s = now
            line.blamed.discard("late heartbeat")
            return None if self.manner.lose_heartbeats else self._answer(frame, 200, "ok", "heartbeat")
        if command == 22006:
            kind = data["cancel_type"]
            if type(kind) is not int or kind not in range(4):
                blame("wrong type" if type(kind) is not int else "unknown command", "cancel_type")
                return self._answer(frame, 400, DATA)
            if line.last is None:
                blame("cancel of nothing")
            if kind in (0, 2):
                self._listed(line, [], now, blame)
                self._replace(line, [])
            return self._answer(frame, 200, "ok", "list")
        symbols = data["symbol_list"]
        if not isinstance(symbols, list) or not all(isinstance(symbol, dict) for symbol in symbols):
            blame("wrong type", "symbol_list")
            return self._answer(frame, 400, DATA)
        of_a_symbol = {"code", "depth_level"} if command == 22002 else {"code"}
        for key in {key for symbol in symbols for key in symbol} - of_a_symbol:
            blame("unknown key", key)
        codes = [symbol.get("code") for symbol in symbols]
        if not self._codes(line, codes, blame):
            return self._answer(frame, 400, DATA)
        if command == 22002:
            if line.last is None:
                blame("cancel of nothing", "books before trades")
            return self._answer(frame, 200, "ok", "books")  # of which it sends none
        codes = list(dict.fromkeys(codes))
        self._listed(line, codes, now, blame)
        good = [code for code in codes if not self._bad(line, code)]
        if len(good) == len(codes):
            self._replace(line, codes)
            return self._answer(frame, 200, "ok", "list", codes)
        if self.manner.partial or self.manner.clear_on_refusal:
            self._replace(line, good if self.manner.partial else [])
        return self._answer(frame, self.manner.refuse_ret, self.manner.refusal, "list", codes)

    def _listed(self, line: Line, codes: list[str], now: float, blame: Callable[..., None]) -> None:
        """Judges a list against the one before it; another cut by the plan is another list."""
        key = (frozenset(codes), frozenset(codes[: self.manner.plan_limit or None]))
        if key != line.last:
            line.last, line.sent, line.ok_s = key, 1, 1e99
            line.trace.clear()
            return
        line.sent += 1
        if line.sent > 4:
            blame("list repeated", f"{line.sent} times")
        if max([line.ok_s, *(line.trace.get(code, 1e99) for code in codes)]) + GRACE_S <= now:
            blame("list proved")

    def _replace(self, line: Line, codes: list[str]) -> None:
        line.asked = dict.fromkeys(codes)
        self._serve(line, codes[: self.manner.plan_limit or None])

    def _serve(self, line: Line, codes: list[str]) -> None:
        for code in line.served.keys() - set(codes):
            line.late[code] = self.manner.late_ticks
        line.served = dict.fromkeys(codes)
        line.late = {code: left for code, left in line.late.items() if left and code not in line.served}

    def _action(self, line: Line, frame: dict[str, Any], now: float, blame: Callable[..., None]) -> Answer | None:
        verb, subscribes = frame["action"], frame["action"] == "subscribe"
        if frame["cmd_id"] != 22004 or verb not in ("subscribe", "unsubscribe"):
            blame("unknown command")
            return self._answer(frame, 400, HEADER)
        if not self._codes(line, frame["code"], blame, subscribes):
            return self._answer(frame, 400, DATA)
        codes = list(dict.fromkeys(frame["code"]))
        if not subscribes:
            for code in codes:
                if code not in line.asked and line.doubt.pop(code, 0) < now:
                    blame("not subscribed", code)
                line.asked.pop(code, None)
                line.trace.pop(code, None)
                del line.asks[code]
            self._serve(line, [code for code in line.served if code not in codes])
            return self._answer(frame, 200, "ok", "list")
        for code in codes:
            if code in line.asked and line.trace.get(code, 1e99) + GRACE_S <= now:
                blame("already ticking", code)
            elif code in line.asked and line.asks[code] >= 2 and code not in line.trace:
                blame("silent again", code)
        good = [code for code in codes if not self._bad(line, code)]
        refused = len(good) < len(codes)
        if refused:
            good = good if self.manner.partial else []
            line.doubt |= {code: 1e99 for code in codes if code not in good}
            if self.manner.clear_on_refusal:
                line.doubt |= dict.fromkeys(line.asked, 1e99)
                line.asked.clear()
                line.trace.clear()
                line.asks.clear()
                self._serve(line, [])
        for code in good:
            line.doubt.pop(code, None)
            if code not in line.asked:
                line.trace.pop(code, None)
        line.asks.update(good)
        line.asked |= dict.fromkeys(good)
        self._serve(line, list(dict.fromkeys([*line.served, *good]))[: self.manner.plan_limit or None])
        answer = (self.manner.refuse_ret, "code invalid") if refused else (200, "ok")
        return self._answer(frame, *answer, "list", codes)

    def _answer(
        self, frame: dict[str, Any], ret: int, msg: str, kind: str = "bad", codes: list[str] | None = None
    ) -> Answer:
        body: dict[str, Any] = {"ret": ret, "msg": msg}
        if "action" in frame:
            body["cmd_id"] = 22005
        elif "seq_id" in frame and (ret == 200 or self.manner.echo_ids):
            body |= {"cmd_id": frame["cmd_id"] + 1, "seq_id": frame["seq_id"], "trace": frame["trace"], "data": {}}
        else:
            body |= {"cmd_id": 0, "seq_id": 0, "trace": "", "data": {}}
        return Answer(json.dumps(body), ret, kind, frozenset(codes or ()))

    def told(self, line: Line, answer: Answer, now: float) -> None:
        """An answer left."""
        if answer.kind == "list" and answer.ret == 200 and line.last and answer.codes == line.last[0]:
            line.ok_s = min(line.ok_s, now)
        if answer.ret != 200:
            line.doubt |= {code: min(line.doubt[code], now + GRACE_S) for code in answer.codes & line.doubt.keys()}

    # -- ticks

    def tick(self, code: str) -> tuple[str, int, str]:
        """A trade in one of the forms: the frame, its seq and its price as text."""
        draw, chosen = self._random, self.manner.forms
        if "mixed" in chosen:
            chosen = frozenset(form for form in FORMS if draw.random() < 0.5)
        self._seq += 1
        price = self._prices[code] = max(0.05, self._prices.get(code, 100.0) * (1 + draw.uniform(-1e-3, 1e-3)))
        text, seq, stamp = f"{price:.4f}", self._seq, int(time.time() * 1000)
        stamp = stamp // 1000 if "seconds" in chosen else stamp
        data: dict[str, Any] = {"code": code, "seq": str(seq) if "seq_str" in chosen else seq}
        data["tick_time"] = str(stamp) if "time_str" in chosen else stamp
        data["price"] = float(text) if "numeric_price" in chosen else text
        data |= {"volume": str(draw.randrange(1, 900)), "turnover": "12345.6", "trade_direction": draw.randrange(3)}
        if "empty_strings" in chosen:
            data |= {"volume": "", "turnover": ""}
        if "no_volume" in chosen:
            del data["volume"], data["turnover"]
        if "extra" in chosen:
            data |= {"exchange": {"mic": ["X"]}, "Code": "NOBODY", "x": None}
        return json.dumps({"cmd_id": 22998, "data": data}), seq, text

    def ticked(self, line: Line, code: str, seq: int, price: str, now: float) -> None:
        """A tick left."""
        late = code not in line.served
        self.ticks.append(TickSent(now, line.number, code, seq, price, late))
        if not late:
            self.ticks_sent[code] += 1
            line.trace.setdefault(code, now)

    def rubbish(self, line: Line) -> Iterator[str | bytes]:
        """Frames that no client may stumble over, or take for a trade."""
        prices: tuple[Any, ...] = ("NaN", "Infinity", "", None, "0", "-1", [], True, "1e999")
        faults = itertools.cycle([{}, *({"price": price} for price in prices)])
        for kind in itertools.cycle(self.manner.garbage):
            code = next(iter(line.served), "NOBODY.US")
            tick: dict[str, Any] = {"cmd_id": 22998, "data": {"code": code, "seq": 1, "tick_time": 1}}
            deep = '{"cmd_id":22998,"data":{"code":"NOBODY.US","price":"1","x":' + "[" * 9999 + "]" * 9999 + "}}"
            if kind == "bad_tick":
                tick["data"] |= next(faults)
            frames: dict[str, str | bytes] = {
                "not_json": '{"cmd_id":22998,"data":{"code":',
                "binary": b"\x00\xff\xfe{}",
                "huge": '{"cmd_id":31337,"data":"' + "y" * 2_000_000 + '"}',
                "deep": deep,
                "unknown": json.dumps({"cmd_id": 40000, "ret": 200, "data": [code]}),
                "empty": "",
                "bad_tick": json.dumps(tick),
            }
            yield frames[kind]


class _Socket(ServerConnection):
    """A connection whose frames are timed as they are read from the wire."""

    def __init__(self, desk: "StrictServer", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.line: Line | None = None
        self.arrived: deque[float] = deque()

    def process_event(self, event: Any) -> None:
        if isinstance(event, Frame) and self.line:
            now = self.desk.clock()
            if event.opcode in (Opcode.TEXT, Opcode.BINARY):
                self.arrived.append(now)
            elif event.opcode is Opcode.PING:
                self.desk.provider.pinged(self.line, now)
            elif event.opcode is Opcode.CLOSE:
                code = int.from_bytes(bytes(event.data[:2]), "big") if event.data else 1005
                self.desk.provider.lost(self.line, now, code)
        super().process_event(event)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.line:
            self.desk.provider.lost(self.line, self.desk.clock(), 1006)
        super().connection_lost(exc)


class StrictServer:
    """The provider on 127.0.0.1; `async with` opens and closes it."""

    def __init__(
        self,
        manner: Manner | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wanted: Callable[[str], bool] | None = None,
        port: int = 0,
    ) -> None:
        self.manner, self.clock, self.port = manner or Manner(), clock, port
        self.provider = Provider(self.manner, wanted)
        self.breaches, self.frames, self.connections = self.provider.breaches, self.provider.frames, self.provider.lines
        self.ticks, self.ticks_sent = self.provider.ticks, self.provider.ticks_sent
        self.url = ""
        self._answers = 0
        self._sockets: set[_Socket] = set()
        self._failures: list[Exception] = []

    async def __aenter__(self) -> Self:
        await self._listen()
        self._keeper = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)
        await self._deafen(1001)
        if self._failures:
            raise ExceptionGroup("the strict server itself failed", self._failures)

    def held(self, path: str) -> frozenset[str]:
        """Codes that this endpoint would push now, the silent ones too, the surplus ones not."""
        return frozenset(code for line in self.connections if line.path == path for code in line.served)

    async def tick(self, code: str) -> int:
        """Pushes one trade now to whoever holds the code; how many hold it."""
        sockets = [socket for socket in self._sockets if socket.line and code in socket.line.served]
        return sum([await self._push(socket, code) for socket in sockets])

    async def restart(self, down_s: float = 0.0) -> None:
        """Closes all with 1012 and listens again on the same port."""
        await self._deafen(1012)
        await asyncio.sleep(down_s)
        await self._listen()

    def report(self) -> dict[str, Any]:
        """All there is to judge, as JSON has it; without the tokens."""
        secret = ("token", "seq_ids", "blamed", "last", "sent", "ok_s", "frame_s", "doubt", "trace", "asks", "late")
        lines = [
            {
                key: list(value) if isinstance(value, dict) else value
                for key, value in vars(line).items()
                if key not in secret
            }
            for line in self.connections
        ]
        return {
            "now_s": self.clock(),
            "lag_s": self.provider.lag_s,
            "breaches": [breach._asdict() for breach in self.breaches],
            "connections": lines,
            "frames": [frame._asdict() for frame in self.frames],
            "held": {path: sorted(self.held(path)) for path in (STOCK, OTHER)},
            "ticks_sent": self.ticks_sent,
            "last_tick": {tick.code: tick._asdict() for tick in self.ticks if not tick.late},
        }

    async def _listen(self) -> None:
        self._server: Server = await serve(
            self._serve,
            "127.0.0.1",
            self.port,
            process_request=self._upgrade,
            create_connection=functools.partial(_Socket, self),  # type: ignore[arg-type]
            ping_interval=None,
            close_timeout=1,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}"

    async def _deafen(self, code: int) -> None:
        for socket in self._sockets:
            self._leave(socket, code)
        self._server.close(code=code)
        await self._server.wait_closed()

    def _leave(self, socket: _Socket, code: int) -> None:
        if socket.line:
            self.provider.lost(socket.line, self.clock(), code)

    def _upgrade(self, connection: ServerConnection, request: Request) -> Response | None:
        if urlsplit(request.path).path.startswith(HTTP) and "Upgrade" not in request.headers:
            return connection.respond(http.HTTPStatus.NOT_FOUND, "")  # it has no companions over HTTP
        status, line = self.provider.attempted(request.path, self.clock())
        if line is None:
            return connection.respond(http.HTTPStatus(status), json.dumps({"msg": "no", "trace": "", "ret": status}))
        assert isinstance(connection, _Socket)
        connection.line = line
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        assert isinstance(socket, _Socket)
        line = socket.line
        assert line is not None
        self._sockets.add(socket)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._pump(socket, line)), group.create_task(self._disturb(socket, line))]
                try:
                    async for raw in socket:
                        answer = self.provider.received(line, raw, socket.arrived.popleft())
                        if answer is not None:
                            tasks.append(group.create_task(self._answer(socket, line, answer)))
                except ConnectionClosed:
                    pass
                for task in tasks:
                    task.cancel()
        except Exception as error:
            self._failures.append(error)
        finally:
            self._sockets.discard(socket)

    async def _answer(self, socket: _Socket, line: Line, answer: Answer) -> None:
        if answer.kind == "list":
            self._answers += 1
            number, delay = self._answers, self.manner.delay_s
            await asyncio.sleep(delay(number) if callable(delay) else delay)
            if self.manner.lost_every and number % self.manner.lost_every == 0:
                return
        if await self._send(socket, answer.text):
            self.provider.told(line, answer, self.clock())

    async def _send(self, socket: _Socket, payload: str | bytes) -> bool:
        try:
            await socket.send(payload)
        except ConnectionClosed:
            return False
        return True

    async def _push(self, socket: _Socket, code: str) -> bool:
        text, seq, price = self.provider.tick(code)
        if (sent := await self._send(socket, text)) and socket.line:
            self.provider.ticked(socket.line, code, seq, price, self.clock())
        return sent

    async def _pump(self, socket: _Socket, line: Line) -> None:
        """Ticks at each code's rate, the owed late ones too."""
        due: dict[str, float] = {}
        while True:
            await asyncio.sleep(0.01)
            live = [code for code in (*line.served, *line.late) if code not in self.manner.silent]
            due = {code: due[code] for code in live if code in due}
            for code in live:
                rate, now = self.manner.rates.get(code, self.manner.rate), self.clock()
                if rate <= 0:
                    continue
                next_s = due.setdefault(code, now if self.manner.last_price else now + 1 / rate)
                times = min(100, int((now - next_s) * rate) + 1) if next_s <= now else 0
                due[code] = next_s + times / rate if times < 100 else now
                for _ in range(times):
                    if code not in line.served:
                        if line.late.get(code, 0) <= 0:
                            line.late.pop(code, None)
                            break
                        line.late[code] -= 1
                    await self._push(socket, code)

    async def _disturb(self, socket: _Socket, line: Line) -> None:
        """Garbage in turn, and the end of the connection if it has one."""
        manner, rubbish = self.manner, self.provider.rubbish(line)
        next_s = line.opened_s + manner.garbage_every_s
        while True:
            await asyncio.sleep(0.02)
            now = self.clock()
            if manner.garbage and now >= next_s:
                next_s = now + manner.garbage_every_s
                await self._send(socket, next(rubbish))
            dead = line.dialect == "published" and now - line.heartbeat_s > manner.drop_after_s
            if dead or (0 < manner.close_after_s <= now - line.opened_s and line.number <= manner.close_first):
                if manner.say_606:
                    await self._send(socket, '{"ret":606,"msg":"too many requests and connection will be closed"}')
                self._leave(socket, manner.close_code)
                if manner.close_code == 1006:
                    socket.transport.abort()
                else:
                    await socket.close(manner.close_code)
                return

    async def _keep(self) -> None:
        """Finds what is overdue, measures how late this loop is, restarts once."""
        began, loop, again = self.clock(), asyncio.get_running_loop(), self.manner.restart_after_s
        while True:
            due = loop.time() + 0.1
            await asyncio.sleep(0.1)
            self.provider.lag_s = max(self.provider.lag_s, loop.time() - due)
            for line in self.connections:
                self.provider.elapsed(line, self.clock())
            if 0 < again <= self.clock() - began:
                again = 0.0
                await self.restart(self.manner.down_s)


def _option(default: Any) -> Callable[[str], Any]:
    """How a value of this default's type is read from the command line."""
    if isinstance(default, Mapping):
        return lambda text: {code: float(rate) for code, rate in (pair.split("=") for pair in text.split(","))}
    if isinstance(default, tuple | frozenset):
        kind: type = int if default and isinstance(default, tuple) else str
        return lambda text: type(default)(kind(part) for part in text.split(","))
    return type(default)


async def _run(manner: Manner, port: int, path: Path) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with StrictServer(manner, port=port) as server:
        print(server.url, flush=True)
        ended = False
        while not ended:
            ended = stop.is_set()
            part = path.with_name(path.name + ".part")
            part.write_text(json.dumps(server.report(), indent=1), encoding="utf-8")
            os.replace(part, path)
            if not ended:
                try:
                    await asyncio.wait_for(stop.wait(), 1)
                except TimeoutError:
                    continue


def main() -> None:
    parser = argparse.ArgumentParser(
        description="A strict provider; --report is rewritten every second and at the end."
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--report", type=Path, required=True)
    for option in dataclasses.fields(Manner):
        default = getattr(Manner(), option.name)
        name = "--" + option.name.replace("_", "-")
        if isinstance(default, bool):
            parser.add_argument(name, action=argparse.BooleanOptionalAction, default=default)
        else:
            parser.add_argument(name, type=_option(default), default=default)
    chosen = vars(parser.parse_args())
    port, path = chosen.pop("port"), chosen.pop("report")
    asyncio.run(_run(Manner(**chosen), port, path))


if __name__ == "__main__":
    main()
