"""How an address is dialled, and in plain words why that failed or how it ended."""

import os
import re
import ssl
from http import HTTPStatus
from typing import TypeVar

import truststore
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidProxy, ProxyError, WebSocketException
from websockets.frames import CloseCode

from quotedesk import __version__
from quotedesk.net.address import is_loopback

MAX_FRAME_BYTES = 8 * 1024 * 1024
OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0

# What `dial` raises. ImportError: a SOCKS proxy, which needs a package that is not here; UnicodeError: no look-up of
# such a name.
REFUSALS = (OSError, WebSocketException, EOFError, ImportError, UnicodeError)

Connection = TypeVar("Connection", bound=ClientConnection)


async def dial(url: str, kind: type[Connection]) -> Connection:
    """Open a connection of this kind. Raises one of REFUSALS."""
    is_local = is_loopback(url)
    opened = await connect(
        url,
        ssl=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if url.startswith("wss:") else None,
        proxy=None if is_local else True,
        max_size=MAX_FRAME_BYTES,
        create_connection=kind,
        open_timeout=OPEN_TIMEOUT_S,
        close_timeout=CLOSE_TIMEOUT_S,
        ping_interval=None,  # the session decides
        user_agent_header=f"quotedesk/{__version__}",
    )
    assert isinstance(opened, kind)
    return opened


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
            return "connection refused; is the server running?"
        case OSError() if fault.errno is not None and fault.errno > 0:
            return os.strerror(fault.errno)  # asyncio's own text names a socket's address
        case OSError() if fault.strerror:
            return fault.strerror  # of a look-up
        case OSError() if numbers := re.findall(r"\[Errno (\d+)\]", str(fault)):
            return plain(OSError(int(numbers[-1]), ""))  # one of each address of the host; IPv4 comes last
        case ConnectionError():
            return "it hung up during the handshake"
        case InvalidProxy() | ProxyError() | ImportError():
            return "the proxy that this system names cannot be used; see HTTPS_PROXY, ALL_PROXY and NO_PROXY"
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
