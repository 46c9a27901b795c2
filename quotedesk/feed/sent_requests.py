"""The requests that went out on one connection: which one an answer is to, and until when it is awaited.

An answer without an id is taken for the oldest open request. A request stays open until it is answered or has waited
long enough.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence

import msgspec

from quotedesk.codec.base import Answer, Limits, Proves

MOST_LATE = 32


class SentRequest(msgspec.Struct):
    """A request.

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


class SentRequests:
    """All times are monotonic seconds.

    Attributes:
        open: those whose answers are awaited, the oldest first.
        newest: the last one that went out; None before the first.
    """

    def __init__(self, limits: Limits) -> None:
        self.open: list[SentRequest] = []
        self.newest: SentRequest | None = None
        self._limits = limits
        self._late: deque[SentRequest] = deque(maxlen=MOST_LATE)  # had no answer in time: one by its id is still one
        self._since: dict[str, int] = {}  # code -> the request since which it is asked for, or not any more

    def add(self, request: SentRequest, changed: Iterable[str]) -> None:
        """It went out, and changes what is asked of these codes. Asking again changes nothing."""
        self._since.update(dict.fromkeys(changed, request.request_id))
        self.newest = request
        if self._limits.acknowledges is not Proves.NOTHING:
            self.open.append(request)

    def lost(self) -> None:
        """The connection is gone, and all answers with it."""
        self.open.clear()
        self.newest = None
        self._late.clear()
        self._since.clear()

    def elapsed(self, now_s: float) -> Sequence[SentRequest]:
        """Those that have waited long enough are open no more: returns them."""
        waited = []
        while self.open and now_s >= self.open[0].sent_s + self._limits.answer_s:
            waited.append(self.open.pop(0))
        self._late.extend(waited)
        return waited

    def close(self, request: SentRequest) -> None:
        """It was answered."""
        (self.open if request in self.open else self._late).remove(request)

    def candidates(self, answer: Answer) -> list[SentRequest]:
        """The requests that an answer may be to, the likeliest first."""
        if (request_id := answer.request_id) is None:
            return list(self.open)
        asked = [request for request in (*self.open, *self._late) if request.request_id == request_id]
        for request in asked:
            codes = tuple(code for code in request.codes if self._is_news(code, request_id))
            request.is_part = request.is_part or len(codes) < len(request.codes)
            request.codes = codes
        return asked

    def settle(self, answer: Answer) -> list[str]:
        """For the codes that it names the request of its id is answered; without an id the oldest that has each.

        Returns those that were asked for, and of which it still tells.
        """
        request_id = answer.request_id
        codes = [code for code in answer.codes if self._settle(code, request_id) and self._is_news(code, request_id)]
        self.open = [request for request in self.open if request.codes or request.dropped or request.rest]
        return codes

    def settle_all(self, answer: Answer) -> set[str]:
        """An answer tells of all that was asked for up to its request. Returns those of which it does not tell yet."""
        request_id = math.inf if answer.request_id is None else answer.request_id
        if asked := self.candidates(answer):
            request_id = asked[0].request_id
            self.open = [request for request in self.open if request.request_id > request_id]
        return {code for code, since in self._since.items() if since > request_id}

    def has_asked(self, code: str) -> bool:
        """Was it ever asked for on this connection?"""
        return code in self._since

    def _is_news(self, code: str, request_id: int | None) -> bool:
        """Does an answer to this request tell of what is asked of the code now?"""
        return request_id is None or self._since.get(code, 0) <= request_id

    def _settle(self, code: str, request_id: int | None) -> bool:
        """False: that request dropped it."""
        for request in self.open:
            if request_id not in (None, request.request_id):
                continue
            if code in request.dropped:
                request.dropped = tuple(each for each in request.dropped if each != code)
                return False
            if code in request.codes:
                request.codes = tuple(each for each in request.codes if each != code)
                return True
        return True
