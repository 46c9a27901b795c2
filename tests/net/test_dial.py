"""Dialling against real servers and proxies on loopback: what is in the way is named, and what is slow is gone round.

Names of hosts end in .test, which no resolver knows: they are looked up here.
"""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import truststore
from websockets.asyncio.client import connect

from quotedesk.market.states import LinkState
from quotedesk.net import dial as dial_module
from quotedesk.net.dial import plain, status_words
from tests.fakes.certificate import self_signed
from tests.fakes.port import held_port
from tests.net.test_client import TOKEN, desk, gaps, hurry, no_proxies, reason_of, server

pytestmark = pytest.mark.anyio

__all__ = ["hurry", "no_proxies"]

Hosts = dict[str, list[str]]


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    """Name -> addresses, in the order in which a resolver would give them."""
    known: Hosts = {}
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *rest: Any, **how: Any) -> Any:
        return [found for each in known.get(host, [host]) for found in look_up(each, port, *rest, **how)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


# -- proxies -------------------------------------------------------------------------------------------------------


class Socks:
    """A SOCKS5 server that leads everywhere to one port of this machine.

    Attributes:
        url: of it; asked: the hosts and ports that it was asked for.
        login: "user:password" that it wants; "" for none.
        reply: what it answers to a request; 0 is yes.
    """

    def __init__(self, leads_to: int, login: str = "", reply: int = 0) -> None:
        self.url = ""
        self.asked: list[str] = []
        self._leads_to = leads_to
        self._login = login
        self._reply = reply

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._handle(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, many = await reader.readexactly(2)
        offered = await reader.readexactly(many)
        way = 2 if self._login else 0
        if way not in offered:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, way]))
        if self._login:
            said = []
            await reader.readexactly(1)
            for _ in range(2):
                said.append(await reader.readexactly((await reader.readexactly(1))[0]))
            is_right = b":".join(said).decode() == self._login
            writer.write(bytes([1, not is_right]))
            if not is_right:
                return
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
        self.asked.append(f"{host}:{int.from_bytes(await reader.readexactly(2), 'big')}")
        writer.write(bytes([5, self._reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self._reply:
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._leads_to)

        async def pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                sink.write(data)
            sink.close()

        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))


