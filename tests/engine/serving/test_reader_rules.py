"""Rules for readers: a reader's own see every update, however slow it reads; the program's are listed and told."""

import pytest

from quotedesk.codec import FEEDS
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.serving import reader_rules, rpc
from quotedesk.engine.serving.reader_rules import ReaderRules
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.lists.book import Book
from quotedesk.lists.edits import Insert
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from tests.fakes.served import FakeReader, ServedStore

BTC = Instrument("demo", "BTCUSDT")
RULE = "BTCUSDT last crosses-up 100 repeat 1s"


class RulesAtWork(ServedStore):
    """A store with rules; `own` are the program's."""

    def __init__(self, *own: str) -> None:
        super().__init__()
        self.book = Book([BTC])
        self.own = Alerting(self.clock, lambda feed: Hours(()), FEEDS, self.quotes)
        self.own.follow(self.book)
        self.own.set_rules(self.own.read(own, "demo")[0])
        self.services.consumers.insert(0, self.own)
        tell = self.serving.show_alert
        hours_of = lambda feed: Hours(())  # noqa: E731
        self.serving.alerts = ReaderRules(self.clock, hours_of, self.quotes, self.book, tell, self.own)


def alerts(reader: FakeReader) -> list[tuple[object, object, object]]:
    return [(each["rule"], each["kind"], each.get("value")) for each in reader.told("alert")]


def test_a_rule_sees_every_update_also_of_a_reader_that_is_slow_and_before_its_quote() -> None:
    store = RulesAtWork()
    reader, other = FakeReader(store.serving), FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=["BTCUSDT"])
    other.ask("alerts.list")
    assert reader.ask("alerts.watch", rules=[RULE]) == {"rules": 1}
    reader.lines.clear()
    store.stand("BTCUSDT", RowState.LIVE)
    store.trade(("BTCUSDT", "99"))
    reader.stop()
    store.clock.advance(5)
    store.trade(("BTCUSDT", "101"), ("BTCUSDT", "98"))
    reader.resume()
    assert alerts(reader) == [(RULE, "fired", "101")]
    [told] = reader.told("alert")
    assert (told["symbol"], told["feed"], told["before"], told["watched"]) == ("BTCUSDT", "demo", "99", True)
    assert reader.told("quote")[-1]["dropped"] == 1
    assert other.told("alert") == []


def test_rules_go_with_their_reader_and_are_replaced_as_a_whole() -> None:
    store = RulesAtWork()
    reader = FakeReader(store.serving)
    followers = len(store.book.listeners)
    reader.ask("alerts.watch", rules=["* last >= 1", "ETHUSDT last >= 1"])
    assert store.serving.wanted == [Instrument("demo", "ETHUSDT")]
    assert reader.ask("alerts.watch", rules=["BTC-USD@coinbase last >= 1 repeat 1s"]) == {"rules": 1}
    assert store.serving.wanted == [Instrument("coinbase", "BTC-USD")]
    assert len(store.book.listeners) == followers + 1
    store.serving.leave(reader.session)
    assert store.serving.wanted == []
    assert len(store.book.listeners) == followers
    store.serving.alerts.watch(reader.session, [], "demo")
    assert len(store.book.listeners) == followers


def test_what_rules_of_a_reader_name_follows_the_lists() -> None:
    store = RulesAtWork()
    reader = FakeReader(store.serving)
    reader.ask("alerts.watch", rules=["list:Watchlist bid >= 1"])
    assert store.serving.wanted == [BTC]
    rules = store.serving.alerts
    assert isinstance(rules, ReaderRules)
    assert rules.book_feeds() == {"demo"}
    more = Instrument("demo", "ETHUSDT")
    Insert(((1, more),)).apply(store.book.lists[0])
    assert store.serving.wanted == [BTC, more]


@pytest.mark.parametrize("line", ["BTCUSDT lst >= 1", "BTCUSDT last >== 1", "", "x" * 5_000])
def test_a_rule_that_cannot_be_read_is_told_and_those_before_stay(line: str) -> None:
    store = RulesAtWork()
    reader = FakeReader(store.serving)
    reader.ask("alerts.watch", rules=["ETHUSDT last >= 1"])
    followers = len(store.book.listeners)
    fault = reader.ask("alerts.watch", rules=[RULE, line])
    assert fault["code"] == rpc.BAD_PARAMS
    assert len(fault["message"]) < 6_000
    assert store.serving.wanted == [Instrument("demo", "ETHUSDT")]
    assert len(store.book.listeners) == followers


def test_there_is_room_for_so_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_rules, "MOST_RULES", 2)
    monkeypatch.setattr(reader_rules, "MOST_RULES_OF_ALL", 3)
    store = RulesAtWork()
    one, two = FakeReader(store.serving), FakeReader(store.serving)
    rules = [f"BTCUSDT last >= {n}" for n in range(1, 4)]
    assert one.ask("alerts.watch", rules=rules)["code"] == rpc.BAD_PARAMS
    assert one.ask("alerts.watch", rules=rules[:2]) == {"rules": 2}
    assert one.ask("alerts.watch", rules=rules[1:]) == {"rules": 2}
    assert two.ask("alerts.watch", rules=rules[:2])["code"] == rpc.BAD_PARAMS
    assert two.ask("alerts.watch", rules=rules[:1]) == {"rules": 1}


def test_the_programs_rules_are_listed_with_their_bells_and_told_to_all() -> None:
    store = RulesAtWork(RULE)
    reader = FakeReader(store.serving)
    [listed] = reader.ask("alerts.list")["alerts"]
    assert listed["rule"] == store.own.rules[0].text
    [bell] = listed["bells"]
    assert (bell["symbol"], bell["feed"], bell["state"]) == ("BTCUSDT", "demo", "no live price")
    store.stand("BTCUSDT", RowState.LIVE)
    store.trade(("BTCUSDT", "99"))
    store.trade(("BTCUSDT", "100"))
    assert alerts(reader) == [(store.own.rules[0].text, "fired", "100")]
    assert "watched" not in reader.told("alert")[0]


def test_what_happens_by_nothing_happening_is_told_too() -> None:
    store = RulesAtWork()
    reader = FakeReader(store.serving)
    reader.ask("alerts.watch", rules=["BTCUSDT last >= 1 for 5s"])
    store.stand("BTCUSDT", RowState.LIVE)
    for price in ("0.9", "1.1"):
        store.trade(("BTCUSDT", price))
        store.clock.advance(1)
    for _ in range(10):
        store.clock.advance(1)
        store.serving.second()
    assert [each["kind"] for each in reader.told("alert")] == ["fired"]


def test_a_reader_that_never_had_rules_costs_nothing_when_it_goes() -> None:
    store = RulesAtWork()
    reader: ReaderSession = FakeReader(store.serving).session
    store.serving.leave(reader)
    assert store.serving.readers.names == ()
