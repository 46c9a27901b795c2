"""Fetching from real servers on loopback: politely, within bounds, and every fault as one plain line."""

import asyncio
import gzip
import itertools
import logging
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from quotedesk.net import http as http_module
from quotedesk.net import http_transport
from quotedesk.net.http import HttpClient
from quotedesk.net.reach import NEXT_ADDRESS_S
from tests.fakes.certificate import self_signed
from tests.fakes.clock import FakeClock, RunningClock
from tests.fakes.http_server import Asked, Said, fake_http
from tests.fakes.port import held_port
from tests.net.test_client import no_proxies
from tests.net.test_dial import Hosts, hosts, socks, swallowing

pytestmark = pytest.mark.anyio
__all__ = ["hosts", "no_proxies"]
KEY = "s3cr3t/key"


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    made = HttpClient(RunningClock())
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def briskly(monkeypatch: pytest.MonkeyPatch, no_proxies: None) -> None:
    monkeypatch.setattr(http_module, "AGAIN_S", 0.3)


async def test_what_is_fetched_is_the_whole_answer(client: HttpClient) -> None:
    said = gzip.compress(b'{"a":' + b" " * 500_000 + b"1}")
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    async with fake_http(lambda asked: Said(said, headers=headers)) as there:
        came = await client.fetch(f"{there.url}/all?x=1")
    assert (len(came.data), came.fault) == (500_007, "")
    assert there.asked[0].query == {"x": "1"}
    assert "zstd" not in there.asked[0].headers["accept-encoding"]
    assert there.asked[0].headers["user-agent"].startswith("quotedesk/")


async def test_a_body_is_posted_as_json(client: HttpClient) -> None:
    async with fake_http() as there:
        await client.fetch(f"{there.url}/kline", body=b'{"q":1}')
    assert (there.asked[0].method, there.asked[0].body) == ("POST", b'{"q":1}')
    assert there.asked[0].headers["content-type"] == "application/json"


