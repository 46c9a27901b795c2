"""A provider whose subscribe ADDS to the list it holds. An update proves a symbol; see Proves for what an answer does.

Requests go out as the pacer allows, none waits for an answer. An answer without an id is taken for the oldest open
request. A request stays open until it is answered or has waited long enough.
"""

import math
from collections import deque
from collections.abc import Collection, Iterable, Sequence

import msgspec

from quotedesk.codec.base import Answer, Change, Limits, Proves, Verdict
from quotedesk.feed.quota import Quota
from quotedesk.feed.subscriptions import Subscriptions

LATE_TICK_S = 1.0  # a tick this soon after a refusal may have been on its way: it proves nothing
MOST_LATE = 32  # requests
LATE_DROP_S = 3.0  # a tick this long after an unsubscribe is not late: the server still holds the code


class _Request(msgspec.Struct):
    """An open request.

    Attributes:
        request_id: see Change.
        codes: what it asked for, less what an answer has named since; empty for an unsubscribe.
        sent_s: when it went out as a whole; inf while frames of it wait.
        dropped: what an unsubscribe named.
        rest: the other half, where it asked for one half of a bad group.
        is_probe: it looks for a bad code.
        is_part: some of its codes were dropped since, and are not among `codes` any more.
    """

    request_id: int
    codes: tuple[str, ...]
    sent_s: float
    dropped: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    is_probe: bool = False
    is_part: bool = False


class _Group(msgspec.Struct):
    """Codes out of a refused request, to be asked for with care.

    Attributes:
        codes: as many as are still looked at.
        is_bad: at least one of them is refused for certain.
    """

    codes: tuple[str, ...]
    is_bad: bool


