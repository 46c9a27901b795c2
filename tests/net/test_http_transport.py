"""What is overridden in the HTTP library is still there."""

import ssl

import httpcore2
import httpx2
import pytest

from quotedesk.net.http_transport import make_client, proxy_of


def test_the_librarys_transport_has_its_connections_where_we_put_ours() -> None:
    transport = httpx2.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert isinstance(transport.__dict__["_pool"], httpcore2.AsyncConnectionPool)


def test_redirects_and_the_environment_are_not_followed() -> None:
    client = make_client(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), None)
    assert (client.follow_redirects, client.trust_env) == (False, False)


def test_a_server_on_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    assert proxy_of("http://127.0.0.1:80/x") is None
    assert proxy_of("https://api.test/x") == "http://proxy.test:3128"
