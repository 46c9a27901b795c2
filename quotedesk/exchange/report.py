"""What became of each piece of the files, told as lines for people or as JSON for programs."""

from typing import BinaryIO

import msgspec

from quotedesk.lists.parsed_list import Fate, ParsedList, ReportLine

_KINDS = {
    Fate.NEW: "symbol",
    Fate.HERE: "duplicate",
    Fate.TWICE: "duplicate",
    Fate.SECTION: "section",
    Fate.ASIDE: "ignored",
    Fate.UNSURE: "refused",
    Fate.BAD: "refused",
}


class Piece(msgspec.Struct, frozen=True):
    """A piece of a file, as JSON tells of it.

    Attributes:
        text: as it stood there.
        kind: symbol, section, duplicate, refused or ignored.
        symbol: what it became, CODE or CODE@FEED; "" for none.
        reason: why none, or why it is no new one; "" for a new symbol or a section.
        file, line: where; line 0 is the whole file.
    """

    text: str
    kind: str
    symbol: str
    reason: str
    file: str
    line: int


def piece_of(line: ReportLine) -> Piece:
    """What JSON tells of a line of the report."""
    kind = _KINDS[line.fate]
    symbol = line.became if kind in ("symbol", "duplicate") else ""
    reason = line.why or (line.fate.value if kind == "duplicate" else "")
    return Piece(line.text, kind, symbol, reason, line.file, line.number)


def write_json(file: BinaryIO, line: ReportLine) -> None:
    """A JSON object on a line of its own. Raises OSError."""
    file.write(msgspec.json.encode(piece_of(line)) + b"\n")


def told(line: ReportLine) -> str:
    """A piece that did not become a row, for people; "" for one that did or that needs no word."""
    if _KINDS[line.fate] != "refused":
        return ""
    place = f"{line.file}, line {line.number}" if line.number else line.file
    return f"{place}: {' '.join(line.text.split())[:100]}: {line.why}"


def summed_up(name: str, result: ParsedList, is_dry: bool) -> str:
    """What came of all, in a line."""
    counts = [
        f"{count:,} {words}"
        for words, count in (
            ("new", len(result.new)),
            ("already there or twice", result.count(Fate.HERE) + result.count(Fate.TWICE)),
            ("section labels", len(result.sections)),
            ("not sure", result.count(Fate.UNSURE)),
            ("not mapped", result.count(Fate.BAD)),
        )
        if count
    ]
    what = ", ".join(counts) or "nothing"
    return f"{name}: {what}.{' Nothing was changed.' if is_dry else ''}"