@asynccontextmanager
async def socks(leads_to: int, **how: Any) -> AsyncIterator[Socks]:
    here = Socks(leads_to, **how)
    listening = await asyncio.start_server(here.handle, "127.0.0.1", 0)
    here.url = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield here
    finally:
        listening.close()


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize(
    ("variable", "form"),
    [
        ("all_proxy", "socks5h://{}"),
        ("ALL_PROXY", "socks://{}/"),
        ("https_proxy", "socks5h://{}"),
        ("all_proxy", "socks5h://me:s3cr3t@{}"),
    ],
)
async def test_prices_come_through_a_socks_proxy_which_looks_the_host_up(
    variable: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(dial_module, "is_loopback", lambda url: False)  # the certificate is of localhost
    async with server(ssl=theirs) as there, socks(port_of(there.url), login="me:s3cr3t" if "@" in form else "") as way:
        monkeypatch.setenv(variable, form.format(way.url))
        async with desk(f"wss://localhost:{port_of(there.url)}", "A.US") as here:
            await there.until(lambda: "A.US" in there.held)
            await there.tick("A.US", 7.5)
            await here.until(lambda: here.prices == [7.5])
        assert way.asked == [f"localhost:{port_of(there.url)}"]


@pytest.mark.parametrize("form", ["http://{}", "socks5h://{}", "{}", "http://me:s3cr3t@{}"])
async def test_a_proxy_that_is_down_is_named_and_not_the_server(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"127.0.0.1:{held_port()}"
    monkeypatch.setenv("https_proxy", form.format(at))
    assert await reason_of("wss://quotes.test") == (
        f"The proxy {at} refused the connection; see HTTPS_PROXY, ALL_PROXY and NO_PROXY"
    )


async def test_a_proxy_that_no_resolver_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://no-such-proxy.invalid:3128")
    assert (await reason_of("wss://quotes.test")).startswith("The proxy no-such-proxy.invalid:3128 cannot be reached (")


async def test_a_proxy_that_says_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_module, "OPEN_TIMEOUT_S", 0.3)
    with swallowing() as address:
        monkeypatch.setenv("https_proxy", f"http://{address[0]}:{address[1]}")
        assert f"The proxy {address[0]}:{address[1]} gave no answer within" in await reason_of("wss://quotes.test")


async def test_a_socks_proxy_that_gives_no_way_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async with socks(1, reply=5) as way:
        monkeypatch.setenv("https_proxy", f"socks5h://{way.url}")
        reason = await reason_of("wss://quotes.test")
        assert reason.startswith(f"The proxy {way.url} gives no way to quotes.test (")
        assert "refused" in reason
        monkeypatch.setenv("https_proxy", f"socks5h://me:s3cr3t@{way.url}")
        assert "quotes.test" in await reason_of("wss://quotes.test")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Auth\r\n\r\n", "wants a user name and a password (HTTP 407)"),
        (b"HTTP/1.1 502 Bad\r\n\r\n", "gives no way to quotes.test (HTTP 502 (Bad Gateway))"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "gives no way to quotes.test"),
        (b"", "gives no way to quotes.test"),
    ],
)
async def test_an_http_proxy_that_gives_no_way_is_named(
    answer: bytes, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as listening:
        at = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        monkeypatch.setenv("https_proxy", f"http://{at}")
        reason = await reason_of("wss://quotes.test")
        assert reason.startswith(f"The proxy {at} {words}")
        assert reason.endswith("; see HTTPS_PROXY, ALL_PROXY and NO_PROXY")


# -- addresses that swallow everything -----------------------------------------------------------------------------


@contextmanager
def swallowing(host: str = "127.0.0.1", port: int = 0) -> Iterator[tuple[str, int]]:
    """An address where nothing is refused and nothing answered: its queue is full, and nobody takes from it."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(0)
        address: tuple[str, int] = listening.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address


async def test_an_address_that_swallows_everything_is_left_for_the_next_after_a_moment(hosts: Hosts) -> None:
    hosts["two.test"] = ["127.0.0.2", "127.0.0.1"]
    async with server() as there:
        with swallowing("127.0.0.2", port_of(there.url)):
            began_s = time.monotonic()
            async with desk(f"ws://two.test:{port_of(there.url)}", "A.US"):
                await there.until(lambda: "A.US" in there.held)
            took_s = time.monotonic() - began_s
    assert 0.24 < took_s < 8.0
    assert len(there.attempts_s) == 1


async def test_an_address_that_refuses_is_left_for_the_next_at_once(hosts: Hosts) -> None:
    hosts["two.test"] = ["127.0.0.2", "127.0.0.1"]
    async with server() as there, desk(f"ws://two.test:{port_of(there.url)}", "A.US"):
        await there.until(lambda: "A.US" in there.held)
    hosts["two.test"] = ["127.0.0.2", "127.0.0.3"]
    assert (await reason_of(f"ws://two.test:{held_port()}")).endswith("connection refused; is the server running?")


# -- answers that are no connection --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("is_elsewhere", [True, False])
async def test_a_redirect_is_named_with_its_host_and_never_followed(status: int, is_elsewhere: bool) -> None:
    async with server() as there, server() as other:
        goal = (other if is_elsewhere else there).url.removeprefix("ws://")

        def send_on(connection: Any) -> Any:
            answer = connection.respond(HTTPStatus(status), "")
            answer.headers["Location"] = f"http://{goal}/login?token={TOKEN}" if is_elsewhere else "/login"
            return answer

        there.respond = send_on
        async with desk(there.url, "A.US") as here:
            await here.until_state(LinkState.WAITING)
            address = there.url.removeprefix("ws://")
            assert here.reason.startswith(f"{address} answered HTTP {status} (")
            assert here.reason.endswith(f": it sends on to {goal}, where quotedesk takes no token")
        assert other.attempts_s == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "403 (Forbidden): it lets neither this token nor this network in"),
        (451, "451 (Unavailable For Legal Reasons): it does not serve your region"),
        (429, "429 (Too Many Requests): it was asked too often"),
    ],
)
async def test_what_a_server_means_is_said_in_plain_words(status: int, words: str) -> None:
    async with server() as there:
        there.respond = lambda connection: connection.respond(HTTPStatus(status), "")
        assert (await reason_of(there.url)).endswith(f"answered HTTP {words}")


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_server_that_wants_to_be_left_alone_is(form: str) -> None:
    async with server() as there:

        def refuse(connection: Any) -> Any:
            answer = connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")
            del answer.headers["Date"]
            answer.headers["Date"] = "Mon, 21 Sep 2026 14:13:20 GMT"
            second = len(there.attempts_s) > 1
            at = "Mon, 21 Sep 2026 14:15:20 GMT" if second else "Mon, 21 Sep 2026 14:13:21 GMT"
            answer.headers["Retry-After"] = ("120" if second else "1") if form == "seconds" else at
            return answer

        there.respond = refuse
        async with desk(there.url, "A.US") as here:
            await there.until(lambda: len(there.attempts_s) == 1)
            await here.until_state(LinkState.WAITING)
            retry_at_s = here.session.status.retry_at_s
            assert retry_at_s is not None
            assert retry_at_s > there.attempts_s[0] + 0.99
            assert retry_at_s - here.clock.now_s() <= 1.0, "as the banner counts"
            here.session.network_changed(here.clock.now_s())
            here.client.wake()
            await there.until(lambda: len(there.attempts_s) == 2)
            assert min(gaps(there.attempts_s)) > 0.95
            await here.until_state(LinkState.WAITING)
            there.respond = lambda _: None
            here.retry_now()
            await there.until(lambda: "A.US" in there.held)  # in less than two minutes: the user need not wait


# -- certificates --------------------------------------------------------------------------------------------------


async def test_the_systems_certificates_are_read_once_and_not_in_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[threading.Thread] = []

    class Counted(truststore.SSLContext):
        def wrap_bio(self, *how: Any, **more: Any) -> ssl.SSLObject:
            made.append(threading.current_thread())
            return super().wrap_bio(*how, **more)

    monkeypatch.setattr(truststore, "SSLContext", Counted)
    dial_module._make_tls.cache_clear()
    async with server() as there:
        url = there.url.replace("ws:", "wss:")
        await asyncio.gather(*(reason_of(url) for _ in range(3)))
        await reason_of(url)
    assert len(made) == 1
    assert made[0] is not threading.main_thread()
    dial_module._make_tls.cache_clear()


def test_the_library_still_has_the_names_that_are_overridden() -> None:
    assert callable(connect.process_redirect)
    assert callable(connect.open_tcp_connection)


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"), [(401, "401 (Unauthorized)"), (503, "503 (Service Unavailable)"), (799, "799")]
)
def test_a_status_has_its_name(status: int, words: str) -> None:
    assert status_words(status) == words


def test_no_fault_is_told_with_an_address_in_it() -> None:
    for fault in (
        OSError(111, "x 1.2.3.4"),
        OSError("[Errno 111] Connect call failed ('1.2.3.4', 443)"),
        TimeoutError(),
    ):
        assert "1.2.3.4" not in plain(fault)
