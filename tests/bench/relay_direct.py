"""One desk connected to the provider directly: what the way over a relay is compared with.

Usage: python -m tests.bench.relay_direct URL CODES SECONDS. It subscribes to so many codes of an AllTick on a bare
socket of websockets, keeps what comes with its time, reads it afterwards, and prints JSON: quotes, processor seconds
while they came, and their ages in thousandths of all.
"""

import asyncio
import gc
import json
import sys
import time

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from tests.fakes.strict_server import STOCK

WARM_S, LONGEST_S = 1.0, 9.0  # no heartbeat is due before


class Data(msgspec.Struct):
    tick_time: str | int


class Frame(msgspec.Struct):
    cmd_id: int
    data: Data | None = None


def direct_ages_ms(came: list[tuple[float, bytes]]) -> list[float]:
    """How old each quote was when it came, in order."""
    decode = msgspec.json.Decoder(Frame).decode
    frames = [(at_s, decode(data)) for at_s, data in came]
    return sorted(at_s * 1000 - float(frame.data.tick_time) for at_s, frame in frames if frame.data)


async def _keep(socket: ClientConnection, for_s: float) -> list[tuple[float, bytes]]:
    came: list[tuple[float, bytes]] = []
    end_s = time.time() + for_s
    while time.time() < end_s:
        data = await socket.recv(decode=False)  # first, and then the time of its coming
        came.append((time.time(), data))
    return came


async def main(url: str, codes: int, for_s: float) -> None:
    listed = [{"code": f"S{number}.US"} for number in range(codes)]
    asked = {"cmd_id": 22004, "seq_id": 1, "trace": "bench", "data": {"symbol_list": listed}}
    gc.disable()  # what is kept is no garbage
    async with connect(f"{url}{STOCK}?token=bench", compression=None, ping_interval=None, max_size=None) as socket:
        await socket.send(json.dumps(asked))
        await socket.recv()
        await _keep(socket, WARM_S)
        before_s, for_s = time.process_time(), min(for_s, LONGEST_S)
        came = await _keep(socket, for_s)
        used_s = time.process_time() - before_s
    ages_ms = direct_ages_ms(came)
    said = {"core": used_s / for_s, "quotes": len(ages_ms)}
    print(json.dumps({**said, "ages_ms": [ages_ms[len(ages_ms) * each // 1000] for each in range(1000)]}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
