"""What desks say that is none, or not theirs to say, on a real relay: the others lose nothing by it, and get nothing.

One relay serves all of these. Beside the one who misbehaves there is always a desk that does not.
"""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from quotedesk.codec import nats, relay_wire
from quotedesk.codec.nats import Delivery
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_key import PairingCode, RelayKey, read_code
from quotedesk.codec.relay_requests import (
    MOST_SESSIONS,
    ListGetRequest,
    ListPutRequest,
    ListsAnswer,
    PairRequest,
    WantAnswer,
    WantRequest,
)
from quotedesk.codec.relay_wire import RelayedQuote, message_of
from quotedesk.relay.commands_wire import RelayState
from quotedesk.relay.identity import RelayFolder, RelayIdentity
from quotedesk.relay.key_connections import MOST_OF_CODE, MOST_OF_DESK
from quotedesk.relay.server_config import MOST_CONNECTIONS
from tests.bench.runs import feeder
from tests.fakes.nats_servers import client_of
from tests.fakes.relay import RelayDesk, RelayProcess, pair, until

CODES = [f"S{number}.US" for number in range(10)]
ROWS = [f"{code}@demo" for code in CODES]
_Kind = TypeVar("_Kind", bound=msgspec.Struct)
SMILE = "\U0001f600"
REFUSED = r"Authorization Violation|Authentication Failure"
KICKED_WORDS = "received 1011 (internal error) Kicked; then sent 1011 (internal error) Kicked"
TOO_MANY = f"{MOST_SESSIONS} connections have this key already: give each desk a key of its own"


async def asked(desk: RelayDesk, subject: str, request: msgspec.Struct, kind: type[_Kind]) -> _Kind:
    """The answer, asked for until it comes: of a key so much is answered a second."""
    for _ in range(20):
        with contextlib.suppress(TimeoutError):
            return await desk.ask(subject, request, kind, 1.0)
    raise AssertionError(f"{subject} is not answered")


class House:
    """The relay, and its keys."""

    def __init__(self, relay: RelayProcess) -> None:
        self.relay = relay
        self.address = relay.first.address

    @property
    def identity(self) -> RelayIdentity:
        found = RelayFolder(self.relay.profile).known_identity()
        assert found
        return found

    async def code(self, person: str = "") -> str:
        words = ["--person", person] if person else []
        return (await asyncio.to_thread(self.relay.command, "code", *words))[1].split()[-1]

    async def key(self, name: str, person: str = "") -> RelayKey:
        """Of a new desk."""
        return await pair(self.address, await self.code(person), name)

    async def state(self) -> RelayState:
        said = (await asyncio.to_thread(self.relay.command, "status", "--json"))[1]
        return msgspec.json.decode(said, type=RelayState)


class Neighbour:
    """A desk that behaves. It hears every update, and its list stays what it was."""

    def __init__(self, desk: RelayDesk) -> None:
        self.desk = desk
        self.numbers: dict[str, list[int]] = {}
        self._list = f"lists.{desk.person}.{desk.desk}"
        desk.take = self._take

    async def begin(self) -> None:
        await self.desk.want(*ROWS)
        await until(lambda: len(self.numbers) == len(CODES))
        put = ListPutRequest("list Mine", 0, msgspec.Raw(b'["A"]'))
        await self.desk.ask(f"{self._list}.put", put, ListsAnswer)

    async def is_unharmed(self) -> None:
        """All rows go on, without a hole since the beginning, and the list is there."""
        before = {code: len(seen) for code, seen in self.numbers.items()}
        await until(lambda: all(len(self.numbers[code]) > count for code, count in before.items()))
        for code, seen in self.numbers.items():
            assert seen == list(range(seen[0], seen[0] + len(seen))), code
        got = await self.desk.ask(f"{self._list}.get", ListGetRequest("list Mine"), ListsAnswer)
        assert [bytes(each.content) for each in got.entries] == [b'["A"]'], got.fault
        assert (await self.desk.hello()).fault == ""

    def _take(self, said: Delivery) -> None:
        if said.subject.startswith("q."):
            quote = relay_wire.read_quote(said.payload)
            assert isinstance(quote, RelayedQuote)
            self.numbers.setdefault(said.subject, []).append(quote.n)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("relay")
    with feeder(300) as url, RelayProcess(folder, "--url", f"demo={url}") as relay:
        yield House(relay)
        assert relay.kill(15) == 0, "nothing that came was unexpected"


@asynccontextmanager
async def neighbour(house: House) -> AsyncIterator[Neighbour]:
    key = await house.key("neighbour", "bo")
    async with RelayDesk(house.address, key) as desk:
        found = Neighbour(desk)
        await found.begin()
        yield found
        await found.is_unharmed()
    assert (await asyncio.to_thread(house.relay.command, "revoke", "bo"))[0] == 0


