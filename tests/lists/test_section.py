"""Labels and their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.section import LONGEST_NAME, Section, grouped, new_section, section_name
from quotedesk.market.instrument import Instrument

A, B = Instrument("f", "A"), Instrument("f", "B")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Oil and gas", "Oil and gas"),
        ("  Oil,\tgas \r\n", "Oil; gas"),
        ("### Crypto", "Crypto"),
        ("", "Section"),
        (" # ", "Section"),
        ("\u200e\x00x", "x"),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
def test_a_name_is_one_line_that_every_format_can_hold(text: str, name: str) -> None:
    assert section_name(text) == name


@given(st.text())
def test_a_name_made_once_stays_as_it_is(text: str) -> None:
    name = section_name(text)
    assert section_name(name) == name
    assert name.isprintable()
    assert 0 < len(name) <= LONGEST_NAME
    assert "," not in name
    assert not name.startswith("#")
    assert name == name.strip()


def test_two_sections_of_one_name_are_two() -> None:
    assert new_section("x") != new_section("x")


def test_rows_are_grouped_below_their_labels() -> None:
    x, y = Section(1, "x"), Section(2, "y")
    assert list(grouped([A, x, y, B])) == [(None, [A]), (x, []), (y, [B])]
    assert list(grouped([])) == [(None, [])]
