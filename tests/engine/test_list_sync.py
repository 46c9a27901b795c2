"""Several desks and one relay: whatever is edited where and when, all have the same in the end, and nothing is lost."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.relay_requests import HelloAnswer, ListEntry
from quotedesk.engine import list_sync
from quotedesk.engine.list_sync import ListSync
from quotedesk.engine.tasks import Tasks
from quotedesk.lists import shared
from quotedesk.lists.book import Book
from quotedesk.lists.saved import Flag
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from tests.fakes.list_store import ListStore
from tests.fakes.waiting import PATIENCE_S, until

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_sync, "SOON_S", 0.001)
    monkeypatch.setattr(list_sync, "AGAIN_S", 0.05)
    monkeypatch.setattr(list_sync, "REFUSED_S", 0.05)


class Store(ListStore):
    """The relay's, and the desks that hear of it."""

    def __init__(self) -> None:
        super().__init__()
        self.desks: list[Desk] = []

    def ask(self, desk: "Desk", what: str, payload: bytes) -> list[bytes]:
        answers, entry = self.answer(what, payload, desk.name)
        for other in self.desks if entry is not None else ():
            if other is not desk:
                other.session.changed.append(entry)
                asyncio.get_running_loop().call_soon(other.relay.hear)
        return [msgspec.json.encode(each) for each in answers]


class Session:
    def __init__(self, desk: "Desk", store: Store) -> None:
        self.is_bound = False
        self.hello = HelloAnswer(relay="hut")
        self.changed: list[ListEntry] = []
        self._desk, self._store = desk, store

    def ask(self, what: str, payload: bytes, read: Callable[[bytes, float], None], now_s: float) -> None:
        loop = asyncio.get_running_loop()

        def answer() -> None:
            if self.is_bound:
                for data in self._store.ask(self._desk, what, payload):
                    loop.call_soon(lambda data=data: read(data, 0.0) if self.is_bound else None)

        loop.call_soon(answer)

    def take_changed(self) -> list[ListEntry]:
        changed, self.changed = self.changed, []
        return changed


class Relay:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.on_lists: Callable[[], None] = lambda: None

    def wake(self) -> None:
        pass

    def hear(self) -> None:
        if self.session.is_bound:
            self.on_lists()


class Desk:
    """One desk with a book of its own."""

    def __init__(self, name: str, store: Store, folder: Path, codes: str = "AB") -> None:
        self.name = name
        self.book = Book(Instrument("demo", code) for code in codes)
        self.rules: tuple[str, ...] = ()
        self.faults: list[BaseException] = []
        self.now_s = 0.0
        self.notices: list[str] = []
        self.session = Session(self, store)
        self.relay = Relay(self.session)
        self.sync = ListSync(self.relay, self, folder / f"{name}.toml", Tasks(self.faults.append), lambda: self.now_s)  # type: ignore[arg-type]
        self.sync.on_notice = self.notices.append
        store.desks.append(self)

    def contents(self) -> dict[str, bytes]:
        return shared.contents_of(self.book, self.rules, with_positions=False)

    def take(self, contents) -> list[str]:
        rules = shared.rules_in(contents)
        self.rules = self.rules if rules is None else rules
        return shared.take(self.book, contents)

    def online(self, on: bool = True) -> None:
        self.session.is_bound = on
        self.session.changed.clear()
        self.relay.on_lists()

    def put(self, codes: str, name: str = "Watchlist") -> None:
        watchlist = self.book.named(name)
        if watchlist is None:
            watchlist = Watchlist(name=name, feed="demo")
            self.book.add(watchlist, len(self.book.lists))
        watchlist.put([Instrument("demo", code) for code in codes])
        self.sync.edited()

    def rows(self, name: str = "Watchlist") -> str:
        watchlist = self.book.named(name)
        return "" if watchlist is None else "".join(row.code for row in watchlist.instruments)


