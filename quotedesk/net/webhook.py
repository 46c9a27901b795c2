"""Posts to an address that the user gave. No redirect is followed, and no answer is read.

The address may hold a secret: no word told of it, and no fault, repeats more than its host.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec

from quotedesk.market.errors import QuotedeskError
from quotedesk.net.dial import REFUSALS, retry_after_s, status_words, tls_in_thread
from quotedesk.net.http import reason_of

WHOLE_S = 20.0  # for a post and its answer
_RETRIED = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddressError(QuotedeskError):
    """The host is on this machine or in a private network, where a webhook may go only if the user allows that."""


class Posted(msgspec.Struct, frozen=True):
    """What came of a post.

    Attributes:
        fault: what went wrong, in plain words; "" for nothing.
        may_retry: the same post may go well later.
        wait_s: so long the server wants to be left alone first.
    """

    fault: str = ""
    may_retry: bool = False
    wait_s: float = 0.0


def fault_of(url: str, *, allows_private: bool) -> str:
    """Why an address cannot be posted to, as far as it says that itself; "" where it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "This is no web address"
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        return "A webhook is a web address: https://..."
    if parts.scheme == "http" and not allows_private:
        return "A webhook begins with https://: over plain http anybody on the way could read it"
    return ""


async def post(url: str, body: bytes, *, allows_private: bool, utc_s: float) -> Posted:
    """POST a JSON body; never raises for what a server or the way to it does."""
    if fault := fault_of(url, allows_private=allows_private):
        return Posted(fault)
    parts = urlsplit(url)
    host = parts.hostname or ""
    await asyncio.to_thread(_load)
    import httpx2

    from quotedesk.net import http_transport

    try:
        async with asyncio.timeout(WHOLE_S):
            proxy = http_transport.proxy_of(url)
            addresses = await _addresses(host, parts.port or (443 if parts.scheme == "https" else 80), proxy)
            if not allows_private:
                refuse_private(host, addresses)
            made = http_transport.make_client(await tls_in_thread(), proxy, pinned=addresses)
            async with made as client:
                headers = {"Content-Type": "application/json"}
                async with client.stream("POST", url, content=body, headers=headers) as response:
                    return _judged(host, response.status_code, response.headers, utc_s)
    except PrivateAddressError as refused:
        return Posted(str(refused))
    except (TimeoutError, httpx2.TimeoutException):
        return Posted(f"{host} gave no answer within {WHOLE_S:.0f} s", may_retry=True)
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, *REFUSALS, QuotedeskError) as failed:
        return Posted(f"Cannot reach {host}: {reason_of(failed)}", may_retry=True)


def refuse_private(host: str, addresses: list[str]) -> None:
    """Raises PrivateAddressError where any of a host's addresses is not of the public Internet."""
    named = host.rstrip(".").casefold()
    if named == "localhost" or named.endswith((".localhost", ".local", ".internal")):
        raise PrivateAddressError(_refusal(host))
    for each in addresses:
        if not is_public(each):
            raise PrivateAddressError(_refusal(host))


def is_public(address: str) -> bool:
    """Is an IP address one of the public Internet, also where an IPv6 one only wraps an IPv4 one?"""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            wrapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if wrapped is not None:
            found = wrapped
    return found.is_global and not found.is_multicast


# -- inside -----------------------------------------------------------------------------------------------------------


async def _addresses(host: str, port: int, proxy: str | None) -> list[str]:
    """The addresses that a post may go to, and no others; behind a proxy the host may be known only there."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        if proxy is None:
            raise
        return []
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _judged(host: str, status: int, headers: Mapping[str, str], utc_s: float) -> Posted:
    if 200 <= status < 300:
        return Posted()
    words = f"{host} answered HTTP {status_words(status)}"
    if 300 <= status < 400:
        return Posted(f"{words}: a redirect, which is not followed")
    may_retry = status >= 500 or status in _RETRIED
    return Posted(words, may_retry, retry_after_s(headers, utc_s) if may_retry else 0.0)


def _refusal(host: str) -> str:
    return f"{host} is on this machine or in a private network; settings say whether a webhook may go there"


def _load() -> None:
    from quotedesk.net import http_transport

    assert http_transport
