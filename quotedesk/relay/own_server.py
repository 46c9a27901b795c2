"""The relay's own server as the relay wants it: who is let in, where it listens, and back where it was when it died."""

import asyncio
import math
from collections.abc import Callable

from quotedesk.codec.nkeys import public_key
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.nats_client import NatsServer
from quotedesk.relay.desks import Desks
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.key_connections import MOST_OF_CODE, MOST_OF_DESK
from quotedesk.relay.licence import Licence, allowed, day_of
from quotedesk.relay.nats_server import NatsProcess
from quotedesk.relay.server_config import ServerSettings
from quotedesk.relay.system_events import SystemEvents

LOOPBACK = "127.0.0.1"


class OwnServer:
    """`pairing_keys`: public keys that may pair now; `gone`: see SystemEvents; `tell`: a line for people.

    `died` is called when the server ended and is about to be started again.

    Attributes:
        process: see NatsProcess.
        system: its system account; to be run.
        is_up: the relay's own client is connected: until then the system account is not dialled.
    """

    def __init__(
        self,
        folder: RelayFolder,
        listen: str,
        desks: Desks,
        licence: Licence,
        clock: Clock,
        *,
        pairing_keys: Callable[[], tuple[str, ...]],
        gone: Callable[[str, str, str], None],
        died: Callable[[], None],
        tell: Callable[[str], None],
    ) -> None:
        """`listen`: HOST:PORT; "" is this machine alone. Raises QuotedeskError, OSError."""
        self.process = NatsProcess(folder.config, self._settings)
        self.system = SystemEvents(self._find_system, gone, self._most_of)
        self.is_up = asyncio.Event()
        self._folder = folder
        self._identity = identity = folder.identity()
        self._own_keys = frozenset(map(public_key, (identity.relay, identity.admin)))
        self._desks = desks
        self._licence = licence
        self._clock = clock
        self._pairing_keys = pairing_keys
        self._died = died
        self._tell = tell
        self._was_up = False  # the server, since it was last told that it is not
        self._told_of_desks = ""
        self._host, self._port = _listening(listen)

    async def find(self) -> NatsServer:
        """Whom the relay dials: the server is started where it does not run. Raises QuotedeskError, OSError."""
        if not self.process.is_running:
            if self._was_up:
                self._was_up = False
                self._died()
                self._tell("nats-server ended; it is started again.")
            await self.start()
        return NatsServer(LOOPBACK, self.process.own_port, self._identity.relay)

    async def start(self) -> None:
        """Start it where it was before, else, where that is taken, elsewhere; and remember where.

        Raises QuotedeskError, OSError.
        """
        try:
            await self.process.start()
        except QuotedeskError:
            if self.process.starts > 1 or not self._identity.own_port:
                raise
            self._identity.own_port = self._identity.port = 0
            await self.process.start()
        self._was_up = True
        here = (self._host, self.process.desks_port, self.process.own_port)
        if here != (self._identity.host, self._identity.port, self._identity.own_port):
            self._identity.host, self._identity.port, self._identity.own_port = here
            self._folder.keep(self._identity)

    async def let_in(self) -> None:
        """Have it let in the desks and pairing codes as they are now. Raises QuotedeskError, OSError."""
        self.process.write_config()
        await self.system.reload()

    @property
    def address(self) -> tuple[str, int]:
        """Where desks connect."""
        return self._host, self.process.desks_port

    async def _find_system(self) -> NatsServer:
        await self.is_up.wait()  # one dialler alone starts a server that died
        return NatsServer(LOOPBACK, self._identity.own_port, self._identity.system)

    def _most_of(self, key: str) -> float:
        """How many connections a key may have."""
        if key in self._own_keys:
            return math.inf
        return MOST_OF_CODE if key in self._pairing_keys() else MOST_OF_DESK

    def _settings(self) -> ServerSettings:
        """What its configuration is now."""
        identity, folder = self._identity, self._folder
        today = day_of(self._clock.utc_s(self._clock.now_s()))
        desks, why = allowed(self._licence, self._desks, today)
        if why and why != self._told_of_desks:
            self._tell(f"Not all desks may connect: {why}.")
        self._told_of_desks = why
        kept_port = identity.port if identity.host == self._host else 0
        return ServerSettings(
            name=identity.id,
            host=self._host,
            port=self._port or kept_port or -1,
            own_port=identity.own_port or -1,
            certificate=folder.certificate,
            private_key=folder.private_key,
            ports=folder.ports,
            store=folder.store,
            relay=public_key(identity.relay),
            system=public_key(identity.system),
            admin=public_key(identity.admin),
            desks=tuple(desks),
            pairing=self._pairing_keys(),
        )


def _listening(text: str) -> tuple[str, int]:
    """Host and port of --listen; a port of 0 is one that the server chooses, and keeps."""
    host, _, port = (text or f"{LOOPBACK}:0").rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise QuotedeskError("--listen: give it as HOST:PORT, as in 0.0.0.0:8447.")
    return host, int(port)
