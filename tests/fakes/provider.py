"""A provider without a socket: takes frames, holds a list, answers when told to. For tests of feed/."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class FakeProvider:
    """One connection's far end, in either dialect; time is an argument.

    Attributes:
        replaces: speaks AllTick's published frames; else the article's.
        bad: codes that a request is refused for.
        clears: a refusal empties the list it held; else it keeps it.
        plan: only so many get ticks, the first of the list, or those that came first; 0 is no limit.
        says_plan: a request for more than the plan allows is refused with 603; else nothing is said.
        held: the list, in no order.
        answers: encoded answers waiting to be delivered, oldest first.
        frames: (time, frame) of all that came.
        breaches: what a strict server would complain of.
    """

    replaces: bool
    bad: frozenset[str] = frozenset()
    clears: bool = False
    plan: int = 0
    says_plan: bool = False
    held: set[str] = field(default_factory=set)
    answers: list[bytes] = field(default_factory=list)
    frames: list[tuple[float, dict]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    _order: list[str] = field(default_factory=list)
    _ticks: int = 0
    _traces: set[str] = field(default_factory=set)
    _same: tuple[frozenset[str], int] = (frozenset(), 0)

    @property
    def served(self) -> list[str]:
        """The codes that get ticks."""
        order = [code for code in self._order if code in self.held]
        return sorted(order[: self.plan or None])

    def _is_too_much(self, codes: set[str]) -> bool:
        return self.says_plan and 0 < self.plan < len(codes)

    def disconnect(self) -> None:
        """The connection is gone, and all it held; ids and traces stay known."""
        self.held.clear()
        self.answers.clear()
        self._same = (frozenset(), 0)

    def receive(self, text: str, now_s: float) -> None:
        """A frame came."""
        frame = json.loads(text)
        if self.frames and now_s - self.frames[-1][0] < 1.1 - 1e-9:
            self.breaches.append(f"{now_s - self.frames[-1][0]:.3f} s between frames")
        self.frames.append((now_s, frame))
        (self._published if self.replaces else self._action)(frame)

    def tick(self, codes: Iterable[str], now_s: float) -> list[bytes]:
        """A trade of each code, held or not (a late one)."""
        pushes = []
        for code in codes:
            self._ticks += 1
            data = {"code": code, "seq": self._ticks, "tick_time": int(now_s * 1000) + 10**12, "price": "1.5"}
            pushes.append(json.dumps({"cmd_id": 22998, "data": data}).encode())
        return pushes

    def _published(self, frame: dict) -> None:
        if frame["trace"] in self._traces or not 0 < frame["seq_id"] < 2**31:
            self.breaches.append("trace or seq_id")
        self._traces.add(frame["trace"])
        if frame["cmd_id"] == 22000:
            self._answer(frame, 200, "ok")
            return
        codes = [symbol["code"] for symbol in frame["data"].get("symbol_list", ())]
        if frame["cmd_id"] == 22004 and (not codes or len(set(codes)) < len(codes)):
            self.breaches.append("an empty list or a code twice")
        before, times = self._same
        self._same = (frozenset(codes), times + 1 if frozenset(codes) == before else 1)
        if self._same[1] > 4:
            self.breaches.append("the same list five times")
        if self._is_too_much(set(codes)):
            self._refuse()
            self._answer(frame, 603, "token level not enough")
        elif self.bad.isdisjoint(codes):
            self.held = set(codes)
            self._order = codes
            self._answer(frame, 200, "ok")
        else:
            self._refuse()
            self._answer(frame, 600, "code invalid")

    def _action(self, frame: dict) -> None:
        codes = frame["code"]
        if not codes or len(set(codes)) < len(codes):
            self.breaches.append("an empty list or a code twice")
        ret = 200
        if frame["action"] == "unsubscribe":
            if not self.clears and not self.held.issuperset(codes):
                self.breaches.append(f"unsubscribed {set(codes) - self.held}, which were not subscribed")
            self.held.difference_update(codes)
        elif self._is_too_much(self.held | set(codes)):
            self._refuse()
            ret = 603
        elif self.bad.isdisjoint(codes):
            self._order = [code for code in self._order if code in self.held and code not in codes] + codes
            self.held.update(codes)
        else:
            self._refuse()
            ret = 600
        self.answers.append(json.dumps({"ret": ret, "msg": "ok" if ret == 200 else "no", "cmd_id": 22005}).encode())

    def _refuse(self) -> None:
        if self.clears:
            self.held.clear()

    def _answer(self, frame: dict, ret: int, words: str) -> None:
        answer = {"ret": ret, "msg": words, "cmd_id": frame["cmd_id"] + 1, "data": {}}
        self.answers.append(json.dumps(answer | {key: frame[key] for key in ("seq_id", "trace")}).encode())
