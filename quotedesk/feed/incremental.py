"""A provider whose subscribe ADDS to the list it holds. An update proves a symbol; see Proves for what an answer does.

Requests go out as the pacer allows, none waits for an answer.
"""

import math
from collections.abc import Collection, Iterable, Sequence

from quotedesk.codec.base import Answer, Change, Limits, Proves, Verdict
from quotedesk.feed.quota import Quota
from quotedesk.feed.sent_requests import SentRequest, SentRequests
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.suspects import Suspects

LATE_TICK_S = 1.0  # a tick this soon after a refusal may have been on its way: it proves nothing
LATE_DROP_S = 3.0  # a tick this long after an unsubscribe is not late: the server still holds the code


class Incremental(Subscriptions):
    """Differences, proven by ticks."""

    def __init__(self, limits: Limits, quota: Quota | None = None) -> None:
        super().__init__(limits, quota)
        self._held: dict[str, float] = {}  # what the server should hold -> when it was asked for
        self._named: set[str] = set()  # of what is held: proven by an answer that named it
        self._asked_again: set[str] = set()
        self._left_out: set[str] = set()  # held, but over the plan, as it seems
        self._dropped_s: dict[str, float] = {}  # when a code was last unsubscribed
        self._asked = SentRequests(limits)
        self._suspects = Suspects()
        self._doubted: frozenset[str] = frozenset()  # what the server held when it refused something: it may be gone
        self._doubted_s = math.inf  # since then

    def want(self, codes: Iterable[str], now_s: float) -> None:
        super().want(codes, now_s)
        self._sift()

    def lost(self) -> None:
        self._held.clear()
        self._left_out.clear()
        self._ticked.clear()
        self._named.clear()
        self._asked_again.clear()
        self._dropped_s.clear()
        for request in self._asked.open:
            if request.is_probe:
                self._suspects.add(request.codes + request.rest, is_bad=bool(request.rest))
        self._asked.lost()
        self._sift()
        self._doubted_s = math.inf

    def ticked(self, code: str, now_s: float) -> None:
        if self._suspects and code in self._suspects.codes:
            self._held[code] = now_s  # a server that takes the good ones of a refused request shows it by their ticks
            self._sift()
        super().ticked(code, now_s)
        if code in self._doubted and now_s >= self._doubted_s + LATE_TICK_S:
            self._doubted_s = math.inf  # the refusal did not empty the list

    def is_mute(self, code: str, now_s: float) -> bool:
        return code not in self._ticked and now_s >= self._held.get(code, math.inf) + 2 * self.limits.first_tick_s

    def strayed(self, code: str, now_s: float) -> bool:
        if not self._asked.has_asked(code):
            return False  # nobody ever asked for it here, so it cannot be taken back either
        if code in self._ticked or now_s < self._dropped_s.get(code, -math.inf) + LATE_DROP_S:
            return False
        self._held.setdefault(code, now_s)
        self._ticked.add(code)  # proven to be held, whatever was answered: it may be dropped
        return True

    def answered(self, answer: Answer, now_s: float) -> Collection[str]:
        self.elapsed(now_s)
        if self.limits.acknowledges is Proves.LIST and answer.verdict is Verdict.OK:
            return self._told_all(answer, now_s)
        if answer.codes and (not answer.fails_all or any(code in self._held for code in answer.codes)):
            return self._told_of(answer, now_s)
        asked = self._asked.candidates(answer)
        match answer.verdict:
            case Verdict.CODE:
                # A request whose codes all tick was not refused; its answer is late or lost.
                candidates = [request for request in asked if self._unproven(request)]
                if candidates:
                    self._asked.close(candidates[0])
                    is_sure = len(candidates) == 1 and not candidates[0].is_part
                    self._isolate(candidates[0], answer.words, now_s, is_sure=is_sure)
            case Verdict.PLAN:
                if asked:
                    self._asked.close(asked[0])
                    self._too_many(asked[0], now_s)
            case Verdict.RATE:
                pass
            case _:
                if asked:
                    self._asked.close(asked[0])
                    self._not_refused(asked[0])
                    if asked[0].codes and answer.verdict is Verdict.OK:
                        if not self.limits.leaves_out:
                            self._named.update(self._unproven(asked[0]))  # to ask again would be to ask twice
                        self._took()
                    return asked[0].codes if answer.verdict is Verdict.OK else ()
        return ()

    def _took(self) -> None:
        """The server took what it was asked for, but for what is still in question."""
        self.quota.took(len(self._held.keys() - {code for later in self._asked.open for code in later.codes}))
        self._fit()

    def _told_of(self, answer: Answer, now_s: float) -> Collection[str]:
        """An answer says which codes it is about."""
        codes = self._asked.settle(answer)
        if answer.verdict is Verdict.OK and (found := self._suspects.codes.intersection(codes)):
            self._held.update(dict.fromkeys(found, now_s))  # an error that named nothing was not about these
            self._sift()
        held = [code for code in codes if code in self._held]
        match answer.verdict:
            case Verdict.OK:
                self._named.update(held)
                self._took()
                return held
            case Verdict.CODE | Verdict.PLAN:
                self._let_go(held)
        if answer.fails_all and (asked := self._asked.candidates(answer)):
            # The others are asked for at once, and as if for the first time.
            others = self._unproven(asked[0])
            self._let_go(others)
            self._asked_again.difference_update(others)
            self._asked.close(asked[0])
        if answer.verdict is Verdict.CODE:
            for code in codes:
                if code in self._wanted_set:
                    self._refuse(code, answer.words)
            self._sift()
        elif answer.verdict is Verdict.PLAN and held:
            self.quota.refused(len(self._held) + len(held))
            self._took()
        return ()

    def _told_all(self, answer: Answer, now_s: float) -> Collection[str]:
        """An answer says all that the server holds after one request. What later ones asked for is not told yet."""
        named, later = frozenset(answer.codes), self._asked.settle_all(answer)
        missing = [code for code in self._held if code not in named | later and code not in self._ticked]
        self._let_go(missing)
        for code in missing:
            if code in self._asked_again and code in self._wanted_set:
                self._refuse(code, answer.words or "the server did not take it")
        self._asked_again.update(missing)  # what went down with another is asked for once more
        for code in named - later - self._held.keys():
            self._held[code] = now_s
            if self.refused.pop(code, None) is not None:  # it was an earlier list that did not have it
                self._fit()
        held = [code for code in self._held if code in named]
        self._named.update(held)
        self._took()
        return held

    def _let_go(self, codes: Iterable[str]) -> None:
        """The server does not hold these."""
        for code in codes:
            self._held.pop(code, None)
            self._named.discard(code)

    def elapsed(self, now_s: float) -> None:
        for request in self._asked.elapsed(now_s):
            self._not_refused(request)
            request.rest = ()

    def _unproven(self, request: SentRequest) -> list[str]:
        return [code for code in request.codes if code in self._held and code not in self._ticked]

    def _isolate(self, request: SentRequest, words: str, now_s: float, *, is_sure: bool) -> None:
        refused = self._unproven(request)
        self._let_go(refused)
        self._suspects.add(request.rest, is_bad=False)
        suspects = tuple(code for code in refused if code in self._wanted_set)
        if len(refused) == len(suspects) == 1 and is_sure:
            self._refuse(suspects[0], words)
        else:
            self._suspects.add(suspects, is_bad=is_sure and len(suspects) == len(refused))
        self._doubt(now_s)

    def _doubt(self, now_s: float) -> None:
        """Something was refused: the server may have kept what it held, or not."""
        self._doubted = frozenset(self._held)
        self._doubted_s = now_s if self.limits.leaves_out and self._doubted & self._ticked else math.inf

    def _too_many(self, request: SentRequest, now_s: float) -> None:
        """The plan had no room for a request: how much it has is searched by length."""
        self._let_go(self._unproven(request))
        self._suspects.add(request.rest, is_bad=True)
        before = len(self._held.keys() - set(request.codes))
        self.quota.refused(before + len(request.codes))
        self.quota.took(before)
        self._fit()
        self._sift()
        self._doubt(now_s)

    def ends(self, size: int | None) -> None:
        super().ends(size)
        if size is not None:
            self._left_out |= self._held.keys() - self._ticked

    @property
    def wire_order(self) -> Sequence[str]:
        return tuple(self._held)

    @property
    def unchanged_s(self) -> float:
        if self._asked.open or self._suspects or not self._held or self._silent_s() < math.inf:
            return math.inf
        return max(self._held.values())

    def _is_late(self, code: str, now_s: float) -> bool:
        return code not in self._left_out or now_s < self._held[code] + LATE_DROP_S

    def _not_refused(self, request: SentRequest) -> None:
        if request.rest:
            self._suspects.add(request.rest, is_bad=True)
            self._sift()

    def _sift(self) -> None:
        """Look only at what is still wanted."""
        if self._suspects:
            self._suspects.sift(lambda code: self.is_wanted(code) and code not in self._held)

    def _is_held(self, code: str) -> bool:
        return code in self._held

    def _plan(self, now_s: float) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        desired = self._desired()
        awaited = self._asked.open
        if any(request.is_probe for request in awaited):
            return None  # its answer must not be mistaken
        in_question = {code for request in awaited for code in self._unproven(request)}
        served = frozenset(self._served())
        # A server that leaves out what is too much takes another only when those before it have gone.
        is_swap = any((code in self._left_out) == (code in served) for code in self._held if code in self._wanted_set)
        # What was asked for twice is taken back before it is asked for anew.
        gone = self.parked | (self._left_out & self._asked_again) - self._ticked if is_swap else frozenset()
        most = self.limits.codes_per_frame
        drops = [code for code in self._held if (code in gone or not self.is_wanted(code)) and code not in in_question]
        if drops:
            return desired, (), drops[:most]
        careful = self._suspects.codes
        # What is in question is held until it is answered.
        room = len(desired) if self.quota.room is None else self.quota.room - len(self._held)
        new = [code for code in desired if code not in self._held and code not in careful][: max(room, 0)]
        back = {code for code in self._left_out if code in served}.union(new)
        if back:
            return desired, [code for code in desired if code in back][:most], ()
        if self._suspects:
            return None if awaited else (desired, self._suspects.probe(), ())
        silent = self._silent(now_s)[:most]
        return (desired, silent, ()) if silent else None

    def _silent(self, now_s: float) -> list[str]:
        """Codes to ask for once more: those without a tick for too long, or all, if a refusal emptied the list."""
        patience_s = self.limits.first_tick_s
        if now_s >= self._doubted_s + patience_s:
            doubted = [code for code in self._held if code in self._doubted and self.is_wanted(code)]
            if doubted:
                return doubted
        return [code for code, asked_s in self._unheard() if now_s >= asked_s + patience_s]

    def _unheard(self) -> Iterable[tuple[str, float]]:
        """Held codes that may be asked for once more, and when they were asked for."""
        proven = self._ticked | self._named | self._asked_again | self._left_out
        return [(code, asked_s) for code, asked_s in self._held.items() if code not in proven]

    def _silent_s(self) -> float:
        return min((asked_s for _, asked_s in self._unheard()), default=math.inf)

    def _sent(self, change: Change, now_s: float) -> None:
        if change.dropped:
            self._let_go(change.dropped)
            for code in change.dropped:
                self._ticked.discard(code)
                self._asked_again.discard(code)
                self._left_out.discard(code)
                self._dropped_s[code] = now_s
            self._asked.add(SentRequest(change.request_id, (), now_s, change.dropped), change.dropped)
            return
        rest = self._suspects.take(change.added)
        request = SentRequest(change.request_id, change.added, now_s, rest=rest or (), is_probe=rest is not None)
        again = {code for code in change.added if code in self._held}
        self._asked.add(request, [code for code in change.added if code not in again])
        self._doubted -= set(change.added)  # their next tick tells of this request, not of the one that was refused
        if again and now_s >= self._doubted_s + self.limits.first_tick_s:
            self._ticked -= again
            if self._doubted.isdisjoint(self._held):  # else the next request asks for the rest of them
                self._doubted_s = math.inf
        else:
            self._asked_again |= again
        self._held.update(dict.fromkeys(change.added, now_s))
        self._left_out = (self._left_out - set(change.added)) | (self.parked & set(change.added))

    def stamp(self, at_s: float) -> None:
        if (request := self._asked.newest) is None:
            return
        request.sent_s = at_s
        self._held.update(dict.fromkeys(self._held.keys() & set(request.codes), at_s))
        self._dropped_s.update(dict.fromkeys(request.dropped, at_s))

    def _timers_s(self) -> Iterable[float]:
        yield self._doubted_s + self.limits.first_tick_s
        for request in self._asked.open:
            yield request.sent_s + self.limits.answer_s
        for _, asked_s in self._unheard():
            yield asked_s + self.limits.first_tick_s
