"""A session, a provider without a socket, and a clock that is turned by hand."""

import json
import math
import random

from quotedesk.feed.events import LinkChanged, Notice
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.states import LinkState, RowState
from tests.fakes.kinds import KEY, KINDS
from tests.fakes.provider import FakeProvider, asks_for


class Conversation:
    """A session, its provider and a clock that is turned by hand."""

    def __init__(self, feed: str = "alltick", *, pace: Pace | None = None, **manner) -> None:
        self.now_s = 1000.0
        self.kind = KINDS[feed]
        self.feed = self.kind.feed
        limits = self.feed.limits
        self.session = Session(
            self.feed, "stock", pace or Pace(limits.frame_gap_s, limits.link_gap_s), random.Random(1)
        )
        self.provider = FakeProvider(self.kind, **manner)
        self.accepted: list[str] = []
        self.states: dict[str, RowState] = {}  # as told in batches
        self.strays: list[str] = []  # codes of updates that were taken though nobody wanted them
        self.retried: list[str] = []  # codes that were asked for though they were refused
        self.notices: list[str] = []
        self.links: list[LinkState] = []
        self.kind_of_frames: list[type] = []
        self.answers_are_delivered = True
        self.pings_are_answered = True

    def want(self, *codes: str) -> None:
        self.session.want(codes, self.now_s)

    def open(self, key: str = KEY) -> None:
        self.hear()
        self.session.dialling(self.now_s)
        self.session.opened(self.now_s, key)
        self.provider.connected()

    def receive(self, *frames: bytes) -> None:
        self.session.received(frames, self.now_s)

    def answer(self) -> None:
        answers, self.provider.answers[:] = list(self.provider.answers), []
        self.receive(*answers)

    def tick(self, *codes: str) -> None:
        self.receive(*self.provider.tick(codes or self.provider.served, self.now_s))
        self.collect()
        self.pump()

    def collect(self) -> None:
        """Take what the session has to say of rows, and hold it against what is wanted now."""
        wanted = {code for code in self.session.wanted if self.state(code) is not RowState.REFUSED}
        while True:
            batches = self.session.take_batches(self.now_s)
            for batch in batches:
                codes = [update.code for update in batch.updates]
                self.accepted += codes
                self.strays += [code for code in codes if code not in wanted]
                self.states |= {status.code: status.state for status in batch.statuses}
            if not self.session.is_behind:
                return

    def pump(self) -> None:
        """Everything that is due now."""
        self.session.elapsed(self.now_s, self.now_s + 1e9)
        for frame in self.session.take_frames(self.now_s):
            self.retried += [code for code in asks_for(json.loads(frame)) if self.state(code) is RowState.REFUSED]
            self.kind_of_frames.append(type(frame))
            self.provider.receive(frame, self.now_s)
        if self.session.take_ping(self.now_s) and self.pings_are_answered:
            self.session.proven(self.now_s)
        if self.answers_are_delivered and self.provider.answers:
            self.answer()
        self.collect()
        self.hear()

    def hear(self) -> None:
        """What happened to the link; the provider sees its end, too."""
        for event in self.session.take_events():
            match event:
                case LinkChanged(status, was_up):
                    self.links.append(status.state)
                    if was_up and status.state is not LinkState.UP:
                        self.provider.disconnect()
                case Notice(text):
                    self.notices.append(text)

    def run(self, for_s: float) -> None:
        """Let time pass, looking only when the session asked to be looked at."""
        end_s = self.now_s + for_s
        self.pump()
        looks = 0
        while (deadline_s := self.session.deadline_s(self.now_s)) < end_s:
            is_woken = self.session.look_at_s == -math.inf
            assert is_woken or deadline_s >= self.now_s - 1e-6, "a deadline in the past"
            self.now_s = max(deadline_s, self.now_s + 1e-4)
            self.pump()
            looks += 1
            assert looks < 200 + for_s * 20, "the session never rests"
        self.now_s = end_s
        self.pump()

    def sent(self) -> list[tuple[str, set[str]]]:
        """The requests, as (verb, codes)."""
        said = []
        for _, frame in self.provider.frames:
            if "op" in frame:
                said.append((frame["op"], set(frame.get("codes", ()))))
            elif "action" in frame:
                said.append((frame["action"], set(frame["code"])))
            elif frame["cmd_id"] == 22004:
                said.append(("list", {symbol["code"] for symbol in frame["data"]["symbol_list"]}))
            elif frame["cmd_id"] == 22006:
                said.append(("cancel", set()))
        return said

    def acknowledged(self) -> set[str]:
        """The wanted codes of which the session believes that the server took them on this connection."""
        traces = {code: self.session.traces.of(code) for code in self.session.wanted}
        return {code for code, trace in traces.items() if trace and not math.isnan(trace.acknowledged_s)}

    def state(self, code: str) -> RowState:
        return self.session.status_of(code, self.now_s).state
