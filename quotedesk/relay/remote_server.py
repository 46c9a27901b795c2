"""A NATS server or cluster that runs already: its addresses, one after the other, and the credentials for it."""

import itertools
import re
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from quotedesk.codec.nkeys import NkeyError, public_key
from quotedesk.config import kept_file
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import is_loopback
from quotedesk.net.nats_client import NatsServer

_PORT = 4222
_JWT = re.compile(r"-----BEGIN NATS USER JWT-----\s+(\S+)")
_SEED = re.compile(r"\b(SU[A-Z2-7]{56})\b")


class RemoteServer:
    """`urls`: nats://HOST:PORT or tls://HOST:PORT, several with commas between. Each call of `find` gives the next.

    Attributes:
        origin: the URLs, for people.
    """

    def __init__(self, urls: str, creds: Path | None) -> None:
        """Raises QuotedeskError, OSError for what cannot be."""
        self.origin = urls
        self._creds = creds
        servers = [_server(url.strip()) for url in urls.split(",") if url.strip()]
        if not servers:
            raise QuotedeskError("--nats names no server. Give it as --nats tls://HOST:4222.")
        self._next = itertools.cycle(servers)
        # Made once: it reads all certificates of the system, which is long where quotes wait for the next server.
        self._tls = ssl.create_default_context() if any(has_tls for _, _, has_tls in servers) else None
        self.read_creds()

    async def find(self) -> NatsServer:
        """Whom to dial now. Raises QuotedeskError, OSError."""
        host, port, has_tls = next(self._next)
        jwt, seed = self.read_creds()
        return NatsServer(host, port, seed, jwt, self._tls if has_tls else None)

    def read_creds(self) -> tuple[str, str]:
        """JWT and seed of the credentials' file: one of `nsc`, or a bare seed. Raises QuotedeskError, OSError."""
        if self._creds is None:
            return "", ""
        text = kept_file.read_bytes(self._creds).decode("utf-8", "replace")
        jwt, seed = _JWT.search(text), _SEED.search(text)
        try:
            public_key(seed[1] if seed else "")
        except NkeyError:
            raise QuotedeskError(f"--creds: there is no seed of a NATS user in {self._creds}.") from None
        assert seed is not None
        return jwt[1] if jwt else "", seed[1]


def _server(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url if "//" in url else f"nats://{url}")
    try:
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.scheme not in ("nats", "tls"):
        raise QuotedeskError("--nats: give it as tls://HOST:PORT, or nats://127.0.0.1:PORT on this machine.")
    if parts.username or parts.password:
        raise QuotedeskError("--nats: a password in an address is seen by everybody. Use --creds FILE.")
    if parts.scheme == "nats" and not is_loopback(f"ws://{parts.netloc}"):
        raise QuotedeskError("--nats: beyond this machine it is tls://HOST:PORT only.")
    return host, port, parts.scheme == "tls"
