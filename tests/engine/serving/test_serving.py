"""All readers of one program: what they want, what they are told, and what the many cost the few."""

import time
from collections.abc import Sequence

import pytest

from quotedesk.engine.serving import rpc, serving
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState
from tests.fakes.served import FakeReader, ServedStore, seen

A, B = Instrument("demo", "A"), Instrument("demo", "B")


def test_a_snapshot_comes_first_and_pushes_go_on_from_it() -> None:
    store = ServedStore()
    store.want(A)
    store.trade(("A", "1.0"), ("A", "1.1"))
    store.stand("A", RowState.LIVE)
    reader = FakeReader(store.serving)
    [told] = reader.ask("quotes.subscribe", symbols=["A"])["quotes"]
    assert (told["seq"], told["last"], told["state"], told["source"]) == (2, "1.1", "live", "stream")
    assert told["time"] == told["received"] == "2025-11-24T16:16:40.000Z"
    store.trade(("A", "1.2"))
    [pushed] = reader.told("quote")
    assert (pushed["seq"], pushed["last"], pushed["change"]) == (3, "1.2", "0.2")


def test_what_readers_want_is_told_once_and_let_go_with_the_last() -> None:
    store = ServedStore()
    changes: list[list[Instrument]] = []
    store.serving.on_wanted = lambda: changes.append(store.serving.wanted)
    one, two = FakeReader(store.serving), FakeReader(store.serving)
    one.ask("quotes.subscribe", symbols=["A", "BTC-USD@coinbase"])
    two.ask("quotes.subscribe", symbols=["A", "A"])
    assert changes == [[A, Instrument("coinbase", "BTC-USD")]]
    assert store.serving.readers == serving.Readers(("", ""), 2)
    assert one.ask("quotes.unsubscribe", symbols=["A", "B"]) == {"symbols": 1}
    assert store.serving.wanted == [A, Instrument("coinbase", "BTC-USD")]
    store.trade(("A", "1.0"))
    assert (len(one.told("quote")), len(two.told("quote"))) == (0, 1)
    store.serving.leave(two.session)
    store.serving.leave(two.session)
    assert changes[-1] == [Instrument("coinbase", "BTC-USD")]
    assert store.serving.readers.names == ("",)


def test_what_the_program_wants_comes_first_also_where_a_token_speaks_one_dialect() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=["A", "B", "A.US@alltick_action", "A.US@alltick", "BTC/USD@kraken"])
    kraken, dialect = Instrument("kraken", "BTC/USD"), Instrument("alltick_action", "A.US")
    assert store.serving.beside([A]) == [B, dialect, Instrument("alltick", "A.US"), kraken]
    assert reader.told("state") == []
    for _ in range(2):
        assert store.serving.beside([A, Instrument("alltick", "B.US")]) == [B, Instrument("alltick", "A.US"), kraken]
    [told] = reader.told("state")
    assert (told["symbol"], told["feed"], told["state"]) == ("A.US", "alltick_action", "refused")
    assert "alltick uses it" in told["reason"]
    assert dialect in store.serving.beside([A])


def test_a_bare_code_is_of_the_feed_that_is_said_or_of_new_lists() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    told = reader.ask("quotes.subscribe", symbols=["BTC/USD", "A@demo"], feed="kraken")["quotes"]
    assert [(each["symbol"], each["feed"]) for each in told] == [("BTC/USD", "kraken"), ("A", "demo")]


@pytest.mark.parametrize("params", [{"symbols": ["no such!"]}, {"symbols": ["A@nowhere"]}, {"symbols": [""]}, {}])
def test_symbols_that_cannot_be_change_nothing(params: dict[str, object]) -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    assert reader.ask("quotes.subscribe", **params)["code"] == rpc.BAD_PARAMS
    assert reader.ask("quotes.subscribe", symbols=["A"], feed="nowhere")["code"] == rpc.BAD_PARAMS
    assert store.serving.wanted == []


def test_a_snapshot_is_of_whatever_is_asked_for_and_says_of_what_nobody_wants_that_it_is_old() -> None:
    store = ServedStore()
    store.want(A, B)
    store.trade(("A", "1.0"), ("B", "2.0"))
    store.program.wanted.discard(B)
    store.stand("A", RowState.LIVE)
    reader = FakeReader(store.serving)
    told = reader.ask("quotes.snapshot", symbols=["A", "B", "C"])["quotes"]
    assert [each["state"] for each in told] == ["live", "unsubscribed", "unsubscribed"]
    assert [each.get("last") for each in told] == ["1.0", "2.0", None]
    assert not store.quotes.has_slot(Instrument("demo", "C"))
    assert reader.ask("quotes.snapshot") == {"quotes": []}
    assert store.serving.wanted == []


def test_there_is_room_for_so_many_symbols_of_one_and_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOST_ROWS", 3)
    monkeypatch.setattr(serving, "MOST_ROWS_OF_ALL", 4)
    store = ServedStore()
    one, two = FakeReader(store.serving), FakeReader(store.serving)
    assert one.ask("quotes.subscribe", symbols=["A", "B", "C", "D"])["code"] == rpc.TOO_MUCH
    assert len(one.ask("quotes.subscribe", symbols=["A", "B", "C"])["quotes"]) == 3
    assert two.ask("quotes.subscribe", symbols=["D", "E"])["code"] == rpc.TOO_MUCH
    assert len(two.ask("quotes.subscribe", symbols=["A", "B", "D"])["quotes"]) == 3
    assert len(store.serving.wanted) == 4


