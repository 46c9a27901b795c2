"""Two relays of one account take turns: a key that runs out says which one speaks to the providers.

Only where several can meet, on a server that runs already. A relay that starts again finds its own key and goes on at
once; another waits until the key has run out.
"""

import asyncio
from collections.abc import Callable

import msgspec

from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.market.clock import Clock
from quotedesk.net.nats_client import NatsFaultError
from quotedesk.relay.jet_stream import JetStream, StaleError, StreamSettings

STREAM, KEY = "KV_relay", "$KV.relay.leader"
TTL_S = 10
RENEW_S = 3.0
PATIENCE_S = 1.5  # with an answer: several tries within TTL_S
WAIT_S = 1.0  # between two looks whether the other's key has run out, or at a server that failed


class LeaderKey(msgspec.Struct):
    """Who leads. `name`: for people."""

    id: str
    name: str


class Leader:
    """`changed` is called when this relay leads, or leads no more.

    Attributes:
        leads: this one speaks to the providers.
        other: the name of the relay that does; "" where nobody else does.
    """

    def __init__(
        self, stream: JetStream, me: LeaderKey, clock: Clock, changed: Callable[[], None], replicas: int = 1
    ) -> None:
        self.leads = False
        self.other = ""
        self._stream = stream
        self._me = me
        self._clock = clock
        self._changed = changed
        self._replicas = replicas
        self._sequence = 0
        self._until_s = 0.0  # by our clock: the key has not run out before

    async def run(self) -> None:
        """Take the key when it is free, and keep it, until cancelled."""
        settings = StreamSettings(
            name=STREAM,
            subjects=["$KV.relay.>"],
            max_msgs_per_subject=1,
            allow_msg_ttl=True,
            discard="old",
            num_replicas=self._replicas,
        )
        is_made = False
        while True:
            pause_s = WAIT_S
            try:
                if not is_made:
                    await self._stream.ensure(settings)
                    is_made = True
                await self._look()
                pause_s = RENEW_S if self.leads else WAIT_S
            except NatsFaultError:
                if self._clock.now_s() >= self._until_s:
                    self._set(leads=False)
            await asyncio.sleep(pause_s)  # after a fault soon: the key must not run out while the cluster elects

    async def resign(self) -> None:
        """Let another relay have the key at once."""
        if self.leads:
            self._set(leads=False)
            nobody = message_of(LeaderKey("", ""))
            await self._stream.put(KEY, nobody, self._sequence, 1)

    async def _look(self) -> None:
        now_s = self._clock.now_s()
        if not self.leads:
            held = await self._stream.newest(STREAM, KEY)
            holder = read_request(LeaderKey, held.payload) if held and held.payload else None
            if isinstance(holder, LeaderKey) and holder.id not in ("", self._me.id):
                self.other = holder.name
                return
            self._sequence = held.sequence if held else 0
        try:
            self._sequence = await self._stream.put(KEY, message_of(self._me), self._sequence, TTL_S)
        except StaleError:
            self._set(leads=False)
            return
        self._until_s = now_s + TTL_S
        self.other = ""
        self._set(leads=True)

    def _set(self, *, leads: bool) -> None:
        if leads != self.leads:
            self.leads = leads
            self._changed()
