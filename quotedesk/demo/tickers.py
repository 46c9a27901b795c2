"""Made-up tickers: of each instrument a last price, bid, ask, sizes, a window of 24 hours, and candles behind it."""

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from quotedesk.demo.prices import (
    COINS,
    CURRENCIES,
    METALS,
    STABLE,
    STOCKS,
    DemoMarket,
    MadeTrade,
    PriceKind,
    Walk,
    coin_kind,
    hashed,
)

_DAY_S = 86_400
_GOODS_USD = {"CL": 63.8, "BZ": 66.7, "NG": 2.9, "COPPER": 4.45, "SPX": 6450.0, "QQQ": 575.0, "SPY": 643.0}


class MadeInstrument(NamedTuple):
    """What a venue lists.

    Attributes:
        symbol: as the venue spells it on its WebSocket.
        base, quote: what is bought, and what it is paid with.
        kind: "spot", "perpetual", "stock", "commodity", "forex", "xstocks" or "share".
        board: which of the venue's endpoints has it; "" where there is one.
        name: what people call it; "" for nothing else than `base`.
        underlying: what decides the price; "" for `base`.
    """

    symbol: str
    base: str
    quote: str
    kind: str = "spot"
    board: str = ""
    name: str = ""
    underlying: str = ""

    @property
    def key(self) -> str:
        """Its name among all of a venue."""
        return f"{self.board}:{self.symbol}" if self.board else self.symbol


class MadeBar(NamedTuple):
    """A candle, its numbers as text. `start_s`: seconds since 1970 UTC."""

    start_s: int
    open: str
    high: str
    low: str
    close: str
    volume: str
    turnover: str


def usd_of(name: str) -> float | None:
    """What one of it is worth in USD, roughly; None of what nobody knows."""
    if name in STABLE:
        return 1.0
    for known in (COINS, METALS, CURRENCIES, _GOODS_USD):
        if name in known:
            return known[name]
    return STOCKS.get(f"{name}.US")


def price_kind(made: MadeInstrument) -> PriceKind:
    """How its price looks and moves."""
    base = usd_of(made.underlying or made.base)
    level = (hashed(made.key, 0.01, 50.0) if base is None else base) / (usd_of(made.quote) or 1.0)
    moves = {"stock": "stock", "xstocks": "stock", "share": "stock", "commodity": "metal", "forex": "forex"}
    if made.kind == "forex":
        return PriceKind("forex", level, 5, 1e-5, 1.0)
    if made.kind in moves:
        return PriceKind(moves[made.kind], level, 2, 0.01, 1.0 if made.kind == "share" else 0.01)
    return coin_kind(level)


class Steps(NamedTuple):
    """The least steps of a price and of a size, as texts, and the decimals of the price."""

    tick: str
    lot: str
    decimals: int


def steps_of(made: MadeInstrument) -> Steps:
    """What a directory says of an instrument; no ticker has to be made for it."""
    kind = price_kind(made)
    lot = kind.lot or 1.0
    tick = f"{kind.tick:.{kind.decimals}f}"
    return Steps(tick, f"{lot:.{max(-round(math.log10(lot)), 0)}f}", kind.decimals)


