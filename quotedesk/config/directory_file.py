"""A provider's known symbols that ship with the program: a CSV of code, name, and what it is called elsewhere."""

import csv
import io

from quotedesk.codec.base import Provider
from quotedesk.config import kept_file
from quotedesk.config.paths import provided
from quotedesk.lists.symbol_directory import SymbolDirectory
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code

_FILE = "symbols.csv"


def load(folder: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Code -> name, code -> EXCHANGE:TICKER, and a report for the user ("" where all is well).

    `folder` is the provider's, see `paths.provided`. Without the file the program goes on.
    """
    try:
        path = provided(folder, _FILE)
        if path is None:
            return {}, {}, ""
        text = kept_file.read_bytes(path).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        if not rows:
            raise KeyError("it holds nothing")
        names = {check_code(row["code"]): row["name"] or "" for row in rows}
        listed = {row["code"]: row["listed"] for row in rows if row["listed"]}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, BadSymbolError) as fault:
        return {}, {}, f"The list of known symbols ({folder}/{_FILE}) could not be read, so names are missing: {fault}"
    return names, listed, ""


def directory_of(provider: Provider) -> tuple[SymbolDirectory, str]:
    """The symbol directory of a provider, with how others call its symbols, and a report as `load` gives it."""
    names, listed, report = load(provider.resources)
    return SymbolDirectory(names, provider.symbology(listed)), report
