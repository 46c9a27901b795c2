"""Made-up prices: believable, endless, and the same for the same seed.

A symbol's trades are a walk of its own, random by (seed, code) alone: who else is watched, and when, changes nothing.
`DemoMarket` holds the walks of a server, `MadeUp` the times at which one connection gets the next step of each.
"""

import hashlib
import math
import random
from collections.abc import Callable, Collection
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

LATE_S = 0.3  # for so long after its removal a code may still get a trade or two

# What one unit is worth in USD, roughly, in August 2025.
CURRENCIES = {
    "USD": 1.0, "EUR": 1.16, "GBP": 1.345, "AUD": 0.652, "NZD": 0.588, "CAD": 0.724, "CHF": 1.24, "JPY": 1 / 147,
    "CNH": 1 / 7.17, "CNY": 1 / 7.17, "HKD": 1 / 7.82, "SGD": 0.78, "THB": 1 / 32.4, "TWD": 1 / 30.1, "RUB": 1 / 80,
    "DKK": 0.1556, "NOK": 0.098, "SEK": 0.104, "MXN": 1 / 18.7, "ZAR": 1 / 17.7, "TRY": 1 / 40.9, "PLN": 0.273,
    "HUF": 1 / 340, "CZK": 1 / 21, "ILS": 0.295, "INR": 1 / 87.5, "KRW": 1 / 1390, "BRL": 0.184,
}  # fmt: skip
METALS = {"XAU": 3400.0, "XAG": 38.2, "XPT": 1330.0, "XPD": 1120.0}
COINS = {
    "BTC": 117000.0, "ETH": 4300.0, "BNB": 840.0, "SOL": 190.0, "XRP": 3.05, "DOGE": 0.23, "ADA": 0.87, "TRX": 0.35,
    "AVAX": 24.0, "LINK": 22.0, "LTC": 121.0, "DOT": 4.0, "BCH": 590.0, "TON": 3.4, "UNI": 10.8, "SUI": 3.7,
    "XLM": 0.42, "HBAR": 0.25, "NEAR": 2.6, "APT": 4.6, "SHIB": 1.3e-5, "PEPE": 1.1e-5,
    "PAXG": 3395.0,
}  # fmt: skip
# code in upper case -> (level, decimals)
_GOODS = {
    "GOLD": (3400.0, 2), "SILVER": (38.2, 3), "PLATINUM": (1330.0, 2), "PALLADIUM": (1120.0, 2), "COPPER": (4.45, 4),
    "ALUMINUM": (2600.0, 2), "NICKEL": (15100.0, 1), "LEAD": (1980.0, 2), "ZINC": (2800.0, 2), "USOIL": (63.8, 2),
    "UKOIL": (66.7, 2), "NGAS": (2.9, 3),
}  # fmt: skip
_INDICES = {
    "US30": 44900.0, "US500": 6450.0, "NAS100": 23700.0, "HK50": 25100.0, "JPN225": 42500.0, "GER30": 24300.0,
    "UK100": 9150.0, "FRA40": 7850.0, "AUS200": 8850.0, "EUSTX50": 5430.0, "ESP35": 15200.0, "CHA50": 14500.0,
    "SMI": 12050.0, "SG20": 385.0, "TWRIC": 1480.0, "ND25": 25000.0, ".DJI.US": 44900.0, ".IXIC.US": 21500.0,
    ".SPX.US": 6450.0, "HSI.HK": 25100.0, "HSCEI.HK": 9000.0, "HSTECH.HK": 5540.0, "000001.SH": 3690.0,
    "399001.SZ": 11630.0, "399006.SZ": 2530.0,
}  # fmt: skip
STOCKS = {
    "NVDA.US": 178.0, "AAPL.US": 232.0, "MSFT.US": 520.0, "TSLA.US": 335.0, "AMZN.US": 229.0, "GOOGL.US": 202.0,
    "GOOG.US": 203.0, "META.US": 755.0, "AMD.US": 172.0, "NFLX.US": 1210.0, "INTC.US": 24.0, "BABA.US": 121.0,
    "BRK.B.US": 478.0, "JPM.US": 290.0, "V.US": 340.0, "KO.US": 69.0, "DIS.US": 116.0, "700.HK": 590.0,
    "9988.HK": 119.0, "5.HK": 100.0, "3690.HK": 117.0, "1810.HK": 52.0, "600519.SH": 1430.0, "601318.SH": 59.0,
    "000001.SZ": 12.2, "300750.SZ": 283.0,
}  # fmt: skip
STABLE = ("USDT", "USDC", "USD")

# How far one trade moves the price, as a share of it (one standard deviation).
_MOVES = {"crypto": 1.5e-4, "stock": 8e-5, "metal": 5e-5, "index": 4e-5, "forex": 2e-5}
_PULL = 2e-5  # share of the way back to its level, per trade: a walk of days stays believable
_DRIFT_PULL = 0.03  # the same where the level itself moves: within a minute it is there
_DRIFT_SHARE = 0.35  # of a trade's move, there: trades go no further than the candles of their past say they did