class Ticker:
    """What a venue knows of one instrument. All numbers are texts with the instrument's own decimals.

    Attributes:
        made: see MadeInstrument.
        kind: see prices.PriceKind.
        last, size, side, bid, ask, bid_size, ask_size: the newest trade and the best prices; `side` is "buy" or "sell".
        open_24h, high, low, volume, turnover: of the window of 24 hours.
        count: trades so far; rises by one with each.
    """

    def __init__(self, seed: int, made: MadeInstrument) -> None:
        self.made = made
        self.kind = price_kind(made)
        self._walk = Walk(seed, made.key, self.kind)
        self._random = random.Random(f"{seed}/{made.key}")
        draw = self._random
        lot = self.kind.lot or 1.0
        self.size_decimals = max(-round(math.log10(lot)), 0)
        self._open = self._grid(self.kind.level * math.exp(draw.gauss(0.0, 0.02)))
        self._high = self._grid(max(self._open, self.kind.level) * 1.004)
        self._low = self._grid(min(self._open, self.kind.level) * 0.996)
        self._volume = max(round(math.exp(draw.uniform(16.0, 20.0)) / self.kind.level / lot), 1) * lot
        self._turnover = self._volume * self.kind.level
        self.open_24h = self.price(self._open)
        self.count = draw.randrange(10**6, 10**8)
        self.gap_s = 0.0
        self.step()

    def price(self, value: float) -> str:
        """A price as text."""
        return f"{value:.{self.kind.decimals}f}"

    def amount(self, value: float) -> str:
        """A size as text."""
        return f"{value:.{self.size_decimals}f}"

    def step(self) -> float:
        """The next trade; returns the seconds until the one after it."""
        trade, self.gap_s = self._walk.step()
        tick, draw = self.kind.tick, self._random
        last = float(trade.price)
        spread = tick * draw.choice((1, 1, 1, 2, 3))
        bid = last - spread if trade.direction == 1 else last
        bid = max(bid, tick)
        self.last, self.side = trade.price, "buy" if trade.direction == 1 else "sell"
        self.size = trade.size or self.amount(float(draw.randint(1, 900)))
        self.bid, self.ask = self.price(bid), self.price(max(bid + spread, last))
        self.bid_size, self.ask_size = self._some_size(), self._some_size()
        self._high, self._low = max(self._high, last), min(self._low, last)
        self.high, self.low = self.price(self._high), self.price(self._low)
        self._volume += float(self.size)
        self._turnover += float(self.size) * last
        self.volume, self.turnover = self.amount(self._volume), f"{self._turnover:.2f}"
        self.count += 1
        return self.gap_s

    def fields(self) -> dict[str, str]:
        """All of it by name, as texts."""
        names = ("last", "size", "side", "bid", "ask", "bid_size", "ask_size")
        window = ("open_24h", "high", "low", "volume", "turnover", "count")
        return {name: str(getattr(self, name)) for name in (*names, *window)}

    def bars(self, bar_s: int, count: int, end_s: float) -> list[MadeBar]:
        """See made_bars."""
        return made_bars(self.made.key, self.kind, self.last, bar_s, count, end_s)

    def _some_size(self) -> str:
        lot = self.kind.lot or 1.0
        return self.amount(max(round(math.exp(self._random.gauss(7.0, 1.0)) / self.kind.level / lot), 1) * lot)

    def _grid(self, price: float) -> float:
        return _on_grid(price, self.kind)


def made_bars(key: str, kind: PriceKind, last: str, bar_s: int, count: int, end_s: float) -> list[MadeBar]:
    """The newest candles that begin before a time, oldest first. The newest of all runs: it closes at the last price.

    The same candle of the past is the same whenever it is asked for, and the line has no step where it meets now.
    """
    newest = int(end_s // bar_s)
    lot = kind.lot or 1.0
    bars = []
    for index in range(newest - count + 1, newest + 1):
        opened = _level_at(key, kind, index, bar_s)
        closed = float(last) if index == newest else _level_at(key, kind, index + 1, bar_s)
        reach = hashed(f"{key}/{bar_s}/{index}", 1.0, 2.0) * 2e-4
        volume = max(round(hashed(f"{index}/{key}", 1e4, 1e6) / kind.level / lot), 1) * lot
        prices = (opened, max(opened, closed) * (1 + reach), min(opened, closed) * (1 - reach), closed)
        start, high, low, close = (f"{_on_grid(price, kind):.{kind.decimals}f}" for price in prices)
        size = f"{volume:.{max(-round(math.log10(lot)), 0)}f}"
        bars.append(MadeBar(index * bar_s, start, high, low, close, size, f"{volume * closed:.2f}"))
    return bars


def _level_at(key: str, kind: PriceKind, index: int, bar_s: int) -> float:
    noise = math.log(hashed(f"{index}/{bar_s}/{key}", 1.0, math.e)) - 0.5
    return _on_grid(kind.level * math.exp(6e-4 * math.sin(index / 23.0) + 4e-4 * noise), kind)


def _on_grid(price: float, kind: PriceKind) -> float:
    return max(round(price / kind.tick), 1) * kind.tick


class TickerMarket(DemoMarket):
    """The tickers of a venue, by the keys of its instruments."""

    def __init__(self, seed: int, instruments: Mapping[str, MadeInstrument]) -> None:
        super().__init__(seed)
        self._instruments = instruments
        self._tickers: dict[str, Ticker] = {}

    def ticker(self, key: str) -> Ticker:
        """The ticker of an instrument that there is."""
        found = self._tickers.get(key)
        if found is None:
            found = self._tickers[key] = Ticker(self._seed, self._instruments[key])
        return found

    def step(self, code: str) -> tuple[MadeTrade, float]:
        ticker = self.ticker(code)
        gap_s = ticker.step()
        return MadeTrade(code, ticker.last, ticker.size, 1 if ticker.side == "buy" else 2), gap_s


def iso(time_s: float, digits: int = 6) -> str:
    """A time as RFC 3339 has it, in UTC, with so many digits after the second (9 at most)."""
    whole = datetime.fromtimestamp(int(time_s), UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{int(time_s % 1 * 1e9):09d}"[: digits + 1] if digits else ""
    return f"{whole}{fraction}Z"


def midnight(now_s: float, offset_s: float = 0.0) -> float:
    """The last turn of the day before a time, of a zone so far east of UTC."""
    return (now_s + offset_s) // _DAY_S * _DAY_S - offset_s
