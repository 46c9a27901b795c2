"""Requests of desks, well formed and not: who is answered, and with what."""

import asyncio
import itertools
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import pytest

from quotedesk.codec.nats import Delivery
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_requests import (
    HelloAnswer,
    HelloRequest,
    LastRequest,
    ListGetRequest,
    ListPutRequest,
    PairRequest,
    RelayedFeed,
    WantRequest,
)
from quotedesk.codec.relay_wire import message_of
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade as Print
from quotedesk.market.states import RowState, RowStatus
from quotedesk.relay import desk_service
from quotedesk.relay.desk_service import MOST_REQUESTS_PER_S, DeskService, RelayIntroduction
from quotedesk.relay.desks import DeskKey, Desks
from quotedesk.relay.licence import Licence
from quotedesk.relay.list_store import POSITIONS, ListStore
from quotedesk.relay.publisher import Publisher
from quotedesk.relay.viewers import Viewers, read
from quotedesk.relay.wishes import Wishes
from tests.fakes.clock import FakeClock

PRINT = "ab" * 32


class Listener:
    """What was published."""

    def __init__(self) -> None:
        self.said: list[tuple[str, dict]] = []

    def publish(self, subject: str, payload: bytes) -> None:
        self.said.append((subject, msgspec.json.decode(payload)))


class House:
    """A service with all around it but the network."""

    def __init__(self, folder: Path, *, is_open: bool = False) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.outlet = Listener()
        self.desks = Desks(folder / "desks.toml")
        self.wishes = Wishes()
        self.publisher = Publisher(self.outlet, self.wishes, self.clock, "r1", "office", ["demo"])
        self.changes = 0
        self.key_changes: list[tuple[str, ...]] = []
        self.fault: QuotedeskError | None = None
        self.service = DeskService(
            self.outlet,
            RelayIntroduction("r1", "office", (RelayedFeed("demo", "Demo"),), PRINT),
            self.desks,
            self.wishes,
            self.publisher,
            ListStore(None),  # type: ignore[arg-type]
            Licence(folder / "licence.toml", []),
            Viewers(folder / "viewers.csv"),
            self.clock,
            wishes_changed=self._changed,
            keys_changed=self._keys_changed,
            spawn=self._spawn,
            is_open=is_open,
        )
        self._numbers = itertools.count()

    def desk(self, person: str = "anna", **more: Any) -> DeskKey:
        seed = new_seed(bytes([len(self.desks) + 1]) * 32)
        desk = self.desks.add(f"desk of {person}", person, public_key(seed), "2026-11-29")
        if more:
            self.desks._desks[desk.id] = desk = msgspec.structs.replace(desk, **more)
        return desk

    def ask(self, subject: str, asked: msgspec.Struct | bytes, reply: str | None = None) -> dict | None:
        """What is answered; None for nothing."""
        word = subject.split(".")[2 if subject.startswith("lists") else -1]
        to = f"_INBOX.{word}.{next(self._numbers)}" if reply is None else reply
        before = len(self.outlet.said)
        payload = asked if isinstance(asked, bytes) else message_of(asked)
        patterns = {pattern.split(".")[0]: take for pattern, take in self.service.subjects.items()}
        patterns[subject.split(".")[0]](Delivery(subject, to, payload))
        answers = [said for where, said in self.outlet.said[before:] if where == to]
        return answers[0] if answers else None

    def _changed(self) -> None:
        self.changes += 1

    async def _keys_changed(self) -> None:
        if self.fault:
            raise self.fault
        self.key_changes.append(self.service.pairings.keys)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        asyncio.run(work)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_desk_is_welcomed_by_its_name(house: House) -> None:
    desk = house.desk()
    said = house.ask(f"hello.{desk.id}", HelloRequest("s1"))
    assert said is not None
    assert (said["relay"], said["person"], said["desk"]) == ("office", "anna", "desk of anna")
    assert said["feeds"] == [{"name": "demo", "title": "Demo"}]
    assert "advice" not in said


