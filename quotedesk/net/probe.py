"""Asks a server once how it is: does it answer, and does it take the key? In its own words."""

import asyncio
import math
import time
from email.utils import parsedate_to_datetime
from typing import cast

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quotedesk.codec.base import Answer, Feed, Ready, Reply, Verdict
from quotedesk.net.dial import REFUSALS, ProxyFaultError, answer_words, dial, goodbye, plain

ANSWER_S = 6.0
_EXCERPT = 160


class Answered(msgspec.Struct, frozen=True):
    """What came of it.

    Attributes:
        is_reached: the server is there and speaks as expected.
        is_taken: it did not refuse the key.
        has_answered: it said something of the feed's kind.
        told: in one plain line, with the server's own words. They are untrusted and may hold the key.
        status: of HTTP, where the server refused the connection itself; else 0.
        ahead_s: how far the server's clock is ahead of `wall_s`, to a second or so; NaN where it does not say.
    """

    is_reached: bool
    is_taken: bool
    told: str
    ahead_s: float = math.nan
    has_answered: bool = True
    status: int = 0


async def ask(feed: Feed, url: str, wall_s: float, key: str | None = None) -> Answered:
    """Dial, say hello as the feed does, and hang up. `wall_s` is now, in UTC seconds.

    `key`: for a feed whose greeting says it; `url` has that of the others.
    """
    began_s = time.monotonic()
    try:
        socket = await dial(url, ClientConnection)
    except InvalidStatus as fault:
        response = fault.response
        words = _excerpt(response.body or b"")
        told = answer_words(url, response) + (f": {words}" if words else "")
        return Answered(True, False, told, _ahead_s(response.headers, wall_s), status=response.status_code)
    except ProxyFaultError as fault:
        return Answered(False, False, str(fault))
    except REFUSALS as fault:
        return Answered(False, False, plain(fault))
    headers = socket.response.headers if socket.response else Headers()
    try:
        is_taken, has_answered, told = await (
            _login(feed, socket, key) if feed.limits.greets else _hello(feed, socket, began_s)
        )
    except ConnectionClosed as fault:
        is_taken, has_answered, told = False, False, goodbye(fault)
    finally:
        await socket.close(1000)
    return Answered(True, is_taken, told, _ahead_s(headers, wall_s), has_answered)


async def _hello(feed: Feed, socket: ClientConnection, began_s: float) -> tuple[bool, bool, str]:
    """A heartbeat of the feed's kind: was the key taken, was it answered, with what? Raises ConnectionClosed."""
    codec = feed.codec()
    pong: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    if feed.limits.beat_is_frame:
        await socket.send(codec.heartbeat(1))
    else:
        pong = cast(asyncio.Future[float], await socket.ping())
    async with asyncio.TaskGroup() as group:
        reading = group.create_task(_first(socket), name="first answer")
        await asyncio.wait((reading, pong), timeout=ANSWER_S, return_when=asyncio.FIRST_COMPLETED)
        reading.cancel()
    if not reading.cancelled():
        came = reading.result()
        if isinstance(came, ConnectionClosed):
            raise came
        answers = [each for each in codec.decode(came) if isinstance(each, Answer)]
        return all(each.verdict is not Verdict.KEY for each in answers), True, f"It answered: {_excerpt(came)}"
    if pong.done():
        return True, True, f"It answered a ping within {1000 * (time.monotonic() - began_s):,.0f} ms"
    return True, False, f"It is there, but gave no answer within {ANSWER_S:.0f} s"


async def _login(feed: Feed, socket: ClientConnection, key: str | None) -> tuple[bool, bool, str]:
    """The greeting, to its end: was the key taken, was it answered, with what? Raises ConnectionClosed."""
    codec = feed.codec()
    for frame in codec.greet(key):
        await socket.send(frame)
    try:
        async with asyncio.timeout(ANSWER_S):
            while True:
                came = await socket.recv(decode=False)
                for message in codec.decode(came):
                    if isinstance(message, Reply):
                        await socket.send(message.frame)
                    elif isinstance(message, Ready):
                        return True, True, f"It answered: {_excerpt(came)}"
                    elif isinstance(message, Answer):
                        return False, True, f"It answered: {_excerpt(came)}"
    except TimeoutError:
        return False, False, f"It is there, but did not end its greeting within {ANSWER_S:.0f} s"


async def _first(socket: ClientConnection) -> bytes | ConnectionClosed:
    try:
        return await socket.recv(decode=False)
    except ConnectionClosed as fault:
        return fault


def _excerpt(data: bytes | bytearray) -> str:
    """How a message begins, in one line that can do nothing to a terminal."""
    text = data[: 4 * _EXCERPT].decode("utf-8", "replace")
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "\N{HORIZONTAL ELLIPSIS}"


def _ahead_s(headers: Headers, wall_s: float) -> float:
    try:
        return parsedate_to_datetime(headers["Date"]).timestamp() - wall_s
    except (KeyError, ValueError, TypeError, LookupError):
        return math.nan
