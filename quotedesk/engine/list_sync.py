"""Lists that follow the trader: what is edited here goes to the relay, what is edited elsewhere comes from there.

Every version is put upon the one that this desk knows. Where another desk was first, both are merged, row by row, and
put again; the relay keeps what was overruled. Without the relay edits go on; they are merged when it is back.
"""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_contents import canonical
from quotedesk.codec.relay_requests import ListEntry, ListGetRequest, ListPutRequest, ListsAnswer, read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.config import synced_file
from quotedesk.config.synced_file import Agreed
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.relay_runner import RelayRunner
from quotedesk.engine.tasks import Tasks
from quotedesk.lists import shared

SOON_S = 0.15  # edits that come close together are one version
AGAIN_S = 3.0  # what was not answered is asked once more
REFUSED_S = 10.0  # what the relay does not keep is put once more: its disk may have room again
_NAMES = {shared.FLAGS: "flags", shared.NOTES: "notes", shared.ALERTS: "alert rules", shared.POSITIONS: "positions"}

log = logging.getLogger("quotedesk")


class SharedThings(Protocol):
    """What this desk keeps of the person."""

    def contents(self) -> dict[str, bytes]:
        """All of it, as JSON by key; see lists.shared."""

    def take(self, contents: Mapping[str, bytes | None]) -> Sequence[str]:
        """Let it be so; None: it is gone. Returns the keys that cannot be read."""


