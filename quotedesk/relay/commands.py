"""`quotedesk relay code | status | revoke | viewers`: they ask the relay that runs on the profile, by its server."""

import asyncio
from pathlib import Path
from typing import TypeVar

import msgspec

from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import message_of
from quotedesk.config.paths import Profile
from quotedesk.engine.redactor import escaped
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.nats_client import NatsClient, NatsFaultError, NatsServer
from quotedesk.relay import viewers
from quotedesk.relay.commands_wire import (
    ADMIN,
    CODE,
    REVOKE,
    STATUS,
    CodeAnswer,
    CodeRequest,
    RelayState,
    RevokeAnswer,
    RevokeRequest,
)
from quotedesk.relay.desks import Desks
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.remote_server import RemoteServer

_REACH_S = 3.0
_Answer = TypeVar("_Answer", bound=msgspec.Struct)


def code(profile: Path | None, person: str) -> int:
    """Print another pairing code: the last word. Raises QuotedeskError, OSError."""
    answer = _ask(profile, CODE, CodeRequest(person), CodeAnswer)
    if answer.fault:
        raise QuotedeskError(f"There is no code: {answer.fault}.")
    whose = f" for a desk of {escaped(person)}" if person else ""
    print(f"Within two minutes, once{whose}: {answer.code}", flush=True)
    return 0


def status(profile: Path | None, *, is_json: bool) -> int:
    """Print how the relay is. Raises QuotedeskError, OSError."""
    state = _ask(profile, STATUS, CodeRequest(), RelayState)
    print(message_of(state).decode() if is_json else escaped_lines(lines_of(state)), flush=True)
    return 0


def revoke(profile: Path | None, name: str) -> int:
    """Take back the key of a desk, or of all desks of a person; also where no relay runs.

    Raises QuotedeskError, OSError.
    """
    folder = RelayFolder(Profile(profile).folder)
    try:
        answer = _ask(profile, REVOKE, RevokeRequest(name), RevokeAnswer)
        if answer.fault:
            when = "taken back at the relay's next start" if answer.revoked else "not taken back"
            raise QuotedeskError(f"The key is {when}: {answer.fault}.")
        gone = answer.revoked
    except NatsFaultError:
        gone = [each.name for each in Desks(folder.desks).revoke(name)]
    if not gone:
        names = ", ".join(f"“{escaped(each.name)}”" for each in Desks(folder.desks)) or "none"
        raise QuotedeskError(f"There is no desk or person “{escaped(name)[:60]}”. Desks: {names}.")
    print(f"No longer let in: {', '.join(map(escaped, gone))}", flush=True)
    return 0


def print_viewers(profile: Path | None) -> int:
    """Print how many distinct people saw each feed, a day and a month, as CSV."""
    print(viewers.report(viewers.read(RelayFolder(Profile(profile).folder).viewers)), flush=True)
    return 0


def lines_of(state: RelayState) -> list[str]:
    """How the relay is, for people."""
    memory = "" if state.server_memory_mb is None else f", server {state.server_memory_mb:.0f} MB"
    found = [
        f"{state.relay} at {state.address}: {state.role}, up {state.up_s:.0f} s, "
        f"{state.quotes_per_s:.0f} quotes/s{memory}"
    ]
    for feed in state.feeds:
        room = "" if feed.slots is None else f" of {feed.slots}"
        links = "; ".join(feed.links) or "idle"
        found.append(f"  {feed.feed}: {links}; {feed.wanted - feed.parked}{room} rows served, {feed.parked} parked")
    for desk in state.desks:
        seen = "not seen yet" if desk.seen_s is None else f"seen {desk.seen_s:.0f} s ago"
        pace = ", one value a second" if desk.is_slow else ""
        cuts = f", cut {desk.cuts} times for not reading" if desk.cuts else ""
        kicks = f", {desk.kicks} connections too many" if desk.kicks else ""
        news = f"{seen}{pace}{cuts}{kicks}"
        found.append(f"  desk {desk.name} of {desk.person}: {desk.connections} connected, {desk.rows} rows, {news}")
    if state.lists_fault:
        found.append(f"  lists are not kept now: {state.lists_fault}")
    return found + [f"  told: {each}" for each in state.notices]


def escaped_lines(lines: list[str]) -> str:
    """Lines as a terminal may show them: names are typed by people."""
    return "\n".join(map(escaped, lines))


def _ask(profile: Path | None, subject: str, asked: msgspec.Struct, kind: type[_Answer]) -> _Answer:
    """Ask the relay that runs on the profile. Raises NatsFaultError where none does."""
    folder = RelayFolder(Profile(profile).folder)
    identity = folder.known_identity()
    if identity is None:
        raise NatsFaultError(f"No relay ever ran on {Profile(profile).folder}. Start one with: quotedesk relay")
    remote = RemoteServer(identity.nats, Path(identity.creds) if identity.creds else None) if identity.nats else None

    async def find() -> NatsServer:
        return await remote.find() if remote else NatsServer("127.0.0.1", identity.own_port, identity.admin)

    async def ask() -> _Answer:
        client = NatsClient(ADMIN, find)
        is_up = asyncio.Event()
        client.on_up = is_up.set
        run = asyncio.get_running_loop().create_task(client.run())
        try:
            async with asyncio.timeout(_REACH_S):
                await is_up.wait()
            said = await client.request(f"{ADMIN}.{identity.id}.{subject}", message_of(asked))
        except TimeoutError:
            raise NatsFaultError(
                f"No relay runs on {Profile(profile).folder}. Start it with: quotedesk relay"
            ) from None
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
        answer = read_request(kind, said.payload)
        if not isinstance(answer, kind):
            raise NatsFaultError("The relay is of another version: its answer cannot be read")
        return answer

    return asyncio.run(ask())
