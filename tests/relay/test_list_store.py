"""Lists of persons on a real server: nothing is lost, whoever writes at the same time."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from quotedesk.codec.relay_requests import LONGEST_CONTENT, ListPutRequest, ListsAnswer
from quotedesk.net.nats_client import NatsClient
from quotedesk.relay.jet_stream import JetStream, StoredMessage
from quotedesk.relay.list_store import HISTORY, MOST_KEYS, ListStore, _answers
from tests.fakes.nats_servers import RELAY, client_of, relay_server


def put(key: str, revision: int, content: object) -> ListPutRequest:
    return ListPutRequest(key, revision, msgspec.Raw(msgspec.json.encode(content)))


def contents(answers: list[ListsAnswer]) -> list[object]:
    return [msgspec.json.decode(entry.content) for answer in answers for entry in answer.entries]


def test_two_desks_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            lists = await loaded(client)
            answer, news = await lists.put("anna b.", "laptop", put("list Metals", 0, ["A"]))
            assert news is not None
            first = news.revision
            assert not answer.conflict
            answer, _ = await lists.put("anna b.", "desk", put("list Metals", first, ["A", "B"]))
            second = answer.entries[0].revision
            answer, news = await lists.put("anna b.", "laptop", put("list Metals", first, ["C"]))  # it was offline
            assert answer.conflict
            assert news is None
            assert contents([answer]) == [["A", "B"]]
            assert answer.entries[0].by == "desk"
            answer, _ = await lists.put("anna b.", "laptop", put("list Metals", second, ["A", "B", "C"]))
            assert not answer.conflict

            history = await lists.history("anna b.", "list Metals")
            assert contents(history) == [["A", "B", "C"], ["C"], ["A", "B"], ["A"]]
            assert [entry.lost for entry in history[0].entries] == [False, True, False, False]
            assert lists.get("bo", None) == [ListsAnswer([])]

            again = await loaded(client)  # the relay starts anew
            assert contents(again.get("anna b.", None)) == [["A", "B", "C"]]
            assert contents(again.get("anna b.", "list Metals")) == [["A", "B", "C"]]
            assert again.get("anna b.", "flags") == [ListsAnswer([])]

    asyncio.run(run())


def test_history_is_as_long_as_it_is_and_the_newest_stays(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            lists, revision = await loaded(client), 0
            for number in range(HISTORY + 5):
                answer, _ = await lists.put("me", "desk", put("flags", revision, number))
                revision = answer.entries[0].revision
            assert contents(await lists.history("me", "flags")) == list(range(HISTORY + 4, 4, -1))

    asyncio.run(run())


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            lists = ListStore(JetStream(client))
            assert lists.get("me", None)[0].fault  # not there yet
            await lists.load()
            no_json = ListPutRequest("x", 0, msgspec.Raw(b'"\xff"'))
            long = put("x", 0, "y" * LONGEST_CONTENT)
            for bad in (put("", 0, 1), put("a\nb", 0, 1), put("x" * 201, 0, 1), long, no_json):
                answer, news = await lists.put("me", "desk", bad)
                assert answer.fault
                assert news is None
            assert lists.get("me", "x" * 201)[0].fault
            assert (await lists.history("me", "x" * 201))[0].fault
            for number in range(MOST_KEYS):
                lists._newest.setdefault("me", {})[str(number)] = msgspec.UNSET  # type: ignore[assignment]
            assert "at most 500" in (await lists.put("me", "desk", put("one more", 0, 1)))[0].fault
            server.stop()
            assert (await lists.put("me", "desk", put("1", 0, 1)))[0].fault
            assert (await lists.history("me", "1"))[0].fault

    asyncio.run(run())


class SlowStream(JetStream):
    """What it has read of a stream comes later."""

    def __init__(self, client: NatsClient) -> None:
        super().__init__(client)
        self.has_read, self.may_tell = asyncio.Event(), asyncio.Event()

    async def all_of(self, stream: str, subject: str) -> Sequence[StoredMessage]:
        found = await super().all_of(stream, subject)
        self.has_read.set()
        await self.may_tell.wait()
        return found


def test_what_is_put_while_all_is_read_again_is_not_missed(tmp_path: Path) -> None:
    """As when the server is back: the relay reads all lists, and desks put what was edited without it."""

    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            stream = SlowStream(client)
            stream.may_tell.set()
            lists = ListStore(stream)
            await lists.load()
            stream.may_tell.clear()
            stream.has_read.clear()
            loading = asyncio.create_task(lists.load())
            await stream.has_read.wait()
            putting = asyncio.create_task(lists.put("me", "desk", put("flags", 0, ["A"])))
            await client.request("$JS.API.INFO", b"")
            stream.may_tell.set()
            await asyncio.gather(loading, putting)
            assert contents(lists.get("me", "flags")) == [["A"]]

    asyncio.run(run())


def test_large_entries_come_in_several_answers(tmp_path: Path) -> None:
    from quotedesk.codec.relay_requests import ListEntry

    entries = [ListEntry(str(n), n, msgspec.Raw(b'"' + b"x" * 400_000 + b'"')) for n in range(5)]
    answers = _answers(entries)
    assert [len(each.entries) for each in answers] == [1] * 5
    assert [each.more for each in answers] == [True] * 4 + [False]
    assert [entry.key for each in answers for entry in each.entries] == list("01234")


async def loaded(client: NatsClient) -> ListStore:
    lists = ListStore(JetStream(client))
    await lists.load()
    return lists
