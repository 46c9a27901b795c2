"""What desks keep with a relay, in JSON: lists, marks by symbol, alert rules, positions. The relay does not look in."""

from typing import TypeVar

import msgspec


class SharedRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row: a symbol as CODE@FEED, or a label. Of labels with one name `nth` tells them apart, from 0."""

    symbol: str = ""
    label: str = ""
    nth: int = 0


class SharedList(msgspec.Struct, frozen=True, omit_defaults=True):
    """As lists.saved.ListContent. `tab`: where it stands among all lists."""

    feed: str = ""
    rows: tuple[SharedRow, ...] = ()
    columns: tuple[str, ...] = ()
    tab: int = 0


class SharedPosition(msgspec.Struct, frozen=True, omit_defaults=True):
    """As market.position.Position; numbers as text."""

    quantity: str
    cost: str | None = None


_Kind = TypeVar("_Kind")
_encode = msgspec.json.Encoder(order="sorted").encode


def written(value: object) -> bytes:
    """The one text for it."""
    return _encode(value)


def read(data: bytes | None, kind: type[_Kind]) -> _Kind | None:
    """What it says; None for what is none of this kind."""
    if data is None:
        return None
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def canonical(data: bytes) -> bytes | None:
    """The one text for what it says; None for JSON's null, and for what is no JSON."""
    found = read(data, object)
    return None if found is None else _encode(found)


def parts(data: bytes | None) -> dict[str, bytes]:
    """The values of an object, as they are written; none where it is no object."""
    found = read(data, dict[str, msgspec.Raw])
    return {name: bytes(raw) for name, raw in (found or {}).items()}


def joined(values: dict[str, bytes]) -> bytes:
    """The object of these values."""
    return _encode({name: msgspec.Raw(raw) for name, raw in values.items()})
