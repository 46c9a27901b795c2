"""A provider whose subscribe REPLACES the list it holds: every request is the whole list, one at a time."""

import math
from collections.abc import Collection, Iterable, Sequence

import msgspec

from quotedesk.codec.base import Answer, Change, Limits, Proves, Verdict
from quotedesk.feed.quota import LATE_TICK_S, Quota
from quotedesk.feed.subscriptions import Subscriptions

MOST_RESENDS = 2  # of an unchanged list, for a missing answer


class _Asked(msgspec.Struct):
    """The newest list that was sent; the same list sent again is the same record.

    Attributes:
        order: the list.
        codes: the same, as a set.
        added: what it held beyond the one before.
        ids: the requests that said it.
        may_have_held: the server may have held codes when it went out.
        sent_s: when it last went out.
        is_open: its answer is awaited.
        settled_s: when it was answered, or given up; from here its codes have first_tick_s to tick.
        resends: how often it went out again for a missing answer.
        was_resynced: it went out again for silent codes.
        was_answered: the server took it or refused it.
        is_refused: it refused it, for a code in it.
    """

    order: tuple[str, ...]
    codes: frozenset[str]
    added: frozenset[str]
    ids: set[int]
    may_have_held: bool
    sent_s: float
    is_open: bool = True
    settled_s: float = math.inf
    resends: int = 0
    was_resynced: bool = False
    was_answered: bool = False
    is_refused: bool = False


