"""Records become pages and come back; what a newer version made, or nobody, is left out."""

import contextlib
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config.recording import (
    AnyRecord,
    Began,
    Came,
    Checkpoint,
    KnownLink,
    Lost,
    Seeded,
    Wanted,
    Went,
    page_of,
    records_of,
)
from quotedesk.market.number import number
from quotedesk.market.quote import Quote

times = st.floats(0, 1e9)
words = st.text(max_size=20)
named = st.tuples(words, words)
quotes = st.builds(Quote, code=words, last=st.sampled_from([None, number("1.50")]), time_utc_s=times)
records = st.one_of(
    st.builds(Began, times, times, words),
    st.builds(Wanted, times, st.lists(named, max_size=3).map(tuple)),
    st.builds(Came, times, st.integers(1, 9), st.lists(st.binary(max_size=50), max_size=3)),
    st.builds(Went, times, st.integers(1, 9), st.binary(max_size=50)),
    st.builds(Lost, times, st.integers(1, 9), words, st.booleans(), times),
    st.builds(Seeded, times, words, st.lists(quotes, max_size=2).map(tuple)),
    st.builds(
        Checkpoint,
        times,
        times,
        st.lists(named, max_size=3).map(tuple),
        st.lists(st.builds(KnownLink, st.integers(1, 9), words, words, st.booleans()), max_size=2).map(tuple),
        known=st.dictionaries(words, st.lists(quotes, max_size=2), max_size=2),
    ),
)


@given(st.lists(records, max_size=8))
def test_a_page_gives_back_what_went_into_it(said: list[AnyRecord]) -> None:
    assert records_of(page_of(said)) == (said, 0)


@given(st.binary(max_size=200))
def test_garbage_is_a_value_error_and_nothing_else(data: bytes) -> None:
    for page in (data, zlib.compress(data)):
        with contextlib.suppress(ValueError):
            records_of(page)


@given(st.lists(records, min_size=1, max_size=4), st.data())
def test_a_page_cut_anywhere_is_a_value_error(said: list[AnyRecord], data: st.DataObject) -> None:
    page = page_of(said)
    with pytest.raises(ValueError, match="a page is"):
        records_of(page[: data.draw(st.integers(0, len(page) - 1))])


def test_records_and_fields_of_a_newer_version_are_left_out() -> None:
    page = [["out", 1.0, 1, b"x", "a field of later"], ["sang", 2.0, "la"], ["out", 3.0, 1, b"y"]]
    found, unread = records_of(zlib.compress(msgspec.msgpack.encode(page)))
    assert found == [Went(1.0, 1, b"x"), Went(3.0, 1, b"y")]
    assert unread == 1


def test_a_page_that_would_burst_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotedesk.config.recording._MOST_PAGE_BYTES", 1_000)
    with pytest.raises(ValueError, match="too large"):
        records_of(page_of([Went(1.0, 1, bytes(2_000))]))
