"""Quotes served without sockets: a store, a program that wants what it is told to, and readers that take lines."""

import json
from collections.abc import Sequence
from typing import Any

from quotedesk.engine.services import Services
from quotedesk.engine.serving.serving import Serving
from quotedesk.engine.tasks import Tasks
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeDisplay


class FakeProgram:
    """A program for `Serving`.

    Attributes:
        wanted: what it wants of itself.
        bases: feed -> the server in place of the provider's.
        recorded: feeds of a recording.
    """

    def __init__(self) -> None:
        self.wanted: set[Instrument] = set()
        self.bases: dict[str, str] = {}
        self.recorded: set[str] = set()

    def base_of(self, feed: str) -> str | None:
        return self.bases.get(feed)

    def is_recorded(self, feed: str) -> bool:
        return feed in self.recorded

    def default_feed(self) -> str:
        return "demo"

    def is_wanted(self, instrument: Instrument) -> bool:
        return instrument in self.wanted


class FakeReader:
    """A reader that takes what it is told, unless it is `stopped`.

    Attributes:
        lines: what it was told, in order.
    """

    def __init__(self, serving: Serving) -> None:
        self.lines: list[Any] = []
        self.sent_bytes = 0
        session = serving.join(self.flush)
        assert session is not None
        self.session = session
        self._call_id = 0

    def flush(self) -> None:
        while lines := self.session.take():
            for line in lines:
                assert line.endswith(b"\n")
                assert line.count(b"\n") == 1
                self.sent_bytes += len(line)
                self.lines.append(json.loads(line))

    def send(self, data: bytes) -> None:
        self.session.receive(data)
        self.go_on()

    def go_on(self) -> None:
        while self.session.work():
            self.flush()
        self.flush()

    def stop(self) -> None:
        self.session.fall_behind(on=True)

    def resume(self) -> None:
        self.session.fall_behind(on=False)
        self.go_on()

    def ask(self, method: str, **params: object) -> Any:
        """The answer: its result, or its error."""
        self._call_id += 1
        asked = {"jsonrpc": "2.0", "id": self._call_id, "method": method, "params": params}
        self.send(json.dumps(asked).encode() + b"\n")
        answered = next(each for each in self.lines if each.get("id") == self._call_id)
        self.lines.remove(answered)
        return answered.get("result", answered.get("error"))

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The parameters of all notifications of a kind."""
        return [each["params"] for each in self.lines if each.get("method") == kind]


class ServedStore:
    """A store and a `Serving` that is told each batch after it, as in Services."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.program = FakeProgram()
        self.quotes = Quotes()
        self.services = Services(self.clock, Tasks(_fail), self.quotes, FakeDisplay())
        self.serving = Serving(self.services, self.program)
        self.services.consumers.append(self.serving)

    def want(self, *instruments: Instrument) -> None:
        self.program.wanted.update(instruments)
        self.quotes.slots(instruments)

    def trade(self, *prices: tuple[str, str], feed: str = "demo") -> None:
        """(code, price) each, in one batch."""
        updates = [
            Trade(code, number(price), number("3"), self.clock.utc_s(self.clock.now_s())) for code, price in prices
        ]
        self.services.take(Batch(feed, list(updates), self.clock.now_s()))

    def quote(self, update: Quote, feed: str = "demo") -> None:
        self.services.take(Batch(feed, [update], self.clock.now_s()))

    def stand(self, code: str, state: RowState, reason: str = "", feed: str = "demo") -> None:
        status = RowStatus(code, state, self.clock.now_s(), reason)
        self.services.take(Batch(feed, [], self.clock.now_s(), statuses=(status,)))


def seen(lines: Sequence[dict[str, Any]]) -> list[int]:
    """For how many updates each quote line stands."""
    return [1 + line.get("dropped", 0) for line in lines]


def _fail(fault: BaseException) -> None:
    raise fault
