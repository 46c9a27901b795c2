"""What the relay's own NATS server tells its system account: connections that end, memory, a new configuration."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_requests import read_request
from quotedesk.net.nats_client import NatsClient, NatsFaultError, NatsServer
from quotedesk.relay.server_config import ACCOUNT


class _Gone(msgspec.Struct):
    """A connection that ended. `nkey`: by the server's word; `name`: by the client's own."""

    name: str = ""
    nkey: str = ""
    user: str = ""


class _Disconnect(msgspec.Struct):
    client: _Gone = msgspec.field(default_factory=_Gone)
    reason: str = ""


class _Figures(msgspec.Struct):
    mem: int = 0
    cpu: float = 0.0
    slow_consumers: int = 0
    connections: int = 0


class _FiguresAnswer(msgspec.Struct):
    statsz: _Figures = msgspec.field(default_factory=_Figures)


class _ReloadError(msgspec.Struct):
    description: str = ""


class _ReloadAnswer(msgspec.Struct):
    error: _ReloadError | None = None


class SystemEvents:
    """`gone` is called with the public key, the name and the reason of a connection that ended.

    Attributes:
        client: to be run.
        figures: of the server, as it last told.
        is_up: it was reached once.
    """

    def __init__(self, find_server: Callable[[], Awaitable[NatsServer]], gone: Callable[[str, str, str], None]) -> None:
        self.client = NatsClient("system", find_server)
        self.figures = _Figures()
        self.is_up = asyncio.Event()
        self._gone = gone
        self.client.on_up = self.is_up.set
        self.client.subscribe(f"$SYS.ACCOUNT.{ACCOUNT}.DISCONNECT", self._disconnected)

    async def reload(self) -> None:
        """Have the server read its configuration again. Raises NatsFaultError."""
        said = await self.client.request(f"$SYS.REQ.SERVER.{self.client.info.server_id}.RELOAD", b"")
        answer = read_request(_ReloadAnswer, said.payload)
        if not isinstance(answer, _ReloadAnswer) or answer.error:
            why = (
                answer.error.description
                if isinstance(answer, _ReloadAnswer) and answer.error
                else "it does not say why"
            )
            raise NatsFaultError(f"The NATS server does not take its new configuration: {why}")

    async def look(self) -> None:
        """Ask for the server's figures. Raises NatsFaultError."""
        said = await self.client.request(f"$SYS.REQ.SERVER.{self.client.info.server_id}.STATSZ", b"")
        answer = read_request(_FiguresAnswer, said.payload)
        if isinstance(answer, _FiguresAnswer):
            self.figures = answer.statsz

    def _disconnected(self, said: Delivery) -> None:
        event = read_request(_Disconnect, said.payload)
        if isinstance(event, _Disconnect):
            self._gone(event.client.nkey or event.client.user, event.client.name, event.reason)
