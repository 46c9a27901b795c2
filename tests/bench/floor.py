"""The floor: websockets' recv and a typed msgspec decode under qasync, no window; as little as a client can do.

Usage: python -m tests.bench.floor URL SYMBOLS SECONDS. Prints frames, CPU seconds and wall seconds between the first
and the last frame, as JSON.
"""

import asyncio
import json
import sys
import time

import msgspec
from PySide6.QtCore import QCoreApplication
from qasync import QEventLoop
from websockets.asyncio.client import connect


class Data(msgspec.Struct):
    code: str
    price: str
    volume: str
    tick_time: str


class Frame(msgspec.Struct):
    cmd_id: int
    data: Data | None = None


async def main(url: str, symbols: int, for_s: float) -> None:
    decode, frames, began = msgspec.json.Decoder(Frame).decode, 0, (0.0, 0.0)
    async with connect(url, compression=None, ping_interval=None) as socket:
        codes = [f"S{number}.US" for number in range(symbols)]
        await socket.send(json.dumps({"cmd_id": 22004, "action": "subscribe", "code": codes}))
        await socket.recv(decode=False)
        end_s = time.monotonic() + for_s
        while time.monotonic() < end_s:
            try:
                data = await asyncio.wait_for(socket.recv(decode=False), 2)
            except TimeoutError:
                break
            decode(data)
            frames += 1
            if frames == 1:
                began = (time.process_time(), time.monotonic())
            while frames % 64:  # waiting with a limit costs more than a frame
                decode(await socket.recv(decode=False))
                frames += 1
            last = (time.process_time(), time.monotonic())
    print(json.dumps({"frames": frames, "cpu_s": last[0] - began[0], "wall_s": last[1] - began[1]}))


if __name__ == "__main__":
    app = QCoreApplication([])
    with QEventLoop(app) as loop:
        loop.run_until_complete(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
