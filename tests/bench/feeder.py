"""A feed server for benchmarks: trade pushes at a rate, or as fast as they are taken. Prints its address.

Usage: python -m tests.bench.feeder RATE MOST. RATE ticks a second over all codes, 0 for flat out; it ends MOST ticks
after the first. Codes are those that the client subscribes to (the demo dialect); they tick at random.
"""

import asyncio
import itertools
import json
import random
import sys
import time

from websockets.asyncio.server import ServerConnection, serve

BLOCK = 256  # ticks written at once when flat out
FULL_BYTES = 1 << 20  # of what the client has not taken yet
EVERY_S = 0.005


class Feeder:
    """Of one client."""

    def __init__(self, rate: float, most: int) -> None:
        self._rate = rate
        self._most = most
        self._codes: list[str] = []
        self._began = asyncio.Event()

    async def talk(self, connection: ServerConnection) -> None:
        sending = asyncio.create_task(self._send(connection))
        try:
            async for text in connection:
                request = json.loads(text)
                if request.get("action") == "subscribe":
                    self._codes += request["code"]
                    self._began.set()
                    await connection.send('{"cmd_id":22005,"ret":200,"msg":"ok"}')
        finally:
            sending.cancel()

    async def _send(self, connection: ServerConnection) -> None:
        await self._began.wait()
        await asyncio.sleep(0.5)  # until all requests are in
        codes, sent, began_s = self._codes, 0, time.monotonic()
        turns = itertools.cycle(random.Random(1).choices(range(len(codes)), k=50_000))
        while sent < self._most:
            if self._rate:
                due = min(self._most, int((time.monotonic() - began_s) * self._rate))
                count = due - sent
            else:
                count = BLOCK
            if count > 0:
                now_ms = int(time.time() * 1000)
                connection.transport.write(b"".join(frame(codes[next(turns)], sent + n, now_ms) for n in range(count)))
                sent += count
            await asyncio.sleep(0 if not self._rate else EVERY_S)
            while connection.transport.get_write_buffer_size() > FULL_BYTES:
                await asyncio.sleep(0.001)


def frame(code: str, number: int, now_ms: int) -> bytes:
    """A trade push in its WebSocket frame."""
    price = 100 + (number * 2_654_435_761 % 4_294_967_296 >> 8) % 2003 / 100
    text = (
        f'{{"cmd_id":22998,"data":{{"code":"{code}","seq":"{number}","tick_time":"{now_ms}","price":"{price:.2f}",'
        f'"volume":"{number % 900}","turnover":"17846.0","trade_direction":1}}}}'
    ).encode()
    return b"\x81\x7e" + len(text).to_bytes(2, "big") + text


async def main() -> None:
    rate, most = float(sys.argv[1]), int(sys.argv[2])

    async def talk(connection: ServerConnection) -> None:
        await Feeder(rate, most).talk(connection)

    async with serve(talk, "127.0.0.1", 0, compression=None, max_size=None, ping_interval=None) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