GARBAGE = (b"", b"\xff\xfe", b"{", b"null", b"[" * 100_000, b'{"session":5,"key":5,"rows":5,"name":5}', b"9" * 9_000)


def test_garbage_on_every_subject_of_a_desk_harms_nobody(house: House) -> None:
    async def run() -> None:
        async with neighbour(house) as other, RelayDesk(house.address, await house.key("rude", "anna")) as rude:
            lists = f"lists.anna.{rude.desk}"
            subjects = [f"{verb}.{rude.desk}" for verb in ("hello", "want", "last")]
            subjects += [f"{lists}.{verb}" for verb in ("get", "put", "history")]
            for subject, data in itertools.product(subjects, GARBAGE):  # fewer than a desk may ask a second
                await rude.put(nats.publish(subject, data, f"_INBOX.{rude.desk}.x"))
            for reply in (
                "q.demo.S0=2EUS",
                f"_INBOX.{other.desk.desk}.1",
                f"_INBOX.{rude.desk}.>",
                "a..b",
                "x" * 3_900,
            ):
                await rude.put(nats.publish(f"hello.{rude.desk}", b'{"session":"s"}', reply))
            await rude.ping()
            await other.is_unharmed()
            await rude.put(5_000 * nats.publish(f"want.{rude.desk}", b"{", f"_INBOX.{rude.desk}.x"))
            await other.is_unharmed()
            assert not [each for each in rude.complaints if "reply" not in each.lower()], rude.complaints
            answer = await asked(rude, f"want.{rude.desk}", WantRequest("s", 1, ROWS), WantAnswer)
            assert not answer.fault, "garbage is not held against it"

    asyncio.run(run())


def test_what_would_make_an_answer_too_long_is_answered_in_short(house: House) -> None:
    """An answer that the server does not take costs the relay its connection, and all desks some updates."""

    async def run() -> None:
        async with neighbour(house) as other, RelayDesk(house.address, await house.key("long", "anna")) as desk:
            want, lists = f"want.{desk.desk}", f"lists.anna.{desk.desk}"
            rows = [f"{SMILE * 100}@moon"] * 2_400
            answer = await asked(desk, want, WantRequest("s1", 1, rows), WantAnswer)
            assert answer.parked[0].state == "refused"
            answer = await asked(desk, want, WantRequest("s1", 3, [f"CODE{n}@demo" for n in range(10_000)]), WantAnswer)
            assert "2,000 rows" in answer.parked[0].reason
            assert len(answer.parked) == 8_000
            key = "=." * 300_000
            for verb in ("get", "history"):
                told = await asked(desk, f"{lists}.{verb}", ListGetRequest(key), ListsAnswer)
                assert "a key has 1 to 200 plain characters" in told.fault
            await other.is_unharmed()

    asyncio.run(run())


def test_a_version_that_is_none_changes_nothing(house: House) -> None:
    async def run() -> None:
        async with neighbour(house) as other, RelayDesk(house.address, await house.key("odd", "anna")) as desk:
            lists = f"lists.anna.{desk.desk}"
            first = await desk.ask(f"{lists}.put", ListPutRequest("list Odd", 0, msgspec.Raw(b"[1]")), ListsAnswer)
            for content in (b'"\xff"', b"[1", b""):
                asked = b'{"key":"list Odd","revision":%d,"content":%b}' % (first.entries[0].revision, content)
                assert (await desk.ask(f"{lists}.put", asked, ListsAnswer)).fault, content
            for revision in (1 << 80, (1 << 64) - 1, -5):
                asked = b'{"key":"list Odd","revision":%d,"content":[2]}' % revision
                answer = await desk.ask(f"{lists}.put", asked, ListsAnswer)
                assert answer.fault or answer.conflict, revision
            got = await desk.ask(f"{lists}.get", ListGetRequest("list Odd"), ListsAnswer)
            assert [bytes(each.content) for each in got.entries] == [b"[1]"]
            await other.is_unharmed()

    asyncio.run(run())


