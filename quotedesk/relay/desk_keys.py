"""Who gets a key of the relay, and who loses it: pairing codes, the desks that come with one, keys taken back."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import msgspec

from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_requests import PairAnswer, PairRequest, read_request
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.desks import DeskKey, Desks, plain_name
from quotedesk.relay.licence import Licence, day_of
from quotedesk.relay.pairing import Pairings

_SPENT = "this code was used already, or is too old; quotedesk relay code gives another"


class DeskKeys:
    """`answer` says something to whoever asked, by the word of its inbox; `gone`: these desks lost their keys.

    `keys_changed` has the server let in the desks and pairing codes as they are now; it raises QuotedeskError, OSError.
    `tell`: a line for people. `spawn` runs what takes a while.

    Attributes:
        pairings: the codes that are open.
    """

    def __init__(
        self,
        answer: Callable[[Delivery, str, msgspec.Struct], None],
        desks: Desks,
        licence: Licence,
        clock: Clock,
        relay: str,
        fingerprint: str,
        *,
        gone: Callable[[Sequence[DeskKey]], None],
        keys_changed: Callable[[], Awaitable[None]],
        tell: Callable[[str], None],
        spawn: Callable[[Coroutine[Any, Any, None], str], object],
    ) -> None:
        self.pairings = Pairings()
        self._answer = answer
        self._desks = desks
        self._licence = licence
        self._clock = clock
        self._relay = relay
        self._fingerprint = fingerprint
        self._gone = gone
        self._keys_changed = keys_changed
        self._tell = tell
        self._spawn = spawn
        self._lock = asyncio.Lock()

    async def new_code(self, person: str) -> str:
        """A pairing code. Raises QuotedeskError, OSError."""
        code = self.open_code(person)
        await self._have_changed()
        return code

    def open_code(self, person: str) -> str:
        """A pairing code that the server has yet to be told of. Raises QuotedeskError."""
        person = plain_name(person) or next(iter(sorted(self._desks.persons)), "me")
        if why := self._fault_of_another(person):
            raise QuotedeskError(f"{why}. quotedesk relay revoke NAME takes a key back")
        code = self.pairings.new(self._fingerprint, secrets.token_bytes(16), person, self._clock.now_s())
        return code.text

    async def revoke(self, name: str) -> tuple[list[str], str]:
        """Take back the key of a desk, or those of a person.

        Returns the desks' names, and why the server lets them in until its next start; "": it does not. Raises OSError
        where that cannot be kept, and nothing is taken back.
        """
        gone = self._desks.revoke(name)
        why = ""
        if gone:
            self._gone(gone)
            try:
                await self._have_changed()
            except (QuotedeskError, OSError) as fault:
                why = str(fault)
        return [each.name for each in gone], why

    def pair(self, asked: Delivery) -> None:
        """A reply goes to the inbox of the pairing key, by which the code is known."""
        said = read_request(PairRequest, asked.payload)
        words = asked.reply.split(".")
        if isinstance(said, PairRequest) and len(words) >= 3 and words[0] == "_INBOX":
            self._spawn(self._pair(asked, words[1], said), "pair a desk")

    def elapsed(self, now_s: float) -> None:
        """Time has passed: codes run out."""
        if self.pairings.elapsed(now_s):
            self._spawn(self._run_out(), "pairing codes ran out")

    # Inside

    async def _pair(self, asked: Delivery, pairing_key: str, said: PairRequest) -> None:
        now_s = self._clock.now_s()
        code = self.pairings.spend(pairing_key, now_s)
        if code is None:  # the server lets nobody in with it, but for whoever was quick
            self._answer(asked, pairing_key, PairAnswer(fault=_SPENT))
            return
        try:
            if why := self._fault_of_another(code.person):
                raise QuotedeskError(why)
            desk = self._desks.add(said.name, code.person, said.key, str(day_of(self._clock.utc_s(now_s))))
            answer = PairAnswer(desk.id, desk.person, self._relay)
        except (QuotedeskError, OSError) as fault:
            answer = PairAnswer(fault=str(fault))
        # The pairing key is let in for a while yet: it has to hear the answer. Whoever comes with it is told as above.
        self.pairings.lend(code, now_s)
        try:
            await self._have_changed()
        except (QuotedeskError, OSError) as fault:
            answer = PairAnswer(fault=str(fault))
        self._answer(asked, pairing_key, answer)

    async def _run_out(self) -> None:
        """Pairing keys are void; where the server cannot be told now it is when it starts again."""
        try:
            await self._have_changed()
        except (QuotedeskError, OSError) as fault:
            self._tell(f"Pairing codes that ran out could not be taken back: {fault}")

    async def _have_changed(self) -> None:
        async with self._lock:
            await self._keys_changed()

    def _fault_of_another(self, person: str) -> str:
        """Why this person may not have one more desk."""
        desks = [*self._desks, DeskKey("new", "new", person, "")]
        return self._licence.fault_now(desks, self._clock.utc_s(self._clock.now_s()))
