"""A load of desks for a relay, in one process, on bare sockets: what they pay must not hide what the relay costs.

Usage: python -m tests.bench.relay_desks ADDRESS KEYS ROWS CODES. KEYS is a file, a line for each desk; each desk wants
ROWS of CODES codes. It prints "ready", then at each line of its standard input the processor seconds that it has used.
"begin" and "end" are around what is counted; from "churn" to "still" each desk has another row in place of one of its
last ten each second. What comes is only kept, with its time; it is read when standard input ends, and the last line is
JSON: what came in that time, and each desk's last values.
"""

import gc
import json
import math
import random
import secrets
import selectors
import socket
import ssl
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

from quotedesk.codec import nats, relay_wire
from quotedesk.codec.nats import Complaint, Delivery, Info, NatsReader
from quotedesk.codec.relay_key import RelayKey, read_key
from quotedesk.codec.relay_requests import RENEW_S, WantRequest
from quotedesk.codec.relay_wire import message_of

STEADY = 40  # rows at the top of each list that are never changed
RECORD = 16_384  # bytes: more TLS never gives at once
_read_quote = msgspec.json.Decoder(relay_wire.RelayedQuote).decode


def codes_of(desk: int, rows: int, codes: int) -> list[str]:
    """What a desk wants: the same at each run."""
    return [f"S{number}.US" for number in random.Random(desk).sample(range(codes), rows)]


def quote_subject(code: str) -> str:
    return relay_wire.quote_subject("alltick", code)


def status_subject(code: str) -> str:
    return relay_wire.status_subject("alltick", code)


