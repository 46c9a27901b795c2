"""What all doubles share."""

import pytest

from quotedesk.demo.dialects.base import number, parsed, texts, whole
from quotedesk.demo.dialects.binance import BinanceVenue
from quotedesk.demo.dialects.bybit import BybitVenue
from quotedesk.demo.faults import AHEAD_S, ServerFaults


def test_made_up_instruments_are_as_many_as_asked_for_and_each_another() -> None:
    venue = BinanceVenue(ServerFaults(), 1, 100_000)
    assert len(venue.instruments) == len(BinanceVenue(ServerFaults(), 1).instruments) + 100_000


def test_an_instrument_is_found_by_its_spelling_and_board_unless_it_is_to_be_unknown() -> None:
    venue = BybitVenue(ServerFaults(refuse=frozenset({"ETHUSDT"})), 1)
    spot, linear = venue.find("BTCUSDT", "spot"), venue.find("BTCUSDT", "linear")
    assert spot
    assert linear
    assert spot.key != linear.key
    assert venue.find("BTCUSDT") is venue.find("ETHUSDT", "spot") is venue.find("NOPE", "spot") is None


def test_what_is_told_of_an_instrument_has_the_faults_in_it() -> None:
    faults = ServerFaults(skew=5.0, ahead=frozenset({"BTCUSDT"}), negative=frozenset({"BTCUSDT"}))
    venue = BinanceVenue(faults, 1)
    made = venue.instruments["BTCUSDT"]
    ticker, fields, utc_s = venue.newest(made, 1000.0)
    assert (fields["last"], utc_s) == (f"-{ticker.last}", 1005.0 + AHEAD_S)
    assert venue.newest(made, 1000.0)[2] == 1005.0, "one stamp alone runs ahead"


def test_an_instrument_that_is_halted_says_so_and_has_no_prices() -> None:
    venue = BinanceVenue(ServerFaults(halt=frozenset({"BTCUSDT"})), 1)
    bitcoin, ether = venue.instruments["BTCUSDT"], venue.instruments["ETHUSDT"]
    assert (venue.status(bitcoin), venue.trades(bitcoin), venue.shows(bitcoin)) == ("HALT", False, False)
    assert (venue.status(ether), venue.trades(ether), venue.shows(ether)) == ("TRADING", True, True)


@pytest.mark.parametrize(("text", "value"), [("1.50", 1.5), ("104", 104), ("-3", -3), ("1.3e-05", 1.3e-05)])
def test_a_number_is_whole_where_its_text_is(text: str, value: float) -> None:
    assert (number(text), type(number(text))) == (value, type(value))


def test_frames_that_are_none_are_nothing() -> None:
    assert parsed("{") is parsed("[" * 100_000) is None
    assert texts(["a"]) == ["a"]
    assert texts(["a", 1]) is texts("a") is None
    assert (whole({"limit": "7"}, "limit", 1), whole({"limit": "x"}, "limit", 1), whole({}, "limit", 1)) == (7, 1, 1)
