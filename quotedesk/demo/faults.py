"""How the demo server misbehaves: faults that servers and networks really have, set by words at the start or later."""

import json
import math
import random
from collections.abc import Callable, MutableSet, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

AHEAD_S = 8 * 3600.0  # of a stamp that runs ahead: a zone taken for another
SELDOM_S = 180.0

_GARBAGE = (
    b"",
    b"\xff\xfe\x00",
    b"<html>502 Bad Gateway</html>",
    b'{"cmd_id":22998,"data":{"code":"',
    b"[" * 100_000,
    b'{"error_msg":null}',
)


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = float(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return read


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) - {""}


@dataclass
class ServerFaults:
    """What is wrong now. Each attribute is a word of `set`, with a dash for the underscore.

    Attributes:
        mute: requests are not answered; heartbeats are.
        late: seconds by which answers to requests come late.
        refuse: codes to refuse, beside those that are unknown.
        clear: a refused request costs the earlier list.
        plan: at most so many symbols get ticks, the first of the list; nothing is said of the others. 0: no limit.
        stall: no ticks.
        half_open: nothing is read and nothing is said, but the socket stays open.
        slow_read: seconds that pass before the next request is read.
        duplicate: each tick twice.
        reorder: of two ticks the later one first.
        garbage: noise between the ticks.
        wrong_types: ticks between the ticks whose values are of other types, or make no sense.
        halt, limit_up, limit_down: codes whose ticks say so.
        delay: seconds that the ticks say they are behind the market.
        skew: seconds that the exchange's clock is ahead.
        back: seconds by which that clock was turned back.
        ahead: codes whose next tick, and only that, is stamped AHEAD_S ahead.
        negative: codes whose prices are below zero.
        zero: codes whose prices are 0, as some feeds say where they have none.
        noise: codes whose next price, and only that, is a float with noise, as 101.30000000000001.
        seldom: codes that tick once, and again only after SELDOM_S.
        snapshot: a code ticks once after it was asked for, and never again on that connection.
        http: the status that an upgrade is answered with. 0: it is accepted.
        retry_after: seconds that a refused upgrade or request says to wait. 0: nothing is said.
        http_status: the status that other HTTP requests are answered with. 0: as they deserve.
        http_late: seconds by which answers to them come late.
        http_gap: seconds between two requests of a kind, where AllTick's plan has 10 for them.
        cut: their answers end in the middle.
        login_page: they get a page to log in, with HTTP 200.
        error_inside: they get HTTP 200 with the provider's error in it.
        future: the newest candles are of the time to come.
        no_snapshot: what a venue sends first of an instrument never comes.
        delta_first: a part of a quote comes before the whole.
        stray: symbols that tick though nobody asked for them.
        no_reason: errors come without their words.
        wrong_key: no key is taken.
        delisted: codes of whose order book both sides are zero.
        age: seconds after which a connection is closed for its age. 0: as the venue has it.
    """

    mute: bool = False
    late: float = 0.0
    refuse: frozenset[str] = frozenset()
    clear: bool = False
    plan: float = 0
    stall: bool = False
    half_open: bool = False
    slow_read: float = 0.0
    duplicate: bool = False
    reorder: bool = False
    garbage: bool = False
    wrong_types: bool = False
    halt: frozenset[str] = frozenset()
    limit_up: frozenset[str] = frozenset()
    limit_down: frozenset[str] = frozenset()
    delay: float = 0.0
    skew: float = 0.0
    back: float = 0.0
    ahead: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()
    zero: frozenset[str] = frozenset()
    noise: frozenset[str] = frozenset()
    seldom: frozenset[str] = frozenset()
    snapshot: bool = False
    http: float = 0
    retry_after: float = 0.0
    http_status: float = 0
    http_late: float = 0.0
    http_gap: float = 10.0
    cut: bool = False
    login_page: bool = False
    error_inside: bool = False
    future: bool = False
    no_snapshot: bool = False
    delta_first: bool = False
    stray: frozenset[str] = frozenset()
    no_reason: bool = False
    wrong_key: bool = False
    delisted: frozenset[str] = frozenset()
    age: float = 0.0

    def __post_init__(self) -> None:
        self._rests_until_s: dict[str, float] = {}  # of codes that tick seldom

    def set(self, words: str) -> None:
        """ "plan 5", "mute", "mute off", "refuse A,B": "off" mends it. Raises ValueError, its text is for people."""
        name, _, value = words.strip().partition(" ")
        attribute = name.replace("-", "_")
        if attribute not in self.__dataclass_fields__:
            known = ", ".join(each.replace("_", "-") for each in self.__dataclass_fields__)
            raise ValueError(f"there is no fault “{name}”; choose from {known}")
        try:
            is_off = value.strip() == "off"
            setattr(self, attribute, getattr(ServerFaults(), attribute) if is_off else _READ[attribute](value.strip()))
        except ValueError:
            raise ValueError(f"“{value.strip()}” is no value for the fault {name}") from None

    @property
    def skew_s(self) -> float:
        """How far the stamps of ticks are from now."""
        return self.skew - self.back - self.delay

    def holds_back(self, code: str, now_s: float, ticked: MutableSet[str]) -> bool:
        """Does a tick of this code stay here? `ticked`: the codes that have ticked on its connection; is kept."""
        if self.stall or self.half_open or (self.snapshot and code in ticked):
            return True
        ticked.add(code)
        if code in self.seldom:
            if now_s < self._rests_until_s.get(code, now_s):
                return True
            self._rests_until_s[code] = now_s + SELDOM_S
        return False

    def takes_ahead(self, code: str) -> bool:
        """Is this the one tick of the code whose stamp runs ahead?"""
        is_ahead = code in self.ahead
        if is_ahead:
            self.ahead -= {code}
        return is_ahead

    def price(self, code: str, price: str) -> str:
        """A price on its way out, as this server says it."""
        if code in self.zero:
            return "0"
        if code in self.negative:
            price = f"-{price}"
        if code in self.noise:
            self.noise -= {code}
            whole, _, fraction = price.partition(".")
            price = f"{whole}.{fraction:0<13}1"
        return price

    def status(self, code: str) -> dict[str, object]:
        """What a tick of this code says of its trading."""
        told: dict[str, object] = {"delay": self.delay} if self.delay else {}
        for word, codes in (("halted", self.halt), ("limit_up", self.limit_up), ("limit_down", self.limit_down)):
            if code in codes:
                told["status"] = word
        return told

    def spoiled(self, pushes: Sequence[bytes], rng: random.Random) -> list[bytes]:
        """Ticks on their way out, as this server sends them."""
        result = list(reversed(pushes)) if self.reorder else list(pushes)
        if self.duplicate:
            result = [each for push in result for each in (push, push)]
        if self.garbage:
            result.insert(rng.randrange(len(result) + 1), rng.choice(_GARBAGE))
        if self.wrong_types and result:
            result.insert(rng.randrange(len(result) + 1), _wronged(rng.choice(result), rng))
        return result


