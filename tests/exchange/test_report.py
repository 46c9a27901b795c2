"""How pieces are told."""

import io
import json

import pytest

from quotedesk.exchange.report import piece_of, summed_up, told, write_json
from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine
from quotedesk.market.instrument import Instrument


@pytest.mark.parametrize(
    ("line", "kind", "symbol", "reason"),
    [
        (ReportLine(1, "aapl", "AAPL.US", Fate.NEW), "symbol", "AAPL.US", ""),
        (ReportLine(1, "aapl", "AAPL.US", Fate.HERE), "duplicate", "AAPL.US", "already here"),
        (ReportLine(1, "aapl", "AAPL.US", Fate.TWICE), "duplicate", "AAPL.US", "twice in the file"),
        (ReportLine(1, "###x", "x", Fate.SECTION), "section", "", ""),
        (ReportLine(1, "# x", "", Fate.ASIDE, "a comment"), "ignored", "", "a comment"),
        (ReportLine(1, "ko", "KO.US", Fate.UNSURE, "not sure whether"), "refused", "", "not sure whether"),
        (ReportLine(1, "1.5", "", Fate.BAD, "It is a number"), "refused", "", "It is a number"),
    ],
)
def test_each_fate_is_a_kind(line: ReportLine, kind: str, symbol: str, reason: str) -> None:
    piece = piece_of(line)
    assert (piece.text, piece.kind, piece.symbol, piece.reason) == (line.text, kind, symbol, reason)
    file = io.BytesIO()
    write_json(file, line)
    assert file.getvalue().endswith(b"}\n")
    assert json.loads(file.getvalue())["kind"] == kind


def test_people_are_told_of_what_did_not_come_in_and_of_the_sum() -> None:
    assert told(ReportLine(3, "a\tb", "", Fate.BAD, "why", "x.csv")) == "x.csv, line 3: a b: why"
    assert told(ReportLine(0, "x.bin", "", Fate.BAD, "why", "x.bin")) == "x.bin: x.bin: why"
    assert told(ReportLine(3, "A", "A", Fate.NEW)) == ""
    lines = (ReportLine(1, "A", "A", Fate.NEW), ReportLine(2, "1", "", Fate.UNSURE, "not sure"))
    result = ParsedList(new=(Instrument("demo", "A"),), lines=lines)
    assert summed_up("Mine", result, is_dry=False) == "Mine: 1 new, 1 not sure."
    assert summed_up("Mine", ParsedList(), is_dry=True) == "Mine: nothing. Nothing was changed."