class PriceKind(NamedTuple):
    """What a code stands for.

    Attributes:
        name: "crypto", "stock", "metal" (energy too), "index" or "forex".
        level: the price it swings around.
        decimals: digits after the point.
        tick: least step of the price.
        lot: sizes are whole multiples of it; 0 for trades without a size.
    """

    name: str
    level: float
    decimals: int
    tick: float
    lot: float

    def on_grid(self, price: float) -> str:
        """A price as text, on the grid of its steps."""
        return f"{max(round(price / self.tick), 1) * self.tick:.{self.decimals}f}"

    def amount(self, size: float) -> str:
        """A size as text, on the grid of its lots, one at least; of what has no sizes a whole number."""
        lot = self.lot or 1.0
        return f"{max(round(size / lot), 1) * lot:.{max(-round(math.log10(lot)), 0)}f}"

    @property
    def minute_volume(self) -> float:
        """What is traded of it in a minute, roughly; 0 where trades have no size."""
        return 220_000 / self.level if self.name == "crypto" else self.lot * (9_000 if self.is_by_share else 360)

    @property
    def is_by_share(self) -> bool:
        """A stock that trades in single shares, and so in many of them; elsewhere a board lot is the least."""
        return self.name == "stock" and self.lot == 1


class MadeTrade(NamedTuple):
    """A trade on its way to a client.

    Attributes:
        code: the symbol.
        price: as text, as it goes out.
        size: as text; empty where there is none.
        direction: 0 unknown, 1 a buyer came, 2 a seller came.
        time_ms: milliseconds since 1970 UTC; None for the time it goes out.
    """

    code: str
    price: str
    size: str
    direction: int
    time_ms: int | None = None


class TradeSource(Protocol):
    """What one connection gets, and when. All times are monotonic seconds."""

    def hold(self, codes: Collection[str], now_s: float) -> None:
        """From now on these codes, all of them and no others (but for late trades within LATE_S)."""

    def pop(self, now_s: float) -> MadeTrade | None:
        """The next trade that is due, each once."""

    @property
    def due_s(self) -> float:
        """When to pop again, at the latest; infinite for never."""


def kind_of(code: str) -> PriceKind:
    """What a code stands for, by its form; a code that nobody knows gets a level all the same, ever the same."""
    name = code.upper()
    if name in _GOODS:
        level, decimals = _GOODS[name]
        return PriceKind("metal", level, decimals, 10.0**-decimals, 1)
    if name in _INDICES:
        return PriceKind("index", _INDICES[name], 2, 0.01, 0)
    if name.endswith((".US", ".HK", ".SH", ".SZ")):
        return _stock(name, STOCKS.get(name) or hashed(code, 5.0, 500.0))
    bare = name.replace("-", "").replace("/", "").replace("_", "")
    base, quote = bare[:-3], bare[-3:]
    if quote in CURRENCIES and base in METALS:
        return PriceKind("metal", METALS[base] / CURRENCIES[quote], 2, 0.01, 1)
    if quote in CURRENCIES and base in CURRENCIES:
        level = CURRENCIES[base] / CURRENCIES[quote]
        decimals = 3 if level > 20 else 5
        return PriceKind("forex", level, decimals, 10.0**-decimals, 0)
    for stable in STABLE:
        coin = bare.removesuffix(stable)
        if bare.endswith(stable) and (coin in COINS or (coin and stable == "USDT")):
            return coin_kind(COINS.get(coin) or hashed(code, 0.01, 50.0))
    return _stock(name, hashed(code, 5.0, 500.0))


def _stock(name: str, level: float) -> PriceKind:
    if name.endswith(".HK"):
        tick = next(tick for most, tick in ((20, 0.01), (100, 0.05), (200, 0.1), (math.inf, 0.2)) if level < most)
        return PriceKind("stock", level, 2, tick, 100)
    return PriceKind("stock", level, 2, 0.01, 100 if name.endswith((".SH", ".SZ")) else 1)


def coin_kind(level: float) -> PriceKind:
    """A coin at this level: the less it is worth, the more decimals."""
    magnitude = math.floor(math.log10(level))
    decimals = min(max(4 - magnitude, 2), 8)
    return PriceKind("crypto", level, decimals, 10.0**-decimals, 10.0 ** -min(max(magnitude + 1, 0), 5))


def hashed(text: str, least: float, most: float) -> float:
    """A number between the two, evenly by its logarithm."""
    return least * math.pow(most / least, hash_of(text) / 2**64)


