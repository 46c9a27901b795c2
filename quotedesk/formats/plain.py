"""Plain text: CODE or CODE@FEED, a line each. `pieces` reads it, with anything usual between the codes."""

from collections.abc import Iterable

from quotedesk.formats.base import SECTION_MARK, Named

TITLE = "Plain text"
SUFFIX = ".txt"


def write(rows: Iterable[Named | str]) -> str:
    return "".join(f"{SECTION_MARK}{row}\n" if isinstance(row, str) else f"{row.marked_code}\n" for row in rows)
