"""The server of third_feed, in a process of its own: counts what it sends and writes it down when it ends.

Usage: third_server.py REPORT. Prints its address; SIGTERM ends it. The report: `opened` connections, `sent` quotes a
symbol, its `last` price, and `breaches` (a symbol added twice, or dropped though it is not there).
"""

import asyncio
import contextlib
import itertools
import json
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

EVERY_S = 0.2


class Third:
    """What was asked of it, and what it sent."""

    def __init__(self) -> None:
        self.opened = 0
        self.sent: Counter[str] = Counter()
        self.last: dict[str, str] = {}
        self.breaches: list[str] = []
        self._numbers = itertools.count(1)

    def report(self) -> dict[str, Any]:
        return {"opened": self.opened, "sent": self.sent, "last": self.last, "breaches": self.breaches}

    async def talk(self, connection: ServerConnection) -> None:
        """One connection."""
        self.opened += 1
        held: dict[str, None] = {}
        pushing = asyncio.create_task(self._push(connection, held))
        with contextlib.suppress(ConnectionClosed):
            await connection.send(json.dumps({"type": "hello", "name": "third"}))
            async for text in connection:
                asked = json.loads(text)
                for symbol in asked["symbols"]:
                    if (symbol in held) == (asked["op"] == "add"):
                        self.breaches.append(f"{asked['op']} {symbol}")
                    if asked["op"] == "add":
                        held[symbol] = None
                    else:
                        held.pop(symbol, None)
                await connection.send(json.dumps({"type": "has", "id": asked["id"], "symbols": asked["symbols"]}))
        pushing.cancel()

    async def _push(self, connection: ServerConnection, held: dict[str, None]) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                for symbol in list(held):
                    seq = next(self._numbers)
                    last = f"{100 + seq % 50 / 8:.3f}"
                    quote = {"type": "quote", "symbol": symbol, "number": seq, "last": last, "bid": last, "ask": last}
                    await connection.send(json.dumps({**quote, "time": time.time()}))
                    self.sent[symbol] += 1
                    self.last[symbol] = last
                await asyncio.sleep(EVERY_S)


async def main(report: Path) -> None:
    third, is_over = Third(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, is_over.set)
    async with serve(third.talk, "127.0.0.1", 0) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await is_over.wait()
    report.write_text(json.dumps(third.report()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