def test_a_newer_relay_says_that_it_is(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_service, "WIRE", 2)
    said = house.ask(f"hello.{house.desk().id}", HelloRequest("s1"))
    assert said is not None
    assert said["wire"] == 2
    assert "wire" not in msgspec.json.decode(message_of(HelloAnswer())), "what says none is of the first, for ever"
    assert msgspec.json.decode(b"{}", type=HelloAnswer).wire == 1


def test_a_reply_goes_nowhere_but_to_the_inbox_of_the_desk_that_asked(house: House) -> None:
    desk, other = house.desk(), house.desk("bo")
    for reply in ("", "q.demo.A", f"_INBOX.{other.id}.1", f"_INBOX.{desk.id}", "_INBOX.>"):
        assert house.ask(f"hello.{desk.id}", HelloRequest("s1"), reply) is None
        assert house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"]), reply) is None
    assert house.outlet.said == []
    assert house.wishes.connections == 0


def test_wishes_are_taken_renewed_and_asked_for_again(house: House) -> None:
    desk = house.desk()
    want = f"want.{desk.id}"
    assert house.ask(want, WantRequest("s1", 3)) == {"generation": 3, "again": True}
    assert house.ask(want, WantRequest("s1", 3, ["A@demo", ".B/C@demo"])) == {"generation": 3}
    assert house.wishes.merged() == [Instrument("demo", "A"), Instrument("demo", ".B/C")]
    assert house.ask(want, WantRequest("s1", 3)) == {"generation": 3}
    house.clock.advance(31.0)
    house.service.second()
    assert house.ask(want, WantRequest("s1", 3)) == {"generation": 3, "again": True}
    assert house.changes == 2
    assert [row[1:] for row in read(house.folder / "viewers.csv")] == [("demo", "anna")]


def test_rows_that_cannot_be_had_are_told_with_the_reason(house: House) -> None:
    desk = house.desk()
    status = RowStatus("P", RowState.PARKED, 0.0, "no room")
    house.wishes.say("other", "s", 1, [Instrument("demo", "P")], house.clock.now_s())
    house.publisher.consume(Batch("demo", [], 0.0, statuses=(status,)))
    said = house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["P@demo", "X@moon", "b€d@demo", "nofeed"]))
    assert said is not None
    assert [(each["row"], each["state"]) for each in said["parked"]] == [
        ("X@moon", "refused"),
        ("b€d@demo", "refused"),
        ("nofeed", "refused"),
        ("P@demo", "parked"),
    ]
    assert "2 desks share this plan" in said["parked"][-1]["reason"]


def test_ten_thousand_wishes_are_answered_in_one_message(house: House) -> None:
    desk = house.desk()
    said = house.ask(f"want.{desk.id}", WantRequest("s1", 1, [f"CODE{n}@demo" for n in range(10_000)]))
    assert said is not None
    assert len(said["parked"]) == 8_000
    assert "2,000 rows" in said["parked"][0]["reason"]
    assert len(msgspec.json.encode(said)) < 1 << 20
    assert len(house.wishes.merged()) == 2_000


def test_long_lists_count_as_several_requests_and_their_answers_come_in_parts(house: House) -> None:
    desk = house.desk()
    want = f"want.{desk.id}"
    rows = [f"{'x' * 100}@moon"] * 8_000
    house.ask(want, WantRequest("s1", 1, rows))
    answers = [said for where, said in house.outlet.said if where.startswith("_INBOX.")]
    assert [len(msgspec.json.encode(each)) < 1 << 20 for each in answers] == [True] * len(answers)
    assert sum(len(each["parked"]) for each in answers) == 8_000
    assert house.ask(want, WantRequest("s1", 2, rows)) is None, "for a second"
    house.service.second()
    assert house.ask(want, WantRequest("s1", 3, ["A@demo"], ["demo", *map(str, range(1_000))])) is not None
    assert house.wishes.books == {"demo"}


