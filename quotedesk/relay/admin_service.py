"""Answers `relay code`, `relay status` and `relay revoke`, and says the first line."""

import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import msgspec

from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_requests import read_request
from quotedesk.codec.relay_wire import inbox, message_of
from quotedesk.engine.rate import Rate
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.commands_wire import (
    ADMIN,
    CODE,
    REVOKE,
    STATUS,
    CodeAnswer,
    CodeRequest,
    DeskState,
    FeedState,
    RelayState,
    RevokeAnswer,
    RevokeRequest,
)
from quotedesk.relay.desk_service import DeskService
from quotedesk.relay.desks import Desks
from quotedesk.relay.publisher import Publisher, RelayOutlet
from quotedesk.relay.upstream import Upstream
from quotedesk.relay.wishes import Wishes


class _FirstLine(msgspec.Struct, omit_defaults=True):
    """What a start prints as JSON. `pair` is "" where keys are made elsewhere."""

    address: str
    fingerprint: str
    pair: str
    relay: str = ""
    metrics: str = ""


class AdminService:
    """What the relay's own user may ask.

    Attributes:
        lists_fault: see RelayState.
        figures: memory in bytes and CPU in percent of its own server; None for somebody else's.
        server_starts: how often its own server was started.
    """

    def __init__(
        self,
        outlet: RelayOutlet,
        service: DeskService,
        desks: Desks,
        wishes: Wishes,
        publisher: Publisher,
        upstream: Upstream,
        clock: Clock,
        spawn: Callable[[Coroutine[Any, Any, None], str], object],
        relay_id: str,
    ) -> None:
        self.lists_fault = ""
        self.figures: tuple[float, float] | None = None
        self.server_starts = 0
        self._id = relay_id
        self._outlet = outlet
        self._service = service
        self._desks = desks
        self._wishes = wishes
        self._publisher = publisher
        self._upstream = upstream
        self._clock = clock
        self._spawn = spawn
        self._began_s = clock.now_s()
        self._rate = Rate()
        self._role = "leads"
        self._relay = self._address = self._fingerprint = ""

    @property
    def subjects(self) -> dict[str, Callable[[Delivery], None]]:
        """What is to be subscribed, and who takes it."""
        return {
            f"{ADMIN}.{self._id}.{CODE}": lambda asked: self._later(self._code(asked)),
            f"{ADMIN}.{self._id}.{REVOKE}": lambda asked: self._later(self._revoke(asked)),
            f"{ADMIN}.{self._id}.{STATUS}": lambda asked: self._answer(asked, self.state()),
        }

    def introduce(self, relay: str, address: str, fingerprint: str) -> None:
        """What the relay is called, and where."""
        self._relay, self._address, self._fingerprint = relay, address, fingerprint

    def second(self, other: str | None) -> None:
        """Once a second. `other`: the relay that leads; None: this one does."""
        self._rate.add(self._publisher.quotes, self._clock.now_s())
        self._role = "leads" if other is None else f"waits for {other}" if other else "waits"

    def say_first_line(self, pair: str, *, is_json: bool, metrics: str) -> None:
        """Print where it is and how the first desk gets in; standard output may be closed."""
        if sys.stdout is None:
            return
        if is_json:
            line = _FirstLine(self._address, self._fingerprint, pair, self._relay, metrics)
            text = message_of(line).decode()
        else:
            text = f"The relay {self._relay} is at {self._address}"
            text += f"\nSHA-256 of its certificate: {self._fingerprint}" if self._fingerprint else ""
            text += f"\nMetrics: {metrics}" if metrics else ""
            text += f"\nOn the first desk, within two minutes: quotedesk pair {self._address} {pair}" if pair else ""
        with suppress(OSError):
            print(text, flush=True)

    def state(self) -> RelayState:
        """How the relay is."""
        now_s = self._clock.now_s()
        counts, service = self._wishes.counts, self._service
        desks = []
        for each in self._desks:
            connections, rows = counts.get(each.id, (0, 0))
            seen_s = service.seen_s.get(each.id)
            desks.append(
                DeskState(
                    each.name,
                    each.person,
                    connections,
                    rows,
                    self._wishes.is_slow(each.id),
                    service.cuts.slow[each.id],
                    service.cuts.kicks[each.id],
                    None if seen_s is None else round(now_s - seen_s, 1),
                )
            )
        per_s = self._rate.per_s
        state = RelayState(
            self._relay,
            self._address,
            self._fingerprint,
            self._role,
            round(now_s - self._began_s, 1),
            desks,
            [self._feed(name) for name in self._publisher.feeds],
            self._publisher.quotes,
            round(per_s, 1) if per_s == per_s else 0.0,
            self.lists_fault,
            self.server_starts,
            notices=self._publisher.notices,
        )
        if self.figures:
            state.server_memory_mb = round(self.figures[0] / 1e6, 1)
            state.server_cpu_percent = round(self.figures[1], 1)
        return state

    def _feed(self, name: str) -> FeedState:
        links = [link for link in self._upstream.links if link.feed == name]
        words = [f"{link.endpoint} {link.state.value}{f': {link.reason}' if link.reason else ''}" for link in links]
        plan = self._publisher.plan_of(name)
        if plan is None:
            return FeedState(name, words)
        return FeedState(name, words, plan.used + plan.parked, plan.parked, plan.slots)

    async def _code(self, asked: Delivery) -> None:
        said = read_request(CodeRequest, asked.payload)
        try:
            code = await self._service.keys.new_code(said.person if isinstance(said, CodeRequest) else "")
            self._answer(asked, CodeAnswer(code))
        except (QuotedeskError, OSError) as fault:
            self._answer(asked, CodeAnswer(fault=_why(fault)))

    async def _revoke(self, asked: Delivery) -> None:
        said = read_request(RevokeRequest, asked.payload)
        try:
            gone, why = await self._service.keys.revoke(said.name) if isinstance(said, RevokeRequest) else ([], "")
            self._answer(asked, RevokeAnswer(gone, why))
        except OSError as fault:
            self._answer(asked, RevokeAnswer(fault=_why(fault)))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._spawn(work, "answer a command")

    def _answer(self, asked: Delivery, answer: msgspec.Struct) -> None:
        if asked.reply.startswith(inbox(ADMIN)):
            self._outlet.publish(asked.reply, message_of(answer))


def _why(fault: Exception) -> str:
    """A fault in plain words."""
    return (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