class ListSync:
    """Keeps one desk's things and the relay's the same. Needs the running loop.

    Attributes:
        on_notice: told what the user should know.
    """

    def __init__(
        self, relay: RelayRunner, things: SharedThings, path: Path, tasks: Tasks, clock_s: Callable[[], float]
    ) -> None:
        self.on_notice: Callable[[str], None] = lambda words: None
        self._untouched: dict[str, bytes] = {}  # of a fresh desk: what nobody edited
        self._relay = relay
        self._things = things
        self._path = path
        self._now_s = clock_s
        self._agreed: dict[str, Agreed] = {}
        self._name = ""  # of the relay that it was agreed with
        self._is_bound = False  # all was got on this connection
        self._is_getting = False
        self._gets = self._get_faults = 0
        self._got: list[ListEntry] = []
        self._putting: dict[str, bytes | None] = {}  # under way
        self._unanswered: dict[str, bytes | None] = {}  # put, and nobody knows what became of it
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = math.inf  # by the loop's clock: qasync's handles do not say
        self._is_taking = False
        self._refused: dict[str, float] = {}  # thing -> when it is put once more
        self._told: dict[str, str] = {}  # thing, "" for all -> why it is not kept
        self._writer = LatestWriter[dict[str, Agreed]](tasks, self._save, self._not_saved)
        relay.on_lists = self._hear

    def be_fresh(self) -> None:
        """Nobody edited anything on this desk: each thing gives way to the relay's, and is put once it is edited."""
        self._untouched = self._things.contents()

    def edited(self) -> None:
        """Something was changed here."""
        if not self._is_taking:
            self._look_in(SOON_S)

    def ask_versions(self, key: str, told: Callable[[list[ListEntry], str], None]) -> None:
        """All versions of a thing, the newest first, or why there are none: `told` once. Only while the relay is up."""
        found: list[ListEntry] = []

        def got(data: bytes, now_s: float) -> None:
            said = read_request(ListsAnswer, data)
            if isinstance(said, Unreadable):
                told([], "the relay's answer cannot be read")
                return
            found.extend(said.entries)
            if said.fault or not said.more:
                told(found, said.fault)

        self._ask("history", message_of(ListGetRequest(key)), got)

    async def flush(self) -> None:
        """Wait until what was agreed is on disk."""
        if self._timer is not None:
            self._timer.cancel()
        await self._writer.flush()

    # Inside

    def _hear(self) -> None:
        """The relay's session has news."""
        session = self._relay.session
        if not session.is_bound:
            self._is_bound = self._is_getting = False
            self._putting.clear()
            return
        if not self._is_bound and not self._is_getting:
            self._get_all()
        if changed := session.take_changed():
            self._take([entry for entry in changed if not entry.lost])

    def _get_all(self) -> None:
        hello = self._relay.session.hello
        assert hello is not None
        if self._name != hello.relay:
            self._name = hello.relay
            self._agreed = synced_file.load(self._path, self._name)
        self._is_getting, self._got = True, []
        self._gets += 1
        self._ask("get", message_of(ListGetRequest()), partial(self._got_some, self._gets))
        self._look_in(AGAIN_S)

    def _got_some(self, number: int, data: bytes, now_s: float) -> None:
        """A part of all: parts of an answer to an earlier question would not be all."""
        said = read_request(ListsAnswer, data)
        if isinstance(said, Unreadable) or not self._is_getting or number != self._gets:
            return
        if said.fault:
            self._get_faults += 1
            if self._get_faults > 1:  # it may just begin
                self._tell_once("", f"The relay keeps no lists now: {said.fault}")
            return  # it is asked again in a while
        self._got += said.entries
        if not said.more:
            self._is_getting, self._is_bound = False, True
            self._get_faults = 0
            self._told.pop("", None)
            there = {entry.key for entry in self._got}
            for key in self._agreed.keys() - there:  # never put there, or all of it was lost: it is not removed here
                self._agreed.pop(key)
            self._take(self._got, are_newest=True)
            self._got = []
            self._put_what_differs()

    def _take(self, entries: Sequence[ListEntry], *, are_kept: bool = False, are_newest: bool = False) -> None:
        """Versions that the relay has: merged with what is here. `are_kept`: the relay has ours already.

        `are_newest`: it was asked, and has no others: a lower revision is of a store that began anew.
        """
        mine = self._things.contents()
        changes: dict[str, bytes | None] = {}
        for entry in entries:
            agreed = self._agreed.get(entry.key, Agreed())
            if entry.key not in self._agreed and entry.key in self._untouched:
                agreed = Agreed(0, self._untouched[entry.key].decode())
            if entry.revision == agreed.revision or (entry.revision < agreed.revision and not are_newest):
                continue
            base = None if agreed.content is None else agreed.content.encode()
            theirs = canonical(bytes(entry.content))
            here = mine.get(entry.key)
            if entry.key in self._unanswered:  # it may have been taken, and what is here was made of it
                sent = self._unanswered.pop(entry.key)
                whole = shared.merged(entry.key, sent, here, shared.merged(entry.key, base, sent, theirs))
            else:
                whole = shared.merged(entry.key, base, here, theirs)
            if not are_kept and here not in (None, base, theirs) and theirs != base and whole != here:
                # Ours is overruled in part: put upon the version that is no more, it is kept among those that lost.
                said = ListPutRequest(entry.key, agreed.revision, msgspec.Raw(here or b"null"))
                self._ask("put", message_of(said), _ignore)
            if whole != here:
                changes[entry.key] = whole
            self._agreed[entry.key] = Agreed(entry.revision, None if theirs is None else theirs.decode())
        if changes:
            untouched = [key for key, content in self._untouched.items() if mine.get(key) == content]
            self._is_taking = True
            try:
                unread = self._things.take(changes)
            finally:
                self._is_taking = False
            mine = self._things.contents()  # tabs may have moved
            self._untouched.update((key, mine[key]) for key in untouched if key in mine)
            for key in unread:
                log.warning("what the relay keeps as %s cannot be read here", key)
        if entries:
            self._writer.keep(dict(self._agreed))
            self._look_in(SOON_S)

    def _put_what_differs(self) -> None:
        """Put each thing that is another here than what was agreed."""
        if not self._is_bound:
            return
        mine = self._things.contents()
        for key in dict.fromkeys([*mine, *self._agreed]):
            here, agreed = mine.get(key), self._agreed.get(key, Agreed())
            there = None if agreed.content is None else agreed.content.encode()
            if here == there or key in self._putting:
                continue
            if (wait_s := self._refused.get(key, -math.inf) - self._now_s()) > 0:
                self._look_in(wait_s)
                continue
            if here is None and not key.startswith(shared.LIST):
                continue  # this desk has no say in it
            if key not in self._agreed and here == self._untouched.get(key):
                continue  # of two new desks neither is to get the other's first list
            self._putting[key] = self._unanswered[key] = here
            said = ListPutRequest(key, agreed.revision, msgspec.Raw(b"null" if here is None else here))
            self._ask("put", message_of(said), partial(self._put, key))
        if self._putting:
            self._look_in(AGAIN_S)

    def _put(self, key: str, data: bytes, now_s: float) -> None:
        """The answer to a version of ours."""
        said = read_request(ListsAnswer, data)
        if isinstance(said, Unreadable) or key not in self._putting:
            return
        sent = self._putting.pop(key)
        self._unanswered.pop(key, None)
        if said.fault:
            self._refused[key] = self._now_s() + REFUSED_S
            self._look_in(REFUSED_S)
            self._tell_once(key, f"The relay does not keep {_named(key)}: {said.fault}")
        elif said.conflict:
            self._take(said.entries, are_kept=True, are_newest=True)
        elif said.entries and said.entries[0].revision > self._agreed.get(key, Agreed()).revision:
            self._agreed[key] = Agreed(said.entries[0].revision, None if sent is None else sent.decode())
            self._told.pop(key, None)
            self._writer.keep(dict(self._agreed))
            self._look_in(SOON_S)  # it may have been edited meanwhile

    def _look_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time() + seconds
        if self._timer is not None:
            if self._due_s <= due_s:
                return
            self._timer.cancel()
        self._due_s = due_s
        self._timer = loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        if not self._relay.session.is_bound:
            return
        if self._is_getting:
            self._get_all()  # it was not answered
        elif self._is_bound:
            self._putting.clear()
            self._put_what_differs()

    def _ask(self, what: str, payload: bytes, read: Callable[[bytes, float], None]) -> None:
        self._relay.session.ask(what, payload, read, self._now_s())
        self._relay.wake()

    def _tell_once(self, key: str, words: str) -> None:
        """Why a thing is not kept, again only when it was in between."""
        if self._told.get(key) != words:
            self._told[key] = words
            log.warning("%s", words)
            self.on_notice(words)

    def _save(self, agreed: dict[str, Agreed]) -> None:
        synced_file.save(self._path, self._name, agreed)

    def _not_saved(self, fault: OSError) -> None:
        log.warning("what was agreed with the relay could not be kept: %s", fault)


def _named(key: str) -> str:
    """A thing that follows the trader, for people."""
    return f"the list {key.removeprefix(shared.LIST)}" if key.startswith(shared.LIST) else _NAMES.get(key, key)


def _ignore(data: bytes, now_s: float) -> None:
    """An answer that is known."""
