"""Plain text: CODE or CODE@FEED, a line each; read with commas, semicolons and blanks between them as well."""

from collections.abc import Iterable, Iterator

from quotedesk.formats.base import SECTION_MARK, Aside, Entry, Label, Named, Symbol, symbol, tokens

TITLE = "Plain text"
SUFFIX = ".txt"


def looks_so(text: str) -> bool:
    return True


def read(text: str) -> Iterator[Entry]:
    commented = 0
    for line, piece in tokens(text, r";\s"):
        if piece.startswith(SECTION_MARK):
            yield Label(line, piece, piece.lstrip("#").strip())
        elif piece.startswith(("#", "//")) or line == commented:
            commented = line  # to the end of the line
            yield Aside(line, piece, "a comment")
        else:
            yield symbol(line, piece) if ":" in piece else Symbol(line, piece, piece)


def write(rows: Iterable[Named | str]) -> str:
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{row.marked_code}\n" for row in rows)
