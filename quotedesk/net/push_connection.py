"""A connection that hands messages on as they are parsed: a task that waits in `recv` costs more than the parsing.

It overrides `process_event`, which is no public name of websockets 17; tests/net/test_pushing.py holds it to what
`recv` would have given. The way back, should that name go: dial a plain ClientConnection, and give what a loop over
`recv(decode=False)` returns to `Client._hear`.
"""

from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

_CONTROL = (Opcode.PING, Opcode.PONG, Opcode.CLOSE)


class PushConnection(ClientConnection):
    """Never to be read with `recv`: what that would return goes to the one that `hand_to` names.

    What comes before somebody is named, even before `connect` returns, is kept for them. Text is not decoded, so not
    checked to be UTF-8 either: as with `recv(decode=False)` that is left to whoever reads it.
    """

    def __init__(self, protocol: ClientProtocol, **settings: Any) -> None:
        super().__init__(protocol, **settings)
        self._kept: list[bytes] = []
        self._take: Callable[[bytes], object] = self._kept.append
        self._part: bytearray | None = None  # of a message in fragments

    def hand_to(self, take: Callable[[bytes], object]) -> None:
        """Give `take` each message, whole, from the first one on. It must not raise: that would cut the connection."""
        kept, self._kept = self._kept, []
        for data in kept:
            take(data)
        self._take = take

    def process_event(self, event: Event) -> None:
        if not isinstance(event, Frame) or event.opcode in _CONTROL:  # the handshake's answer, or a pong to be noted
            super().process_event(event)
        elif self._part is not None:
            # One buffer, which the protocol keeps below its limit: a list of fragments could be endless.
            self._part += event.data
            if event.fin:
                data, self._part = bytes(self._part), None
                self._take(data)
        elif event.fin:
            self._take(bytes(event.data))
        else:
            self._part = bytearray(event.data)
