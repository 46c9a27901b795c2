"""A TCP connection to the first of a host's addresses that answers (RFC 8305, "happy eyeballs").

asyncio has this, too; but in CPython 3.11 it hangs and leaves sockets open where a dial is cancelled as it begins
(`asyncio.staggered`; tests/net/test_reach.py cancels at every moment).
"""

import asyncio
import itertools
import socket
from collections.abc import Sequence
from typing import Any

NEXT_ADDRESS_S = 0.25  # an address that says nothing for so long has a rival: the next one

_Address = tuple[int, int, int, str, Any]  # as getaddrinfo has it


async def reach(host: str, port: int) -> socket.socket:
    """Connect, within the caller's time limit. Raises OSError, of the last address where all refuse."""
    loop = asyncio.get_running_loop()
    addresses = _in_turns(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    if not addresses:
        raise OSError(f"no address for {host}")
    opened: list[socket.socket] = []
    faults: list[OSError] = []
    may_begin = [asyncio.Event() for _ in range(len(addresses) + 1)]
    may_begin[0].set()

    async def race(place: int) -> None:
        await may_begin[place].wait()
        loop.call_later(NEXT_ADDRESS_S, may_begin[place + 1].set)
        try:
            opened.append(await _connect(addresses[place]))
        except OSError as fault:
            faults.append(fault)
            may_begin[place + 1].set()
        else:
            for other in rivals:
                if other is not rivals[place]:
                    other.cancel()

    rivals: list[asyncio.Task[None]] = []
    try:
        async with asyncio.TaskGroup() as all_addresses:
            for place in range(len(addresses)):
                rivals.append(all_addresses.create_task(race(place), name=f"dial {host}"))
    except BaseException:
        for each in opened:
            each.close()
        raise
    if not opened:
        raise faults[-1]
    first, *late = opened
    for each in late:
        each.close()
    return first


async def _connect(address: _Address) -> socket.socket:
    family, kind, protocol, _, name = address
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setblocking(False)
        await asyncio.get_running_loop().sock_connect(opened, name)
    except BaseException:
        opened.close()
        raise
    return opened


def _in_turns(addresses: Sequence[_Address]) -> list[_Address]:
    """One of each family after the other, beginning with the system's first."""
    families: dict[int, list[_Address]] = {}
    for each in addresses:
        families.setdefault(each[0], []).append(each)
    turns = itertools.zip_longest(*families.values())
    return [each for turn in turns for each in turn if each is not None]
