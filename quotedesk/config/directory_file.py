"""A provider's known symbols that ship with the program: a CSV of code, name, and what it is called elsewhere.

Columns that may be missing: kind (see InstrumentKind), base and quote, note.
"""

import csv
import io
from collections.abc import Mapping
from functools import cache

from quotedesk.codec.base import Provider
from quotedesk.config import kept_file
from quotedesk.config.paths import provided, resource
from quotedesk.lists.symbol_directory import ListingStore, SymbolDirectory
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.symbology import PAIR_VENUES

_FILE = "symbols.csv"
_NAMES = "names.csv"
_QUOTES = ("USDT", "USDC", "USD", "EUR", "GBP", "BTC", "ETH")


@cache
def usual_names() -> Mapping[str, str]:
    """Base -> name of well-known coins, metals and currencies, for feeds that give none; empty without the file."""
    try:
        text = kept_file.read_bytes(resource(_NAMES)).decode("utf-8-sig")
        return {row["base"]: row["name"] for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return {}


def listings(folder: str) -> tuple[list[Listing], str]:
    """The symbols, and a report for the user ("" where all is well).

    `folder` is the provider's, see `paths.provided`. Without the file the program goes on.
    """
    try:
        path = provided(folder, _FILE)
        if path is None:
            return [], ""
        text = kept_file.read_bytes(path).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        if not rows:
            raise KeyError("it holds nothing")
        return [_listing(row) for row in rows], ""
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError, BadSymbolError) as fault:
        return [], f"The list of known symbols ({folder}/{_FILE}) could not be read, so names are missing: {fault}"


def load(folder: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Code -> name, code -> EXCHANGE:TICKER, and a report, see `listings`."""
    found, report = listings(folder)
    return {each.code: each.name for each in found}, _listed(found), report


def directory_of(provider: Provider, feed: str = "", store: ListingStore | None = None) -> tuple[SymbolDirectory, str]:
    """The symbol directory of a feed, with how others call its symbols, and a report, see `listings`.

    `store` has the directory that was fetched, which goes before the one that ships.
    """
    found, report = listings(provider.resources)
    symbology = provider.symbology(_listed(found))
    return SymbolDirectory(symbology=symbology, listings=found, feed=feed, store=store), report


def _listed(found: list[Listing]) -> dict[str, str]:
    return {each.code: each.listed for each in found if each.listed}


def _listing(row: dict[str, str]) -> Listing:
    kind, base, quote = _traded(row)
    return Listing(
        code=check_code(row["code"]),
        name=row["name"] or usual_names().get(base, ""),
        kind=kind,
        base=base,
        quote=quote,
        note=row.get("note") or "",
        listed=row["listed"] or "",
    )


def _traded(row: dict[str, str]) -> tuple[InstrumentKind, str, str]:
    """Kind, base and quote. Without columns for them those of a pair that a venue of pairs lists: BYBIT:BTCUSDT.P."""
    if "base" in row:
        return InstrumentKind(row.get("kind") or ""), row["base"] or "", row.get("quote") or ""
    venue, _, ticker = (row["listed"] or "").partition(":")
    pair = ticker.removesuffix(".P")
    quote = next((each for each in _QUOTES if pair.endswith(each) and pair != each), "")
    if venue not in PAIR_VENUES or not quote:
        return InstrumentKind(row.get("kind") or ""), "", ""
    usual = InstrumentKind.SPOT if pair == ticker else InstrumentKind.PERPETUAL
    return InstrumentKind(row.get("kind") or usual.value), pair.removesuffix(quote), quote