def test_more_readers_than_there_is_room_for_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "MOST_READERS", 2)
    store = ServedStore()
    first = FakeReader(store.serving)
    FakeReader(store.serving)
    assert store.serving.join(lambda: None) is None
    store.serving.leave(first.session)
    assert store.serving.join(lambda: None) is not None


def test_a_thousand_readers_of_which_most_never_read_cost_bounded_memory_and_the_others_nothing() -> None:
    store = ServedStore()
    readers = [FakeReader(store.serving) for _ in range(1_000)]
    for each in readers:
        each.ask("quotes.subscribe", symbols=["A", "B"])
    for each in readers[1:]:
        each.stop()
    for n in range(200):
        store.trade(("A", f"{n}"), ("B", f"{n}"))
    assert seen(readers[0].told("quote")) == [1] * 400
    assert sum(len(each.session._waiting) for each in readers) == 2 * 999
    for _ in range(2):
        store.serving.second()
    assert [len(store.serving._row(each).readers) for each in store.serving.wanted] == [1, 1], "the others cost nothing"
    store.trade(("A", "200"), ("B", "200"))
    readers[7].resume()
    assert [(each["last"], each["dropped"]) for each in readers[7].told("quote")] == [("200", 200)] * 2
    assert store.serving.readers.dropped == 2 * 200
    for each in readers:
        store.serving.leave(each.session)
    assert store.serving.wanted == []


def test_it_costs_nothing_while_nobody_reads() -> None:
    store = ServedStore()
    store.want(A)
    began_s = time.process_time()
    for _ in range(2_000):
        store.serving.consume(_batch())
    assert time.process_time() - began_s < 0.05


def test_a_previous_close_that_came_beside_the_stream_is_told_with_the_next_quote() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=["A"])
    store.quotes.set_prev_close(A, number("2"), 1_764_000_000.0, "test")
    store.services.take(_seed())
    store.trade(("A", "3"))
    [told] = reader.told("quote")
    assert (told["base"], told["change_pct"]) == ("prev_close", "50.0000")


def test_the_focus_is_told_when_it_is_another() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("initialize", client="")
    context = {"type": "fdc3.instrument", "id": {"ticker": "A"}}
    for instrument in (A, A, None):
        store.serving.show_focus(instrument, context)
    assert reader.told("focus") == [
        {"symbol": "A", "feed": "demo", "fdc3": context},
        {"symbol": None, "feed": None, "fdc3": None},
    ]


class Rules:
    """Alerts that need what they name."""

    def __init__(self) -> None:
        self.watched: dict[ReaderSession, tuple[str, ...]] = {}

    def listed(self) -> list[dict[str, object]]:
        return [{"rule": "A last >= 1", "bell": "armed"}]

    def book_feeds(self) -> set[str]:
        return set()

    def wanted(self) -> list[Instrument]:
        return [Instrument("demo", rule.split()[0]) for rules in self.watched.values() for rule in rules]

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None:
        assert feed == "demo"
        if "bad" in rules:
            raise QuotedeskError("There is no field “bad”")
        self.watched[reader] = tuple(rules)

    def forget(self, reader: ReaderSession) -> None:
        self.watched.pop(reader, None)

    def consume(self, batch: serving.Batch) -> None:
        pass

    def second(self) -> None:
        pass


def test_rules_of_a_reader_are_evaluated_while_it_is_there_and_what_they_need_is_wanted() -> None:
    store = ServedStore()
    reader, other = FakeReader(store.serving), FakeReader(store.serving)
    assert reader.ask("alerts.watch", rules=["A last >= 1"])["code"] == rpc.BAD_PARAMS
    store.serving.alerts = rules = Rules()
    assert reader.ask("alerts.list") == {"alerts": [{"rule": "A last >= 1", "bell": "armed"}]}
    assert reader.ask("alerts.watch", rules=["bad"])["message"] == "There is no field “bad”"
    assert reader.ask("alerts.watch", rules=["A last >= 1"]) == {"rules": 1}
    other.ask("alerts.list")
    assert store.serving.wanted == [A]
    store.serving.show_alert({"rule": "A last >= 1"}, reader.session)
    store.serving.show_alert({"rule": "all"})
    assert [each["rule"] for each in reader.told("alert")] == ["A last >= 1", "all"]
    assert [each["rule"] for each in other.told("alert")] == ["all"]
    store.serving.leave(reader.session)
    assert store.serving.wanted == []
    assert rules.watched == {}


def _batch() -> "serving.Batch":
    return serving.Batch("demo", [Quote(code="A", last=number("1"))] * 10, 1.0)


def _seed() -> "serving.Batch":
    return serving.Batch("demo", [], 1.0, seeds=(Quote(code="A", prev_close=number("2")),))
