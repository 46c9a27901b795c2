"""What the server answers on one connection, without the connection: frames and times in, replies out.

Source: alltick/docs `websocket/trade-subscription`, `websocket/heartbeat`, `websocket/cancel-subscription`,
`getting-started/error-code-description`, `getting-started/websocket-interface-limitations`, read 2026-06-30. A
connection speaks the dialect of its first request: those frames, or the article's with an `action`.
Where the documents are silent: heartbeats do not count as requests; a refusal keeps the earlier list; a request in the
article's dialect that comes too soon is a breach and served all the same, as no limit of it is known.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from quotedesk.demo.prices import COINS, CURRENCIES, METALS
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code

HEARTBEAT, BOOK, SUBSCRIBE, CANCEL = 22000, 22002, 22004, 22006
DEMO = "/demo"
# One request a second, measured where it arrives: what left a second apart may arrive a little closer.
REQUEST_GAP_S = 0.9
HEARTBEAT_S = 30.0
_LONGEST_TRACE = 64
_TRACES_KEPT = 10_000  # per connection: a day of heartbeats and more
_ACTIONS = ("subscribe", "unsubscribe")

_OK = (200, "ok")
_BAD_HEADER = (201, "request header param invalid")  # the number of the sample frame; the table says 400
_BAD_DATA = (400, "request data param invalid")
_BAD_CODE = (600, "code invalid")
_NOT_LISTED = "The demo feed does not have"
_TOO_MANY = (606, "too many requests and connection will be closed")

_STOCK = re.compile(
    r"\.?[A-Z][A-Z0-9]*(p[A-Z]*)?(\.[A-Z]{1,3})*\.US"  # AAPL.US BRK.B.US ABRpD.US ACHR.WS.US .DJI.US
    r"|([1-9][0-9]{0,4}|[A-Z]+)\.HK"  # 700.HK HSI.HK
    r"|[0-9]{6}\.(SH|SZ)",
    re.ASCII,
)
_CURRENCY = f"({'|'.join(CURRENCIES)})"
_OTHER = re.compile(
    rf"{_CURRENCY}{_CURRENCY}|[A-Z0-9]+USDT"
    r"|GOLD|Silver|USOIL|UKOIL|NGAS|COPPER|Platinum|Palladium|Aluminum|Nickel|Lead|Zinc"
    r"|XAU(EUR|CNH|AUD|SGD|THB)|XAG(EUR|SGD)"
    r"|US30|US500|NAS100|HK50|JPN225|GER30|UK100|FRA40|AUS200|EUSTX50|ESP35|CHA50|SMI|SG20|TWRIC|ND25",
    re.ASCII,
)


# How others spell what AllTick has too: coins, metals and currencies against one another.
_PAIR = re.compile(
    "({0})[-/_]?({0})".format("|".join((*CURRENCIES, *COINS, *METALS, "USDT", "USDC"))),
    re.ASCII,
)


def fits_a_market(code: str) -> bool:
    """Is the code written as a share, an index, a pair or a commodity is? Others are mistakes of typing."""
    return any(shape.fullmatch(code) for shape in (_STOCK, _OTHER, _PAIR))


def can_be(code: str) -> bool:
    """May a symbol be spelled so at all?"""
    try:
        check_code(code)
    except BadSymbolError:
        return False
    return True


# Path -> does it serve this code? AllTick's two by the forms of its product list, ours what fits any market.
ENDPOINTS: dict[str, Callable[[str], bool]] = {
    "/quote-stock-b-ws-api": lambda code: _STOCK.fullmatch(code) is not None,
    "/quote-b-ws-api": lambda code: _OTHER.fullmatch(code) is not None,
    DEMO: fits_a_market,
}


class Response(NamedTuple):
    """What a frame leads to.

    Attributes:
        answer: the frame to send back; None for none.
        breaches: (rule, detail) of each rule that was broken.
        closes: the connection ends after the answer.
        is_beat: it was a heartbeat.
    """

    answer: dict[str, object] | None
    breaches: list[tuple[str, object]]
    closes: bool = False
    is_beat: bool = False


def parse(data: str | bytes) -> Any:
    """A frame's JSON; its raw text where it is none (binary frames are none)."""
    if isinstance(data, bytes):
        return data.decode("utf-8", "replace")
    try:
        return json.loads(data, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return data


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)  # no JSON, and the log could not hold it
    return number


