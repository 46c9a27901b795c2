"""Posts to real servers on loopback: nothing private unless allowed, no redirect, no secret in any word."""

import asyncio
import logging
import socket

import pytest

from quotedesk.net.webhook import Posted, fault_of, is_public, post
from tests.fakes.http_server import Said, fake_http
from tests.fakes.port import held_port
from tests.net.test_client import no_proxies

pytestmark = pytest.mark.anyio
__all__ = ["no_proxies"]
PATH = "/hooks/s3cr3t"


@pytest.fixture(autouse=True)
def straight(no_proxies: None) -> None:
    """No proxy is in the way."""


async def sent(url: str, *, allows_private: bool = True) -> Posted:
    return await post(url, b'{"text":"x"}', allows_private=allows_private, utc_s=0.0)


async def test_a_post_arrives_as_json_and_whatever_the_answer_holds_is_not_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with fake_http(lambda asked: Said(b"<html>ok", headers={"Content-Type": "text/html"})) as there:
        assert await sent(there.url + PATH) == Posted()
    (asked,) = there.asked
    assert (asked.method, asked.path, asked.body) == ("POST", PATH, b'{"text":"x"}')
    assert asked.headers["content-type"] == "application/json"
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize(
    ("said", "words", "may_retry", "wait_s"),
    [
        (Said(status=500), "127.0.0.1 answered HTTP 500 (Internal Server Error)", True, 0.0),
        (Said(status=429, headers={"Retry-After": "7"}), "127.0.0.1 answered HTTP 429 (Too Many Requests)", True, 7.0),
        (Said(status=404), "127.0.0.1 answered HTTP 404 (Not Found)", False, 0.0),
    ],
)
async def test_a_refusal_is_told_by_its_host_alone(said: Said, words: str, may_retry: bool, wait_s: float) -> None:
    async with fake_http(lambda asked: said) as there:
        assert await sent(there.url + PATH) == Posted(words, may_retry, wait_s)


async def test_a_redirect_is_not_followed() -> None:
    async with fake_http() as goal, fake_http(lambda _: Said(status=307, headers={"Location": goal.url})) as there:
        came = await sent(there.url + PATH)
    assert came.fault.endswith("a redirect, which is not followed")
    assert goal.asked == []


async def test_nobody_there_may_be_tried_again() -> None:
    came = await sent(f"http://127.0.0.1:{held_port()}{PATH}")
    assert (came.fault, came.may_retry) == (
        "Cannot reach 127.0.0.1: connection refused; is the server running?",
        True,
    )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "0.0.0.0", "[::ffff:10.0.0.1]"]
)
async def test_what_is_private_is_refused_before_anything_is_sent(host: str) -> None:
    came = await sent(f"https://{host}{PATH}", allows_private=False)
    assert "in a private network" in came.fault
    assert not came.may_retry


async def test_the_address_that_was_looked_at_is_the_one_that_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public at the first look-up and private at the second gets nothing."""
    loop = asyncio.get_running_loop()
    looked_up: list[str] = []

    async def turning(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        address = "192.0.2.1" if host == "192.0.2.1" else "10.0.0.1" if len(looked_up) > 1 else "203.0.113.5"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    dialled: list[str] = []

    async def dial(self: object, host: str, *_: object) -> None:
        dialled.append(host)
        raise ConnectionRefusedError

    import httpcore2

    monkeypatch.setattr(loop, "getaddrinfo", turning)
    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", dial)
    monkeypatch.setattr("quotedesk.net.webhook.is_public", lambda address: not address.startswith("10."))
    came = await sent(f"https://turning.test{PATH}", allows_private=False)
    assert came.may_retry
    assert dialled == ["203.0.113.5"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("1.1.1.1", True),
        ("2606:4700::1111", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("64:ff9b::a00:1", False),
        ("2002:0a00:0001::", False),
        ("fd00::1", False),
    ],
)
def test_public_is_what_the_whole_internet_can_reach(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    "url", ["", "ftp://a.test", "https://", "https://a b", "https://[::", "http://a.test/x", "https://a\n.test"]
)
async def test_an_address_that_cannot_be_one_is_refused_without_repeating_it(url: str) -> None:
    assert fault_of(url, allows_private=False)
    came = await sent(url, allows_private=False)
    assert came.fault
    assert not came.may_retry
