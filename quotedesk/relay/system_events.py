"""What the relay's own NATS server tells its system account and is asked there: connections, memory, new configuration.

A connection beyond those that its key may have is closed ("Kicked", see codec/relay_wire). Source: nats-server 2.15,
`server/events.go`: `$SYS.ACCOUNT.ACCOUNT.CONNECT` and `.DISCONNECT`, `$SYS.REQ.SERVER.ID.CONNZ` and `.KICK`.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable

import msgspec

from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.net.nats_client import NatsClient, NatsFaultError, NatsServer
from quotedesk.relay.key_connections import KeyConnections
from quotedesk.relay.server_config import ACCOUNT, MOST_CONNECTIONS

_CONNECTIONS, _KICKED = "_INBOX.connections", "_INBOX.kicked"


class _Client(msgspec.Struct):
    """A connection. `id`, `user` (the public nkey): by the server's word; `name`: by the client's own."""

    id: int = 0
    user: str = ""
    name: str = ""


class _ConnectionEvent(msgspec.Struct):
    client: _Client = msgspec.field(default_factory=_Client)
    reason: str = ""


class _Connection(msgspec.Struct):
    """The same, as the server lists it."""

    cid: int = 0
    authorized_user: str = ""


class _ConnectionList(msgspec.Struct):
    connections: list[_Connection] = []


class _ConnectionsAnswer(msgspec.Struct):
    data: _ConnectionList = msgspec.field(default_factory=_ConnectionList)


class _ConnectionsRequest(msgspec.Struct):
    acc: str = ACCOUNT
    auth: bool = True
    limit: int = MOST_CONNECTIONS


class _KickRequest(msgspec.Struct):
    cid: int


class _Figures(msgspec.Struct):
    mem: int = 0
    cpu: float = 0.0


class _FiguresAnswer(msgspec.Struct):
    statsz: _Figures = msgspec.field(default_factory=_Figures)


class _ReloadError(msgspec.Struct):
    description: str = "it does not say why"


class _ReloadAnswer(msgspec.Struct):
    error: _ReloadError | None = None


class SystemEvents:
    """`gone` is called with the public key, the name and the reason of a connection that ended.

    `most_of` says how many connections a key may have: the newest beyond them are closed.

    Attributes:
        client: to be run.
        figures: of the server, as it last told.
        is_up: it was reached once.
    """

    def __init__(
        self,
        find_server: Callable[[], Awaitable[NatsServer]],
        gone: Callable[[str, str, str], None],
        most_of: Callable[[str], float] = lambda key: math.inf,
    ) -> None:
        self.client = NatsClient("system", find_server)
        self.figures = _Figures()
        self.is_up = asyncio.Event()
        self._gone = gone
        self._connections = KeyConnections(most_of)
        self.client.on_up = self._came_up
        self.client.on_down = lambda reason: self._connections.forget()
        for subject, take in (
            (f"$SYS.ACCOUNT.{ACCOUNT}.CONNECT", self._connected),
            (f"$SYS.ACCOUNT.{ACCOUNT}.DISCONNECT", self._disconnected),
            (_CONNECTIONS, self._told_connections),
        ):
            self.client.subscribe(subject, take)

    async def reload(self) -> None:
        """Have the server read its configuration again. Raises NatsFaultError."""
        said = await self.client.request(self._subject("RELOAD"), b"")
        answer = read_request(_ReloadAnswer, said.payload)
        if error := answer.error if isinstance(answer, _ReloadAnswer) else _ReloadError():
            raise NatsFaultError(f"The NATS server does not take its new configuration: {error.description}")

    async def look(self) -> None:
        """Ask for the server's figures. Raises NatsFaultError."""
        said = await self.client.request(self._subject("STATSZ"), b"")
        answer = read_request(_FiguresAnswer, said.payload)
        if isinstance(answer, _FiguresAnswer):
            self.figures = answer.statsz

    def _came_up(self) -> None:
        self.is_up.set()
        self.client.publish(self._subject("CONNZ"), message_of(_ConnectionsRequest()), reply=_CONNECTIONS)

    def _told_connections(self, said: Delivery) -> None:
        answer = read_request(_ConnectionsAnswer, said.payload)
        told = answer.data.connections if isinstance(answer, _ConnectionsAnswer) else []
        for number in self._connections.known((each.authorized_user, each.cid) for each in told):
            self._kick(number)

    def _connected(self, said: Delivery) -> None:
        event = read_request(_ConnectionEvent, said.payload)
        if isinstance(event, _ConnectionEvent) and self._connections.opened(event.client.user, event.client.id):
            self._kick(event.client.id)

    def _disconnected(self, said: Delivery) -> None:
        event = read_request(_ConnectionEvent, said.payload)
        if isinstance(event, _ConnectionEvent):
            self._connections.closed(event.client.user, event.client.id)
            self._gone(event.client.user, event.client.name, event.reason)

    def _kick(self, number: int) -> None:
        """Close a connection. Without a place for the answer the server does nothing; what came of it is an event."""
        self.client.publish(self._subject("KICK"), message_of(_KickRequest(number)), reply=_KICKED)

    def _subject(self, what: str) -> str:
        return f"$SYS.REQ.SERVER.{self.client.info.server_id}.{what}"
