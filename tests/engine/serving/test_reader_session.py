"""One reader: whatever it sends is answered, and one that is slow gets the newest of each, told how many it missed."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.engine.serving import rpc
from quotedesk.engine.serving.line_splitter import LONGEST
from quotedesk.engine.serving.reader_session import MOST_ALERTS, MOST_UNREADABLE
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus, RowState
from tests.fakes.served import FakeReader, ServedStore, seen

CODES = ["A", "B", "C"]


def test_a_line_in_pieces_is_a_line_and_half_a_line_waits() -> None:
    reader = FakeReader(ServedStore().serving)
    line = b'{"jsonrpc":"2.0","id":1,"method":"quotes.snapshot","params":{"symbols":[]}}\r\n'
    for at in range(len(line)):
        reader.send(line[at : at + 1])
    assert reader.lines == [{"jsonrpc": "2.0", "id": 1, "result": {"quotes": []}}]


def test_one_who_speaks_something_else_is_hung_up_on_and_one_who_errs_is_not() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    for _ in range(3):
        reader.send(b"what?\n" * (MOST_UNREADABLE - 1))
        assert not reader.session.is_over
        assert reader.ask("alerts.list") == {"alerts": []}
    reader.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n" * MOST_UNREADABLE)
    assert reader.session.is_over
    reader.lines.clear()
    reader.send(b'{"jsonrpc":"2.0","id":1,"method":"alerts.list"}\n')
    assert reader.lines == []


def test_a_line_that_is_too_long_is_told_and_the_next_is_answered() -> None:
    reader = FakeReader(ServedStore().serving)
    for _ in range(100):
        reader.send(b"x" * 100_000)
    reader.send(b"\n")
    assert [each["error"]["code"] for each in reader.lines] == [rpc.UNREADABLE]
    assert f"{LONGEST:,}" in reader.lines[0]["error"]["message"]
    assert reader.ask("alerts.list") == {"alerts": []}


def test_nothing_is_told_to_one_who_said_nothing_and_how_things_are_to_one_who_did() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    up = LinkStatus("demo", "demo", LinkState.UP)
    store.serving.show_links((up,))
    store.serving.show_focus(Instrument("demo", "A"), {"type": "fdc3.instrument"})
    store.serving.show_alert({"rule": "x"})
    reader.flush()
    assert reader.lines == []
    assert reader.ask("initialize", client="test\x07 me")["protocol"] == 1
    assert reader.session.name == "test me"
    assert [each["method"] for each in reader.lines] == ["link", "focus"]
    store.serving.show_links((up,))
    store.serving.show_links(())
    store.serving.show_links(())
    assert [each["state"] for each in reader.told("link")] == ["up", "off"]


def test_only_the_notifications_that_were_chosen_come() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    assert reader.ask("initialize", notifications=["quotes"])["code"] == rpc.BAD_PARAMS
    reader.ask("initialize", notifications=["quote"])
    reader.ask("quotes.subscribe", symbols=["A"])
    reader.lines.clear()
    store.trade(("A", "1.0"))
    store.stand("A", RowState.LIVE)
    store.serving.show_links((LinkStatus("demo", "demo", LinkState.UP),))
    store.serving.show_focus(Instrument("demo", "A"), None)
    store.serving.show_alert({})
    assert [each["method"] for each in reader.lines] == ["quote"]


@pytest.mark.parametrize("seconds", [0, 2])
def test_states_and_quotes_that_waited_come_in_the_order_of_the_newest_of_each(seconds: int) -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=["A"])
    reader.lines.clear()

    def stop() -> None:
        reader.stop()
        for _ in range(seconds):
            store.serving.second()

    stop()
    store.trade(("A", "1.0"))
    store.stand("A", RowState.QUIET)
    reader.resume()
    stop()
    store.stand("A", RowState.LIVE)
    store.trade(("A", "1.1"))
    reader.resume()
    assert [each["method"] for each in reader.lines] == ["quote", "state", "state", "quote"]
    assert [each["state"] for each in reader.told("state")] == ["quiet", "live"]


def test_alerts_wait_and_of_too_many_the_oldest_are_told_as_dropped() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("alerts.list")
    reader.stop()
    for n in range(MOST_ALERTS + 5):
        store.serving.show_alert({"n": n})
    reader.resume()
    alerts = reader.told("alert")
    assert alerts[0] == {"n": 5, "dropped": 5}
    assert [each["n"] for each in alerts] == list(range(5, MOST_ALERTS + 5))


def test_a_reader_that_asks_and_never_reads_is_not_answered_until_it_does() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=CODES)
    reader.stop()
    reader.send(b'{"jsonrpc":"2.0","id":1,"method":"quotes.snapshot"}\n' * 500)
    assert reader.lines == []
    assert reader.session.take() == []
    reader.resume()
    assert len(reader.lines) == 500


steps = st.lists(
    st.one_of(
        st.tuples(st.just("trade"), st.lists(st.sampled_from(CODES), min_size=1, max_size=5)),
        st.tuples(st.just("state"), st.sampled_from(CODES)),
        st.tuples(st.sampled_from(["stop", "park", "resume"]), st.just("")),
    ),
    max_size=40,
)


@given(steps)
@settings(max_examples=60)
def test_whenever_it_is_slow_the_counts_add_up_and_the_newest_comes_last(steps: list[tuple[str, Any]]) -> None:
    store = ServedStore()
    reader, quick = FakeReader(store.serving), FakeReader(store.serving)
    for each in (reader, quick):
        each.ask("quotes.subscribe", symbols=CODES)
        each.lines.clear()
    prices: dict[str, list[str]] = {code: [] for code in CODES}
    states: dict[str, list[str]] = {code: ["pending"] for code in CODES}
    for n, (what, about) in enumerate(steps):
        if what == "trade":
            said = [(code, f"{100 + n + place / 10:.1f}") for place, code in enumerate(about)]
            for code, price in said:
                prices[code].append(price)
            store.trade(*said)
        elif what == "state":
            states[about].append(f"why {n}")
            store.stand(about, RowState.STALE, states[about][-1])
        elif what == "park":
            reader.stop()
            for _ in range(2):
                store.serving.second()
        else:
            reader.stop() if what == "stop" else reader.resume()
    reader.resume()
    for code in CODES:
        every = [each for each in quick.told("quote") if each["symbol"] == code]
        assert [each["last"] for each in every] == prices[code]
        assert [each["seq"] for each in every] == list(range(1, len(every) + 1))
        told = [each for each in reader.told("quote") if each["symbol"] == code]
        assert sum(seen(told)) == len(every)
        place = 0
        for each, count in zip(told, seen(told), strict=True):
            place += count
            assert {**each, "dropped": 0} == {**every[place - 1], "dropped": 0}
        reasons = [each["reason"] for each in reader.told("state") if each["symbol"] == code]
        assert reasons[-1:] == states[code][1:][-1:]
        assert [each["reason"] for each in quick.told("state") if each["symbol"] == code] == states[code][1:]


@given(st.lists(st.binary(max_size=30), max_size=12))
@settings(max_examples=60)
def test_no_bytes_harm_it_and_the_pieces_make_no_difference(pieces: list[bytes]) -> None:
    store = ServedStore()
    apart, whole = FakeReader(store.serving), FakeReader(store.serving)
    for piece in pieces:
        apart.send(piece)
    whole.send(b"".join(pieces))
    assert apart.lines == whole.lines
    store.serving.leave(apart.session)
    assert json.dumps(whole.lines)


def test_numbers_are_texts_as_the_feed_wrote_them() -> None:
    store = ServedStore()
    reader = FakeReader(store.serving)
    reader.ask("quotes.subscribe", symbols=["A"])
    store.trade(("A", "1.10"), ("A", "1.200"))
    assert [each["last"] for each in reader.told("quote")] == ["1.10", "1.200"]
    assert Decimal(reader.told("quote")[-1]["change"]) == Decimal("0.1")