def test_last_values_are_told_with_their_states(house: House) -> None:
    desk = house.desk()
    now_s = house.clock.now_s()
    batch = Batch("demo", [Print("A", number("1.50"))], now_s, statuses=(RowStatus("A", RowState.LIVE, now_s),))
    house.publisher.consume(batch)
    house.clock.advance(2.0)
    said = house.ask(f"last.{desk.id}", LastRequest(["A@demo", "B@demo", "nonsense"]))
    assert said is not None
    (row,) = said["rows"]
    assert (row["row"], row["quote"], row["age"]) == ("A@demo", {"n": 1, "last": "1.50"}, 2.0)
    assert row["status"]["state"] == "live"
    assert said["run"] == "r1"


def test_garbage_and_strangers_are_not_answered_and_harm_nothing(house: House) -> None:
    desk = house.desk()
    garbage = (
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"session":5}',
        b'{"session":"s","generation":1,"rows":[1]}',
    )
    for data in garbage:
        for verb in ("want", "last"):
            assert house.ask(f"{verb}.{desk.id}", data) is None
        house.ask(f"hello.{desk.id}", data)
        assert house.ask("pair", data, "_INBOX.U.1") is None
        house.service.second()
    assert house.ask("hello.dffff", HelloRequest("s")) is None
    assert house.ask(f"lists.bo.{desk.id}.get", ListGetRequest()) is None  # another person's
    assert house.ask(f"lists.anna.{desk.id}.burn", ListGetRequest()) is None
    assert house.wishes.connections == 0


def test_a_desk_that_asks_too_much_is_not_answered_for_a_second(house: House) -> None:
    desk = house.desk()
    answers = [house.ask(f"hello.{desk.id}", HelloRequest("s")) for _ in range(MOST_REQUESTS_PER_S + 10)]
    assert sum(each is not None for each in answers) == MOST_REQUESTS_PER_S
    house.service.second()
    assert house.ask(f"hello.{desk.id}", HelloRequest("s")) is not None


def test_positions_are_kept_only_where_they_may_be(house: House) -> None:
    desk, allowed = house.desk(), house.desk(keeps_positions=True)
    put = ListPutRequest(POSITIONS, 0, msgspec.Raw(b"1"))
    said = house.ask(f"lists.anna.{desk.id}.put", put)
    assert said is not None
    assert "no positions" in said["fault"]
    said = house.ask(f"lists.anna.{allowed.id}.put", put)
    assert said is not None
    assert "not there yet" in said["fault"]  # as far as the store


def test_lists_that_cannot_be_read_are_told(house: House) -> None:
    desk = house.desk()
    for verb, data in (("put", b"{}"), ("get", b"5"), ("history", b"{}")):
        said = house.ask(f"lists.anna.{desk.id}.{verb}", data)
        assert said is not None
        assert said["fault"] == "that cannot be read"


def test_a_desk_that_is_cut_twice_is_told_and_its_wishes_go_at_once(house: House) -> None:
    desk, other = house.desk(), house.desk("bo")
    house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"]))
    house.service.disconnected(other.key, f"{desk.id}/s1", "Client Closed")  # a name that is not its own
    assert house.wishes.connections == 1
    for _ in range(2):
        house.service.disconnected(desk.key, f"{desk.id}/s1", "Slow Consumer (Write Deadline)")
    house.service.disconnected("U1", "x", "Slow Consumer (Write Deadline)")
    assert house.wishes.connections == 0
    said = house.ask(f"hello.{desk.id}", HelloRequest("s2"))
    assert said is not None
    assert "cut this desk 2 times" in said["advice"]
    assert said["is_slow_better"] is True


