"""A provider without a socket: takes frames, holds a list, answers when told to. For tests of feed/."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from quotedesk.codec.base import Proves
from tests.fakes.kinds import KEY, Kind

MOST_ASKS = 3  # of a code that was taken: again for its silence, and where an answer was lost once more


@dataclass
class FakeProvider:
    """One connection's far end, of any kind; time is an argument.

    Attributes:
        kind: how it wants to be asked, and what it answers.
        bad: codes that a request is refused for.
        clears: a refusal empties the list it held; else it keeps it.
        taken: what was ever taken on this connection.
        is_lossy: an answer was lost, and without ids the next ones were taken for others: who can tell what is held?
        plan: only so many get ticks, the first of the list, or those that came first; 0 is no limit.
        says_plan: a request for more than the plan allows is refused with 603; else nothing is said.
        held: the list, in no order.
        answers: encoded answers waiting to be delivered, oldest first.
        frames: (time, frame) of all that came.
        breaches: what a strict server would complain of.
    """

    kind: Kind
    bad: frozenset[str] = frozenset()
    clears: bool = False
    plan: int = 0
    says_plan: bool = False
    held: set[str] = field(default_factory=set)
    answers: list[bytes] = field(default_factory=list)
    frames: list[tuple[float, dict]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    is_logged_in: bool = False
    is_lossy: bool = False
    _order: list[str] = field(default_factory=list)
    _asks: Counter[str] = field(default_factory=Counter)
    _doubted: set[str] = field(default_factory=set)  # refused in bad company: whoever missed the answer may not know
    _ticks: int = 0
    _traces: set[str] = field(default_factory=set)
    _same: tuple[list[str], int] = ([], 0)

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
        self.taken.clear()
        self.answers.clear()
        self.is_logged_in = False
        self._asks.clear()
        self._same = ([], 0)

    def pardon(self) -> None:
        """The user asks for the same once more: that is no repetition of the client's."""
        self._same = ([], 0)
        self._asks.clear()

    def connected(self) -> None:
        """A connection came up: who asks for a login does so now."""
        if self.kind.logs_in == "asked":
            self._say("hello")

    def receive(self, data: str | bytes, now_s: float) -> None:
        """A frame came."""
        frame = json.loads(data)
        if self.frames and now_s - self.frames[-1][0] < 1.1 - 1e-9:
            self.breaches.append(f"{now_s - self.frames[-1][0]:.3f} s between frames")
        self.frames.append((now_s, frame))
        {"published": self._published, "action": self._action, "plain": self._plain}[self.kind.dialect](frame)
        limits = self.kind.feed.limits
        if len(self.held) > (limits.most_codes or len(self.held)):
            self.breaches.append(f"{len(self.held)} codes on one connection")
        if len(codes_of(frame)) > (limits.codes_per_frame or len(codes_of(frame))):
            self.breaches.append(f"{len(codes_of(frame))} codes in one frame")

    def tick(self, codes: Iterable[str], now_s: float) -> list[bytes]:
        """A trade of each code, held or not (a late one)."""
        pushes = []
        for code in codes:
            self._ticks += 1
            if self.kind.dialect == "plain":
                trade = {"say": "trade", "code": code, "price": "1.5", "seq": self._ticks, "time_s": now_s + 1e9}
                pushes.append(json.dumps(trade).encode())
                continue
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
        self._same = (codes, times + 1 if codes == before else 1)
        if self._same[1] > 4:
            self.breaches.append("the same list five times")
        if self._is_too_much(set(codes)):
            self._refuse()
            self._answer(frame, 603, "token level not enough")
        elif self.bad.isdisjoint(codes):
            self._set(codes)
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
            if not (self.clears or self.is_lossy) and not self.held.issuperset(codes):
                self.breaches.append(f"unsubscribed {set(codes) - self.held}, which were not subscribed")
            self._drop(codes)
        elif self._is_too_much(self.held | set(codes)):
            self._refuse()
            ret = 603
        elif self.bad.isdisjoint(codes):
            self._add(codes)
        else:
            self._refuse()
            ret = 600
        self.answers.append(json.dumps({"ret": ret, "msg": "ok" if ret == 200 else "no", "cmd_id": 22005}).encode())

    def _plain(self, frame: dict[str, Any]) -> None:
        kind, verb = self.kind, frame["op"]
        if verb == "login":
            self.is_logged_in = frame["key"] == KEY
            self._say("welcome" if self.is_logged_in else "denied")
            return
        is_welcome = self.is_logged_in and not any(b'"welcome"' in answer for answer in self.answers)
        if kind.logs_in and not is_welcome:
            self.breaches.append("a request before the greeting was over")
        codes = frame["codes"]
        if (not codes and verb != "set") or len(set(codes)) < len(codes):
            self.breaches.append("an empty list or a code twice")
        if verb == "drop":
            if not self.clears and (strange := set(codes) - self.held - self.bad - self._doubted):
                self.breaches.append(f"dropped {strange}, which were not held")
            self._drop(codes)
            self._take(frame, codes, [])
            return
        bad = [code for code in codes if code in self.bad]
        if bad and not kind.takes_the_good:
            self._refuse()
            self._doubted.update(codes)
            self._say("bad", frame, why="no such code")
            return
        good = [code for code in codes if code not in self.bad]
        (self._set if verb == "set" else self._add)(good)
        self._take(frame, good, bad)

    def _take(self, frame: dict[str, Any], good: list[str], bad: list[str]) -> None:
        """Say what was taken, as this kind does, and what was not."""
        kind = self.kind
        if kind.is_mute:
            return
        if kind.proves is Proves.LIST:
            self._say("ok", frame, sorted(self.held))
            return
        if kind.names and bad:
            self._say("bad", frame, bad, "no such code")
        if kind.proves is Proves.CODES and good:
            self._say("ok", frame, good)
        elif kind.proves is Proves.REQUEST:
            self._say("ok", frame)

    def _say(self, what: str, frame: dict[str, Any] | None = None, codes: Iterable[str] = (), why: str = "") -> None:
        said: dict[str, Any] = {"say": what, "codes": list(codes), "why": why}
        if frame is not None and self.kind.has_ids:
            said["id"] = frame["id"]
        self.answers.append(json.dumps(said).encode())

    def _set(self, codes: list[str]) -> None:
        self.held = set(codes)
        self.taken.update(codes)
        self._order = codes

    def _add(self, codes: list[str]) -> None:
        order = [code for code in self._order if code in self.held]
        self._order = order + [code for code in codes if code not in order]
        self.held.update(codes)
        self.taken.update(codes)
        self._asks.update(codes)
        if not self.clears and (too_often := [code for code in codes if self._asks[code] > MOST_ASKS]):
            self.breaches.append(f"{too_often} asked for a fourth time")

    def _drop(self, codes: list[str]) -> None:
        self.held.difference_update(codes)
        for code in codes:
            del self._asks[code]

    def _refuse(self) -> None:
        if self.clears:
            self.held.clear()

    def _answer(self, frame: dict, ret: int, words: str) -> None:
        answer = {"ret": ret, "msg": words, "cmd_id": frame["cmd_id"] + 1, "data": {}}
        self.answers.append(json.dumps(answer | {key: frame[key] for key in ("seq_id", "trace")}).encode())


def codes_of(frame: dict[str, Any]) -> list[str]:
    """The codes that a frame of any dialect asks for, or to let go."""
    if "symbol_list" in frame.get("data", ()):
        return [symbol["code"] for symbol in frame["data"]["symbol_list"]]
    return list(frame.get("code", frame.get("codes", ())))


def asks_for(frame: dict[str, Any]) -> list[str]:
    """The codes that it asks for."""
    return [] if frame.get("action") == "unsubscribe" or frame.get("op") == "drop" else codes_of(frame)
