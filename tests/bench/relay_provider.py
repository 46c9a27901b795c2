"""A strict AllTick that ticks fast: RATE quotes a second over all codes that are subscribed, in one process.

Usage: python -m tests.bench.relay_provider RATE. It prints its address. At each line of standard input it prints JSON:
quotes sent, frames heard, breaches of protocol, connections; after "stop" it ticks no more, and says each code's last
price.
"""

import asyncio
import json
import random
import sys
from typing import Any

from tests.fakes.strict_server import Line, Manner, StrictServer, TickSent

EVERY_S = 0.005


class LastTicks(list[TickSent]):
    """Of all ticks the newest of each code: a list of all would be gone through again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.by_code: dict[str, TickSent] = {}

    def append(self, tick: TickSent) -> None:
        self.by_code[tick.code] = tick


class FastServer(StrictServer):
    """The same judge, another pump."""

    def __init__(self, rate: float) -> None:
        super().__init__(Manner())
        self.rate = rate
        self.provider.ticks = self.ticks = LastTicks()
        self._draw = random.Random(1)

    async def _pump(self, socket: Any, line: Line) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while True:
            await asyncio.sleep(EVERY_S)
            codes = list(line.served)
            if not codes or not self.rate:
                due_s = loop.time()
                continue
            count = min(int((loop.time() - due_s) * self.rate), int(self.rate))
            due_s += count / self.rate
            for code in self._draw.choices(codes, k=count):
                await self._push(socket, code)


async def main() -> None:
    loop = asyncio.get_running_loop()
    async with FastServer(float(sys.argv[1])) as server:
        print(server.url, flush=True)
        while word := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
            if word == "stop":
                server.rate = 0.0
                await asyncio.sleep(0.1)
            said = {
                "frames": len(server.frames),
                "sent": sum(server.ticks_sent.values()),
                "breaches": [breach._asdict() for breach in server.breaches],
                "connections": len(server.connections),
                "lag_ms": server.provider.lag_s * 1000,
                "last": {code: tick.price for code, tick in server.provider.ticks.by_code.items()},  # type: ignore[attr-defined]
            }
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