async def test_the_key_goes_along_and_is_in_no_log_and_no_fault(
    client: HttpClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2"):  # as they are, whatever a handler wants to see
        assert logging.getLogger(name).level in (logging.NOTSET, logging.CRITICAL)
    async with fake_http(lambda asked: Said(status=404)) as there:
        came = await client.fetch(f"{there.url}/kline?query=1", key=KEY)
    assert there.asked[0].query == {"query": "1", "token": KEY}
    assert came.fault.endswith("answered HTTP 404 (Not Found)")
    lost = await client.fetch(f"http://127.0.0.1:{held_port()}/x", key=KEY)
    for text in (caplog.text, came.fault, lost.fault):
        assert KEY not in text
        assert "s3cr3t" not in text


async def test_a_request_that_is_under_way_is_not_made_twice(client: HttpClient) -> None:
    async with fake_http(lambda asked: Said(b'{"n":1}', after_s=0.2)) as there:
        came = await asyncio.gather(*(client.fetch(f"{there.url}/all") for _ in range(5)))
    assert len(there.asked) == 1
    assert {each.data for each in came} == {b'{"n":1}'}


async def test_who_waited_for_a_request_that_was_cancelled_makes_it_himself(client: HttpClient) -> None:
    async with fake_http(lambda asked: Said(b"[1]", after_s=0.2)) as there, asyncio.TaskGroup() as group:
        first = group.create_task(client.fetch(f"{there.url}/all"))
        await asyncio.sleep(0.05)
        second = group.create_task(client.fetch(f"{there.url}/all"))
        await asyncio.sleep(0.05)
        first.cancel()
        assert (await second).data == b"[1]"


async def test_no_url_is_asked_for_again_too_soon_whatever_body_it_gets(client: HttpClient) -> None:
    async with fake_http() as there:
        await client.fetch(f"{there.url}/a")
        await asyncio.gather(client.fetch(f"{there.url}/a"), client.fetch(f"{there.url}/a", body=b"{}"))
        await client.fetch(f"{there.url}/b")
    times_s = [each.at_s for each in there.asked if each.path == "/a"]
    assert len(times_s) == 3
    assert min(later - earlier for earlier, later in itertools.pairwise(times_s)) > 0.2  # 0.3 s as they are sent


async def test_the_time_between_two_fetches_of_one_url_is_kept_where_the_first_was_slow_on_its_way(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_slowly() -> None:
        time.sleep(0.2)

    monkeypatch.setattr(http_module, "_load", load_slowly)
    async with fake_http() as there:
        await client.fetch(f"{there.url}/a")
        await client.fetch(f"{there.url}/a")
    first, second = (each.at_s for each in there.asked)
    assert second - first > 0.29


async def test_ten_seconds_lie_between_two_fetches_of_one_url() -> None:
    # The others tests hurry.
    import inspect

    assert "AGAIN_S = 10.0" in inspect.getsource(http_module)


@pytest.mark.parametrize("status", [401, 403, 418, 429, 451])
async def test_a_host_that_refuses_is_asked_nothing_more_for_a_while(status: int) -> None:
    clock = FakeClock()
    client = HttpClient(clock)
    async with fake_http(lambda asked: Said(status=status)) as there:
        first = await client.fetch(f"{there.url}/a")
        for path in "bcd":
            again = await client.fetch(f"{there.url}/{path}")
            assert again.fault == first.fault
            assert again.rest_s > 0
        assert there.paths == ["/a"]
        assert f"HTTP {status}" in first.fault
        rests_s = [first.rest_s]
        for path in "efg":
            clock.advance(rests_s[-1] + 0.1)
            rests_s.append((await client.fetch(f"{there.url}/{path}")).rest_s)
        assert there.paths == ["/a", "/e", "/f", "/g"]
        assert rests_s == sorted(rests_s)
        assert rests_s[-1] > rests_s[0]
        clock.advance(4000)
        client.network_changed()
    await client.close()


async def test_a_host_is_left_alone_for_as_long_as_it_says() -> None:
    clock = FakeClock()
    client = HttpClient(clock)
    said = Said(status=429, headers={"Retry-After": "300"})
    async with fake_http(lambda asked: said) as there:
        assert (await client.fetch(f"{there.url}/a")).rest_s == 300
        clock.advance(299)
        assert client.rest_s(f"{there.url}/z") == pytest.approx(1)
        await client.fetch(f"{there.url}/b")
        clock.advance(2)
        said.status = 200
        assert (await client.fetch(f"{there.url}/c")).fault == ""
        assert (await client.fetch(f"{there.url}/d")).fault == ""
        assert there.paths == ["/a", "/c", "/d"]
    await client.close()


async def test_what_a_provider_says_of_places_it_does_not_serve_is_told() -> None:
    client = HttpClient(RunningClock())
    async with fake_http(lambda asked: Said(status=451)) as there:
        came = await client.fetch(f"{there.url}/a", refusals={451: "Binance does not serve you here: take Kraken"})
    assert came.fault == "Binance does not serve you here: take Kraken"
    await client.close()


async def test_a_server_that_fails_is_not_hammered_and_one_bad_request_rests_nobody(client: HttpClient) -> None:
    async with fake_http(lambda asked: Said(status=500 if asked.path == "/500" else 400)) as there:
        assert (await client.fetch(f"{there.url}/400")).rest_s == 0
        assert (await client.fetch(f"{there.url}/500")).rest_s >= 10
        await client.fetch(f"{there.url}/other")
        assert there.paths == ["/400", "/500"]


async def test_another_network_is_tried_at_once_but_not_a_host_that_refused(client: HttpClient) -> None:
    url = f"http://127.0.0.1:{held_port()}/a"
    came = await client.fetch(url)
    assert came.fault == f"Cannot reach {url[7:-2]}: connection refused; is the server running?"
    assert client.rest_s(url) > 0
    client.network_changed()
    assert client.rest_s(url) == 0
    async with fake_http(lambda asked: Said(status=403)) as there:
        await client.fetch(f"{there.url}/a")
        client.network_changed()
        assert client.rest_s(there.url) > 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(b"<!DOCTYPE html><p>Please log in", headers={"Content-Type": "text/html"}), "is there a login page?"),
        (Said(b"  <html>"), "is there a login page?"),
        (Said(b'{"symbols":[1,2', headers={"Content-Length": "4000"}, cut=10), "broke off its answer"),
        (Said(b"not gzip", headers={"Content-Encoding": "gzip"}), "sent an answer that cannot be unpacked"),
        (
            Said(status=302, headers={"Location": f"http://evil.test/?token={KEY}"}),
            "302 (Found): it sends on to evil.test",
        ),
        (Said(status=599), "answered HTTP 599"),
    ],
)
async def test_an_answer_that_is_none_is_one_plain_line(client: HttpClient, said: Said, words: str) -> None:
    async with fake_http(lambda asked: said) as there:
        came = await client.fetch(f"{there.url}/a", key=KEY)
    assert came.data == b""
    assert words in came.fault
    assert came.fault.isprintable()
    assert KEY not in came.fault


