import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fakes import strict_server
from tests.fakes.strict_server import GRACE_S, OTHER, RULES, STOCK, Answer, Manner, Provider, StrictServer

A, B, C = "AAPL.US", "700.HK", "600519.SH"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Script:
    """A client without a socket, on one connection, which says what it is told to, when it is told to."""

    def __init__(
        self, manner: Manner | None = None, path: str = STOCK, provider: Provider | None = None, now: float = 100.0
    ) -> None:
        self.provider = provider or Provider(manner or Manner())
        self.path, self.now, self.ids = path, now, 0
        self.open()

    def open(self, token: str = "t") -> None:
        line = self.provider.attempted(f"{self.path}?token={token}", self.now)[1]
        self.line = line or self.line

    def wait(self, seconds: float) -> "Script":
        self.now += seconds
        self.provider.elapsed(self.line, self.now)
        return self

    def raw(self, raw: str | bytes, wait: float = 1.1) -> Answer | None:
        answer = self.provider.received(self.line, raw, self.now)
        if answer:
            self.provider.told(self.line, answer, self.now)
        self.wait(wait)
        return answer

    def ask(self, command: int, data: Any, wait: float = 1.1, **changed: Any) -> Answer | None:
        self.ids += 1
        trace = f"{id(self)}-{self.ids}"
        frame = {"cmd_id": command, "seq_id": self.ids, "trace": trace, "data": data} | changed
        return self.raw(json.dumps({key: value for key, value in frame.items() if value is not ...}), wait)

    def want(self, *codes: Any, **more: Any) -> Answer | None:
        return self.ask(22004, {"symbol_list": [{"code": code} for code in codes]}, **more)

    def beat(self, **more: Any) -> Answer | None:
        return self.ask(22000, {}, **more)

    def act(self, action: Any, *codes: Any, wait: float = 1.1, **more: Any) -> Answer | None:
        return self.raw(json.dumps({"cmd_id": 22004, "action": action, "code": codes} | more), wait)

    def tick(self, *codes: str) -> None:
        for code in codes:
            _, seq, price = self.provider.tick(code)
            self.provider.ticked(self.line, code, seq, price, self.now)

    def ping(self) -> None:
        self.wait(0).provider.pinged(self.line, self.now)

    def broken(self) -> list[str]:
        return [breach.rule for breach in self.provider.breaches]


def both(script: Script, token: str = "t") -> Script:
    """A second client of the same provider, on the other endpoint."""
    other = Script(path=OTHER, provider=script.provider, now=script.now)
    other.line.token = token
    return other


def lose(script: Script, wait: float) -> None:
    script.provider.lost(script.line, script.now)
    script.now += wait