def test_as_many_connections_as_the_server_takes_with_one_key_keep_nobody_out(house: House) -> None:
    async def run() -> None:
        async with neighbour(house) as other:
            key, fresh = await house.key("copied", "anna"), await house.key("fresh", "anna")
            desks = [RelayDesk(house.address, key) for _ in range(MOST_CONNECTIONS)]
            for first in range(0, MOST_CONNECTIONS, 48):  # more at once would have no place before they say their key
                batch = (each.connect() for each in desks[first : first + 48])
                await asyncio.gather(*batch, return_exceptions=True)
            async with RelayDesk(house.address, fresh) as desk:
                assert not (await desk.hello()).fault
            await other.is_unharmed()
            await until(lambda: sum(each.is_open for each in desks) == MOST_OF_DESK)
            kept = [each for each in desks if each.is_open]
            assert {await each.closed for each in desks if each.closed and not each.is_open} == {KICKED_WORDS}
            wishes = (asked(each, f"want.{each.desk}", WantRequest(each.session, 1, ROWS), WantAnswer) for each in kept)
            answers = await asyncio.gather(*wishes)
            assert Counter(each.fault for each in answers) == {
                "": MOST_SESSIONS,
                TOO_MANY: MOST_OF_DESK - MOST_SESSIONS,
            }
            state = await house.state()
            (told,) = [each for each in state.desks if each.name == "copied"]
            assert (told.connections, told.kicks) == (MOST_SESSIONS, MOST_CONNECTIONS - MOST_OF_DESK)
            (notice,) = [each for each in state.notices if "copied" in each]
            assert notice.startswith(f"The key of desk copied has more than {MOST_OF_DESK} connections")
            await asyncio.gather(*(each.close() for each in kept))
            async with RelayDesk(house.address, key) as desk:
                wish = WantRequest(desk.session, 1, ROWS)
                while (await asked(desk, f"want.{desk.desk}", wish, WantAnswer)).fault:  # who is gone leaves room
                    await asyncio.sleep(0.1)

    asyncio.run(run())


def test_a_stolen_pairing_code_is_good_for_one(house: House) -> None:
    async def run() -> None:
        async with neighbour(house):
            text = await house.code("anna")
            code = read_code(text)
            assert isinstance(code, PairingCode)
            who = public_key(code.pairing_seed)
            many = [RelayDesk(house.address, None) for _ in range(3 * MOST_OF_CODE)]
            inbox = f"_INBOX.{who}."
            connecting = (each.connect("pair", code.pairing_seed, inbox) for each in many)
            await asyncio.gather(*connecting, return_exceptions=True)
            await until(lambda: sum(each.is_open for each in many) == MOST_OF_CODE)
            told = f"A pairing code has more than {MOST_OF_CODE} connections; others are closed"
            assert (await house.state()).notices.count(told) == 1
            both = [each for each in many if each.is_open][:2]
            for each in many:
                if each.is_open and each not in both:
                    await each.close()
            mine = [public_key(new_seed(bytes([number]) * 32)) for number in (71, 72)]
            for number, each in enumerate(both):
                await each.put(
                    nats.publish("pair", message_of(PairRequest(mine[number], "x")), f"_INBOX.{who}.{number}")
                )
            await until(lambda: all(len(each.said) == 2 for each in both))
            answers = [msgspec.json.decode(each.payload) for each in both[0].said]
            assert sorted("fault" in each for each in answers) == [False, True]
            assert [each["fault"] for each in answers if "fault" in each] == [
                "this code was used already, or is too old; quotedesk relay code gives another"
            ]
            for each in both:
                await each.close()
            with pytest.raises((ConnectionRefusedError, PermissionError)):
                await pair(house.address, text, "late")
            assert sum(each.person == "anna" and each.name.startswith("x") for each in (await house.state()).desks) == 1

    asyncio.run(run())


def test_slow_mode_is_one_value_a_second_and_the_newest(house: House) -> None:
    async def run() -> None:
        async with neighbour(house) as other, RelayDesk(house.address, await house.key("far", "anna")) as desk:
            came: dict[str, list[tuple[float, RelayedQuote]]] = {}
            newest: dict[str, RelayedQuote] = {}
            loop = asyncio.get_running_loop()

            def take(said: Delivery) -> None:
                quote = relay_wire.read_quote(said.payload)
                assert isinstance(quote, RelayedQuote)
                if said.subject.startswith("slow."):
                    code = said.subject[5:]
                    came.setdefault(code, []).append((loop.time(), quote))
                    assert (quote.n, quote.last) == (newest[code].n, newest[code].price), "the newest value"
                elif said.subject.startswith("q."):
                    newest[said.subject[2:]] = quote

            desk.take = take
            for code in CODES:
                await desk.subscribe(relay_wire.quote_subject("demo", code))  # to compare with; before the slow one
                await desk.subscribe(relay_wire.slow_subject("demo", code))
            await desk.ask(f"want.{desk.desk}", WantRequest(desk.session, 1, ROWS, slow=True), WantAnswer)
            await until(lambda: len(came) == len(CODES) and all(len(each) >= 4 for each in came.values()))
            for values in came.values():
                gaps_s = [later[0] - earlier[0] for earlier, later in itertools.pairwise(values)]
                assert sum(gaps_s) > 0.8 * len(gaps_s), "no more than one a second"
                assert all(later[1].n > earlier[1].n + 1 for earlier, later in itertools.pairwise(values))
            assert [each.is_slow for each in (await house.state()).desks if each.name == "far"] == [True]
            await other.is_unharmed()

    asyncio.run(run())


