"""Doubles of venues, a module each: what it is sent, what it answers, what it pushes, and what it does not allow."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quotedesk.demo.dialects.base import Venue

NAMES = ("binance", "kraken", "bybit", "coinbase", "okx", "finnhub", "alpaca")


def venue_class(name: str) -> "type[Venue]":
    """The venue of this name; loaded only here, as the command line needs the names alone."""
    made: type[Venue] = import_module(f"{__name__}.{name}").VENUE
    return made