class LoadDesk:
    """One connection."""

    def __init__(self, address: str, key: RelayKey, codes: list[str], context: ssl.SSLContext) -> None:
        host, _, port = address.rpartition(":")
        self.codes = codes
        self.steady = {quote_subject(code) for code in codes[:STEADY]}
        self.generation = 1
        self.last: dict[str, str] = {}
        self.numbers: dict[str, int] = {}
        self.holes = 0
        self.key = key
        self.session = secrets.token_hex(4)
        self.came: list[tuple[float, bytes]] = []
        self._buffer = memoryview(bytearray(RECORD))
        self._reader = NatsReader()
        self._rest = b""
        raw = socket.create_connection((host, int(port)))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw)
        word = "x3JJHMbDL1EzLkh9GBhXDw=="
        self.socket.sendall(
            f"GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {word}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(4096)
        assert b" 101 " in head, head
        self._rest = head.partition(b"\r\n\r\n")[2]
        while not (said := self._messages()):
            self._rest += self.socket.recv(65_536)
        assert isinstance(said[0], Info)
        self.send(nats.connect(said[0], f"{key.desk}/{self.session}", key.seed))
        subjects = [f"{relay_wire.inbox(key.desk)}>", "link.>"]
        subjects += [quote_subject(code) for code in codes]
        subjects += [status_subject(code) for code in codes]
        self.send(b"".join(nats.subscribe(subject, number + 1) for number, subject in enumerate(subjects)))
        self.want(codes)

    def want(self, codes: list[str] | None) -> None:
        rows = None if codes is None else [f"{code}@alltick" for code in codes]
        asked = message_of(WantRequest(self.session, self.generation, rows))
        self.send(nats.publish(f"want.{self.key.desk}", asked, f"{relay_wire.inbox(self.key.desk)}want"))

    def change_a_row(self, draw: random.Random, codes: int) -> None:
        """Another code, which nobody may want yet, in place of one at the end of the list."""
        at, code = draw.randrange(STEADY, len(self.codes)), f"S{draw.randrange(3 * codes)}.US"
        if code in self.codes:
            return
        self.codes[at] = code
        self.generation += 1
        words = []
        for kind, subject_of in enumerate((quote_subject, status_subject)):
            number = 3 + kind * len(self.codes) + at  # as subscribed at first: the inbox and the links have 1 and 2
            words += [nats.unsubscribe(number), nats.subscribe(subject_of(code), number)]
        self.send(b"".join(words))
        self.want(self.codes)

    def send(self, data: bytes) -> None:
        """One masked frame; the mask is zero."""
        size = len(data)
        length = bytes([size | 128]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        if size > 65_535:
            length = b"\xff" + size.to_bytes(8, "big")
        self.socket.setblocking(True)
        self.socket.sendall(b"\x82" + length + bytes(4) + data)
        self.socket.setblocking(False)

    def take(self) -> bool:
        """Keep what is there; False at the end."""
        try:
            while size := self.socket.recv_into(self._buffer):
                self.came.append((time.time(), bytes(self._buffer[:size])))
                if not self.socket.pending():
                    return True
        except (ssl.SSLWantReadError, BlockingIOError):
            return True
        except OSError:
            pass
        return False

    def judge(self, begin_s: float, end_s: float, ages_ms: list[float], counts: Counter[str]) -> None:
        """Read all that came; what came in that time is counted."""
        for at_s, data in self.came:
            self._rest += data
            is_counted = begin_s <= at_s < end_s
            for said in self._messages():
                if isinstance(said, Complaint):
                    counts[said.words] += 1
                elif isinstance(said, Delivery) and said.subject.startswith("q."):
                    quote = _read_quote(said.payload)
                    code = said.subject
                    before = self.numbers.get(code)
                    if code in self.steady and before is not None and quote.n != before + 1:
                        self.holes += 1
                    self.numbers[code] = quote.n
                    self.last[code] = quote.price or ""
                    if is_counted:
                        counts["quotes"] += 1
                        if quote.time is not None:
                            ages_ms.append((at_s - quote.time) * 1000)

    def _messages(self) -> list[object]:
        """The NATS messages in the whole frames that have come."""
        data, at, end, found = self._rest, 0, len(self._rest), []
        while at + 2 <= end:
            size, head = data[at + 1], at + 2
            if size == 126:
                if at + 4 > end:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                if at + 10 > end:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if head + size > end:
                break
            if data[at] & 15 == 2:
                found += self._reader.read(data[head : head + size])
            elif data[at] & 15 == 9:
                self.socket.sendall(b"\x8a\x80\x00\x00\x00\x00")
            at = head + size
        self._rest = data[at:]
        return found


def main() -> None:
    address, keys, rows, codes = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    gc.disable()  # what is kept is no garbage
    poll = selectors.DefaultSelector()
    desks: list[LoadDesk] = []
    for line in keys.read_text().splitlines():
        number, _, text = line.partition(" ")
        key = read_key(text)
        assert key
        desk = LoadDesk(address, key, codes_of(int(number), rows, codes), context)
        desks.append(desk)
        poll.register(desk.socket, selectors.EVENT_READ, desk)
    poll.register(sys.stdin, selectors.EVENT_READ, None)
    times_s: list[float] = []
    lost = 0
    renewed_s, churn_at_s = time.monotonic(), math.inf
    draw = random.Random(len(desks))
    print("ready", flush=True)
    is_over = False
    while not is_over:
        for event, _ in poll.select(max(0.0, min(0.5, churn_at_s - time.monotonic()))):
            desk = event.data
            if desk is not None:
                if not desk.take():
                    lost += 1
                    poll.unregister(desk.socket)
            elif word := sys.stdin.readline().strip():
                if word in ("begin", "end"):
                    times_s.append(time.time())
                else:
                    churn_at_s = time.monotonic() if word == "churn" else math.inf
                print(json.dumps({"cpu_s": time.process_time()}), flush=True)
            else:
                is_over = True
        while time.monotonic() >= churn_at_s:
            churn_at_s += 1 / len(desks)
            desks[draw.randrange(len(desks))].change_a_row(draw, codes)
        if time.monotonic() >= renewed_s + RENEW_S:
            renewed_s = time.monotonic()
            for desk in desks:
                desk.want(None)
                desk.send(nats.PONG)  # to the server's PING, which is not looked for
    ages_ms: list[float] = []
    counts = Counter({"quotes": 0})
    for desk in desks:
        desk.judge(times_s[0], times_s[1], ages_ms, counts)
    ages_ms.sort()
    said = {
        **counts,
        "lost": lost,
        "holes": sum(each.holes for each in desks),
        "ages_ms": [ages_ms[int(len(ages_ms) * each / 1000)] for each in range(1000)] if ages_ms else [],
        "last": [
            {subject: price for code in each.codes if (price := each.last.get(subject := quote_subject(code)))}
            for each in desks
        ],
    }
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
