"""How an address is dialled, and in plain words why that failed or how it ended."""

import asyncio
import functools
import hashlib
import math
import os
import re
import socket
import ssl
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import truststore
from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosed,
    InvalidProxy,
    InvalidProxyStatus,
    ProxyError,
    WebSocketException,
)
from websockets.frames import CloseCode
from websockets.http11 import Response
from websockets.proxy import get_proxy, parse_proxy
from websockets.uri import WebSocketURI, parse_uri

from quotedesk import __version__
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.states import NOT_TRUSTED
from quotedesk.net.address import host_of, is_loopback
from quotedesk.net.reach import reach

MAX_FRAME_BYTES = 8 * 1024 * 1024
OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0
RETRY_AFTER_MOST_S = 3600.0

# What `dial` raises beside ProxyFaultError. UnicodeError: no look-up of such a name.
REFUSALS = (OSError, WebSocketException, EOFError, ImportError, UnicodeError)

Connection = TypeVar("Connection", bound=ClientConnection)

_ADVICE = "see HTTPS_PROXY, ALL_PROXY and NO_PROXY"
_TLS_PROXY = "https:"
_REFUSED = "connection refused"
_MOST_WORDS = 80


class ProxyFaultError(QuotedeskError):
    """The way ends at a proxy: the server beyond was not reached. The text names the proxy, without its password."""


class StrangerError(QuotedeskError):
    """The server is not the one that this desk was paired with."""


class _Dialler(connect):
    """A `connect` that follows no redirect, goes through a proxy, and knows how far it came.

    A redirect would take the token to wherever an answer says. The library's own way through an HTTP proxy raises in
    the loop where that hangs up, so python-socks goes it. tests/net/test_dial.py holds the library to the names
    that are overridden.

    Attributes:
        is_through: the way to the server is open: what fails from now on is no fault of a proxy.
    """

    def __init__(self, url: str, **how: Any) -> None:
        super().__init__(url, **how)
        self.is_through = False

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc

    async def open_tcp_connection(self) -> ClientConnection:
        if isinstance(self.proxy, str) and not self.proxy.startswith(_TLS_PROXY):
            self.create_connection_kwargs["sock"] = await _through(self.proxy, self.ws_uri)
            self.is_through = True
        elif self.proxy is None:
            self.create_connection_kwargs["sock"] = await reach(self.ws_uri.host, self.ws_uri.port)
        opened = await super().open_tcp_connection()
        self.is_through = True
        return opened


async def _through(proxy: str, goal: WebSocketURI) -> socket.socket:
    """A way to a server through a proxy that speaks SOCKS or HTTP, without TLS."""
    from python_socks import ProxyType
    from python_socks.async_.asyncio import Proxy

    found = parse_proxy(proxy)
    kind = {"http": ProxyType.HTTP, "socks4": ProxyType.SOCKS4, "socks4a": ProxyType.SOCKS4}
    resolves = found.scheme in ("http", "socks4a", "socks5h")
    there = Proxy(
        kind.get(found.scheme, ProxyType.SOCKS5), found.host, found.port, found.username, found.password, resolves
    )
    return await there.connect(goal.host, goal.port, timeout=OPEN_TIMEOUT_S)


async def dial(
    url: str, kind: type[Connection], trusts: Callable[[str], bool] | None = None, named: str = ""
) -> Connection:
    """Open a connection of this kind. Raises one of REFUSALS, ProxyFaultError, or StrangerError.

    trusts: is a server with this certificate the right one? It is told its SHA-256, as 64 small hex digits. None: what
        the system trusts.
    named: whose name the certificate must have, where that is not the URL's host.
    """
    proxy = None if is_loopback(url) else proxy_for(url)
    how: dict[str, Any] = {"proxy": proxy}
    if url.startswith("wss:"):
        how["ssl"] = _any_certificate() if trusts else await tls_in_thread()
        if named:
            how["server_hostname"] = named
    if proxy and proxy.startswith(_TLS_PROXY):
        how["proxy_ssl"] = await tls_in_thread()
    dialler = _Dialler(
        url,
        max_size=MAX_FRAME_BYTES,
        create_connection=kind,
        open_timeout=OPEN_TIMEOUT_S,
        close_timeout=CLOSE_TIMEOUT_S,
        ping_interval=None,  # the session decides
        user_agent_header=f"quotedesk/{__version__}",
        **how,
    )
    try:
        opened = await dialler
    except Exception as fault:
        if proxy and not dialler.is_through and (words := _about_proxy(proxy, url, fault)):
            raise ProxyFaultError(words) from fault
        raise
    assert isinstance(opened, kind)
    if trusts and url.startswith("wss:") and not trusts(certificate_of(opened)):
        await opened.close()
        raise StrangerError(
            f"{NOT_TRUSTED}: {host_of(url)} shows another certificate than at the pairing. If the relay was set up "
            "anew, pair again (quotedesk relay code gives a code there); if not, beware: it may be an impostor"
        )
    return opened


