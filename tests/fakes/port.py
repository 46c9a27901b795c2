"""Ports of this machine for servers that go and come back, or that are not there."""

import socket

_HELD: list[socket.socket] = []


def held_port() -> int:
    """A port of 127.0.0.1 that nobody else is given as long as this process lives, listened on or not.

    Any server of ours may listen there, for all of them reuse addresses. Where a port is free only because its server
    is away, another test's server may be given it meanwhile.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _HELD.append(held)
    port: int = held.getsockname()[1]
    return port
