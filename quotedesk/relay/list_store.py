"""What persons keep on all their desks: lists and the like, in JetStream, compared before they are set, nothing lost.

Subjects: $KV.lists.PERSON.KEY, and with .lost behind it the versions that were put upon an old one. Desks never touch
JetStream: they ask here.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from quotedesk.codec.relay_contents import read
from quotedesk.codec.relay_requests import (
    LONGEST_CONTENT,
    LONGEST_KEY,
    ListEntry,
    ListPutRequest,
    ListsAnswer,
    read_request,
)
from quotedesk.codec.relay_wire import message_of, token, untoken
from quotedesk.net.nats_client import NatsFaultError
from quotedesk.relay.jet_stream import JetStream, StaleError, StoredMessage, StreamSettings

STREAM = "KV_lists"
HISTORY = 32  # versions of a key
MOST_KEYS = 500  # of a person
POSITIONS = "positions"
_MOST_BYTES = 200 << 20
_MOST_IN_ANSWER = 600 << 10  # bytes
_LOST = "lost"


class _Version(msgspec.Struct):
    """What is stored of a version."""

    content: msgspec.Raw
    by: str = ""


class ListStore:
    """The newest versions are held in memory; history is read when it is asked for.

    Attributes:
        fault: why nothing can be kept now; "" where it can.
    """

    def __init__(self, stream: JetStream, replicas: int = 1) -> None:
        self.fault = "the lists are not there yet"
        self._stream = stream
        self._replicas = replicas
        self._newest: dict[str, dict[str, ListEntry]] = {}
        self._lock = asyncio.Lock()  # what is put while all is read would be missing from it

    async def load(self) -> None:
        """Make the stream where it is not there, and read what is newest. Raises NatsFaultError."""
        settings = StreamSettings(
            name=STREAM,
            subjects=["$KV.lists.>"],
            max_msgs_per_subject=HISTORY,
            max_bytes=_MOST_BYTES,
            max_msg_size=LONGEST_CONTENT + 1024,
            num_replicas=self._replicas,
            discard="old",  # with history of each key kept apart, only a store that is full loses its oldest versions
        )
        try:
            await self._stream.ensure(settings)
            async with self._lock:
                found: dict[str, dict[str, ListEntry]] = {}
                for message in await self._stream.all_of(STREAM, "$KV.lists.*.*"):
                    person, key = message.subject.split(".")[2:4]
                    if entry := _entry(message):
                        found.setdefault(untoken(person), {})[untoken(key)] = entry
                self._newest, self.fault = found, ""
        except NatsFaultError as fault:
            self.fault = str(fault)
            raise

    def get(self, person: str, key: str | None) -> list[ListsAnswer]:
        """The newest version of a key, or of all keys, as answers."""
        if why := self.fault or (_key_fault(key) if key is not None else ""):
            return [ListsAnswer(fault=why)]
        kept = self._newest.get(person, {})
        if key is not None:
            return [ListsAnswer([kept[key]] if key in kept else [])]
        return _answers(list(kept.values()))

    async def put(self, person: str, by: str, asked: ListPutRequest) -> tuple[ListsAnswer, ListEntry | None]:
        """Keep a new version, or say whose is newer: the answer, and what all the person's desks are to hear."""
        async with self._lock:
            return await self._put(person, by, asked)

    async def _put(self, person: str, by: str, asked: ListPutRequest) -> tuple[ListsAnswer, ListEntry | None]:
        key, content = asked.key, bytes(asked.content)
        kept = self._newest.setdefault(person, {})
        if why := self.fault or _fault(key, content, len(kept) + (key not in kept)):
            return ListsAnswer(fault=why), None
        subject = f"$KV.lists.{token(person)}.{token(key)}"
        payload = message_of(_Version(msgspec.Raw(content), by))
        try:
            sequence = await self._stream.put(subject, payload, asked.revision)
        except StaleError:
            return await self._lost(person, key, subject, payload), None
        except NatsFaultError as fault:
            self.fault = f"its disk may be full ({fault})"  # until `load` has gone well
            return ListsAnswer(fault=self.fault), None
        entry = ListEntry(key, sequence, msgspec.Raw(content), by)
        kept[key] = entry
        return ListsAnswer([entry]), entry

    async def history(self, person: str, key: str) -> list[ListsAnswer]:
        """All versions that are kept, the newest first, those that lost among them."""
        if why := _key_fault(key):
            return [ListsAnswer(fault=why)]
        subject = f"$KV.lists.{token(person)}.{token(key)}"
        try:
            taken = await self._stream.all_of(STREAM, subject)
            lost = await self._stream.all_of(STREAM, f"{subject}.{_LOST}")
        except NatsFaultError as fault:
            return [ListsAnswer(fault=str(fault))]
        entries = [entry for message in [*taken, *lost] if (entry := _entry(message))]
        return _answers(sorted(entries, key=lambda each: -each.revision))

    async def _lost(self, person: str, key: str, subject: str, payload: bytes) -> ListsAnswer:
        try:
            await self._stream.put(f"{subject}.{_LOST}", payload)
            message = await self._stream.newest(STREAM, subject)
        except NatsFaultError as fault:
            return ListsAnswer(fault=str(fault))
        entry = _entry(message) if message else None
        if entry is None:  # it was never there: put it as a new one
            return ListsAnswer([ListEntry(key)], conflict=True)
        self._newest[person][key] = entry
        return ListsAnswer([entry], conflict=True)


def _key_fault(key: str) -> str:
    """Why that is no key: it would be a subject that the server does not take."""
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        return f"a key has 1 to {LONGEST_KEY} plain characters"
    return ""


def _fault(key: str, content: bytes, keys: int) -> str:
    if why := _key_fault(key):
        return why
    if len(content) > LONGEST_CONTENT:
        return f"it has {len(content):,} bytes, and {LONGEST_CONTENT:,} are kept"
    if read(content, object) is None and content.strip() != b"null":  # desks would take it for a removal
        return "it is no JSON"
    if keys > MOST_KEYS:
        return f"a person keeps at most {MOST_KEYS} lists here"
    return ""


def _entry(message: StoredMessage) -> ListEntry | None:
    words = message.subject.split(".")
    version = read_request(_Version, message.payload)
    if not isinstance(version, _Version):
        return None
    key, is_lost = untoken(words[3]), words[4:] == [_LOST]
    return ListEntry(key, message.sequence, version.content, version.by, message.utc_s, is_lost)


def _answers(entries: Sequence[ListEntry]) -> list[ListsAnswer]:
    """Entries in as many answers as the longest message allows."""
    found = [ListsAnswer([])]
    size = 0
    for entry in entries:
        size += len(bytes(entry.content)) + 500
        if found[-1].entries and size > _MOST_IN_ANSWER:
            found[-1].more = True
            found.append(ListsAnswer([]))
            size = len(bytes(entry.content)) + 500
        found[-1].entries.append(entry)
    return found
