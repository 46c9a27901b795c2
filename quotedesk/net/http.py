"""HTTP for the whole program: one client, polite to every host. What goes wrong is a value with one plain line."""

import asyncio
import math
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import host_of
from quotedesk.net.dial import REFUSALS, plain, retry_after_s, status_words, tls_in_thread

if TYPE_CHECKING:
    import httpx2

AGAIN_S = 10.0  # between two fetches of one URL
WHOLE_S = 120.0  # for the longest answer on a slow line
MOST_BYTES = 96_000_000  # of an answer: the longest directory that is known of has 60 MB
_MOST_REST_S = 3600.0
_REFUSED_S = 30.0  # a host that refuses is left alone for so long, then for twice as long
_FAILED_S = 10.0  # the same of one that could not be reached, or failed
_MOST_FAILED_S = 600.0
_BANNED_S = 120.0  # the least that a ban lasts
_BANNED = 418  # Binance's word for who asked on after 429
_REFUSALS = frozenset((401, 403, _BANNED, 429, 451))


class Fetched(msgspec.Struct, frozen=True):
    """What came of a request.

    Attributes:
        data: the answer's body; empty where there is a fault or nothing new.
        fault: what went wrong, without the key; "" for nothing.
        etag: to be given along with the next request for the same.
        is_unchanged: the body is the one that the ETag was said with.
        rest_s: so long the host is left alone from now on.
    """

    data: bytes = b""
    fault: str = ""
    etag: str = ""
    is_unchanged: bool = False
    rest_s: float = 0.0


class _Host:
    """How a host took what it was asked.

    Attributes:
        faults: requests that failed one after another.
        until_s: it is left alone until then; why: for what.
        is_refusal: the host said so itself.
    """

    def __init__(self) -> None:
        self.faults = 0
        self.until_s = -math.inf
        self.why = ""
        self.is_refusal = False