async def settle(*desks: Desk) -> None:
    """Until all say the same and nothing is on its way."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            before = [desk.contents() for desk in desks]
            await asyncio.sleep(0.02)
            if before == [desk.contents() for desk in desks] and all(each == before[0] for each in before):
                return


async def kept(store: Store, text: bytes) -> None:
    """Until the store has it."""
    async with asyncio.timeout(PATIENCE_S):
        while "list Watchlist" not in store.entries or text not in bytes(store.entries["list Watchlist"].content):
            await asyncio.sleep(0.01)


@pytest.fixture
def store() -> Store:
    return Store()


async def test_an_edit_on_one_desk_shows_on_the_other(store, tmp_path):
    one, two = Desk("one", store, tmp_path), Desk("two", store, tmp_path)
    one.online()
    two.online()
    await settle(one, two)
    one.put("ABC")
    await settle(one, two)
    assert two.rows() == "ABC"
    two.book.mark({Instrument("demo", "A"): Flag.RED}, {Instrument("demo", "B"): "why"})
    two.sync.edited()
    await settle(one, two)
    assert one.book.flags == {Instrument("demo", "A"): Flag.RED}


async def test_desks_that_meet_for_the_first_time_lose_nothing(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "AB"), Desk("two", store, tmp_path, "XB")
    one.online()
    await settle(one)
    two.online()
    await settle(one, two)
    assert set(one.rows()) == set("ABX")


async def test_edits_made_offline_by_both_are_merged_at_the_return(store, tmp_path):
    one, two = Desk("one", store, tmp_path), Desk("two", store, tmp_path)
    one.online()
    two.online()
    await settle(one, two)
    one.online(False)
    two.online(False)
    one.put("CAB")
    two.put("B")
    one.online()
    two.online()
    await settle(one, two)
    assert one.rows() == "CB"


async def test_a_list_removed_here_is_gone_there_and_one_changed_there_stays(store, tmp_path):
    one, two = Desk("one", store, tmp_path), Desk("two", store, tmp_path)
    for desk in (one, two):
        desk.online()
    one.put("Q", "Metals")
    one.put("R", "Coins")
    await settle(one, two)
    one.online(False)
    two.online(False)
    one.book.drop(one.book.named("Metals"))
    one.book.drop(one.book.named("Coins"))
    one.sync.edited()
    two.put("RS", "Coins")
    two.online()
    one.online()
    await settle(one, two)
    assert one.rows("Metals") == two.rows("Metals") == ""
    assert one.rows("Coins") == two.rows("Coins") == "RS"


async def test_a_fresh_desk_takes_what_is_there_and_adds_nothing_of_its_starter(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "AB"), Desk("two", store, tmp_path, "XYZ")
    one.online()
    await settle(one)
    two.sync.be_fresh()
    two.online()
    await settle(one, two)
    assert one.rows() == "AB"
    two.put("ABC")
    await settle(one, two)
    assert one.rows() == "ABC", "and its edits count from then on"


async def test_two_fresh_desks_merge_nothing_until_one_is_edited(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "AB"), Desk("two", store, tmp_path, "XYZ")
    for desk in (one, two):
        desk.sync.be_fresh()
        desk.online()
    await asyncio.sleep(0.1)
    for desk in (one, two):
        desk.sync.edited()  # a window was opened: nothing that follows
    await asyncio.sleep(0.1)
    assert (one.rows(), two.rows()) == ("AB", "XYZ")
    assert "list Watchlist" not in store.entries
    two.put("XYQ")
    await settle(one, two)
    assert one.rows() == "XYQ"


async def test_what_is_edited_on_a_fresh_desk_before_it_hears_of_others_is_not_lost(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "AB"), Desk("two", store, tmp_path, "XYZ")
    one.online()
    await settle(one)
    two.sync.be_fresh()
    two.put("XYZQ")
    two.online()
    await settle(one, two)
    assert sorted(one.rows()) == list("ABQ"), "the edit, and nothing of the first list"


async def test_a_first_list_that_nobody_edited_stays_on_its_desk(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "AB"), Desk("two", store, tmp_path, "XYZ")
    one.book.rename(one.book.lists[0], "Metals")
    one.online()
    await settle(one)
    two.sync.be_fresh()
    two.online()
    await until(lambda: "Metals" in two.book.names and two.rows("Metals"))
    assert (two.rows("Metals"), two.rows(), one.book.names) == ("AB", "XYZ", {"Metals"})
    two.put("XY")
    await settle(one, two)
    assert one.rows() == "XY"


async def test_what_is_overruled_is_kept_by_the_relay(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "ABC"), Desk("two", store, tmp_path, "ABC")
    one.online()
    two.online()
    await settle(one, two)
    one.online(False)
    one.put("CAB")
    two.put("BCA")
    await settle(two)
    one.online()
    await settle(one, two)
    assert one.rows() == "BCA"
    lost = [entry for entry in store.history["list Watchlist"] if entry.lost]
    assert [row["symbol"] for row in msgspec.json.decode(lost[-1].content)["rows"]] == ["C@demo", "A@demo", "B@demo"]


async def test_a_relay_that_lost_everything_removes_nothing(store, tmp_path):
    one = Desk("one", store, tmp_path)
    one.online()
    one.put("ABC")
    await settle(one)
    one.online(False)
    store.entries.clear()
    one.online()
    await settle(one)
    assert one.rows() == "ABC"
    assert "list Watchlist" in store.entries


async def test_a_relay_that_lost_everything_and_counts_anew_is_followed(store, tmp_path):
    one, two = Desk("one", store, tmp_path), Desk("two", store, tmp_path)
    one.online()
    two.online()
    for rows in ("ABC", "AB", "ABC", "A", "ABC"):
        one.put(rows)
        await settle(one, two)
    one.online(False)
    two.online(False)
    store.entries.clear()
    store._revision = 0
    one.online()
    await settle(one)
    two.online()
    await settle(one, two)
    one.put("ABCD")
    await settle(one, two)
    assert two.rows() == "ABCD"
    two.put("ABCDE")
    await settle(one, two)
    assert one.rows() == "ABCDE"


async def test_after_a_restart_what_was_removed_meanwhile_is_gone(store, tmp_path):
    one, two = Desk("one", store, tmp_path, "ABC"), Desk("two", store, tmp_path, "ABC")
    one.online()
    two.online()
    await settle(one, two)
    await one.sync.flush()
    store.desks.remove(one)
    two.put("AB")
    await settle(two)
    again = Desk("one", store, tmp_path, "ABC")
    again.online()
    await settle(again, two)
    assert again.rows() == "AB", "and not taken for new"


async def test_a_refusal_is_told_once_and_edits_go_on(store, tmp_path):
    one = Desk("one", store, tmp_path)
    store.fault = "disk full"
    one.online()
    await until(lambda: one.notices)
    one.put("ABC")
    one.relay.hear()
    assert one.notices == ["The relay keeps no lists now: disk full"]
    assert one.rows() == "ABC"
    store.fault = ""
    await kept(store, b"C@demo")  # as soon as there is room


async def test_what_is_not_kept_is_told_once_and_put_when_there_is_room(store, tmp_path):
    one = Desk("one", store, tmp_path)
    one.online()
    await settle(one)
    store.fault = "its disk may be full"
    one.put("ABC")
    await until(lambda: one.notices)
    assert one.notices == ["The relay does not keep the list Watchlist: its disk may be full"]
    one.now_s += list_sync.REFUSED_S
    one.put("ABCD")
    await asyncio.sleep(0.1)
    assert len(one.notices) == 1
    one.now_s += list_sync.REFUSED_S
    store.fault = ""
    await kept(store, b"D@demo")  # though nobody edits it


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_all_have_the_same_in_the_end(store, tmp_path, seed):
    rng = random.Random(seed)
    desks = [Desk(f"d{n}", store, tmp_path, "ABCD") for n in range(3)]
    for desk in desks:
        desk.online()
    await settle(*desks)
    kept = set("ABCD")
    for step in range(40):
        desk = rng.choice(desks)
        rows = list(desk.rows())
        match rng.randrange(6):
            case 0 | 1:
                new = chr(ord("a") + step % 26) + str(step)
                watchlist = desk.book.named("Watchlist")
                at = rng.randrange(len(watchlist) + 1)
                watchlist.put([*list(watchlist)[:at], Instrument("demo", new), *list(watchlist)[at:]])
                desk.sync.edited()
                kept.add(new)
            case 2 if rows:
                watchlist = desk.book.named("Watchlist")
                gone = rng.choice(list(watchlist))
                watchlist.put([row for row in watchlist if row != gone])
                desk.sync.edited()
                kept.discard(gone.code)
            case 3:
                watchlist = desk.book.named("Watchlist")
                shuffled = list(watchlist)
                rng.shuffle(shuffled)
                watchlist.put(shuffled)
                desk.sync.edited()
            case 4:
                desk.online(not desk.session.is_bound)
            case _:
                await asyncio.sleep(rng.random() * 0.01)
    for desk in desks:
        desk.online(False)
        desk.online()
    await settle(*desks)
    assert {row.code for row in desks[0].book.named("Watchlist").instruments} == kept
    assert not any(desk.faults for desk in desks)
