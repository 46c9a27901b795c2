"""The address to dial: the provider's, or the user's server with the provider's path; the token joins last."""

import ipaddress
import re
from urllib.parse import quote, urlsplit, urlunsplit

from quotedesk.market.errors import QuotedeskError

_LABEL = re.compile(rb"[A-Za-z0-9_-]{1,63}")


class BadUrlError(QuotedeskError):
    """A --url that cannot be used. Its text never repeats what was typed: it may hold a token."""


def check_base(url: str) -> str:
    """A usable `--url`: scheme, host and port. Raises BadUrlError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        # Its text may repeat a token.
        raise BadUrlError("--url cannot be read. Give it as ws://127.0.0.1:PORT or wss://HOST.") from None
    if parts.query or "@" in parts.netloc or parts.fragment:
        raise BadUrlError("--url must not hold a token. Put it into the keyring with: key set alltick")
    if parts.scheme not in ("ws", "wss") or not host or not _can_be_host(host):
        raise BadUrlError("--url must begin with ws:// or wss:// and name a host, as in ws://127.0.0.1:PORT.")
    if parts.path not in ("", "/"):
        raise BadUrlError("--url takes no path: the provider's own is used. Give it as ws://127.0.0.1:PORT.")
    if parts.scheme == "ws" and not is_loopback(url):
        raise BadUrlError("Plain ws:// is for this machine only: a token would travel in the clear. Use wss://.")
    return f"{parts.scheme}://{parts.netloc}"


def address(endpoint: str, base: str | None, token: str | None) -> str:
    """The URL to dial: `endpoint`, its scheme and host replaced by `base`, with the token."""
    parts = urlsplit(endpoint)
    if base:
        own = urlsplit(base)
        parts = parts._replace(scheme=own.scheme, netloc=own.netloc)
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


def host_of(url: str) -> str:
    """Host and port, fit to be shown."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2]
