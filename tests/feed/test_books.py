"""Order books on the same connection: asked for while somebody looks, of what the wire holds, never in a hurry."""

import itertools
import json
import random
from typing import Any

import pytest

from quotedesk.codec.alltick import FEED
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.states import LinkState


class Talk:
    """A session of AllTick's, and a server that answers at once."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.session = Session(FEED, "stock", Pace(1.1, 3.1), random.Random(1))
        self.sent: list[tuple[float, dict[str, Any]]] = []
        self.refuses = ""  # what is answered to requests for books

    def open(self, *codes: str) -> None:
        self.session.want(codes, self.now_s)
        self.session.dialling(self.now_s)
        self.session.opened(self.now_s)

    def run(self, for_s: float) -> None:
        for _ in range(round(for_s * 10)):
            self.now_s += 0.1
            self.session.elapsed(self.now_s, self.now_s + 1e9)
            for frame in self.session.take_frames(self.now_s):
                said = json.loads(frame)
                self.sent.append((self.now_s, said))
                ret = 600 if self.refuses and said["cmd_id"] == 22002 else 200
                answer = {"ret": ret, "msg": self.refuses or "ok", "cmd_id": said["cmd_id"] + 1}
                self.session.received([json.dumps({**answer, "seq_id": said["seq_id"]}).encode()], self.now_s)
                if said["cmd_id"] == 22004:
                    self.session.received([tick(each["code"]) for each in said["data"]["symbol_list"]], self.now_s)

    def books(self) -> list[list[str]]:
        """The codes of each request for books; of a cancel none."""
        asked = []
        for _, said in self.sent:
            if said["cmd_id"] == 22002:
                asked.append([each["code"] for each in said["data"]["symbol_list"]])
            elif said["cmd_id"] == 22006 and said["data"]["cancel_type"] == 1:
                asked.append([])
        return asked


def tick(code: str) -> bytes:
    data = {"code": code, "seq": "1", "tick_time": "1677831545217", "price": "1.5", "volume": "2"}
    return json.dumps({"cmd_id": 22998, "data": data}).encode()


def test_no_book_is_asked_for_while_nobody_looks() -> None:
    talk = Talk()
    talk.open("A.US", "B.US")
    talk.run(30)
    assert talk.books() == []


def test_books_follow_the_list_and_go_when_nobody_looks_any_more() -> None:
    talk = Talk()
    talk.open("A.US", "B.US")
    talk.session.want_books(on=True)
    talk.run(20)
    assert talk.books() == [["A.US", "B.US"]]
    talk.session.want(("A.US", "C.US"), talk.now_s)
    talk.run(20)
    assert talk.books() == [["A.US", "B.US"], ["A.US", "C.US"]]
    talk.session.want_books(on=False)
    talk.run(20)
    assert talk.books()[2:] == [[]]
    talk.session.want_books(on=True)
    talk.run(20)
    talk.session.want((), talk.now_s)
    talk.run(20)
    assert talk.books()[3:] == [["A.US", "C.US"], []]
    times_s = [at_s for at_s, _ in talk.sent]
    assert min(later - earlier for earlier, later in itertools.pairwise(times_s)) > 1.05
    assert len({said["seq_id"] for _, said in talk.sent}) == len(talk.sent)


def test_whoever_edits_on_does_not_wait_for_books() -> None:
    talk = Talk()
    talk.session.want_books(on=True)
    talk.open("A.US")
    for last in "BCDE":
        talk.session.want(("A.US", f"{last}.US"), talk.now_s)
        talk.run(11)
    assert talk.books() == []
    talk.run(5)
    assert talk.books() == [["A.US", "E.US"]]


def test_after_a_loss_books_are_asked_for_again_after_the_trades() -> None:
    talk = Talk()
    talk.open("A.US")
    talk.session.want_books(on=True)
    talk.run(20)
    talk.session.lost("The connection broke off", talk.now_s)
    talk.sent.clear()
    talk.session.dialling(talk.now_s)
    talk.session.opened(talk.now_s)
    talk.run(20)
    assert [said["cmd_id"] for _, said in talk.sent if said["cmd_id"] != 22000] == [22004, 22002]


def test_a_refusal_of_books_costs_no_trade_and_is_not_argued_with() -> None:
    talk = Talk()
    talk.refuses = "code invalid"
    talk.open("A.US", "B.US")
    talk.session.want_books(on=True)
    talk.run(120)
    assert talk.books() == [["A.US", "B.US"]] * 3
    assert talk.session.status.state is LinkState.UP
    assert not talk.session.parked
    assert [said["cmd_id"] for _, said in talk.sent].count(22004) == 1


@pytest.mark.parametrize("many", [1, 300])
def test_bids_and_asks_reach_the_batches(many: int) -> None:
    talk = Talk()
    talk.open(*(f"S{number}.US" for number in range(many)))
    talk.session.want_books(on=True)
    talk.run(20)
    talk.session.take_batches(talk.now_s)
    book = {"code": "S0.US", "bids": [{"price": "1", "volume": "2"}], "asks": [{"price": "3", "volume": "4"}]}
    talk.session.received([json.dumps({"cmd_id": 22999, "data": book}).encode()], talk.now_s)
    (update,) = [update for batch in talk.session.take_batches(talk.now_s) for update in batch.updates]
    assert (update.bid.text, update.ask.text) == ("1", "3")  # type: ignore[union-attr]