def hash_of(text: str) -> int:
    """64 bits, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


class Walk:
    """The endless trades of one symbol."""

    def __init__(
        self, seed: int, code: str, kind: PriceKind | None = None, drift: Callable[[], float] | None = None
    ) -> None:
        """`kind`: what the code stands for, where its form does not say. `drift`: see DemoMarket."""
        self.kind = kind or kind_of(code)
        self._code = code
        self._drift = drift
        self._pull = _PULL if drift is None else _DRIFT_PULL
        self._move = _MOVES[self.kind.name] * (1.0 if drift is None else _DRIFT_SHARE)
        self._random = random.Random(hash_of(f"{seed}/{code}"))
        self._gap_s = self._random.uniform(0.45, 0.9)  # between two trades, on average
        self._pauses = self._random.random() < 0.35  # some symbols have spells without a trade
        self._away = 0.0  # from the level, as a logarithm
        self._burst = 0  # trades left of it

    def step(self) -> tuple[MadeTrade, float]:
        """The next trade, and the seconds until the one after it."""
        kind, draw = self.kind, self._random
        if self._burst:
            self._burst -= 1
        elif draw.random() < 0.03:
            self._burst = draw.randint(5, 20)
        move = draw.gauss(0.0, self._move) * (2.0 if self._burst else 1.0)
        if draw.random() < 0.01:
            move *= 4.0
        self._away += move - self._pull * self._away
        direction = 1 if draw.random() < 0.5 else 2
        # A buyer pays the ask, a seller gets the bid.
        away = self._away if self._drift is None else self._away + self._drift()
        price = kind.level * math.exp(away) + kind.tick * (0.5 if direction == 1 else -0.5)
        price = max(round(price / kind.tick), 1) * kind.tick
        has_side = kind.name in ("stock", "crypto")
        trade = MadeTrade(self._code, f"{price:.{kind.decimals}f}", self._size(price), direction if has_side else 1)
        return trade, self._gap()

    def _size(self, price: float) -> str:
        kind = self.kind
        if not kind.lot:
            return ""
        if kind.name == "crypto":
            amount = math.exp(self._random.gauss(6.5, 1.6)) / price
        else:
            amount = math.exp(self._random.gauss(1.0, 0.9)) * (25.0 if kind.is_by_share else 1.0) * kind.lot
        lots = max(round(amount / kind.lot), 1)
        decimals = max(-round(math.log10(kind.lot)), 0)
        return f"{lots * kind.lot:.{decimals}f}"

    def _gap(self) -> float:
        draw = self._random
        if self._burst:
            return max(draw.expovariate(1 / 0.06), 0.01)
        if self._pauses and draw.random() < 1 / 80:
            return draw.uniform(5.0, 20.0)
        return max(draw.expovariate(1 / self._gap_s), 0.02)


class DemoMarket:
    """The walks of a server: a symbol goes on where it was, whoever watches it next.

    `drift_of`: code -> how far its level is from where it always was, as a logarithm, now; None: it stays there.
    """

    def __init__(self, seed: int, drift_of: Callable[[str], Callable[[], float]] | None = None) -> None:
        self._seed = seed
        self._drift_of = drift_of
        self._walks: dict[str, Walk] = {}
        self._newest: dict[str, MadeTrade] = {}

    def step(self, code: str) -> tuple[MadeTrade, float]:
        """The next trade of a symbol, and the seconds until the one after it."""
        walk = self._walks.get(code)
        if walk is None:
            drift = self._drift_of(code) if self._drift_of else None
            walk = self._walks[code] = Walk(self._seed, code, drift=drift)
        step = walk.step()
        self._newest[code] = step[0]
        return step

    def newest(self, code: str) -> MadeTrade:
        """The trade that a symbol is at; its first, where nobody has watched it yet."""
        return self._newest.get(code) or self.step(code)[0]


class MadeUp:
    """The made-up trades of one connection (see TradeSource). `draw` scatters first and late trades, never prices.

    One heap for all symbols. What was missed while the client did not read is not made up for: a trade that is popped
    late puts off the next.
    """

    def __init__(self, market: DemoMarket, draw: random.Random) -> None:
        self._market = market
        self._random = draw
        self._due_s: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []  # what _due_s does not know any more is passed over
        self._leaving: dict[str, tuple[int, float]] = {}  # trades left, and until when

    def hold(self, codes: Collection[str], now_s: float) -> None:
        for code in self._due_s.keys() - self._leaving.keys():
            if code not in codes:
                self._leaving[code] = (self._random.randint(1, 2), now_s + LATE_S)
                self._plan(code, now_s + self._random.uniform(0.02, 0.14))
        for code in codes:
            if code not in self._due_s or code in self._leaving:
                self._leaving.pop(code, None)
                self._plan(code, now_s + self._random.uniform(0.02, 0.25))

    def pop(self, now_s: float) -> MadeTrade | None:
        while self._heap and self._heap[0][0] <= now_s:
            due_s, code = heappop(self._heap)
            if self._due_s.get(code) != due_s:
                continue
            left, until_s = self._leaving.get(code, (0, math.inf))
            if now_s > until_s:
                self._forget(code)
                continue
            trade, gap_s = self._market.step(code)
            if left == 0:
                self._plan(code, now_s + gap_s)
            elif left == 1:
                self._forget(code)
            else:
                self._leaving[code] = (left - 1, until_s)
                self._plan(code, now_s + self._random.uniform(0.02, 0.14))
            return trade
        return None

    @property
    def due_s(self) -> float:
        return self._heap[0][0] if self._heap else math.inf

    def _plan(self, code: str, due_s: float) -> None:
        self._due_s[code] = due_s
        heappush(self._heap, (due_s, code))

    def _forget(self, code: str) -> None:
        del self._due_s[code], self._leaving[code]