def test_a_desk_is_paired_by_a_code_once(house: House) -> None:
    text = asyncio.run(house.service.new_code("anna"))
    (key,) = house.service.pairings.keys
    assert house.key_changes == [(key,)]
    assert len(text) == 29
    mine = public_key(new_seed(b"m" * 32))
    said = house.ask("pair", PairRequest(mine, "laptop"), f"_INBOX.{key}.1")
    assert said is not None
    desk = house.desks.of(said["desk"])
    assert desk is not None
    assert (desk.key, desk.person, desk.name) == (mine, "anna", "laptop")
    assert house.key_changes == [(key,), (key,)]  # the new key is in before the answer
    said = house.ask("pair", PairRequest(public_key(new_seed(b"t" * 32)), "thief"), f"_INBOX.{key}.2")
    assert said == {"fault": "this code was used already, or is too old; quotedesk relay code gives another"}
    house.clock.advance(61.0)
    house.service.second()
    assert house.key_changes[2:] == [()]  # the code is out when it has heard the answer
    assert len(house.desks) == 1


def test_a_key_that_is_none_or_known_is_not_paired(house: House) -> None:
    known = house.desk()
    for bad in (known.key, "U123", ""):
        asyncio.run(house.service.new_code("anna"))
        key = house.service.pairings.keys[0]
        said = house.ask("pair", PairRequest(bad, "x"), f"_INBOX.{key}.1")
        assert said is not None
        assert said["fault"]
        house.clock.advance(61.0)
        house.service.second()
    assert len(house.desks) == 1


def test_a_code_that_runs_out_is_taken_back(house: House) -> None:
    asyncio.run(house.service.new_code(""))
    house.clock.advance(121.0)
    house.service.second()
    assert house.key_changes[-1] == ()
    house.fault = QuotedeskError("no server")
    with pytest.raises(QuotedeskError):
        asyncio.run(house.service.new_code(""))
    house.clock.advance(121.0)
    house.service.second()
    assert "no server" in house.publisher.notices[-1]


def test_a_revoked_desk_wants_nothing(house: House) -> None:
    desk = house.desk()
    house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"]))
    assert asyncio.run(house.service.revoke("nobody")) == []
    assert asyncio.run(house.service.revoke(desk.name)) == [desk.name]
    assert house.wishes.connections == 0
    assert house.ask(f"hello.{desk.id}", HelloRequest("s")) is None


def test_viewers_that_cannot_be_noted_are_told_once(house: House) -> None:
    (house.folder / "viewers.csv").mkdir()
    desk = house.desk()
    house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"]))
    house.service.second()
    house.service.second()
    assert [each for each in house.publisher.notices if "cannot be noted" in each] == house.publisher.notices
    assert len(house.publisher.notices) == 1


def test_a_relay_that_waits_hears_wishes_and_answers_nothing(house: House) -> None:
    desk = house.desk()
    house.service.is_speaking = False
    assert house.ask(f"want.{desk.id}", WantRequest("s1", 1, ["A@demo"])) is None
    assert house.ask(f"lists.anna.{desk.id}.put", ListPutRequest("flags", 0, msgspec.Raw(b"1"))) is None
    assert house.wishes.merged() == [Instrument("demo", "A")]
    house.service.is_speaking = True
    assert house.ask(f"want.{desk.id}", WantRequest("s1", 1)) == {"generation": 1}


def test_where_the_server_knows_the_desks_the_relay_asks_the_licence_alone(tmp_path: Path) -> None:
    from quotedesk.codec import FEEDS

    house = House(tmp_path, is_open=True)
    house.service._licence = Licence(tmp_path / "licence.toml", [FEEDS["kraken"]])
    assert "fault" not in (house.ask("hello.anna", HelloRequest("s")) or {})
    said = house.ask("hello.bo", HelloRequest("s"))
    assert said is not None
    assert "three keys of one person" in said["fault"]
    said = house.ask("want.bo", WantRequest("s", 1, ["A@demo"]))
    assert said is not None
    assert said["fault"]
