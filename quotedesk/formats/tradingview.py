"""TradingView's list files: EXCHANGE:SYMBOL between commas or on lines; ### begins a section.

Its help page "How to import or export watchlists"; secondary guides say that & and - in a symbol become _.
"""

import re
from collections.abc import Iterable, Iterator

from quotedesk.formats.base import SECTION_MARK, Aside, Entry, Label, Named, symbol, tokens

TITLE = "TradingView list"
SUFFIX = ".txt"
_NAMED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*:[^\s:/]\S*")
MOST = 1000  # symbols in a list there


def looks_so(text: str) -> bool:
    head = text[:20_000]
    pieces = [piece for _, piece in tokens(head, "\t")]
    named = [piece for piece in pieces if _NAMED.fullmatch(piece)]
    return any(piece.startswith(SECTION_MARK) for piece in pieces) or len(named) > len(pieces) / 2


def read(text: str) -> Iterator[Entry]:
    for line, piece in tokens(text, "\t"):
        if piece.startswith(SECTION_MARK):
            yield Label(line, piece, piece.lstrip("#").strip())
        elif piece.startswith(("#", "//")):
            yield Aside(line, piece, "a comment")
        else:
            yield symbol(line, piece)


def write(rows: Iterable[Named | str]) -> str:
    """A row a line, which its import takes as well as commas; lists of more than 1,000 it does not take."""
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{row.venue}:{row.ticker}\n" for row in rows)