# Each fault breaks its own rule, once, and no other.
FAULTS: list[tuple[str, Callable[[Script], object]]] = [
    ("frame pace", lambda s: (s.want(A, wait=0.999), s.beat())),
    ("frame pace", lambda s: (s.act("subscribe", A, wait=0.5), s.act("subscribe", B))),
    ("token pace", lambda s: (s.want(A, wait=2.9), both(s).beat())),
    ("not json", lambda s: s.raw("{")),
    ("not json", lambda s: s.raw("[]")),
    ("not json", lambda s: s.raw('{"cmd_id":NaN}')),
    ("not json", lambda s: s.raw("")),
    ("not json", lambda s: s.raw("[" * 100_000)),
    ("binary", lambda s: s.raw(b"{}")),
    ("missing field", lambda s: s.want(A, trace=...)),
    ("missing field", lambda s: s.want(A, seq_id=...)),
    ("missing field", lambda s: s.ask(22000, ...)),
    ("missing field", lambda s: s.ask(22004, {})),
    ("missing field", lambda s: (s.want(A), s.ask(22006, {}))),
    ("missing field", lambda s: s.raw('{"cmd_id":22004,"action":"subscribe"}')),
    ("unknown key", lambda s: s.want(A, action_id=1)),
    ("unknown key", lambda s: s.ask(22000, {"x": 1})),
    ("unknown key", lambda s: s.ask(22004, {"symbol_list": [{"code": A, "depth_level": 1}]})),
    ("unknown key", lambda s: s.raw('{"cmd_id":22000,"cmd_id":22000,"seq_id":1,"trace":"x","data":{}}')),
    ("unknown key", lambda s: s.act("subscribe", A, trace="x")),
    ("wrong type", lambda s: s.want(A, trace=5)),
    ("wrong type", lambda s: s.want(A, seq_id="5")),
    ("wrong type", lambda s: s.want(A, seq_id=True)),
    ("wrong type", lambda s: s.ask(22000, [])),
    ("wrong type", lambda s: s.ask(22004, {"symbol_list": [A]})),
    ("wrong type", lambda s: s.want(5)),
    ("wrong type", lambda s: (s.want(A), s.ask(22006, {"cancel_type": "2"}))),
    ("wrong type", lambda s: s.act("subscribe", 5)),
    ("unknown command", lambda s: s.ask(22005, {"symbol_list": [{"code": A}]})),
    ("unknown command", lambda s: (s.want(A), s.ask(22006, {"cancel_type": 4}))),
    ("unknown command", lambda s: s.act("sub", A)),
    ("mixed dialects", lambda s: (s.want(A), s.act("subscribe", A))),
    ("mixed dialects", lambda s: (s.act("subscribe", A), s.want(A))),
    ("seq_id", lambda s: s.want(A, seq_id=0)),
    ("seq_id", lambda s: s.want(A, seq_id=2**32)),
    ("seq_id", lambda s: (s.want(A), s.beat(seq_id=1))),
    ("trace", lambda s: s.want(A, trace="")),
    ("trace", lambda s: s.want(A, trace="x" * 65)),
    ("trace", lambda s: (s.want(A, trace="x"), lose(s, 10), s.open(), s.beat(trace="x"))),
    ("empty list", lambda s: s.want()),
    ("empty list", lambda s: s.act("subscribe")),
    ("duplicate code", lambda s: s.want(A, B, A)),
    ("duplicate code", lambda s: s.act("subscribe", A, A)),
    ("blanks", lambda s: s.want(A + " ")),
    ("blanks", lambda s: s.want("")),
    ("other endpoint", lambda s: s.want(A, "BTCUSDT")),
    ("other endpoint", lambda s: s.act("subscribe", "GOLD")),
    ("other endpoint", lambda s: both(s, "u").want(B)),
    ("list repeated", lambda s: [s.want(*codes) for codes in ((A, B), (A, B), (B, A), (A, B), (A, B))]),
    ("list proved", lambda s: (s.want(A, B), s.tick(A, B), s.wait(GRACE_S), s.want(B, A))),
    ("list proved", lambda s: (s.want(A), s.ask(22006, {"cancel_type": 2}), s.ask(22006, {"cancel_type": 0}))),
    ("cancel of nothing", lambda s: s.ask(22006, {"cancel_type": 2})),
    ("not subscribed", lambda s: s.act("unsubscribe", A)),
    ("not subscribed", lambda s: (s.act("subscribe", A), s.act("unsubscribe", A), s.act("unsubscribe", A))),
    ("already ticking", lambda s: (s.act("subscribe", A), s.tick(A), s.wait(GRACE_S), s.act("subscribe", A))),
    ("silent again", lambda s: [s.act("subscribe", A) for _ in range(3)]),
    ("late heartbeat", lambda s: (s.want(A), s.wait(13), s.wait(5))),
    ("late heartbeat", lambda s: (s.wait(13.6), s.beat())),
    ("late heartbeat", lambda s: (s.wait(10), s.beat(), s.wait(13), s.wait(9))),
    ("late heartbeat", lambda s: (s.wait(20), s.want(A))),
    ("heartbeat in action", lambda s: (s.act("subscribe", A), s.beat())),
    ("heartbeat in action", lambda s: (s.beat(), s.act("subscribe", A))),
    ("late ping", lambda s: (s.act("subscribe", A), s.wait(11), s.wait(5), s.ping())),
    ("late ping", lambda s: (s.act("subscribe", A), s.ping(), s.wait(12.1), lose(s, 0))),
    ("second connection", lambda s: s.open()),
    ("early reconnect", lambda s: (lose(s, 9.9), s.open())),
    ("address", lambda s: s.provider.attempted("/quote?token=t", s.now)),
    ("address", lambda s: s.provider.attempted(OTHER, s.now)),
]


@pytest.mark.parametrize(("rule", "fault"), FAULTS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(FAULTS)])
def test_a_fault_breaks_its_rule_once_and_no_other(rule: str, fault: Callable[[Script], object]) -> None:
    script = Script()
    fault(script)
    assert script.broken() == [rule]


def test_a_code_that_nobody_wants_is_a_breach_but_its_removal_is_not() -> None:
    script = Script(provider=Provider(Manner(), wanted=lambda code: code != B))
    script.act("subscribe", A, B)
    script.act("unsubscribe", B)
    assert script.broken() == ["not wanted"]


def test_an_attempt_after_401_and_one_too_soon_after_429_are_breaches() -> None:
    provider = Provider(Manner(upgrades=(429, 401, 101)))
    assert [provider.attempted(f"{STOCK}?token=t", now)[0] for now in (0, 9, 30)] == [429, 401, 101]
    assert [breach.rule for breach in provider.breaches] == ["early reconnect", "after 401"]


def test_every_rule_is_proved_by_a_fault() -> None:
    assert {rule for rule, _ in FAULTS} | {"not wanted", "after 401"} == RULES.keys()