def test_no_key_reaches_what_is_not_its_own(house: House) -> None:
    """Each right from outside, with each wrong key; who has the relay's own key hears that nothing came through."""

    async def run() -> None:
        identity = house.identity
        async with (
            neighbour(house) as other,
            client_of(identity.own_port, identity.relay, "observer") as observer,
            RelayDesk(house.address, await house.key("curious", "anna")) as desk,
        ):
            heard: list[Delivery] = []
            observer.subscribe(">", heard.append)
            code = read_code(await house.code("anna"))
            assert isinstance(code, PairingCode)
            pairing = RelayDesk(house.address, None)
            await pairing.connect("pair", code.pairing_seed, f"_INBOX.{public_key(code.pairing_seed)}.")
            admin = RelayDesk(house.address, None)
            await admin.connect("admin", identity.admin, "_INBOX.admin.")
            theirs = other.desk
            say = [
                "q.demo.S0=2EUS",
                "slow.demo.S0=2EUS",
                "s.demo.S0=2EUS",
                "link.demo",
                "changed.bo",
                f"_INBOX.{theirs.desk}.1",
                f"hello.{theirs.desk}",
                f"want.{theirs.desk}",
                f"last.{theirs.desk}",
                f"lists.bo.{theirs.desk}.get",
                f"lists.bo.{desk.desk}.get",
                f"lists.anna.{theirs.desk}.get",
                f"lists.bo.{theirs.desk}.put",
                "$JS.API.STREAM.DELETE.KV_lists",
                "$JS.API.STREAM.INFO.KV_lists",
                "$JS.API.DIRECT.GET.KV_lists",
                "$KV.lists.bo.list=20Mine",
                "$SYS.REQ.SERVER.PING",
                "$SYS.REQ.USER.INFO",
                "$SRV.PING",
            ]
            commands = [f"admin.{identity.id}.{verb}" for verb in ("code", "status", "revoke")]
            hear = ["changed.bo", f"_INBOX.{theirs.desk}.>", "_INBOX.>", "want.>", "lists.>", "pair", "admin.>"]
            hear += ["$JS.>", "$KV.>", "$SYS.>", ">", "*.>", "$JS.API.>"]
            prices = ["q.>", "s.>", "slow.>", "link.>", "q.demo.S0=2EUS"]
            own = [f"{verb}.{desk.desk}" for verb in ("hello", "want", "last")]
            for who, may_not_say, may_not_hear in (
                (desk, [*say, *commands, "pair"], hear),
                (pairing, [*say, *commands, *own], [*hear, *prices, "changed.anna"]),
                (admin, [*say, *own, "pair"], [each for each in (*hear, *prices) if each != "admin.>"]),
            ):
                for subject in may_not_say:
                    who.complaints.clear()
                    await who.put(nats.publish(subject, b"BAD", f"{who._inbox}9"))
                    await who.ping()
                    assert any(f'Publish to "{subject}"' in each for each in who.complaints), (who, subject)
                for subject in may_not_hear:
                    who.complaints.clear()
                    await who.subscribe(subject)
                    await who.ping()
                    assert any("Violation for Subscription" in each for each in who.complaints), (who, subject)
            # A header that has the server tell others of a message: only where one may speak oneself.
            traced = {"Nats-Trace-Dest": "q.demo.S0=2EUS"}
            await desk.put(nats.publish(f"hello.{desk.desk}", b"BAD", "", traced))
            await desk.ping()
            # Strangers who do not wait to be let in: without a key, with one that nobody knows, with one taken back.
            gone = await house.key("gone", "anna")
            assert (await asyncio.to_thread(house.relay.command, "revoke", "gone"))[0] == 0
            eager = nats.subscribe(">", 1) + nats.publish("q.demo.S0=2EUS", b"BAD") + nats.publish("pair", b"BAD")
            for seed in (None, new_seed(b"x" * 32), gone.seed):
                stranger = RelayDesk(house.address, None)
                with pytest.raises(ConnectionRefusedError, match=REFUSED):
                    await stranger.connect(seed=seed, eager=eager)
                assert stranger.said == []
            # The relay's own door, in plain NATS: on this machine alone, and no less locked.
            reader, writer = await asyncio.open_connection("127.0.0.1", identity.own_port)
            writer.write(b"CONNECT {}\r\n" + eager + nats.PING)
            assert b"Authorization Violation" in (await asyncio.wait_for(reader.read(), 5.0)).partition(b"\r\n")[2]
            writer.close()
            await other.is_unharmed()
            assert any(each.subject.startswith("q.") for each in heard), "the observer hears what there is"
            assert not [each.subject for each in heard if b"BAD" in each.payload]
            await pairing.close()
            await admin.close()

    asyncio.run(run())
