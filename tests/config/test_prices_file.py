"""The last prices on disk."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config import prices_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.config.prices_file import LastPrice

finite = st.floats(allow_nan=False, allow_infinity=False)


codes = st.from_regex(r"[A-Z0-9]{1,6}\.US", fullmatch=True)
times = st.none() | st.floats(0, 4e9)


@given(st.lists(st.builds(LastPrice, codes, finite, st.integers(0, 12), times)))
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, prices: list[LastPrice]) -> None:
    path = tmp_path_factory.getbasetemp() / "prices.json"
    prices_file.save(path, prices_file.encoded(prices))
    assert prices_file.load(path) == (prices, "")


def test_no_file_is_no_prices(tmp_path: Path) -> None:
    assert prices_file.load(tmp_path / "prices.json") == ([], "")


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[", b"[" * 100_000, b'{"prices": [["A", "1.5", 2, null]]}', b'{"prices": [["A"]]}']
)
def test_a_broken_file_is_told_and_replaced_by_the_next(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "prices.json"
    path.write_bytes(data)
    prices, report = prices_file.load(path)
    assert (prices, report) == ([], "The last prices (prices.json) could not be read; rows start without.")
    prices_file.save(path, prices_file.encoded([LastPrice("A", 1.5, 2, None)]))
    assert prices_file.load(path) == ([LastPrice("A", 1.5, 2, None)], "")


@pytest.mark.parametrize("data", [b'{"format": 2, "prices": []}', b'{"format": 9, "prices": {"A": 1}}'])
def test_a_newer_file_is_told_and_left_alone(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "prices.json"
    path.write_bytes(data)
    with pytest.raises(NewerFileError, match="newer"):
        prices_file.load(path)
    assert path.read_bytes() == data


@pytest.mark.parametrize(
    "entry",
    ['["A.US", 1.5, -3, null]', '["A.US", 1.5, 400, null]', '["A.US", 1.5, 1000000000, null]', '["", 1, 2, null]'],
)
def test_an_entry_that_can_be_no_price_costs_no_other(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "prices.json"
    path.write_text(f'{{"prices": [{entry}, ["B.US", 2.5, 2, null], ["C.US", 3.5, 1, 1e300]]}}')
    assert prices_file.load(path) == ([LastPrice("B.US", 2.5, 2, None), LastPrice("C.US", 3.5, 1, None)], "")


def test_a_linked_file_is_written_through(tmp_path: Path) -> None:
    kept, path = tmp_path / "elsewhere.json", tmp_path / "prices.json"
    path.symlink_to(kept)
    prices_file.save(path, prices_file.encoded([LastPrice("A", 1.5, 2, None)]))
    assert path.is_symlink()
    assert prices_file.load(kept) == ([LastPrice("A", 1.5, 2, None)], "")