def test_a_well_behaved_client_of_the_published_frames_has_no_breach() -> None:
    script = Script(Manner(refuse=frozenset({"BAD.US"})))
    script.want(A)
    script.want(A)  # not answered in time, it thinks
    script.tick(A)
    assert json.loads(script.want(A, B, "BAD.US").text)["ret"] == 600
    script.want(A)
    script.want(A, B)
    assert list(script.line.served) == [A, B]
    script.wait(4.5).beat()
    for _ in range(4):
        script.wait(8.9).beat()
    script.ask(22006, {"cancel_type": 2})
    assert not script.line.served
    script.wait(5).beat()
    script.want(C)
    lose(script, 10)
    script.open()
    script.ids = 0
    script.want(C, trace="after the cut")
    other = both(script)
    other.wait(3).want("BTCUSDT")
    assert script.broken() == []


def test_a_well_behaved_client_of_the_articles_frames_has_no_breach() -> None:
    script = Script(Manner(refuse=frozenset({"BAD.US"}), silent=frozenset({C})))
    script.act("subscribe", A, C)
    script.tick(A)
    script.act("subscribe", C)
    script.act("subscribe", B, "BAD.US", wait=0)
    script.wait(1.1).act("subscribe", B)
    script.wait(5).ping()
    for _ in range(4):
        script.wait(10).ping()
    script.act("unsubscribe", A)
    script.act("subscribe", A)
    script.act("unsubscribe", A, B, C)
    assert script.broken() == []
    assert not script.line.served


def test_a_client_is_not_blamed_for_what_cannot_have_reached_it() -> None:
    script = Script(Manner(refuse=frozenset({"BAD.US"}), frame_gap_s=0))
    script.act("subscribe", A, wait=0.4)
    script.tick(A)
    script.act("subscribe", A, wait=0)
    script.act("subscribe", "BAD.US", wait=0.1)
    script.act("unsubscribe", "BAD.US")
    assert script.broken() == []


def test_what_is_refused_keeps_or_clears_or_splits_the_list() -> None:
    kept, cleared, split = (
        Script(Manner(refuse=frozenset({B}), **more)) for more in ({}, {"clear_on_refusal": True}, {"partial": True})
    )
    for script in (kept, cleared, split):
        script.want(A)
        script.want(B, C)
    assert [list(script.line.served) for script in (kept, cleared, split)] == [[A], [], [C]]
    for script in (kept, cleared, split):
        script.__init__(script.provider.manner)  # type: ignore[misc]
        script.act("subscribe", A)
        script.act("subscribe", B, C)
    assert [list(script.line.served) for script in (kept, cleared, split)] == [[A], [], [A, C]]


def test_surplus_codes_are_accepted_in_silence_and_another_cut_is_another_list() -> None:
    script = Script(Manner(plan_limit=2))
    script.want(A, B, C)
    assert list(script.line.served) == [A, B]
    for codes in ((C, B, A), (A, B, C), (A, C, B), (B, C, A), (A, B, C)):
        assert json.loads(script.want(*codes).text)["ret"] == 200
    script.beat()
    assert script.broken() == []


def test_an_error_may_come_without_ids() -> None:
    frame = json.loads(Script(Manner(echo_ids=False)).want("GOLD").text)
    assert (frame["ret"], frame["cmd_id"], frame["seq_id"], frame["trace"]) == (600, 0, 0, "")
    assert json.loads(Script().act("subscribe", "GOLD").text) == {"ret": 600, "msg": "code invalid", "cmd_id": 22005}


@pytest.mark.parametrize("form", strict_server.FORMS)
def test_a_tick_has_the_form_that_was_chosen(form: str) -> None:
    plain, seq, price = Provider(Manner()).tick(A)
    data, chosen = (json.loads(text)["data"] for text in (plain, Provider(Manner(forms=frozenset({form}))).tick(A)[0]))
    assert (data["seq"], data["price"], len(str(data["tick_time"]))) == (seq, price, 13)
    assert chosen | {"tick_time": 0} != data | {"tick_time": 0} or type(chosen["tick_time"]) is str or form == "seconds"
    assert (len(str(chosen["tick_time"])) == 10) == (form == "seconds")


# -- over real sockets


def frames_of(*lists: list[str]) -> list[str]:
    return [
        json.dumps(
            {"cmd_id": 22004, "seq_id": n, "trace": f"s{n}", "data": {"symbol_list": [{"code": c} for c in codes]}}
        )
        for n, codes in enumerate(lists, 1)
    ]