def _wronged(push: bytes, rng: random.Random) -> bytes:
    """A tick with a value that no tick can have."""
    try:
        frame = json.loads(push)
    except (ValueError, RecursionError):
        return push
    data = _innermost(frame)
    if "cmd_id" in frame:
        wrongs: list[tuple[str, object]] = [("code", 7), ("code", None)]
        wrongs += [("price", value) for value in ("NaN", [1], "1" * 26 + "e300", "")]
    elif rng.random() < 0.2:  # the right thing under names of another case, or in a list
        return json.dumps(rng.choice([{name.swapcase(): value for name, value in data.items()}, [frame]])).encode()
    else:
        wrongs = [(name, value) for name in data for value in ("NaN", [1], None, {"a": 1}, True, "1" * 26 + "e300")]
        wrongs += [(name, other) for name, value in data.items() for other in _otherwise(value)]
    if wrongs:
        name, value = rng.choice(wrongs)
        data[name] = value
    return json.dumps(frame).encode()


def _otherwise(value: object) -> list[object]:
    """The same number in other ways to write it."""
    try:
        number = float(value) if isinstance(value, str | float) else math.nan
    except ValueError:
        number = math.nan
    return [] if math.isnan(number) else [number, str(value), f"{number:.9e}"]


def _innermost(frame: Any) -> dict[str, object]:
    """The object in a frame that holds the numbers."""
    while True:
        inner = frame.get("data") if isinstance(frame, dict) else frame[0] if frame else {}
        if not isinstance(inner, dict | list) or not inner:
            return frame if isinstance(frame, dict) else {}
        frame = inner


def _flag(text: str) -> bool:
    if text not in ("", "on"):
        raise ValueError(text)
    return True


def _status(text: str) -> float:
    return float(HTTPStatus(int(text)))


_READ: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(ServerFaults.__dataclass_fields__, _flag),
    "late": _number(0, 3600),
    **dict.fromkeys(
        (
            "refuse",
            "halt",
            "limit_up",
            "limit_down",
            "ahead",
            "negative",
            "zero",
            "noise",
            "seldom",
            "stray",
            "delisted",
        ),
        _codes,
    ),
    "back": _number(0, 1e9),
    "delay": _number(0, 86_400),
    "slow_read": _number(0, 3600),
    "plan": _number(0, 1_000_000),
    "skew": _number(-1e10, 1e12),
    "http": _status,
    "http_status": _status,
    **dict.fromkeys(("retry_after", "http_late", "http_gap", "age"), _number(0, 86_400)),
}
