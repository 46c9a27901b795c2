"""Which symbols the demo feed has: those of any directory that ships with the program."""

import csv
import io
from functools import cache

from quotedesk.config.paths import resource
from quotedesk.demo.dialogue import fits_a_market


def is_listed(code: str) -> bool:
    """Is there such a symbol? Capitals and small letters are one; without a directory whatever fits a market is."""
    listed = _listed()
    return code.upper() in listed if listed else fits_a_market(code)


@cache
def _listed() -> frozenset[str]:
    try:
        files = sorted(resource("names.csv").parent.glob("*/symbols.csv"))
        texts = [path.read_text("utf-8-sig") for path in files]
        codes = [row["code"] for text in texts for row in csv.DictReader(io.StringIO(text, newline=""))]
    except (OSError, ValueError, KeyError, csv.Error):
        return frozenset()
    # Venues of US shares write AAPL for AAPL.US.
    named = (code if fits_a_market(code) else f"{code}.US" for code in codes)
    return frozenset(code.upper() for code in named if fits_a_market(code))