class HttpClient:
    """One for a run. Needs a running loop, and nothing before the first request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._clients: dict[str | None, httpx2.AsyncClient] = {}  # by proxy
        self._under_way: dict[tuple[str, bytes | None], asyncio.Future[Fetched]] = {}
        self._asked_s: dict[str, float] = {}  # URL -> when it was asked for last: it came there no later
        self._hosts: dict[str, _Host] = {}
        self._is_loaded = False

    async def fetch(
        self,
        url: str,
        *,
        key: str | None = None,
        key_headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        etag: str = "",
        refusals: Mapping[int, str] | None = None,
    ) -> Fetched:
        """GET a URL, or POST a JSON body to it; never raises for what a server or the way to it does.

        A request that is on its way already is waited for, not made twice; one made less than AGAIN_S ago waits.
        `key` goes as the parameter `token`, `key_headers` as they are. `refusals`: HTTP status -> what to tell
        instead of the usual words.
        """
        wish = (url, body)
        while (running := self._under_way.get(wish)) is not None:
            await asyncio.wait([running])
            if not running.cancelled():
                return running.result()
        done: asyncio.Future[Fetched] = asyncio.get_running_loop().create_future()
        self._under_way[wish] = done
        try:
            headers = dict(key_headers or {})
            if etag:
                headers["If-None-Match"] = etag
            if body is not None:
                headers["Content-Type"] = "application/json"
            result = await self._fetch(url, key, body, headers, refusals or {})
            done.set_result(result)
            return result
        finally:
            del self._under_way[wish]
            if not done.done():
                done.cancel()

    def rest_s(self, url: str) -> float:
        """How long the URL's host is to be left alone; 0 for not at all."""
        host = self._hosts.get(host_of(url))
        return max(0.0, host.until_s - self._clock.now_s()) if host else 0.0

    def network_changed(self) -> None:
        """The computer is on another network: what could not be reached may be there now."""
        for host in self._hosts.values():
            if not host.is_refusal:
                host.until_s, host.faults = -math.inf, 0

    async def close(self) -> None:
        """Close all connections."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    # Inside

    async def _fetch(
        self, url: str, key: str | None, body: bytes | None, headers: Mapping[str, str], refusals: Mapping[int, str]
    ) -> Fetched:
        if resting := self._resting(url):
            return resting
        while (wait_s := self._asked_s.get(url, -math.inf) + AGAIN_S - self._clock.now_s()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait_s)
        now_s = self._clock.now_s()
        self._asked_s = {each: asked_s for each, asked_s in self._asked_s.items() if asked_s + AGAIN_S > now_s}
        self._asked_s[url] = now_s
        if resting := self._resting(url):  # another request was refused meanwhile
            return resting
        if not self._is_loaded:
            await asyncio.to_thread(_load)
            self._is_loaded = True
        import httpx2

        host = host_of(url)
        try:
            async with asyncio.timeout(WHOLE_S) as patience:
                client = await self._client(url)
                return await self._ask(client, url, key, body, headers, refusals, patience)
        except TimeoutError:
            words = f"{host} did not answer in full within {WHOLE_S:.0f} s"
            if patience.when() == -math.inf:
                words = _too_long(host)
        except httpx2.TimeoutException:
            words = f"{host} gave no answer in time"
        except httpx2.DecodingError:
            words = f"{host} sent an answer that cannot be unpacked"
        except httpx2.RemoteProtocolError:
            words = f"{host} broke off its answer"
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, *REFUSALS) as fault:
            words = f"Cannot reach {host}: {reason_of(fault)}"
        except QuotedeskError as fault:  # of a proxy
            words = str(fault)
        finally:
            self._asked_s[url] = self._clock.now_s()  # what is slow on its way comes there later than it went
        return self._failed(host, words)

    async def _ask(
        self,
        client: "httpx2.AsyncClient",
        url: str,
        key: str | None,
        body: bytes | None,
        headers: Mapping[str, str],
        refusals: Mapping[int, str],
        patience: asyncio.Timeout,
    ) -> Fetched:
        method = "GET" if body is None else "POST"
        async with client.stream(method, _with_key(url, key), content=body, headers=headers) as response:
            status = response.status_code
            if status == HTTPStatus.NOT_MODIFIED and (etag := headers.get("If-None-Match")):
                self._hosts.pop(host_of(url), None)
                return Fetched(etag=etag, is_unchanged=True)
            if not 200 <= status < 300:
                return self._refused(url, status, response.headers, refusals)
            data = bytearray()
            async for part in response.aiter_bytes():
                data += part
                if (
                    len(data) > MOST_BYTES
                ):  # cancelled as by a time-out: leaving would not close the library's iterators
                    patience.reschedule(-math.inf)
                    data.clear()
            if patience.when() == -math.inf:  # all of it was unpacked at once
                return self._failed(host_of(url), _too_long(host_of(url)))
            if _is_page(response.headers.get("Content-Type", ""), data):
                words = f"{host_of(url)} answered with a web page where data was expected; is there a login page?"
                return self._failed(host_of(url), words)
            self._hosts.pop(host_of(url), None)
            return Fetched(bytes(data), etag=response.headers.get("ETag", ""))

    async def _client(self, url: str) -> "httpx2.AsyncClient":
        from quotedesk.net import http_transport

        proxy = http_transport.proxy_of(url)
        if proxy not in self._clients:
            made = http_transport.make_client(await tls_in_thread(), proxy)
            self._clients.setdefault(proxy, made)
        return self._clients[proxy]

    def _resting(self, url: str) -> Fetched | None:
        if rest_s := self.rest_s(url):
            host = self._hosts[host_of(url)]
            return Fetched(fault=host.why, rest_s=rest_s)
        return None

    def _refused(self, url: str, status: int, headers: Mapping[str, str], refusals: Mapping[int, str]) -> Fetched:
        """The server answered, but not with what was asked for."""
        name, now_s = host_of(url), self._clock.now_s()
        words = refusals.get(status) or f"{name} answered {_status(url, status, headers)}"
        said_s = retry_after_s(headers, self._clock.utc_s(now_s))
        if status not in _REFUSALS and not said_s:
            if status >= 500:
                return self._failed(name, words)
            return Fetched(fault=words)  # this request is wrong, others may be right
        least_s = _BANNED_S if status == _BANNED else said_s
        return self._rest(name, words, max(said_s, least_s), _REFUSED_S, _MOST_REST_S, is_refusal=True)

    def _failed(self, name: str, words: str) -> Fetched:
        """There was no answer, or none that can be used."""
        return self._rest(name, words, 0.0, _FAILED_S, _MOST_FAILED_S, is_refusal=False)

    def _rest(
        self, name: str, words: str, least_s: float, first_s: float, most_s: float, *, is_refusal: bool
    ) -> Fetched:
        """Leave a host alone, each time for twice as long."""
        host = self._hosts.setdefault(name, _Host())
        rest_s = max(least_s, min(first_s * 2 ** min(host.faults, 10), most_s))
        host.faults += 1
        host.until_s = max(host.until_s, self._clock.now_s() + rest_s)
        host.why, host.is_refusal = words, is_refusal
        return Fetched(fault=words, rest_s=rest_s)


def _too_long(name: str) -> str:
    return f"{name} sent more than {MOST_BYTES // 1_000_000} MB"


def _load() -> None:
    from quotedesk.net import http_transport

    assert http_transport


def _with_key(url: str, key: str | None) -> str:
    return f"{url}{'&' if '?' in url else '?'}token={quote(key, safe='')}" if key else url


def _status(url: str, status: int, headers: Mapping[str, str]) -> str:
    """An HTTP status in plain words; of a redirect its host alone, as the rest may hold the key."""
    told = f"HTTP {status_words(status)}"
    if 300 <= status < 400:
        try:
            host = urlsplit(urljoin(url, headers["Location"])).hostname or ""
        except (KeyError, ValueError):
            host = ""
        return f"{told}: it sends on to {host[:80] if host.isprintable() and host else 'nowhere'}"
    match status:
        case HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
            return f"{told}: it does not serve your region"
        case HTTPStatus.TOO_MANY_REQUESTS | 418:
            return f"{told}: it was asked too often"
    return told


def _is_page(kind: str, data: bytearray) -> bool:
    return kind.startswith("text/html") or data[:64].lstrip()[:1] == b"<"


def reason_of(fault: BaseException) -> str:
    """The words for the first cause, as the libraries wrap it."""
    cause: BaseException | None = fault
    while cause is not None:
        if isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[-1]
        if isinstance(cause, ssl.SSLError | ConnectionError) or (isinstance(cause, OSError) and cause.errno):
            return plain(cause)
        deeper = cause.__cause__ or cause.__context__
        if deeper is None and isinstance(cause, REFUSALS):
            return plain(cause)
        cause = deeper
    return "it does not speak HTTP as expected"
