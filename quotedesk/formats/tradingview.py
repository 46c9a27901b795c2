"""TradingView's list files: EXCHANGE:SYMBOL between commas or on lines; ### begins a section. `pieces` reads them.

Its help page "How to import or export watchlists"; secondary guides say that & and - in a symbol become _.
"""

from collections.abc import Iterable

from quotedesk.formats.base import SECTION_MARK, Named

TITLE = "TradingView list"
SUFFIX = ".txt"
MOST = 1000  # symbols in a list there


def write(rows: Iterable[Named | str]) -> str:
    """A row a line, which its import takes as well as commas; lists of more than 1,000 it does not take."""
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{row.venue}:{row.ticker}\n" for row in rows)