class Incremental(Subscriptions):
    """Differences, proven by ticks."""

    def __init__(self, limits: Limits, quota: Quota | None = None) -> None:
        super().__init__(limits, quota)
        self._held: dict[str, float] = {}  # what the server should hold -> when it was asked for
        self._since: dict[str, int] = {}  # code -> the request since which it is asked for, or not any more
        self._named: set[str] = set()  # of what is held: proven by an answer that named it
        self._asked_again: set[str] = set()
        self._left_out: set[str] = set()  # held, but over the plan, as it seems
        self._dropped_s: dict[str, float] = {}  # when a code was last unsubscribed
        self._open: list[_Request] = []
        self._late: deque[_Request] = deque(maxlen=MOST_LATE)  # had no answer in time: one by its id is still one
        self._newest: _Request | None = None
        self._groups: list[_Group] = []  # the last one is looked at
        self._doubted: frozenset[str] = frozenset()  # what the server held when it refused something: it may be gone
        self._doubted_s = math.inf  # since then

    def want(self, codes: Iterable[str], now_s: float) -> None:
        super().want(codes, now_s)
        self._sift_groups()

    def lost(self) -> None:
        self._held.clear()
        self._left_out.clear()
        self._ticked.clear()
        self._since.clear()
        self._named.clear()
        self._asked_again.clear()
        self._dropped_s.clear()
        self._groups += [
            _Group(request.codes + request.rest, is_bad=bool(request.rest))
            for request in self._open
            if request.is_probe
        ]
        self._open.clear()
        self._late.clear()
        self._newest = None
        self._sift_groups()
        self._doubted_s = math.inf

    def ticked(self, code: str, now_s: float) -> None:
        if self._groups and code in self._doubtful():
            self._held[code] = now_s  # a server that takes the good ones of a refused request shows it by their ticks
            self._sift_groups()
        super().ticked(code, now_s)
        if code in self._doubted and now_s >= self._doubted_s + LATE_TICK_S:
            self._doubted_s = math.inf  # the refusal did not empty the list

    def is_mute(self, code: str, now_s: float) -> bool:
        return code not in self._ticked and now_s >= self._held.get(code, math.inf) + 2 * self.limits.first_tick_s

    def strayed(self, code: str, now_s: float) -> bool:
        if code not in self._since:
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
        asked = self._asked(answer)
        match answer.verdict:
            case Verdict.CODE:
                # A request whose codes all tick was not refused; its answer is late or lost.
                candidates = [request for request in asked if self._unproven(request)]
                if candidates:
                    self._close(candidates[0])
                    is_sure = len(candidates) == 1 and not candidates[0].is_part
                    self._isolate(candidates[0], answer.words, now_s, is_sure=is_sure)
            case Verdict.PLAN:
                if asked:
                    self._close(asked[0])
                    self._too_many(asked[0], now_s)
            case Verdict.RATE:
                pass
            case _:
                if asked:
                    self._close(asked[0])
                    self._not_refused(asked[0])
                    if asked[0].codes and answer.verdict is Verdict.OK:
                        if not self.limits.leaves_out:
                            self._named.update(self._unproven(asked[0]))  # to ask again would be to ask twice
                        self._took()
                    return asked[0].codes if answer.verdict is Verdict.OK else ()
        return ()

    def _asked(self, answer: Answer) -> list[_Request]:
        """The requests that an answer may be to, the likeliest first."""
        if (request_id := answer.request_id) is None:
            return list(self._open)
        asked = [request for request in (*self._open, *self._late) if request.request_id == request_id]
        for request in asked:
            codes = tuple(code for code in request.codes if self._is_news(code, request_id))
            request.is_part = request.is_part or len(codes) < len(request.codes)
            request.codes = codes
        return asked

    def _is_news(self, code: str, request_id: int | None) -> bool:
        """Does an answer to this request tell of what is asked of the code now? Asking again changes nothing."""
        return request_id is None or self._since.get(code, 0) <= request_id

    def _close(self, request: _Request) -> None:
        """It was answered."""
        (self._open if request in self._open else self._late).remove(request)

    def _took(self) -> None:
        """The server took what it was asked for, but for what is still in question."""
        self.quota.took(len(self._held.keys() - {code for later in self._open for code in later.codes}))
        self._fit()

    def _told_of(self, answer: Answer, now_s: float) -> Collection[str]:
        """An answer says which codes it is about."""
        request_id = answer.request_id
        codes = [code for code in answer.codes if self._settle(code, request_id) and self._is_news(code, request_id)]
        self._open = [request for request in self._open if request.codes or request.dropped or request.rest]
        if answer.verdict is Verdict.OK and (found := self._doubtful().intersection(codes)):
            self._held.update(dict.fromkeys(found, now_s))  # an error that named nothing was not about these
            self._sift_groups()
        held = [code for code in codes if code in self._held]
        match answer.verdict:
            case Verdict.OK:
                self._named.update(held)
                self._took()
                return held
            case Verdict.CODE | Verdict.PLAN:
                self._let_go(held)
        if answer.fails_all and (asked := self._asked(answer)):
            # The others are asked for at once, and as if for the first time.
            others = self._unproven(asked[0])
            self._let_go(others)
            self._asked_again.difference_update(others)
            self._close(asked[0])
        if answer.verdict is Verdict.CODE:
            for code in codes:
                if code in self._wanted_set:
                    self._refuse(code, answer.words)
            self._sift_groups()
        elif answer.verdict is Verdict.PLAN and held:
            self.quota.refused(len(self._held) + len(held))
            self._took()
        return ()

    def _settle(self, code: str, request_id: int | None) -> bool:
        """The request of this id is answered for a code; without one the oldest that names it. False: it dropped it."""
        for request in self._open:
            if request_id not in (None, request.request_id):
                continue
            if code in request.dropped:
                request.dropped = tuple(each for each in request.dropped if each != code)
                return False
            if code in request.codes:
                request.codes = tuple(each for each in request.codes if each != code)
                return True
        return True

    def _told_all(self, answer: Answer, now_s: float) -> Collection[str]:
        """An answer says all that the server holds after one request. What later ones asked for is not told yet."""
        named, request_id = frozenset(answer.codes), math.inf if answer.request_id is None else answer.request_id
        if asked := self._asked(answer):
            request_id = asked[0].request_id
            self._open = [request for request in self._open if request.request_id > request_id]
        later = {code for code, since in self._since.items() if since > request_id}
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
        while self._open and now_s >= self._open[0].sent_s + self.limits.answer_s:
            request = self._open.pop(0)
            self._not_refused(request)
            request.rest = ()
            self._late.append(request)

    def _unproven(self, request: _Request) -> list[str]:
        return [code for code in request.codes if code in self._held and code not in self._ticked]

    def _isolate(self, request: _Request, words: str, now_s: float, *, is_sure: bool) -> None:
        refused = self._unproven(request)
        self._let_go(refused)
        if request.rest:
            self._groups.append(_Group(request.rest, is_bad=False))
        suspects = [code for code in refused if code in self._wanted_set]
        if len(refused) == len(suspects) == 1 and is_sure:
            self._refuse(suspects[0], words)
        elif suspects:
            self._groups.append(_Group(tuple(suspects), is_bad=is_sure and len(suspects) == len(refused)))
        self._doubt(now_s)

    def _doubt(self, now_s: float) -> None:
        """Something was refused: the server may have kept what it held, or not."""
        self._doubted = frozenset(self._held)
        self._doubted_s = now_s if self.limits.leaves_out and self._doubted & self._ticked else math.inf

    def _too_many(self, request: _Request, now_s: float) -> None:
        """The plan had no room for a request: how much it has is searched by length."""
        self._let_go(self._unproven(request))
        if request.rest:
            self._groups.append(_Group(request.rest, is_bad=True))
        before = len(self._held.keys() - set(request.codes))
        self.quota.refused(before + len(request.codes))
        self.quota.took(before)
        self._fit()
        self._sift_groups()
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
        if self._open or self._groups or not self._held or self._silent_s() < math.inf:
            return math.inf
        return max(self._held.values())

    def _is_late(self, code: str, now_s: float) -> bool:
        return code not in self._left_out or now_s < self._held[code] + LATE_DROP_S

    def _not_refused(self, request: _Request) -> None:
        if request.rest:
            self._groups.append(_Group(request.rest, is_bad=True))
            self._sift_groups()

    def _doubtful(self) -> set[str]:
        """Codes out of refused requests that are still looked at."""
        return {code for group in self._groups for code in group.codes}

    def _sift_groups(self) -> None:
        """Look only at what is still wanted. A bad code may have left with it: then nothing is certain any more."""
        for group in self._groups:
            codes = tuple(code for code in group.codes if self.is_wanted(code) and code not in self._held)
            group.is_bad = group.is_bad and len(codes) == len(group.codes)
            group.codes = codes
        self._groups = [group for group in self._groups if group.codes]

    def _is_held(self, code: str) -> bool:
        return code in self._held

    def _plan(self, now_s: float) -> tuple[Sequence[str], Sequence[str], Sequence[str]] | None:
        desired = self._desired()
        if any(request.is_probe for request in self._open):
            return None  # its answer must not be mistaken
        in_question = {code for request in self._open for code in self._unproven(request)}
        served = frozenset(self._served())
        # A server that leaves out what is too much takes another only when those before it have gone.
        is_swap = any((code in self._left_out) == (code in served) for code in self._held if code in self._wanted_set)
        # What was asked for twice is taken back before it is asked for anew.
        gone = self.parked | (self._left_out & self._asked_again) - self._ticked if is_swap else frozenset()
        most = self.limits.codes_per_frame
        drops = [code for code in self._held if (code in gone or not self.is_wanted(code)) and code not in in_question]
        if drops:
            return desired, (), drops[:most]
        careful = self._doubtful()
        # What is in question is held until it is answered.
        room = len(desired) if self.quota.room is None else self.quota.room - len(self._held)
        new = [code for code in desired if code not in self._held and code not in careful][: max(room, 0)]
        back = {code for code in self._left_out if code in served}.union(new)
        if back:
            return desired, [code for code in desired if code in back][:most], ()
        if self._groups:
            return None if self._open else (desired, self._probe(self._groups[-1]), ())
        silent = self._silent(now_s)[:most]
        return (desired, silent, ()) if silent else None

    @staticmethod
    def _probe(group: _Group) -> tuple[str, ...]:
        return group.codes[: len(group.codes) // 2] if group.is_bad and len(group.codes) > 1 else group.codes

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
        for code in change.dropped or [code for code in change.added if code not in self._held]:
            self._since[code] = change.request_id
        if change.dropped:
            self._let_go(change.dropped)
            for code in change.dropped:
                self._ticked.discard(code)
                self._asked_again.discard(code)
                self._left_out.discard(code)
                self._dropped_s[code] = now_s
            self._await(_Request(change.request_id, (), now_s, change.dropped))
            return
        request = _Request(change.request_id, change.added, now_s)
        if self._groups and change.added[0] in self._groups[-1].codes:
            group = self._groups.pop()
            request.is_probe = True
            request.rest = group.codes[len(change.added) :]
        again = {code for code in change.added if code in self._held}
        self._doubted -= set(change.added)  # their next tick tells of this request, not of the one that was refused
        if again and now_s >= self._doubted_s + self.limits.first_tick_s:
            self._ticked -= again
            if self._doubted.isdisjoint(self._held):  # else the next request asks for the rest of them
                self._doubted_s = math.inf
        else:
            self._asked_again |= again
        self._held.update(dict.fromkeys(change.added, now_s))
        self._left_out = (self._left_out - set(change.added)) | (self.parked & set(change.added))
        self._await(request)

    def _await(self, request: _Request) -> None:
        self._newest = request
        if self.limits.acknowledges is not Proves.NOTHING:
            self._open.append(request)

    def stamp(self, at_s: float) -> None:
        request = self._newest
        if request is None:
            return
        request.sent_s = at_s
        self._held.update(dict.fromkeys(self._held.keys() & set(request.codes), at_s))
        self._dropped_s.update(dict.fromkeys(request.dropped, at_s))

    def _timers_s(self) -> Iterable[float]:
        yield self._doubted_s + self.limits.first_tick_s
        for request in self._open:
            yield request.sent_s + self.limits.answer_s
        for _, asked_s in self._unheard():
            yield asked_s + self.limits.first_tick_s
