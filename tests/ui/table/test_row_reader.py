"""All that is known of a row."""

from quotedesk.feed.subscription_trace import Trace
from quotedesk.lists.saved import Flag
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import COLUMNS, NAME, SYMBOL, VENUE
from quotedesk.ui.table.row_reader import RowReader
from tests.fakes.clock import FakeClock

A = Instrument("demo", "A.US")


def test_a_row_says_what_the_user_and_the_alerts_said_about_it_and_its_feed_where_that_is_another() -> None:
    reader = RowReader(Quotes(), FakeClock(), Directories({}, lambda feed: SymbolDirectory()))
    reader.feed = "demo"
    row = reader.read(A)
    assert (row.code, row.name, row.flag, row.note, row.bell, row.rings) == ("A.US", "", None, "", None, False)
    reader.flag_of, reader.note_of = {A: Flag.RED}.get, {A: "sell at 200"}.__getitem__
    reader.bell_of, reader.rings = {A: ("bell", "armed")}.get, {A: True}.__getitem__
    reader.feed = "other"
    told = reader.read(A)
    assert (told.code, told.flag, told.note) == ("A.US@demo", Flag.RED, "sell at 200")
    assert (told.bell, told.rings) == (("bell", "armed"), True)


def test_names_are_looked_up_once_and_anew_after_a_minute() -> None:
    clock, asked = FakeClock(), []
    listings = [Listing(code="A.US", name="Apple", kind=InstrumentKind.SHARE)]

    def directory(feed: str) -> SymbolDirectory:
        asked.append(feed)
        return SymbolDirectory(listings=listings)

    reader = RowReader(Quotes(), clock, Directories({"demo": "Demo"}, directory))
    assert [reader.read(A).name for _ in range(3)] == ["Apple"] * 3
    assert (reader.words(NAME, A), reader.words(VENUE, A)) == ("apple", "Demo share")
    assert reader.words(COLUMNS[SYMBOL], A) == "A.US@demo"
    looks = len(asked)
    reader.directories = Directories({"demo": "Demo"}, lambda feed: SymbolDirectory())
    assert reader.read(A).name == "Apple"
    clock.advance(61)
    assert reader.read(A).name == ""
    assert looks == len(asked)


def test_a_row_that_waits_says_for_what_once_that_takes_its_time(open_desk) -> None:
    desk = open_desk(show=False)
    desk.mark(RowState.PENDING, "A.US")
    traces = {"A.US": Trace(desk.clock.now_s())}
    desk.set_trace_of(lambda row: (traces.get(row.code), None))
    model = desk.table.model()
    assert model.reading(0).reason == ""
    desk.clock.advance(4)
    assert model.reading(0).reason == "not asked for yet"
    traces["A.US"] = Trace(1000.0, sent_s=1001.0)
    assert model.reading(0).reason == "asked for, no answer yet"
    traces["A.US"] = Trace(1000.0, sent_s=1001.0, acknowledged_s=1002.0)
    assert model.reading(0).reason == "acknowledged, no trade yet"
    desk.tick("A.US", 10.0)
    assert model.reading(0).reason == ""


def test_venue_and_kind_stand_where_a_name_misleads_and_in_a_column_to_sort_by(open_desk) -> None:
    desk = open_desk("TSLAUSDT", "NVDA.US", show=False)
    tesla = Listing(
        code="TSLAUSDT", name="Tesla", kind=InstrumentKind.PERPETUAL, note="perpetual on Tesla, not the share"
    )
    apple = Listing(code="NVDA.US", name="NVIDIA", kind=InstrumentKind.SHARE)
    model = desk.table.model()
    model.reader.directories = Directories({"demo": "Bybit"}, lambda feed: SymbolDirectory(listings=[tesla, apple]))
    first, second = (model.reading(row) for row in range(2))
    assert (first.name, first.venue) == ("Bybit perpetual on Tesla, not the share",) * 2
    assert (second.name, second.venue) == ("NVIDIA", "Bybit share")
    model.sort_by(VENUE, is_descending=True)
    assert [row.code for row in model.rows] == ["NVDA.US", "TSLAUSDT"]