def certificate_of(connection: ClientConnection) -> str:
    """SHA-256 of the certificate that the server showed, 64 small hex digits; "" without TLS."""
    tls: ssl.SSLObject | None = connection.transport.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True) if tls is not None else None
    return hashlib.sha256(shown).hexdigest() if shown else ""


def _any_certificate() -> ssl.SSLContext:
    """For a server that is known by its fingerprint, which is looked at before anything is said to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def tunnel(url: str, proxy: str) -> socket.socket:
    """A way to a server through a proxy without TLS. Raises ProxyFaultError, or one of REFUSALS."""
    try:
        return await _through(proxy, parse_uri(url))
    except Exception as fault:
        if words := _about_proxy(proxy, url, fault):
            raise ProxyFaultError(words) from fault
        raise


def proxy_for(url: str) -> str | None:
    """The proxy that the system names for an address, as a URL with scheme; None for none.

    Raises InvalidProxy. websockets does not look at ALL_PROXY, which is where most desktops name one that speaks SOCKS.
    """
    uri = parse_uri(url)
    named = get_proxy(uri)
    if named is None and not urllib.request.proxy_bypass(f"{uri.host}:{uri.port}"):
        named = urllib.request.getproxies().get("all")
    if not named:
        return None
    scheme, colon, rest = named.partition("://")
    if not colon:
        scheme, rest = "http", named
    if scheme == "socks":
        scheme = "socks5h"
    rest = rest.rstrip("/")
    try:
        if scheme.startswith("socks") and urlsplit(f"//{rest}").port is None:
            rest += ":1080"
        proxy = f"{scheme}://{rest}"
        parse_proxy(proxy)
    except ValueError:  # its text may repeat a password
        raise InvalidProxy("the proxy", "it cannot be read") from None
    return proxy


async def tls_in_thread() -> ssl.SSLContext:
    """How servers are checked. Made once: reading the system's certificates takes 20 ms."""
    return await asyncio.to_thread(_tls, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


_making = threading.Lock()


def _tls(file: str | None, folder: str | None) -> ssl.SSLContext:
    with _making:
        return _make_tls(file, folder)


@functools.lru_cache(maxsize=4)
def _make_tls(file: str | None, folder: str | None) -> ssl.SSLContext:
    """Trust what the system trusts. `file` and `folder` are where the environment says that this is."""
    system = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.platform in ("win32", "darwin"):
        return system
    # Here truststore would read all certificates anew for each connection. The first time it puts them into a context
    # of its own, which does all the checking on this system; that it has one, tests/net/test_dial.py says.
    system.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    return system._ctx


def _about_proxy(proxy: str, url: str, fault: Exception) -> str:
    """What to say of a proxy that gave no way to the server; "" where it may be the server's fault."""
    from python_socks import ProxyError as NoWayError

    found = parse_proxy(proxy)
    name = f"The proxy {f'[{found.host}]' if ':' in found.host else found.host}:{found.port}"
    cause = fault.__cause__ if isinstance(fault.__cause__, OSError) else fault
    match fault:
        case InvalidProxyStatus():
            return f"{name} {_no_way(url, fault.response.status_code, '')}; {_ADVICE}"
        case NoWayError() if found.scheme == "http" and fault.error_code:
            return f"{name} {_no_way(url, fault.error_code, '')}; {_ADVICE}"
        case NoWayError() | ProxyError():
            return f"{name} {_no_way(url, 0, str(fault))}; {_ADVICE}"
        case TimeoutError():
            return f"{name} gave no answer within {OPEN_TIMEOUT_S:.0f} s; {_ADVICE}"
        case ssl.SSLError():
            return ""  # with the server beyond, as a rule
        case OSError():
            words = plain(cause)
            is_refusal = words.startswith(_REFUSED)
            return f"{name} {'refused the connection' if is_refusal else f'cannot be reached ({words})'}; {_ADVICE}"
    return ""


def _no_way(url: str, status: int, why: str) -> str:
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return "wants a user name and a password (HTTP 407)"
    why = f"HTTP {status_words(status)}" if status else _one_line(why)
    return f"gives no way to {host_of(url)}{why and f' ({why})'}"


def refusal(url: str, response: Response) -> str:
    """A server's answer that is no connection, in plain words without the token."""
    return f"{host_of(url)} answered {answer_words(url, response)}"


def answer_words(url: str, response: Response) -> str:
    """The same, without who it was: "HTTP 403 (Forbidden): ..."."""
    status = response.status_code
    told = f"HTTP {status_words(status)}"
    if 300 <= status < 400:
        return f"{told}: it sends on to {_target(url, response.headers)}, where quotedesk takes no token"
    match status:
        case HTTPStatus.FORBIDDEN:
            return f"{told}: it lets neither this token nor this network in"
        case HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
            return f"{told}: it does not serve your region"
        case HTTPStatus.TOO_MANY_REQUESTS:
            return f"{told}: it was asked too often"
    return told


def _target(url: str, headers: Headers) -> str:
    """Whom a redirect names: its host alone, as the rest may hold a token."""
    try:
        target = urljoin(re.sub("^ws", "http", url), headers["Location"])
        host, port = urlsplit(target).hostname, urlsplit(target).port
    except (KeyError, ValueError, LookupError):
        host, port = None, None
    return _one_line(f"{host}:{port}" if port else host) if host else "nowhere"


def retry_after_s(headers: Mapping[str, str], utc_s: float) -> float:
    """How long a server wants to be left alone, at most RETRY_AFTER_MOST_S; 0 where it does not say.

    A date is counted from the server's own, where it says that: its clock or ours may be wrong.
    """
    try:
        said = headers["Retry-After"].strip()
        if said.isascii() and said.isdigit():
            wait_s = float(said[:12])
        else:
            wait_s = _date_s(said) - (_date_s(headers["Date"]) if "Date" in headers else utc_s)
    except (KeyError, ValueError, TypeError, LookupError, OverflowError):
        return 0.0
    return min(max(wait_s, 0.0), RETRY_AFTER_MOST_S) if math.isfinite(wait_s) else 0.0


def _date_s(text: str) -> float:
    found = parsedate_to_datetime(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_MOST_WORDS]


def status_words(status: int) -> str:
    """An HTTP status with its name."""
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def plain(fault: BaseException) -> str:
    """A fault of dialling in plain words, without the address: that may hold a token."""
    match fault:
        case TimeoutError():
            return f"no answer within {OPEN_TIMEOUT_S:.0f} s"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({fault.verify_message})"
        case ssl.SSLError():
            return "it does not speak TLS as expected"
        case ConnectionRefusedError():
            return f"{_REFUSED}; is the server running?"
        case OSError() if fault.errno is not None and fault.errno > 0:
            return os.strerror(fault.errno)  # asyncio's own text names a socket's address
        case OSError() if fault.strerror:
            return fault.strerror  # of a look-up
        case OSError() if numbers := re.findall(r"\[Errno (\d+)\]", str(fault)):
            return plain(OSError(int(numbers[-1]), ""))  # one of each address of the host; IPv4 comes last
        case ConnectionError():
            return "it hung up during the handshake"
        case InvalidProxy() | ProxyError() | ImportError():
            return f"the proxy that this system names cannot be used; {_ADVICE}"
        case UnicodeError():
            return "there cannot be a host of this name"
        case _:
            return "it does not speak WebSocket as expected"


def goodbye(fault: ConnectionClosed) -> str:
    """How a connection ended."""
    ours, theirs = fault.sent, fault.rcvd
    if ours and not fault.rcvd_then_sent:  # we hung up first, over what came
        if ours.code == CloseCode.MESSAGE_TOO_BIG:
            return f"The server sent a message of more than {MAX_FRAME_BYTES // 1_000_000} MB"
        return "The server broke the WebSocket protocol"
    if theirs is None:
        return "The connection broke off"
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in theirs.reason).split())
    return f"The server closed the connection ({theirs.code}{words and f': {words}'})"
