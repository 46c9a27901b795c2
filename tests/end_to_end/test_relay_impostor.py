"""A desk on a real relay beside which somebody with the relay's key says garbage: it shows what the relay says."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_wire import quote_subject, slow_subject, status_subject
from quotedesk.config import secrets
from quotedesk.net.nats_client import NatsClient
from quotedesk.relay.identity import RelayFolder
from tests.bench.runs import feeder
from tests.fakes.nats_servers import client_of
from tests.fakes.program import instruments, program_at_work
from tests.fakes.relay import RelayProcess, pair

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]

CODES = ["S0.US", "S1.US", "S2.US"]
UNREADABLE = (b"", b"\xff\xfe", b"{", b"null", b"[" * 100_000, b"9" * 9_000, b'{"n":"x","state":5,"run":[],"key":5}')
EVIL = b"<b>bold</b>\\n\\u202e" + b"x" * 100_000
ABSURD_QUOTES = (
    b'{"n":1000000000000000000,"price":"1e999999","time":1e308,"seq":%d}' % 10**4000,
    b'{"n":-5,"price":"-1"}',
    b'{"n":1000000000000000001,"last":"NaN","bid":"inf","volume":"' + b"9" * 9_000 + b'","time":-1e308}',
    b'{"n":1000000000000000002,"price":""}',
)
ABSURD_STATES = (
    b'{"state":"burning","age":1e308,"desks":%d,"reason":"%b"}' % (10**4000, EVIL),
    b'{"state":"live","age":-1e308,"gap":true,"trace":{"wanted":1e308,"sent":-1e308,"together":%d}}' % 10**4000,
    b'{"state":"limit_up","age":1e18,"trace":{"first_tick":1e308}}',
)
ABSURD_BEATS = (
    b'{"run":"%b","relay":"%b","wire":99,"links":[],"plan":{"used":-5,"slots":%d,"parked":-1}}' % (EVIL, EVIL, 10**30),
    b'{"run":"x","links":[{"endpoint":"%b","state":"afire","age":1e308,"reason":"%b","retry":1e308,"proven":-1e308,'
    b'"silent":1e308}],"desks":-5}' % (EVIL, EVIL),
)
ABSURD_LISTS = (
    b'{"key":"","revision":-5,"content":5}',
    b'{"key":"flags","revision":%d,"content":{"x":5}}' % 10**30,
    b'{"key":"list %b","revision":5,"content":"no list"}' % EVIL,
    b'{"key":"list <b>X</b>","revision":99999999,"content":"no list"}',
)
ABSURD_ANSWERS = (
    b"{}",
    b'{"generation":%d,"parked":[{"row":"S0.US","state":"x","reason":"%b"}]}' % (10**4000, EVIL),
    b'{"rows":[{"row":"S0.US@demo","age":1e308,"quote":{"n":%d,"last":"x","time":1e308},"status":{"state":""}}]}'
    % 10**4000,
)


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def answer_all(impostor: NatsClient) -> Callable[[], int]:
    """Answer each question of a desk with garbage, too; returns how many there were."""
    asked: list[str] = []

    def take(said: Delivery) -> None:
        asked.append(said.subject)
        for data in (*UNREADABLE, *ABSURD_ANSWERS):
            impostor.publish(said.reply, data)

    for subject in ("hello.*", "want.*", "last.*", "lists.*.*.*"):
        impostor.subscribe(subject, take)
    return lambda: len(set(asked))


async def test_garbage_from_the_relays_own_place_leaves_a_desk_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with feeder(60) as url:
        relay = RelayProcess(tmp_path / "relay", "--url", f"demo={url}")
        await asyncio.to_thread(relay.__enter__)
        try:
            key = await pair(relay.first.address, relay.first.pair)
            monkeypatch.setattr(secrets, "key", lambda provider: key.text)
            identity = RelayFolder(relay.profile).known_identity()
            assert identity
            symbols = instruments(" ".join(f"{code}@demo" for code in CODES))
            async with client_of(identity.own_port, identity.relay, "impostor") as impostor:
                answered = answer_all(impostor)
                prices: set[str] = set()  # of the relay: the server gives nobody his own words back
                impostor.subscribe("q.>", lambda said: prices.add(msgspec.json.decode(said.payload)["price"]))
                async with program_at_work(tmp_path / "one", relay=relay.first.address, symbols=symbols) as one:
                    await one.live(" ".join(CODES))
                    for code in CODES[:2]:
                        for data in (*UNREADABLE, *ABSURD_QUOTES):
                            impostor.publish(quote_subject("demo", code), data)
                            impostor.publish(slow_subject("demo", code), data)
                        for data in (*UNREADABLE, *ABSURD_STATES):
                            impostor.publish(status_subject("demo", code), data)
                    for subject in ("link.demo", "link.moon", "link.=ZZ", "link.a.b"):
                        for data in (*UNREADABLE, *ABSURD_BEATS):
                            impostor.publish(subject, data)
                    for data in (*UNREADABLE, *ABSURD_LISTS):
                        impostor.publish(f"changed.{key.person}", data)
                    impostor.publish(f"_INBOX.{key.desk}.x", b"{}")
                    await impostor.request("$JS.API.INFO", b"")
                    one.window.grab()
                    seen = dict(one.stats()["applied_by_code"])
                    await one.until(
                        lambda: all(one.stats()["applied_by_code"][code] > seen[code] + 20 for code in CODES)
                    )
                    await one.live(" ".join(CODES))
                    assert answered() >= 4
                    one.window.grab()
                    for code in CODES:
                        assert one.stats()["quotes"][code]["last"] in prices, "the relay's, and no other"
                    (rows,) = one.program.feeds.sessions
                    assert rows.counts.unreadable.total() > 80
                    assert [each.name for each in one.program.book.lists] == ["Watchlist"]
                    assert one.told() == ""
        finally:
            await asyncio.to_thread(relay.close)