class FullList(Subscriptions):
    """Whole lists, each answered.

    When a list is refused, what the server holds is unknown: it may have kept the list before or cleared it. So the
    last accepted list goes out again, together with half of the new codes, until the bad ones are found.
    """

    def __init__(self, limits: Limits, quota: Quota | None = None) -> None:
        super().__init__(limits, quota)
        self._asked: _Asked | None = None
        self._accepted: frozenset[str] = frozenset()  # the last list the server took, also on an earlier connection
        self._may_hold = False  # the server may hold codes on this connection
        self._bad: tuple[str, ...] = ()  # codes of which at least one is refused
        self._bad_words = ""
        self._bad_is_sure = False  # the refusal named its request: what it implies may be believed
        self._given_up: frozenset[str] | None = None  # refused, and no answer came while the bad code was looked for

    def lost(self) -> None:
        self._asked = None
        self._given_up = None
        self._may_hold = False
        self._ticked.clear()

    def answered(self, answer: Answer, now_s: float) -> Collection[str]:
        asked = self._asked
        if asked and answer.codes and answer.verdict is Verdict.CODE:
            return self._refuse_named(asked, answer, now_s)
        if asked is None or asked.was_answered:
            return ()
        # Without an id it is for the oldest open request. With one, a late answer to the same list is as good.
        if answer.request_id not in asked.ids and not (answer.request_id is None and asked.is_open):
            return ()
        self._given_up = None
        match answer.verdict:
            case Verdict.OK:
                self._close(asked, now_s)
                if self.limits.acknowledges is Proves.LIST:
                    self._refuse_missing(asked, answer)
                self._accept(asked)
                return asked.codes.intersection(answer.codes) if answer.codes else asked.codes
            case Verdict.CODE:
                self._close(asked, now_s)
                asked.is_refused = True
                self._isolate(asked, answer)
            case Verdict.PLAN:
                self._close(asked, now_s)
                self._may_hold = asked.may_have_held
                self.quota.refused(len(asked.codes))
                self._fit()
            case Verdict.FORM | Verdict.KEY:
                # Asking again would say the same.
                self._close(asked, now_s)
                asked.was_resynced = True
            case Verdict.RATE:
                pass  # it was not looked at: the time-out sends it again
        return ()

    def elapsed(self, now_s: float) -> None:
        asked = self._asked
        if asked and asked.is_open and now_s >= asked.sent_s + self.limits.answer_s:
            asked.is_open = False
            asked.settled_s = now_s
            if self._bad and asked.resends >= MOST_RESENDS:
                self._given_up = frozenset(self._desired())
                self._bad = ()
        if asked and not asked.is_open and not asked.was_answered and self._is_proven(asked):
            asked.was_answered = True
            self._accept(asked)

    def _close(self, asked: _Asked, now_s: float) -> None:
        asked.is_open = False
        asked.was_answered = True
        asked.settled_s = now_s

    def _accept(self, asked: _Asked) -> None:
        self._accepted = asked.codes
        self._may_hold = bool(asked.codes)
        self.quota.took(len(asked.codes))
        self._fit()
        # One of a bad group was refused, these were not: it is among the others.
        self._bad = tuple(code for code in self._bad if code not in asked.codes)
        if len(self._bad) == 1 and self._bad_is_sure:
            self._refuse_found()

    def _refuse_named(self, asked: _Asked, answer: Answer, now_s: float) -> Collection[str]:
        """An answer names the codes that it refuses. The server may hold the others, or not: a new list says so."""
        if answer.request_id not in (None, *asked.ids):
            return ()
        if asked.is_open:
            self._close(asked, now_s)
        for code in answer.codes:
            if code in self._wanted_set and code in asked.codes:
                self._refuse(code, answer.words)
        return ()

    def _refuse_missing(self, asked: _Asked, answer: Answer) -> None:
        """An answer names all that the server holds: what was asked for and is not among it was not taken."""
        missing = asked.codes - frozenset(answer.codes)
        asked.order = tuple(code for code in asked.order if code not in missing)
        asked.codes, asked.added = asked.codes - missing, asked.added - missing
        for code in missing & self._wanted_set:
            self._refuse(code, answer.words or "the server did not take it")

    def _isolate(self, asked: _Asked, answer: Answer) -> None:
        self._accepted |= asked.added & self._ticked  # a server that takes the good ones shows it by their ticks
        suspects = asked.codes - self._accepted
        if not suspects:  # it took all of these before, in other company
            self._accepted = frozenset()
            suspects = asked.codes - self._ticked or asked.codes
        self._may_hold = asked.may_have_held
        self._bad = tuple(code for code in self._desired() if code in suspects)
        self._bad_words = answer.words
        self._bad_is_sure = answer.request_id is not None
        if len(suspects) == len(self._bad) == 1:
            self._refuse_found()
        elif len(self._bad) < len(suspects):  # one was taken out or parked meanwhile: it may have been the bad one
            self._bad = ()

    def _refuse_found(self) -> None:
        self._refuse(self._bad[0], self._bad_words)
        self._bad = ()

    def _goal(self) -> list[str]:
        """The list to send next: all that is desired, or while a bad code is looked for, a part of it."""
        desired = self._desired()
        if not self._bad:
            return desired
        part = set(self._bad[: max(1, len(self._bad) // 2)])
        return [code for code in desired if code in self._accepted or code in part]

    def _fit(self) -> None:
        super()._fit()
        if self._bad and not frozenset(self._desired()).issuperset(self._bad):
            self._bad = ()  # the bad one may be gone, or parked: ask for the rest as if nothing had been

    def _is_held(self, code: str) -> bool:
        return self._asked is not None and code in self._asked.codes

    def _plan(self, now_s: float) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        asked = self._asked
        if asked and asked.is_open:
            return None
        goal = self._goal()
        codes = frozenset(goal)
        is_new = asked is None or codes != asked.codes or self._head(goal) != self._head(asked.order)
        # A refused list that is wanted again, though not to look for the bad code in it, was changed in between.
        if asked is None or is_new or (asked.is_refused and not self._bad):
            if codes == self._given_up or (not goal and not self._may_hold):
                return None
        elif not (self._may_resend(asked) or now_s >= self._resync_s(asked)):
            return None
        before = self._accepted if self._may_hold else frozenset()
        return goal, [code for code in goal if code not in before], sorted(before - codes)

    def _head(self, order: Sequence[str]) -> frozenset[str]:
        """The part of a list that is served. Where ticks are seen to end, its order matters."""
        return frozenset() if self.quota.seen is None else frozenset(order[: self.quota.seen])

    @property
    def wire_order(self) -> Sequence[str]:
        return self._asked.order if self._asked else ()

    @property
    def unchanged_s(self) -> float:
        asked = self._asked
        if asked is None or asked.is_open or self._bad or frozenset(self._desired()) != asked.codes:
            return math.inf
        return math.inf if self._resync_s(asked) < math.inf else asked.settled_s

    def _is_late(self, code: str, now_s: float) -> bool:
        asked = self._asked
        is_old = asked is None or asked.is_open or self._head(self._desired()) != self._head(asked.order)
        return is_old or (asked is not None and now_s < asked.sent_s + LATE_TICK_S)

    def _is_proven(self, asked: _Asked) -> bool:
        """Ticks of all that was new prove a list as well as an answer would."""
        return bool(asked.added) and asked.added <= self._ticked

    @staticmethod
    def _may_resend(asked: _Asked) -> bool:
        return not asked.was_answered and asked.resends < MOST_RESENDS

    def _resync_s(self, asked: _Asked) -> float:
        if asked.was_resynced or asked.codes - self.parked <= self._ticked:
            return math.inf
        if self.limits.acknowledges is Proves.LIST and asked.was_answered:
            return math.inf  # the server holds them, and has nothing to say of them
        return asked.settled_s + self.limits.first_tick_s

    def _sent(self, change: Change, now_s: float) -> None:
        codes = frozenset(change.wanted)
        self._ticked = (self._ticked & codes) - self.parked
        asked = self._asked
        if asked is None or codes != asked.codes or self._head(change.wanted) != self._head(asked.order):
            asked = self._asked = _Asked(
                change.wanted, codes, frozenset(change.added), {change.request_id}, self._may_hold, now_s
            )
        else:
            if self._may_resend(asked):
                asked.resends += 1
            else:
                asked.was_resynced = True
            asked.order = change.wanted
            asked.ids.add(change.request_id)
            asked.sent_s = now_s
            asked.is_open = True
            asked.was_answered = asked.is_refused = False
        self._may_hold = self._may_hold or bool(codes)
        if self.limits.acknowledges is Proves.NOTHING:
            self._close(asked, now_s)
            self._accept(asked)

    def stamp(self, at_s: float) -> None:
        if asked := self._asked:
            asked.sent_s = at_s
            if not asked.is_open:
                asked.settled_s = at_s

    def _timers_s(self) -> Iterable[float]:
        if self._asked:
            yield self._asked.sent_s + self.limits.answer_s
            yield self._resync_s(self._asked)
