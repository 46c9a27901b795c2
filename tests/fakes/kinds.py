"""Kinds of provider: how one wants to be asked and what its answers prove, each as a feed that nobody else has.

The plain dialect is one line of JSON: {"op": "add"|"drop"|"set"|"login", "codes": [...], "id": n}, answered as
{"say": "ok"|"bad"|"full"|"hello"|"welcome"|"denied", "codes": [...], "id": n, "why": "..."}; {"say": "trade", ...}.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from quotedesk.codec import FEEDS
from quotedesk.codec.base import (
    Answer,
    Change,
    Feed,
    Frames,
    Limits,
    Message,
    Proves,
    Provider,
    Ready,
    Reply,
    Unreadable,
    Verdict,
)
from quotedesk.market.number import number
from quotedesk.market.quote import Trade

VERDICTS = {"ok": Verdict.OK, "bad": Verdict.CODE, "full": Verdict.PLAN, "denied": Verdict.KEY}
KEY = "the key"


@dataclass(frozen=True)
class Kind:
    """One kind of provider.

    Attributes:
        feed: as a session takes it.
        dialect: "published" and "action" are AllTick's; "plain" is the one above.
        names: a refusal names the codes that it is about, and the others are taken.
        has_ids: an answer carries the id of its request.
        is_mute: nothing is ever refused; what the provider does not know just never ticks.
        logs_in: "first": the client speaks first; "asked": the server does.
    """

    feed: Feed
    dialect: str
    names: bool = False
    has_ids: bool = False
    is_mute: bool = False
    logs_in: str = ""

    @property
    def proves(self) -> Proves:
        return self.feed.limits.acknowledges

    @property
    def takes_the_good(self) -> bool:
        """Is what is known taken though other codes of the request are not?"""
        return self.names or self.is_mute or self.proves is Proves.LIST

    @property
    def is_clear(self) -> bool:
        """Is it said what an answer is to, however late, or often, or in whatever order it comes?"""
        return self.has_ids or (self.names and self.proves is not Proves.LIST)


@dataclass
class PlainCodec:
    """See above.

    Attributes:
        kind: how the server is.
        one_a_frame: each code of a change has a frame of its own.
        is_binary: frames are bytes.
        requests: how many changes were encoded.
    """

    kind: str
    one_a_frame: bool = False
    is_binary: bool = False
    requests: int = 0

    def greet(self, key: str | None) -> Frames:
        return (self._frame({"op": "login", "key": key}),) if KINDS[self.kind].logs_in == "first" else ()

    def encode(self, change: Change) -> Frames:
        self.requests += 1
        verb, codes = ("drop", change.dropped) if change.dropped else ("add", change.added)
        if KINDS[self.kind].feed.limits.replaces:
            verb, codes = "set", change.wanted
        groups: Sequence[Sequence[str]] = [[code] for code in codes] if self.one_a_frame else [codes]
        return tuple(self._frame({"op": verb, "codes": list(group), "id": change.request_id}) for group in groups)

    def heartbeat(self, request_id: int) -> str:
        raise AssertionError("this dialect has no heartbeat frame")

    def decode(self, data: bytes) -> Sequence[Message]:
        try:
            said = json.loads(data)
            what = said["say"]
        except (ValueError, TypeError, KeyError):
            return (Unreadable("not JSON", ""),)
        match what:
            case "trade":
                return (Trade(said["code"], number(said["price"]), time_utc_s=said["time_s"], seq=said["seq"]),)
            case "hello":
                return (Reply(self._frame({"op": "login", "key": KEY})),)
            case "welcome":
                return (Ready(),)
        return (Answer(said.get("id"), VERDICTS[what], said.get("why", ""), tuple(said.get("codes", ()))),)

    def _frame(self, said: dict[str, Any]) -> str | bytes:
        text = json.dumps(said)
        return text.encode() if self.is_binary else text


def plain(name: str, how: dict[str, Any] | None = None, *, replaces: bool = False, **limits: Any) -> Feed:
    """A feed of the plain dialect."""
    return Feed(
        name=name,
        title=name,
        provider=Provider(name, name, {"stock": "wss://x.invalid/"}, lambda code: "stock", needs_key=False),
        limits=Limits(replaces=replaces, beat_is_frame=False, retry_min_s=1.0, **limits),
        codec=lambda: PlainCodec(name, **(how or {})),
    )


def like(name: str, **limits: Any) -> Feed:
    """A feed that we have, with other limits."""
    feed = FEEDS[name]
    return msgspec.structs.replace(feed, limits=msgspec.structs.replace(feed.limits, **limits))


CODES, LIST, NOTHING, REQUEST = Proves.CODES, Proves.LIST, Proves.NOTHING, Proves.REQUEST
KINDS: dict[str, Kind] = {
    "alltick": Kind(FEEDS["alltick"], "published", has_ids=True),
    "alltick_action": Kind(FEEDS["alltick_action"], "action"),
    "demo": Kind(FEEDS["demo"], "action"),
    # What an acknowledgement proves
    "codes": Kind(plain("codes", acknowledges=CODES), "plain", names=True),
    "list": Kind(plain("list", acknowledges=LIST), "plain"),
    "list with ids": Kind(plain("list with ids", acknowledges=LIST), "plain", has_ids=True),
    "ids": Kind(plain("ids", acknowledges=REQUEST), "plain", has_ids=True),
    "nothing": Kind(plain("nothing", acknowledges=NOTHING), "plain", names=True),
    "mute": Kind(plain("mute", acknowledges=NOTHING), "plain", is_mute=True),
    "set codes": Kind(plain("set codes", replaces=True, acknowledges=CODES), "plain", names=True, has_ids=True),
    "set list": Kind(plain("set list", replaces=True, acknowledges=LIST), "plain", has_ids=True),
    "set nothing": Kind(plain("set nothing", replaces=True, acknowledges=NOTHING), "plain", names=True),
    # How much may be said at once
    "two a frame": Kind(like("demo", codes_per_frame=2), "action"),
    "codes, two a frame": Kind(plain("codes, two a frame", acknowledges=CODES, codes_per_frame=2), "plain", names=True),
    "one a frame": Kind(
        plain("one a frame", {"one_a_frame": True, "is_binary": True}, acknowledges=CODES), "plain", names=True
    ),
    "most 3": Kind(like("demo", most_codes=3), "action"),
    "most 3, set": Kind(like("alltick", most_codes=3), "published", has_ids=True),
    "most 3, codes": Kind(plain("most 3, codes", acknowledges=CODES, most_codes=3), "plain", names=True),
    # Who greets
    "login": Kind(plain("login", acknowledges=CODES, greets=True), "plain", names=True, logs_in="first"),
    "challenge": Kind(
        plain("challenge", {"is_binary": True}, acknowledges=LIST, greets=True), "plain", has_ids=True, logs_in="asked"
    ),
}
