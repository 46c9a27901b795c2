"""Doubles of venues, a module each: what it is sent, what it answers, what it pushes, and what it does not allow."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quotedesk.demo.dialects.base import Venue

NAMES = ("binance", "kraken", "bybit", "coinbase", "okx", "finnhub", "alpaca")


def venue_class(name: str) -> "type[Venue]":
    """The venue of this name. All are loaded only here, as the command line needs their names alone."""
    from quotedesk.demo.dialects import alpaca, binance, bybit, coinbase, finnhub, kraken, okx

    modules = {"binance": binance, "kraken": kraken, "bybit": bybit, "coinbase": coinbase, "okx": okx}
    modules |= {"finnhub": finnhub, "alpaca": alpaca}
    made: type[Venue] = modules[name].VENUE
    return made
