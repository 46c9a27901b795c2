"""One connection of a desk to a relay's server, sans-IO: what it listens to, what it asks, and its signs of life."""

from collections.abc import Callable, Sequence

from quotedesk.codec import nats
from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_key import RelayKey
from quotedesk.codec.relay_wire import inbox

BEAT_S, DEAD_AFTER_S = 5.0, 15.0
ANSWER_S = 5.0
ANSWERS_S = 65.0  # where they may be many

Reader = Callable[[bytes, float], Unreadable | None]


class RelayConnection:
    """All times are monotonic seconds.

    Attributes:
        key: the desk's.
        name: a word of this connection.
        is_welcome: the relay behind the server has answered the greeting.
    """

    def __init__(self, key: RelayKey, name: str, now_s: float) -> None:
        self.key = key
        self.name = name
        self.is_welcome = False
        self._reader = nats.NatsReader()
        self._out: list[bytes] = []
        self._subjects: dict[str, int] = {}  # what is listened to, and its number
        self._newest_subject = self._newest_reply = 0
        self._asked: dict[str, tuple[Reader, float]] = {}  # reply subject: what reads the answers, awaited until
        self._pings: list[float] = []  # when those went out that are not answered
        self._beat_at_s = now_s + BEAT_S
        self._heard_s = now_s

    def read(self, batch: Sequence[bytes], now_s: float) -> list[nats.ServerMessage]:
        """What the server says by these bytes, as far as it is whole."""
        self._heard_s = now_s
        read = self._reader.read
        return [message for data in batch for message in read(data)]

    def connect(self, info: nats.Info, now_s: float) -> None:
        """The server has introduced itself: say who this is."""
        self._out.append(nats.connect(info, f"{self.key.desk}/{self.name}", self.key.seed))
        self.ping(now_s)

    def listen(self, subject: str) -> None:
        """What comes on it is wanted from now on."""
        if subject not in self._subjects:
            self._newest_subject += 1
            self._subjects[subject] = self._newest_subject
            self._out.append(nats.subscribe(subject, self._newest_subject))

    def ignore(self, subject: str) -> None:
        """What comes on it is not wanted any more."""
        if (number := self._subjects.pop(subject, None)) is not None:
            self._out.append(nats.unsubscribe(number))

    def ask(self, subject: str, payload: bytes, read: Reader, now_s: float, *, has_many: bool = False) -> None:
        """Ask for what `read` gets, which returns what it cannot read. `has_many`: there may be several answers."""
        self._newest_reply += 1
        reply = f"{inbox(self.key.desk)}{self.name}.{self._newest_reply}"
        self._asked[reply] = read, now_s + (ANSWERS_S if has_many else ANSWER_S)
        self._out.append(nats.publish(subject, payload, reply))

    def answered(self, reply: str, payload: bytes, now_s: float) -> Unreadable | None:
        """An answer came; one to no open request is none."""
        asked = self._asked.get(reply)
        return asked[0](payload, now_s) if asked is not None else None

    def unheard(self, reply: str) -> bool:
        """A request found nobody who answers. Was it open?"""
        return self._asked.pop(reply, None) is not None

    def ping(self, now_s: float) -> None:
        """Ask the server for a sign of life."""
        self._pings.append(now_s)
        self._beat_at_s = now_s + BEAT_S
        self._out.append(nats.PING)

    def pong(self) -> None:
        """The server asked for one."""
        self._out.append(nats.PONG)

    def ponged(self) -> float | None:
        """The server gave the sign of life: when it was asked for; None where it was not."""
        return self._pings.pop(0) if self._pings else None

    def elapsed(self, now_s: float) -> None:
        """Time has passed: what has waited long enough for an answer is forgotten."""
        if now_s >= self._beat_at_s:
            self.ping(now_s)
        for reply, (_, until_s) in list(self._asked.items()):
            if now_s >= until_s:
                del self._asked[reply]

    @property
    def is_due(self) -> bool:
        """Is there something to be sent?"""
        return bool(self._out)

    def take(self) -> bytes:
        """What is to be sent now, in one frame."""
        frame, self._out = b"".join(self._out), []
        return frame

    @property
    def dead_at_s(self) -> float:
        """When it is lost for want of a sign of life."""
        return self._heard_s + DEAD_AFTER_S

    @property
    def deadline_s(self) -> float:
        """When to call `elapsed` if nothing else happens."""
        return min(self._beat_at_s, self.dead_at_s)
