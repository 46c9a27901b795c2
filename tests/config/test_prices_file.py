"""The last prices on disk."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config import prices_file
from quotedesk.config.prices_file import LastPrice

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.builds(LastPrice, st.text("A.us1", min_size=1), finite, st.integers(0, 12), st.none() | finite)))
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


def test_another_format_is_no_prices(tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_bytes(b'{"format": 2, "prices": []}')
    assert prices_file.load(path) == ([], "")
