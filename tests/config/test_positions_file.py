"""The file of what is held: whole or set aside, exact to the digit."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.config import positions_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position

NUMBERS = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=8)
POSITIONS = st.builds(Position, NUMBERS.filter(bool), st.none() | NUMBERS)
INSTRUMENTS = st.builds(Instrument, st.sampled_from(["demo", "a_b"]), st.sampled_from(["A.US", "BTC/USD", "x-y", "1"]))


@given(st.dictionaries(INSTRUMENTS, POSITIONS), st.sampled_from(["", "USD"]), st.booleans())
def test_what_is_saved_is_loaded(tmp_path_factory, positions, currency: str, is_hidden: bool) -> None:
    path = tmp_path_factory.mktemp("held") / "positions.toml"
    held = Held(positions, currency, is_hidden)
    positions_file.save(path, held)
    loaded, report = positions_file.load(path)
    assert (loaded, report) == (held, "")
    assert {each: str(one.quantity) for each, one in loaded.positions.items()} == {
        each: str(one.quantity) for each, one in positions.items()
    }


def test_a_new_profile_holds_nothing(tmp_path: Path) -> None:
    assert positions_file.load(tmp_path / "positions.toml") == (Held(), "")


@pytest.mark.parametrize(
    "spoilt",
    [
        "format = 1\n[[positions]]\nsymbol = 'demo:A'\nquantity = 'NaN'\n",
        "format = 1\n[[positions]]\nsymbol = 'demo:A'\nquantity = '0'\n",
        "format = 1\n[[positions]]\nsymbol = 'A'\nquantity = '1'\n",
        "format = 1\n[[positions]]\nsymbol = 'demo:A B'\nquantity = '1'\n",
        "format = 1\n[[positions]]\nsymbol = 'demo:A'\n",
        "\x00\x01",
        "",
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside_and_the_one_before_is_taken(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "positions.toml"
    first = Held({Instrument("demo", "A"): Position(Decimal(1))})
    positions_file.save(path, first)
    positions_file.save(path, Held())
    path.write_text(spoilt)
    held, report = positions_file.load(path)
    assert held == first
    assert "positions.toml.unreadable-1" in report
    assert (tmp_path / "positions.toml.unreadable-1").read_text() == spoilt


def test_the_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "positions.toml"
    path.write_text("format = 99\n")
    with pytest.raises(NewerFileError):
        positions_file.load(path)
    assert path.read_text() == "format = 99\n"


def test_a_number_written_by_hand_is_exact_as_well(tmp_path: Path) -> None:
    path = tmp_path / "positions.toml"
    path.write_text("format = 1\n[[positions]]\nsymbol = 'demo:A'\nquantity = 5\ncost = 0.1\n")
    held, _ = positions_file.load(path)
    assert held.positions == {Instrument("demo", "A"): Position(Decimal(5), Decimal("0.1"))}
