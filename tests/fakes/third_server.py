"""The server of the third feed, on loopback: it forgives nothing, and writes down what it sent."""

import asyncio
import itertools
import json
import time
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fakes.port import held_port

CODES_PER_FRAME = 3
_LONGEST_TALK_S = 2.0  # for a pong


class ThirdServer:
    """`async with` opens and closes it; `restart` takes the same port again.

    Attributes:
        breaches: what a client did wrong.
        ticks: (code, seq) of all that was sent, in order.
        held: what the open connection gets.
        opened, most_open: connections since the start, and how many there were at once.
        is_stalled: no ticks from now on.
    """

    def __init__(
        self, *, rate: float = 40.0, frame_gap_s: float = 0.05, unknown: frozenset[str] = frozenset({"NOPE"})
    ) -> None:
        self.breaches: list[str] = []
        self.ticks: list[tuple[str, int]] = []
        self.requests: list[dict[str, Any]] = []
        self.held: dict[str, None] = {}
        self.opened = self.most_open = 0
        self.is_stalled = False
        self.url = ""
        self._open = 0
        self._port = held_port()
        self._rate = rate
        self._frame_gap_s = frame_gap_s
        self._unknown = unknown
        self._seqs = itertools.count(1)

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Hang up on everybody, and listen no more."""
        self._server.close()
        await self._server.wait_closed()

    async def restart(self) -> None:
        """Listen again where it listened before."""
        await self._listen()

    async def _listen(self) -> None:
        self._server: Server = await serve(
            self._connection, "127.0.0.1", self._port, ping_interval=None, close_timeout=0.5
        )
        self.url = f"ws://127.0.0.1:{self._port}"

    async def _connection(self, socket: ServerConnection) -> None:
        self.opened += 1
        self._open += 1
        self.most_open = max(self.most_open, self._open)
        self.held = {}
        try:
            async with asyncio.TaskGroup() as both:
                pusher = both.create_task(self._push(socket))
                await socket.send('{"hello":1}')
                await socket.send('{"ping":7}')
                await self._converse(socket)
                pusher.cancel()
        except* ConnectionClosed:
            pass
        finally:
            self._open -= 1
            self.held = {}

    async def _converse(self, socket: ServerConnection) -> None:
        """Answer until the connection ends. Raises ConnectionClosed."""
        opened_s = frame_s = time.monotonic()
        is_first, has_pong = True, False
        async for data in socket:
            now_s = time.monotonic()
            if not is_first and now_s < frame_s + self._frame_gap_s:
                self.breaches.append(f"pace: {now_s - frame_s:.3f} s")
            is_first, frame_s = False, now_s
            if not isinstance(data, bytes):
                self.breaches.append("text")
            frame = json.loads(data)
            if frame == {"pong": 7} and not has_pong and now_s < opened_s + _LONGEST_TALK_S:
                has_pong = True
                continue
            if not has_pong:
                self.breaches.append("no pong")
            self.requests.append(frame)
            for answer in self._judged(frame):
                await socket.send(json.dumps(answer))

    def _judged(self, frame: dict[str, Any]) -> list[dict[str, str]]:
        codes = frame.get("codes", [])
        if frame.keys() != {"op", "codes"} or not 0 < len(set(codes)) == len(codes) <= CODES_PER_FRAME:
            self.breaches.append(f"form: {frame}")
            return []
        answers = []
        for code in codes:
            if frame["op"] == "add" and code in self._unknown:
                answers.append({"refused": code, "why": f"no such market: {code}"})
            elif frame["op"] == "add":
                if code in self.held:
                    self.breaches.append(f"twice: {code}")
                self.held[code] = None
                answers.append({"took": code})
            else:
                if code not in self.held:
                    self.breaches.append(f"not held: {code}")
                self.held.pop(code, None)
                answers.append({"dropped": code})
        return answers

    async def _push(self, socket: ServerConnection) -> None:
        """Quotes of all that is held, in turn. Raises ConnectionClosed."""
        while True:
            for code in [] if self.is_stalled else list(self.held):
                seq = next(self._seqs)
                price = 100 + seq % 7 / 10
                quote = {"code": code, "seq": seq, "last": f"{price:.2f}", "bid": f"{price - 0.1:.2f}"}
                self.ticks.append((code, seq))
                await socket.send(json.dumps({**quote, "ask": f"{price + 0.1:.2f}", "time_s": time.time()}))
            await asyncio.sleep(1 / self._rate)