class Dialogue:
    """One connection's requests.

    Attributes:
        held: the codes whose trades it gets, in order.
        books: the codes whose order book it gets, each with the levels asked for.
        unknown: codes to refuse, beside those that are not served here.
        known: codes to serve on our own path, whatever they look like; None for all that can be a symbol.
        is_listed: on our own path only what this says is served beside the known; None: all that fits a market.
        clears: a refused request costs the earlier list; else it stays.
        answers: answer all requests; else heartbeats only.
    """

    def __init__(self, path: str, now_s: float, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.held: dict[str, None] = {}
        self.books: dict[str, int] = {}
        self.unknown: frozenset[str] = frozenset()
        self.known: frozenset[str] | None = frozenset()
        self.is_listed: Callable[[str], bool] | None = None
        self.clears = False
        self.answers = True
        self._path = path
        self._heartbeat_s = heartbeat_s
        self._beat_s = now_s
        self._request_s = -math.inf
        self._is_article: bool | None = None
        self._traces: dict[str, None] = {}
        self._breaches: list[tuple[str, object]] = []

    @property
    def deadline_s(self) -> float:
        """When it ends for want of a heartbeat; infinite in the article's dialect, which has none."""
        return math.inf if self._is_article else self._beat_s + self._heartbeat_s

    def receive(self, frame: Any, now_s: float) -> Response:
        """A frame came, as `parse` made it."""
        self._breaches = []
        if self._is_article is None and isinstance(frame, dict):
            self._is_article = "action" in frame
        if not self._is_article and isinstance(frame, dict) and frame.get("cmd_id") == HEARTBEAT:
            return Response(self._heartbeat(frame, now_s), self._breaches, is_beat=True)
        since_s, self._request_s = now_s - self._request_s, now_s
        is_too_soon = since_s < REQUEST_GAP_S
        if is_too_soon:
            self._breaches.append(("rate", f"{since_s:.3f} s after the request before"))
        answer = self._article(frame) if self._is_article else self._published(frame, is_too_soon)
        return Response(answer if self.answers else None, self._breaches, is_too_soon and not self._is_article)

    def _heartbeat(self, frame: dict[str, Any], now_s: float) -> dict[str, object]:
        if not self._check_header(frame):
            return _malformed(_BAD_HEADER)
        self._beat_s = now_s
        return _answer(frame, _OK)

    def _published(self, frame: Any, is_too_soon: bool) -> dict[str, object]:
        is_sound = self._check_header(frame)
        if is_too_soon:
            return _answer(frame, _TOO_MANY) if is_sound else _malformed(_TOO_MANY)
        if not is_sound:
            return _malformed(_BAD_HEADER)
        if frame["cmd_id"] == CANCEL:
            kind = frame["data"].get("cancel_type")
            if type(kind) is not int or not 0 <= kind <= 3:
                self._breaches.append(("form", "cancel_type"))
                return _malformed(_BAD_DATA)
            if kind in (0, 2):  # all, trades; there are no exchange rates here
                self.held = {}
            if kind in (0, 1):
                self.books = {}
            return _answer(frame, _OK)
        symbols = frame["data"].get("symbol_list")
        codes = _codes([symbol.get("code") if isinstance(symbol, dict) else None for symbol in _list(symbols)])
        if codes is None:
            self._breaches.append(("form", "symbol_list"))
            return _malformed(_BAD_DATA)
        if self._refused(codes):
            return _answer(frame, _BAD_CODE)
        if frame["cmd_id"] == BOOK:
            self.books = {symbol["code"]: _levels(symbol) for symbol in symbols}
        else:
            self.held = dict.fromkeys(codes)
        return _answer(frame, _OK)

    def _article(self, frame: Any) -> dict[str, object]:
        codes = None
        if isinstance(frame, dict) and frame.get("cmd_id") == SUBSCRIBE and frame.get("action") in _ACTIONS:
            codes = _codes(_list(frame.get("code")))
        if codes is None:
            self._breaches.append(("form", "action or code"))
            return _bare(_BAD_DATA)
        if bad := self._refused(codes):
            ret, words = _BAD_CODE
            words = f"{words}:" if self.is_listed is None else _NOT_LISTED
            return _bare((ret, f"{words} {', '.join(bad)}"))
        if frame["action"] == "subscribe":
            if again := [code for code in codes if code in self.held]:
                self._breaches.append(("subscribed twice", again))
            self.held.update(dict.fromkeys(codes))
        else:
            if missing := [code for code in codes if code not in self.held]:
                self._breaches.append(("not subscribed", missing))
            self.held = {code: None for code in self.held if code not in codes}
        return _bare(_OK)

    def _check_header(self, frame: Any) -> bool:
        """Is the envelope as documented? Notes what is wrong with it."""
        if not isinstance(frame, dict):
            self._breaches.append(("form", "not an object"))
            return False
        command, seq_id, trace = frame.get("cmd_id"), frame.get("seq_id"), frame.get("trace")
        if type(seq_id) is int and not 0 <= seq_id < 2**32:
            self._breaches.append(("seq_id", seq_id))
            return False
        if type(seq_id) is not int or not isinstance(frame.get("data"), dict):
            self._breaches.append(("form", "seq_id or data"))
            return False
        if not isinstance(trace, str) or not 0 < len(trace) <= _LONGEST_TRACE:
            self._breaches.append(("form", "trace"))
            return False
        if type(command) is not int or command not in (HEARTBEAT, BOOK, SUBSCRIBE, CANCEL):
            self._breaches.append(("form", "cmd_id"))
            return False
        if trace in self._traces:
            self._breaches.append(("trace", trace))
        self._traces[trace] = None
        if len(self._traces) > _TRACES_KEPT:
            del self._traces[next(iter(self._traces))]
        return True

    def _serves(self, code: str) -> bool:
        if self._path == DEMO and (self.known is None or code in self.known):
            return can_be(code)
        if self._path == DEMO and self.is_listed is not None:
            return self.is_listed(code)
        return ENDPOINTS[self._path](code)

    def _refused(self, codes: list[str]) -> list[str]:
        """The codes that are not served; then all of the request is refused."""
        times = Counter(codes)
        if twice := [code for code in times if times[code] > 1]:
            self._breaches.append(("duplicate", twice))
        bad = [code for code in times if code in self.unknown or not self._serves(code)]
        if bad and self.clears:
            self.held = {}
        return bad


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _codes(values: list[Any]) -> list[str] | None:
    """The codes, or None unless they are one text or more. An empty list is not documented."""
    return values if values and all(isinstance(value, str) for value in values) else None


def _levels(symbol: dict[str, Any]) -> int:
    """How deep an order book is asked for; documented both as one and as all where nothing is said: one here."""
    level = symbol.get("depth_level")
    return level if type(level) is int and level > 0 else 1


def _answer(frame: dict[str, Any], verdict: tuple[int, str]) -> dict[str, object]:
    ret, words = verdict
    ids = {"seq_id": frame["seq_id"], "trace": frame["trace"]}
    return {"ret": ret, "msg": words, "cmd_id": frame["cmd_id"] + 1, **ids, "data": {}}


def _malformed(verdict: tuple[int, str]) -> dict[str, object]:
    ret, words = verdict
    return {"ret": ret, "msg": words, "cmd_id": 0, "seq_id": 0, "trace": "", "data": {}}


def _bare(verdict: tuple[int, str]) -> dict[str, object]:
    """An answer of the article's dialect."""
    ret, words = verdict
    return {"ret": ret, "msg": words, "cmd_id": SUBSCRIBE + 1}


TOO_MANY = _malformed(_TOO_MANY)
