"""The relay's end of one connection, in memory: what a desk sent, read; what a relay says, as NATS bytes."""

import msgspec

from quotedesk.codec.relay_requests import HelloAnswer, LastAnswer, ListEntry, RelayedFeed, WantAnswer
from quotedesk.codec.relay_wire import WIRE, LinkBeat, message_of, quote_subject, status_subject
from tests.fakes.list_store import ListStore

INFO = b'INFO {"server_id":"S","nonce":"abc","max_payload":1048576}\r\n'


class RelayEnd:
    """Answers a desk as a relay would, unless a test says otherwise.

    Attributes:
        subjects: those that the desk listens to.
        wants, lasts: the requests so far, as they were said.
        published: (subject, reply, payload) of every request.
        feeds: those that the relay has.
        lists: what it keeps of the person.
        news: versions that other desks are to be told of.
    """

    def __init__(self) -> None:
        self.subjects: dict[str, str] = {}
        self.wants: list[dict] = []
        self.lasts: list[list[str]] = []
        self.published: list[tuple[str, str, bytes]] = []
        self.feeds = [RelayedFeed("demo", "Demo feed"), RelayedFeed("alltick", "AllTick")]
        self.connects: list[dict] = []
        self.parked: list = []
        self.again = False
        self.is_slow_better = False
        self.wire = WIRE
        self.values: dict[str, object] = {}
        self.lists = ListStore()
        self.news: list[ListEntry] = []

    def hear(self, frames: list[bytes]) -> list[bytes]:
        """What the desk sent; returns the answers."""
        data, answers = b"".join(frames), []
        while data:
            line, _, data = data.partition(b"\r\n")
            words = line.decode().split()
            match words[0]:
                case "CONNECT":
                    self.connects.append(msgspec.json.decode(line[8:]))
                case "PING":
                    answers.append(b"PONG\r\n")
                case "SUB":
                    self.subjects[words[2]] = words[1]
                case "UNSUB":
                    self.subjects.pop(words[1], None)
                case "PUB":
                    size = int(words[-1])
                    payload, data = data[:size], data[size + 2 :]
                    reply = words[2] if len(words) == 4 else ""
                    self.published.append((words[1], reply, payload))
                    answers += self._answer(words[1], reply, payload)
        return answers

    def _answer(self, subject: str, reply: str, payload: bytes) -> list[bytes]:
        asked = msgspec.json.decode(payload)
        match subject.split(".")[0]:
            case "hello":
                hello = HelloAnswer("run1", "hut", self.wire, feeds=self.feeds, is_slow_better=self.is_slow_better)
                return [said(reply, message_of(hello))]
            case "want":
                self.wants.append(asked)
                again, self.again = self.again, False
                return [said(reply, message_of(WantAnswer(asked["generation"], again, self.parked)))]
            case "last":
                self.lasts.append(asked["rows"])
                rows = [self.values[row] for row in asked["rows"] if row in self.values]
                return [said(reply, message_of(LastAnswer("run1", rows)))]
            case "lists":
                answers, entry = self.lists.answer(subject.split(".")[3], payload, subject.split(".")[2])
                self.news += [entry] if entry is not None else []
                return [said(reply, message_of(each)) for each in answers]
        return []

    @property
    def hears(self) -> set[str]:
        """The subjects that the desk listens to now."""
        return set(self.subjects.values())


def said(subject: str, payload: bytes) -> bytes:
    """A message as NATS delivers it."""
    return b"MSG %b 1 %d\r\n%b\r\n" % (subject.encode(), len(payload), payload)


def quote(feed: str, code: str, value: msgspec.Struct) -> bytes:
    return said(quote_subject(feed, code), message_of(value))


def state(feed: str, code: str, value: msgspec.Struct) -> bytes:
    return said(status_subject(feed, code), message_of(value))


def beat(feed: str, value: LinkBeat | None = None) -> bytes:
    return said(f"link.{feed}", message_of(value or LinkBeat("run1", "hut")))
