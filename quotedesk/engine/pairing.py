"""Exchanges a relay's pairing code for a key of this desk's own; see codec/relay_key for how."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from operator import eq
from typing import TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quotedesk import __version__
from quotedesk.codec import nats, nkeys
from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_key import PairingCode, RelayKey, read_code, read_key
from quotedesk.codec.relay_requests import HelloAnswer, HelloRequest, PairAnswer, PairRequest, read_request
from quotedesk.codec.relay_wire import KICKED, TOO_MANY_CONNECTIONS, WIRE, inbox, message_of
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import host_of
from quotedesk.net.client import Target
from quotedesk.net.dial import REFUSALS, StrangerError, certificate_of, dial, goodbye, plain, refusal

_WITHIN_S = 10.0
_NOBODY = 503  # NATS: nobody listens on that subject
_IS_IT = "; is the server running?"
_NOBODY_THERE = "Check the address, and whether the relay runs."
_OTHER_CODE = "Ask for another one there: quotedesk relay code"
_Answer = TypeVar("_Answer", HelloAnswer, PairAnswer)


class PairingError(QuotedeskError):
    """Why this desk was not paired, and what to do."""


async def pair(url: str, typed: str, name: str) -> tuple[RelayKey, str]:
    """The key of this desk, which is called `name`, and the relay's name. Raises PairingError."""
    code = read_code(typed)
    if code is None:
        raise PairingError(
            "That is no pairing code: it has 24 letters and digits, in groups of 4, as the relay shows it."
        )
    shown = ""

    def fits(fingerprint: str) -> bool:
        nonlocal shown
        shown = fingerprint
        return not fingerprint or code.fits(fingerprint)

    try:
        async with _connected(url, fits) as connection:
            return await _talk(connection, code, name, certificate_of(connection))
    except StrangerError:
        raise PairingError(
            f"This code does not fit the relay at {host_of(url)}, whose certificate begins with {shown[:16]}: "
            "it is mistyped, or of another relay. Check the code and the address."
        ) from None


async def greet(target: Target) -> HelloAnswer:
    """What the relay says of itself to this desk, at the first of its addresses where it does.

    Raises PairingError, or another QuotedeskError, with what to do.
    """
    *before, last = ("", *target.others)
    for server in before:
        with suppress(PairingError):
            return await _greet(target.at(server))
    return await _greet(target.at(last))


async def _greet(target: Target) -> HelloAnswer:
    key = read_key(target.key or "")
    if key is None:
        raise PairingError("This desk has no key for the relay yet: pair it.")
    trusts = partial(eq, key.fingerprint) if key.fingerprint else None
    async with _connected(target.url, trusts) as connection:
        reader = nats.NatsReader()
        while True:
            for message in reader.read(await connection.recv(decode=False)):
                match message:
                    case nats.Info():
                        reply = f"{inbox(key.desk)}test"
                        said = HelloRequest("test", WIRE, __version__)
                        await connection.send(
                            nats.connect(message, f"{key.desk}/test", key.seed)
                            + nats.subscribe(f"{inbox(key.desk)}>", 1)
                            + nats.publish(f"hello.{key.desk}", message_of(said), reply)
                        )
                    case nats.ServerPing():
                        await connection.send(nats.PONG)
                    case nats.Complaint(words):
                        raise PairingError(
                            f"The relay refuses this desk's key ({words}). "
                            "Pair it again, with a code of quotedesk relay code."
                        )
                    case nats.Garbled():
                        raise PairingError("What answers there is no relay.")
                    case nats.Delivery(_, _, payload, headers):
                        return _answer(HelloAnswer, payload, headers)


@asynccontextmanager
async def _connected(url: str, trusts: Callable[[str], bool] | None) -> AsyncIterator[ClientConnection]:
    """A connection for a few words. Raises PairingError where it cannot be made or ends too soon, StrangerError."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            connection = await dial(url, ClientConnection, trusts)
            try:
                yield connection
            finally:
                await connection.close()
    except TimeoutError:
        raise PairingError(f"{host_of(url)} gave no answer within {_WITHIN_S:.0f} s. Does the relay run?") from None
    except ConnectionClosed as fault:
        told = goodbye(fault)
        raise PairingError(f"{TOO_MANY_CONNECTIONS if KICKED in told else told}. {_OTHER_CODE}.") from None
    except InvalidStatus as fault:
        raise PairingError(f"That is no relay: {refusal(url, fault.response)}.") from None
    except REFUSALS as fault:
        raise PairingError(
            f"Cannot connect to {host_of(url)}: {plain(fault).removesuffix(_IS_IT)}. {_NOBODY_THERE}"
        ) from None


async def _talk(connection: ClientConnection, code: PairingCode, name: str, fingerprint: str) -> tuple[RelayKey, str]:
    reader = nats.NatsReader()
    seed = nkeys.new_seed(os.urandom(32))
    reply = inbox(nkeys.public_key(code.pairing_seed))
    while True:
        for message in reader.read(await connection.recv(decode=False)):
            match message:
                case nats.Info():
                    asked = PairRequest(nkeys.public_key(seed), name, WIRE)
                    await connection.send(
                        nats.connect(message, "pair", code.pairing_seed)
                        + nats.subscribe(f"{reply}>", 1)
                        + nats.publish("pair", message_of(asked), f"{reply}1")
                    )
                case nats.ServerPing():
                    await connection.send(nats.PONG)
                case nats.Complaint(words):
                    raise PairingError(
                        f"The relay does not know this code ({words}): it is spent, older than two minutes, "
                        f"or mistyped. {_OTHER_CODE}"
                    )
                case nats.Garbled():
                    raise PairingError("What answers there is no relay.")
                case nats.Delivery(_, _, payload, headers):
                    said = _answer(PairAnswer, payload, headers)
                    return RelayKey(said.desk, said.person, fingerprint, seed), said.relay


def _answer(kind: type[_Answer], payload: bytes, headers: bytes) -> _Answer:
    """What the relay answered. Raises PairingError where nobody did, or it refuses."""
    if nats.status_of(headers) == _NOBODY:
        raise PairingError("The relay's server is there, and the relay is not. Start it.")
    said = read_request(kind, payload)
    if isinstance(said, Unreadable):
        raise PairingError("The relay's answer cannot be read: is it of another version?")
    if said.fault:
        raise PairingError(f"The relay answered: {said.fault.rstrip('.')}.")
    return said