async def test_what_does_not_speak_http_is_one_plain_line(client: HttpClient) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as listening:
        came = await client.fetch(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/")
    assert came.fault.isprintable()
    assert came.rest_s > 0


async def test_an_answer_without_end_is_cut_off(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "MOST_BYTES", 1_000_000)
    bomb = Said(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"})
    async with fake_http(lambda asked: bomb if asked.path == "/bomb" else Said(b" " * 9_000_000)) as there:
        for path in ("bomb", "long"):
            client.network_changed()
            assert (await client.fetch(f"{there.url}/{path}")).fault.endswith("sent more than 1 MB")


async def test_a_server_that_says_nothing_is_left_in_time(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "WHOLE_S", 0.2)
    async with fake_http(lambda asked: Said(after_s=5)) as there:
        came = await client.fetch(f"{there.url}/a")
    assert "did not answer in full within" in came.fault


async def test_what_has_not_changed_is_not_sent_again(client: HttpClient) -> None:
    def answer(asked: Asked) -> Said:
        if asked.headers.get("if-none-match") == '"v1"':
            return Said(b"", status=304, headers={"ETag": '"v1"'})
        return Said(b"[1]", headers={"ETag": '"v1"'})

    async with fake_http(answer) as there:
        came = await client.fetch(f"{there.url}/a")
        assert (came.data, came.etag, came.is_unchanged) == (b"[1]", '"v1"', False)
        again = await client.fetch(f"{there.url}/a", etag=came.etag)
        assert (again.data, again.fault, again.is_unchanged) == (b"", "", True)


async def test_https_is_checked_with_the_systems_certificates(
    client: HttpClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    async with fake_http(tls=theirs) as there:
        came = await client.fetch(f"{there.url}/a")
        assert "its certificate is not trusted" in came.fault
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusting = HttpClient(RunningClock())
        assert (await trusting.fetch(f"{there.url}/a")).data == b"{}"
        await trusting.close()


async def test_a_socks_proxy_is_gone_through_as_by_the_websockets(
    client: HttpClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(http_transport, "is_loopback", lambda url: False)  # the certificate is of localhost
    async with fake_http(tls=theirs) as there:
        port = int(there.url.rpartition(":")[2])
        async with socks(port, login="me:s3cr3t") as way:
            monkeypatch.setenv("all_proxy", f"socks5h://me:s3cr3t@{way.url}")
            assert (await client.fetch(f"{there.url}/a")).data == b"{}"
            assert way.asked == [f"localhost:{port}"]


async def test_a_proxy_that_is_down_is_named(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at = f"127.0.0.1:{held_port()}"
    for form in ("http://me:s3cr3t@{}", "socks5h://{}", "https://{}"):
        monkeypatch.setenv("https_proxy", form.format(at))
        came = await HttpClient(RunningClock()).fetch("https://quotes.test/a")
        assert "s3cr3t" not in came.fault
        assert "refused" in came.fault
        assert at in came.fault or form.startswith("https")


async def test_an_address_that_swallows_everything_is_left_for_the_next(client: HttpClient, hosts: Hosts) -> None:
    hosts[b"two.test"] = ["127.0.0.2", "127.0.0.1"]  # type: ignore[index] # as anyio asks
    async with fake_http() as there:
        port = int(there.url.rpartition(":")[2])
        with swallowing("127.0.0.2", port):
            began_s = asyncio.get_running_loop().time()
            came = await client.fetch(f"http://two.test:{port}/a")
            took_s = asyncio.get_running_loop().time() - began_s
    assert came.fault == ""
    assert NEXT_ADDRESS_S - 0.05 < took_s < 8


def test_the_library_is_not_loaded_before_the_first_request() -> None:
    import subprocess
    import sys

    code = "import quotedesk.net.http, sys; assert 'httpx2' not in sys.modules and 'anyio' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