@pytest.mark.anyio
async def test_ticks_flow_while_a_code_is_held_and_are_counted() -> None:
    now = 0.0
    manner = Manner(rate=200, late_ticks=3, silent=frozenset({B}))
    async with (
        StrictServer(manner, clock=lambda: now) as server,
        connect(f"{server.url}{STOCK}?token=t", max_queue=None) as client,
    ):
        got: list[dict[str, Any]] = []
        for frame in frames_of([A, B], [C]):
            await client.send(frame)
            while not got or got[-1].get("ret") != 200:
                got.append(json.loads(await client.recv()))
            got.append(json.loads(await client.recv()))
            assert A in server.held(STOCK) or C in server.held(STOCK)
            now += 1.2
        await asyncio.sleep(0.1)
        assert await server.tick(C) == 1
        assert server.held(STOCK) == {C}
        assert server.ticks_sent.keys() == {A, C}
        assert sum(tick.late for tick in server.ticks if tick.code == A) == 3
        assert [tick for tick in server.ticks if not tick.late and tick.code == C]
        assert server.breaches == []
        assert [frame.connection for frame in server.frames] == [1, 1]


@pytest.mark.anyio
async def test_pings_are_seen_and_an_abandoned_connection_is_noticed() -> None:
    now = 0.0
    async with StrictServer(clock=lambda: now) as server:
        client = await connect(f"{server.url}{STOCK}?token=t", ping_interval=None)
        await client.send('{"cmd_id":22004,"action":"subscribe","code":["AAPL.US"]}')
        assert json.loads(await client.recv()).get("ret", 200) == 200
        now = 11.0
        await (await client.ping())
        assert server.connections[0].pings == 1
        await client.close(1001)
        assert (server.connections[0].closed_s, server.connections[0].close_code) == (11.0, 1001)
        now = 20.9
        async with connect(f"{server.url}{STOCK}?token=t"):
            pass
        assert [breach.rule for breach in server.breaches] == ["early reconnect"]


@pytest.mark.anyio
async def test_the_provider_closes_cuts_and_refuses_as_told() -> None:
    for code, seen in ((1006, 1006), (1013, 1013)):
        async with StrictServer(Manner(close_after_s=0.05, close_code=code, say_606=True)) as server:
            client = await connect(f"{server.url}{STOCK}?token=t")
            assert json.loads(await client.recv())["ret"] == 606
            with pytest.raises(ConnectionClosed):
                await client.recv()
            assert client.close_code == seen
    async with StrictServer(Manner(upgrades=(401, 101), reconnect_gap_s=0)) as server:
        with pytest.raises(InvalidStatus):
            await connect(f"{server.url}{STOCK}?token=t")
        async with connect(f"{server.url}{OTHER}?token=u"):
            assert server.breaches == []
        with pytest.raises(InvalidStatus):
            await connect(f"{server.url}/elsewhere?token=u")


@pytest.mark.anyio
async def test_a_silent_client_is_dropped_and_a_restart_keeps_the_port() -> None:
    async with StrictServer(Manner(drop_after_s=0.1)) as server:
        url = server.url
        async with connect(f"{url}{STOCK}?token=t") as client:
            await client.send(frames_of([A])[0])
            await client.wait_closed()
        client = await connect(f"{url}{OTHER}?token=t")
        await server.restart()
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert (client.close_code, server.url) == (1012, url)
        async with connect(f"{url}{OTHER}?token=other"):
            assert not server.breaches


@pytest.mark.anyio
async def test_answers_are_lost_and_garbage_comes_in_turn() -> None:
    kinds = ("not_json", "binary", "huge", "deep", "unknown", "empty", "bad_tick")
    async with (
        StrictServer(Manner(lost_every=1, rate=0, garbage=kinds, garbage_every_s=0.01)) as server,
        connect(f"{server.url}{STOCK}?token=t", max_size=None) as client,
    ):
        await client.send(frames_of([A])[0])
        got = [await client.recv() for _ in kinds]
    assert [type(frame) for frame in got] == [str, bytes, str, str, str, str, str]
    assert len(got[2]) > 2_000_000
    assert got[5] == ""
    assert "price" not in json.loads(got[6])["data"]
    assert server.ticks == []


def test_the_command_line_prints_its_address_and_leaves_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = [
        "--report",
        str(report),
        "--rates",
        "AAPL.US=50",
        "--forms",
        "seq_str,extra",
        "--upgrades",
        "101",
        "--partial",
    ]
    command = [sys.executable, strict_server.__file__, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()

        async def talk() -> None:
            async with connect(f"{url}{STOCK}?token=secret-token") as client:
                await client.send(frames_of([A, A])[0])
                for _ in range(5):
                    await client.recv()

        asyncio.run(talk())
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    told = json.loads(report.read_text())
    assert [breach["rule"] for breach in told["breaches"]] == ["duplicate code"]
    assert told["ticks_sent"][A] >= 4
    assert told["connections"][0]["dialect"] == "published"
    assert "secret-token" not in report.read_text()
