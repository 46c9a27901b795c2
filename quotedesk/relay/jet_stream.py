"""What the relay needs of JetStream: streams of last versions with history, compare-and-set, keys that run out.

Source: docs.nats.io, `reference/reference-protocols/nats_api_reference`; ADR-8 (KV), ADR-31 (direct get), ADR-43 (TTL).
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from quotedesk.codec.nats import Delivery, header, status_of
from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.net.nats_client import NatsClient, NatsFaultError

_WRONG_SEQUENCE = (10071, 10164)
_BATCH = 256


class StaleError(NatsFaultError):
    """Somebody else has put a newer version."""

    def __init__(self) -> None:
        super().__init__("There is a newer version")


class StoredMessage(msgspec.Struct, frozen=True):
    """A message of a stream."""

    subject: str
    sequence: int
    payload: bytes
    utc_s: float


class _ApiError(msgspec.Struct):
    err_code: int = 0
    description: str = ""


class _ApiConfig(msgspec.Struct):
    num_replicas: int = 1


class _ApiAnswer(msgspec.Struct):
    """Any answer: of the API (`config`: of the stream asked for), or to what was put."""

    error: _ApiError | None = None
    seq: int = 0
    config: _ApiConfig = msgspec.field(default_factory=_ApiConfig)


class StreamSettings(msgspec.Struct, kw_only=True):
    """A stream as the server takes it. Sizes in bytes."""

    name: str
    subjects: list[str]
    max_msgs_per_subject: int
    max_bytes: int = -1
    max_msg_size: int = -1
    num_replicas: int = 1
    storage: str = "file"
    discard: str = "new"
    allow_direct: bool = True
    allow_msg_ttl: bool = False
    allow_rollup_hdrs: bool = True


class JetStream:
    """Streams by a client. A cluster that elects does not answer: what is asked then is lost after `patience_s`."""

    def __init__(self, client: NatsClient, patience_s: float = 5.0) -> None:
        self._client = client
        self._patience_s = patience_s

    async def ensure(self, settings: StreamSettings) -> None:
        """Make a stream where it is not there; one of the same name is brought to these settings.

        Where the server has not as many peers as replicas are wanted there is one; a stream keeps those that it has.
        Raises NatsFaultError.
        """
        # Asked first: to CREATE what is there counts its bytes twice against what the account may store (2.15.1).
        known = await self._ask(f"$JS.API.STREAM.INFO.{settings.name}", b"")
        verb = "CREATE" if known.error else "UPDATE"
        answer = await self._ask(f"$JS.API.STREAM.{verb}.{settings.name}", message_of(settings))
        fewer = known.config.num_replicas
        if answer.error and fewer < settings.num_replicas:
            alone = msgspec.structs.replace(settings, num_replicas=fewer)
            answer = await self._ask(f"$JS.API.STREAM.{verb}.{settings.name}", message_of(alone))
        _check(answer)

    async def put(self, subject: str, payload: bytes, expected: int | None = None, ttl_s: int | None = None) -> int:
        """Store a message; returns its sequence. `expected`: that of the subject's newest (0: there is none).

        Raises StaleError, NatsFaultError.
        """
        headers: dict[str, str] = {}
        if expected is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(expected)
        if ttl_s is not None:
            headers["Nats-TTL"] = f"{ttl_s}s"
        answer = await self._ask(subject, payload, headers)
        _check(answer)
        return answer.seq

    async def newest(self, stream: str, subject: str) -> StoredMessage | None:
        """The newest message of a subject. Raises NatsFaultError."""
        said = await self._client.request(f"$JS.API.DIRECT.GET.{stream}.{subject}", b"", self._patience_s)
        return None if status_of(said.headers) else _stored(said)

    async def all_of(self, stream: str, subject: str) -> Sequence[StoredMessage]:
        """All messages of a subject (it may have wildcards), the oldest first. Raises NatsFaultError."""
        found: list[StoredMessage] = []
        sequence = 1
        while True:
            asked = message_of(_BatchRequest(sequence, _BATCH, subject))
            page = await self._client.request_batch(f"$JS.API.DIRECT.GET.{stream}", asked)
            found += map(_stored, page)
            if len(page) < _BATCH:
                return found
            sequence = found[-1].sequence + 1
            await asyncio.sleep(0)

    async def _ask(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> _ApiAnswer:
        said = await self._client.request(subject, body, self._patience_s, headers)
        answer = read_request(_ApiAnswer, said.payload)
        if not isinstance(answer, _ApiAnswer):
            raise NatsFaultError("The NATS server gave an answer that cannot be read")
        return answer


class _BatchRequest(msgspec.Struct):
    seq: int
    batch: int
    next_by_subj: str


def _check(answer: _ApiAnswer) -> None:
    if answer.error is None:
        return
    if answer.error.err_code in _WRONG_SEQUENCE:
        raise StaleError
    raise NatsFaultError(f"The NATS server stores nothing now: {answer.error.description}")


def _stored(said: Delivery) -> StoredMessage:
    sequence, stamp = header(said.headers, "Nats-Sequence"), header(said.headers, "Nats-Time-Stamp")
    try:
        utc_s = datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        utc_s = 0.0
    number = int(sequence) if sequence.isdigit() else 0
    return StoredMessage(header(said.headers, "Nats-Subject"), number, said.payload, utc_s)
