"""How the HTTP client reaches a server: as the WebSockets do, with their TLS and their proxies.

Imported when the first request is made, in a thread: httpx2 takes 40 ms to load.
"""

import contextlib
import logging
import ssl
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import anyio
import httpcore2
import httpx2
from httpcore2._backends.anyio import AnyIOStream

from quotedesk import __version__
from quotedesk.net.address import is_loopback
from quotedesk.net.dial import proxy_for, tunnel

CONNECT_S = 10.0
READ_S = 20.0
_TLS_PROXY = "https:"
_MOST_CONNECTIONS = 8
_HEADERS = {
    "User-Agent": f"quotedesk/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
}

# They write whole addresses, and with them the token.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def proxy_of(url: str) -> str | None:
    """The proxy on the way to an http or https URL, as the WebSockets have it. Raises InvalidProxy."""
    parts = urlsplit(url)
    if is_loopback(url):
        return None
    return proxy_for(f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}")


def make_client(tls: ssl.SSLContext, proxy: str | None, pinned: Sequence[str] = ()) -> httpx2.AsyncClient:
    """A client that follows no redirect: that would take the token to wherever an answer says.

    `pinned`: without a proxy it connects to these IP addresses only, whatever a look-up would say by then.
    """
    transport = httpx2.AsyncHTTPTransport(
        verify=tls,
        trust_env=False,
        proxy=httpx2.Proxy(proxy, ssl_context=tls) if proxy and proxy.startswith(_TLS_PROXY) else None,
    )
    if not proxy or not proxy.startswith(_TLS_PROXY):
        # tests/net/test_http_transport.py tells when the library has another place for it.
        transport._pool = httpcore2.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_MOST_CONNECTIONS,
            keepalive_expiry=30.0,
            network_backend=_Network(proxy, pinned),
        )
    return httpx2.AsyncClient(
        transport=transport,
        headers=_HEADERS,
        timeout=httpx2.Timeout(READ_S, connect=CONNECT_S),
        follow_redirects=False,
        trust_env=False,
    )


class _Network(httpcore2.AsyncNetworkBackend):
    """Connections straight or through a proxy. anyio gives an address that says nothing 250 ms, then it has a rival."""

    def __init__(self, proxy: str | None, pinned: Sequence[str] = ()) -> None:
        self._proxy = proxy
        self._pinned = pinned
        self._straight = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        if self._proxy is None:
            for address in self._pinned[:-1]:
                with contextlib.suppress(httpcore2.ConnectError, httpcore2.ConnectTimeout):
                    return await self._straight.connect_tcp(address, port, timeout, local_address, socket_options)
            last = self._pinned[-1] if self._pinned else host
            return await self._straight.connect_tcp(last, port, timeout, local_address, socket_options)
        netloc = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        opened = await tunnel(f"wss://{netloc}", self._proxy)
        return AnyIOStream(await anyio.abc.SocketStream.from_socket(opened))

    async def sleep(self, seconds: float) -> None:
        await self._straight.sleep(seconds)
