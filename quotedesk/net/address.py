"""The address to dial: the provider's, or the user's server with the provider's path; the token is appended last."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit

from quotedesk.codec import FEEDS
from quotedesk.market.errors import QuotedeskError

_LABEL = re.compile(rb"[A-Za-z0-9_-]{1,63}")
_OF_FEED = re.compile(r"([^:/=]*)=(.*)", re.DOTALL)  # FEED=BASE; the = of a query comes after a colon
# A server is reached by WebSocket and by HTTP at the same host and port.
_SOCKET = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_WEB = {"ws": "http", "wss": "https"}


class BadUrlError(QuotedeskError):
    """A --url that cannot be used. Its text never repeats what was typed: it may hold a token."""


def parse_overrides(texts: Iterable[str], default_feed: str) -> dict[str, str]:
    """Feed -> the base in place of its provider's addresses, of `--url [FEED=]BASE`; of one feed the last counts.

    A bare BASE is for `default_feed`. Raises BadUrlError.
    """
    overrides = {}
    for text in texts:
        of_feed = _OF_FEED.fullmatch(text)
        feed, base = of_feed.groups() if of_feed else (default_feed, text)
        if feed not in FEEDS:  # not repeated: it may be a token
            raise BadUrlError(f"--url names a feed that is not known. Give FEED=BASE with one of: {_feeds()}.")
        overrides[feed] = check_base(base)
    return overrides


def check_base(url: str) -> str:
    """A usable `--url`: scheme (ws or wss; http and https mean these), host and port. Raises BadUrlError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        # Its text may repeat a token.
        raise BadUrlError("--url cannot be read. Give it as ws://127.0.0.1:PORT or wss://HOST.") from None
    if parts.query or "@" in parts.netloc or parts.fragment:
        raise BadUrlError("--url must not hold a token. Put it into the keyring with: token set alltick")
    scheme = _SOCKET.get(parts.scheme)
    if scheme is None or not host or not _can_be_host(host):
        raise BadUrlError("--url must begin with ws:// or wss:// and name a host, as in ws://127.0.0.1:PORT.")
    if parts.path not in ("", "/"):
        raise BadUrlError("--url takes no path: the provider's own is used. Give it as ws://127.0.0.1:PORT.")
    if scheme == "ws" and not is_loopback(url):
        raise BadUrlError(
            f"Plain {parts.scheme}:// is for this machine only: a token would travel in the clear. Use wss://."
        )
    return f"{scheme}://{parts.netloc}"


def relay_urls(text: str) -> tuple[str, ...]:
    """The URLs of a relay that has several addresses, with commas between; each as `relay_url` takes it."""
    first, *others = text.split(",")
    return (relay_url(first), *(relay_url(each.strip()) for each in others))


def relay_url(text: str) -> str:
    """The URL of a relay given as HOST:PORT, ws://HOST:PORT on this machine, or wss://HOST:PORT, in small letters.

    Raises BadUrlError.
    """
    advice = "A relay's address is what it prints at its start, as in HOST:8447 or wss://HOST:8447"
    whole = text if "://" in text else f"wss://{text}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadUrlError(f"{advice}.") from None
    if parts.scheme not in ("ws", "wss") or not host or port is None or not _can_be_host(host):
        raise BadUrlError(f"{advice}.")
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadUrlError(f"{advice}, and nothing more: the code is given by itself.")
    if parts.scheme == "ws" and not is_loopback(whole):
        raise BadUrlError("Plain ws:// is for a relay on this machine only. Use wss://.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def address(endpoint: str, base: str | None, token: str | None) -> str:
    """The URL to dial: `endpoint`, its scheme and host replaced by `base`, with the token.

    An endpoint of HTTP stays one: `ws` in the base then means http, `wss` https.
    """
    parts = urlsplit(endpoint)
    if base:
        own = urlsplit(base)
        scheme = _WEB.get(own.scheme, own.scheme) if parts.scheme in ("http", "https") else own.scheme
        parts = parts._replace(scheme=scheme, netloc=own.netloc)
    return urlunsplit(parts._replace(query=f"token={quote(token, safe='')}" if token else ""))


def is_loopback(url: str) -> bool:
    """Is the server on this machine?"""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_ip(url: str) -> bool:
    """Is the server named by its IP address?"""
    try:
        ipaddress.ip_address(urlsplit(url).hostname or "")
    except ValueError:
        return False
    return True


def _can_be_host(host: str) -> bool:
    """Is it an IP address, or a name that can be looked up? Else the look-up itself would stumble over it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        try:
            labels = host.removesuffix(".").encode("idna").split(b".")
        except UnicodeError:
            return False
        return all(_LABEL.fullmatch(label) for label in labels)
    return True


def _feeds() -> str:
    return ", ".join(sorted(FEEDS))


def host_of(url: str) -> str:
    """Host and port, fit to be shown."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2]
