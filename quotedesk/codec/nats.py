"""The NATS client protocol, sans-IO: bytes become messages, requests become bytes. The same over TCP and WebSocket.

Source: docs.nats.io, `reference/nats-protocol/nats-protocol`, and NATS 2.15.1 as it answers. Nothing that a server
sends raises; what cannot be NATS is one Garbled, and nothing is read after it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from quotedesk.codec import nkeys

LONGEST_LINE = 64 << 10  # an INFO names all servers of a cluster
LONGEST_PAYLOAD = 8 << 20
_END = b"\r\n"
_HEADERS = b"NATS/1.0"


class Info(msgspec.Struct, omit_defaults=True):
    """The server introduces itself, and again when something of it is another.

    Attributes:
        nonce: what a key signs; "" where no key is wanted.
        ldm: the server goes down soon ("lame duck mode"): connect elsewhere, or again.
        connect_urls: HOST:PORT of each server of its cluster, its own first, for connections of this kind; none where
            it is alone.
    """

    server_id: str = ""
    server_name: str = ""
    version: str = ""
    nonce: str = ""
    max_payload: int = 1 << 20
    tls_required: bool = False
    ldm: bool = False
    connect_urls: list[str] = []


class Delivery(msgspec.Struct, gc=False):
    """A message of a subscription.

    Attributes:
        reply: where an answer goes; "" where none is wanted.
        headers: as they came, with the status line; b"" for none. See `status_of` and `header`.
    """

    subject: str
    reply: str
    payload: bytes
    headers: bytes = b""


class ServerPing(msgspec.Struct):
    """To be answered with PONG."""


class ServerPong(msgspec.Struct):
    """Our PING was answered: all that went before it was taken."""


class Taken(msgspec.Struct):
    """+OK: only where CONNECT says `verbose`."""


class Complaint(msgspec.Struct):
    """-ERR: "Authorization Violation", "Permissions Violation for Subscription to ..."; untrusted."""

    words: str


class Garbled(msgspec.Struct):
    """What came is no NATS: give the connection up."""

    excerpt: str


ServerMessage = Info | Delivery | ServerPing | ServerPong | Taken | Complaint | Garbled
PING, PONG = b"PING\r\n", b"PONG\r\n"
_decode_info = msgspec.json.Decoder(Info).decode


class NatsReader:
    """Reads what a server says on one connection, in whatever pieces it comes."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_garbled = False
        self._subjects: dict[bytes, str] = {}

    def read(self, data: bytes) -> Sequence[ServerMessage]:
        """What is whole by now, in order."""
        if self._is_garbled:
            return ()
        data = self._rest + data if self._rest else data
        found: list[ServerMessage] = []
        try:
            at = self._read(data, found)
        except (ValueError, IndexError):  # no number where one should be, no subject
            at = len(data)
            self._is_garbled = True
            found.append(Garbled(data[:120].decode("utf-8", "replace")))
        self._rest = data[at:]
        return found

    def _read(self, data: bytes, found: list[ServerMessage]) -> int:
        """Returns how far it got. Raises ValueError or IndexError for what is no NATS."""
        find, end, at = data.find, len(data), 0
        while (line_end := find(_END, at)) >= 0:
            kind = data[at : at + 4]
            if kind == b"MSG ":
                words = data[at + 4 : line_end].split()
                stop = line_end + 2 + _size(words[-1])
                if stop + 2 > end:
                    return at
                reply = words[2].decode() if len(words) == 4 else ""
                found.append(Delivery(self._subject(words[0]), reply, data[line_end + 2 : stop]))
                at = stop + 2
                continue
            if kind == b"HMSG":
                words = data[at + 5 : line_end].split()
                stop, head = line_end + 2 + _size(words[-1]), line_end + 2 + _size(words[-2])
                if head > stop:
                    raise ValueError("headers longer than all")
                if stop + 2 > end:
                    return at
                reply = words[2].decode() if len(words) == 5 else ""
                headers = data[line_end + 2 : head]
                found.append(Delivery(self._subject(words[0]), reply, data[head:stop], headers))
                at = stop + 2
                continue
            found.append(_line(data[at:line_end]))
            at = line_end + 2
        if end - at > LONGEST_LINE:
            raise ValueError("a line without end")
        return at

    def _subject(self, word: bytes) -> str:
        if (subject := self._subjects.get(word)) is None:
            if len(self._subjects) > 65_536:
                self._subjects.clear()
            subject = self._subjects[word] = word.decode()
        return subject


def connect(info: Info, name: str, seed: str | None, *, jwt: str = "", is_verbose: bool = False) -> bytes:
    """CONNECT, with the nonce signed. `jwt`: of a server that knows its users by one.

    Raises nkeys.NkeyError for a seed that is none.
    """
    said: dict[str, object] = {
        "verbose": is_verbose,
        "pedantic": False,
        "lang": "quotedesk",
        "version": "1",
        "protocol": 1,
        "headers": True,
        "no_responders": True,
        "echo": False,
        "name": name,
    }
    if seed is not None:
        who = {"jwt": jwt} if jwt else {"nkey": nkeys.public_key(seed)}
        said |= who | {"sig": nkeys.sign(seed, info.nonce)}
    return b"CONNECT " + msgspec.json.encode(said) + _END


def subscribe(subject: str, number: int) -> bytes:
    """SUB; `number` is ours, to unsubscribe by."""
    return f"SUB {subject} {number}\r\n".encode()


def unsubscribe(number: int) -> bytes:
    return f"UNSUB {number}\r\n".encode()


def publish(subject: str, payload: bytes, reply: str = "", headers: Mapping[str, str] | None = None) -> bytes:
    """PUB, or HPUB where there are headers."""
    to = f"{subject} {reply}" if reply else subject
    if headers is None:
        return b"PUB %b %d\r\n%b\r\n" % (to.encode(), len(payload), payload)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{_HEADERS.decode()}\r\n{lines}\r\n".encode()
    return b"HPUB %b %d %d\r\n%b%b\r\n" % (to.encode(), len(head), len(head) + len(payload), head, payload)


def status_of(headers: bytes) -> int:
    """The status in a delivery's headers: 503 is nobody answers, 404 not there, 0 for none."""
    words = headers.partition(_END)[0].split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def header(headers: bytes, name: str) -> str:
    """A header's value; "" where it is not there."""
    for line in headers.split(_END)[1:]:
        key, _, value = line.partition(b":")
        if key.decode("utf-8", "replace").strip().lower() == name.lower():
            return value.decode("utf-8", "replace").strip()
    return ""


def _size(word: bytes) -> int:
    size = int(word)
    if not 0 <= size <= LONGEST_PAYLOAD:
        raise ValueError("a payload of no size")
    return size


def _line(line: bytes) -> ServerMessage:
    if line == b"PING":
        return ServerPing()
    if line == b"PONG":
        return ServerPong()
    if line == b"+OK":
        return Taken()
    if line.startswith(b"-ERR"):
        return Complaint(line[4:].decode("utf-8", "replace").strip().strip("'"))
    if line.startswith(b"INFO "):
        try:
            return _decode_info(line[5:])
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise ValueError("an INFO that cannot be read") from None
    raise ValueError("no line of NATS")
