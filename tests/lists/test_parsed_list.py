"""What a text was read as."""

import pytest

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.lists.section import new_section
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument

A, B = Instrument("demo", "A.US"), Instrument("demo", "B.US")


@pytest.mark.parametrize(
    ("parsed", "words"),
    [
        (ParsedList(new=(A,), here=(B,)), "1 added, 1 already here"),
        (ParsedList(bad=("see chart",)), "Nothing was added, 1 not a symbol: see chart"),
        (ParsedList(bad=tuple("abcdef")), "Nothing was added, 6 not symbols: a b c d e …"),
        (ParsedList(), "Nothing was added"),
        (ParsedList(fault=BadSymbolError("", "it is too long", "")), "Nothing was added, it is too long"),
    ],
)
def test_what_came_of_it_is_told_in_a_line_that_stays_short(parsed: ParsedList, words: str) -> None:
    assert parsed.words == words


def test_pieces_are_counted_by_what_became_of_them_and_labels_told_from_rows() -> None:
    label = new_section("Metals")
    lines = (ReportLine(1, "Metals", "Metals", Fate.SECTION), ReportLine(2, "A", "A.US", Fate.NEW))
    parsed = ParsedList(new=(A,), rows=(label, A), lines=lines)
    assert parsed.sections == (label,)
    assert [parsed.count(fate) for fate in (Fate.SECTION, Fate.NEW, Fate.BAD)] == [1, 1, 0]
