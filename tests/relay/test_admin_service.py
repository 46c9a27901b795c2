"""What the relay's own user may ask; the first line."""

from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.nats import Delivery
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_wire import message_of
from quotedesk.config import kept_file
from quotedesk.config.paths import Profile
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.admin_service import AdminService
from quotedesk.relay.commands_wire import CodeRequest, RevokeRequest
from quotedesk.relay.upstream import Upstream
from tests.relay.test_desk_service import House


def unknown(name: str) -> Source:
    raise KeyError(name)


class Office(House):
    """The same house, with what commands ask."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        tasks = Tasks(lambda fault: None)
        upstream = Upstream(self.publisher, unknown, Profile(folder), {}, self.clock, tasks, Redactor())
        self.admin = AdminService(
            self.outlet, self.service, self.desks, self.wishes, self.publisher, upstream, self.clock, self._spawn, "r"
        )
        self.admin.introduce("office", "127.0.0.1:8447", "ab" * 32)

    def command(self, subject: str, asked: msgspec.Struct | bytes, reply: str = "_INBOX.admin.1") -> dict | None:
        before = len(self.outlet.said)
        payload = asked if isinstance(asked, bytes) else message_of(asked)
        self.admin.subjects[subject](Delivery(subject, reply, payload))
        answers = [said for where, said in self.outlet.said[before:] if where == reply]
        return answers[0] if answers else None


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_code_is_given_or_the_reason_why_not(office: Office) -> None:
    said = office.command("admin.r.code", CodeRequest("anna"))
    assert said is not None
    assert len(said["code"]) == 29
    assert len((office.command("admin.r.code", b"garbage") or {})["code"]) == 29
    office.fault = QuotedeskError("no server")
    assert office.command("admin.r.code", CodeRequest()) == {"fault": "no server"}
    assert office.command("admin.r.code", CodeRequest(), "q.demo.A") is None


def test_a_desk_is_revoked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = office.desk()
    assert office.command("admin.r.revoke", RevokeRequest("nobody")) == {}
    assert office.command("admin.r.revoke", RevokeRequest(desk.name)) == {"revoked": [desk.name]}
    other = office.desk("bo")
    office.fault = QuotedeskError("no server")
    assert office.command("admin.r.revoke", RevokeRequest(other.name)) == {
        "revoked": [other.name],
        "fault": "no server",
    }
    third = office.desk("cy")

    def save(path: Path, value: msgspec.Struct) -> None:
        raise OSError("no space")

    monkeypatch.setattr(kept_file, "save", save)
    assert office.command("admin.r.revoke", RevokeRequest(third.name)) == {"fault": "no space"}
    assert office.desks.of(third.id) is not None, "what is not kept is not said to be done"


def test_the_state_says_what_everybody_wants(office: Office) -> None:
    desk = office.desk()
    office.wishes.say(desk.id, "s", 1, [], 0.0, is_slow=True)
    office.service.cuts.slow[desk.id] = 3
    office.publisher.quotes = 10
    office.admin.second(None)
    office.clock.advance(2.0)
    office.publisher.quotes = 50
    office.admin.figures = (31_000_000.0, 12.34)
    office.admin.second("office 2")
    said = office.command("admin.r.status", b"")
    assert said is not None
    assert (said["role"], said["quotes_per_s"], said["quotes"]) == ("waits for office 2", 20.0, 50)
    assert said["desks"][0] == {
        "name": desk.name,
        "person": "anna",
        "connections": 1,
        "rows": 0,
        "is_slow": True,
        "cuts": 3,
        "kicks": 0,
        "seen_s": None,
    }
    assert (said["server_memory_mb"], said["server_cpu_percent"]) == (31.0, 12.3)
    assert said["feeds"] == [{"feed": "demo", "links": [], "wanted": 0, "parked": 0, "slots": None}]
    assert public_key(new_seed(bytes(32))) not in str(said)


def test_the_first_line_is_for_programs_or_for_people(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.admin.say_first_line("ABCD", is_json=True, metrics="")
    said = msgspec.json.decode(capsys.readouterr().out)
    assert said == {"address": "127.0.0.1:8447", "fingerprint": "ab" * 32, "pair": "ABCD", "relay": "office"}
    office.admin.say_first_line("ABCD", is_json=False, metrics="http://x")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "On the first desk, within two minutes: quotedesk pair 127.0.0.1:8447 ABCD"
