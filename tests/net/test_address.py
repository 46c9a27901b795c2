"""The address to dial: what a --url may be, and where the token goes."""

import traceback
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import FEEDS
from quotedesk.net.address import BadUrlError, address, check_base, host_of, is_loopback, parse_overrides, relay_url

TOKEN = "s3cr3t-T0KEN"
ENDPOINT = "wss://quote.alltick.co/quote-stock-b-ws-api"


@pytest.mark.parametrize(
    "url",
    [
        "ws://127.0.0.1:8080",
        "ws://127.9.9.9:8080",
        "ws://localhost:8080",
        "ws://localhost",
        "ws://[::1]:8080",
        "wss://example.org",
        "wss://example.org:8443",
        "wss://[2001:db8::1]:8443",
    ],
)
def test_a_server_is_taken_as_it_was_typed(url: str) -> None:
    assert check_base(url) == url


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("ws://127.0.0.1:80/", "ws://127.0.0.1:80"),
        ("WS://127.0.0.1:80", "ws://127.0.0.1:80"),
        ("WSS://Example.ORG", "wss://Example.ORG"),
        ("http://127.0.0.1:80", "ws://127.0.0.1:80"),
        ("https://example.org:8443/", "wss://example.org:8443"),
    ],
)
def test_a_slash_at_the_end_capitals_in_the_scheme_and_that_of_http_do_no_harm(typed: str, taken: str) -> None:
    assert check_base(typed) == taken


@pytest.mark.parametrize(
    "url",
    [
        "ws://example.org",
        "ws://192.168.1.4:80",
        "ws://10.0.0.1",
        "ws://0.0.0.0:80",
        "ws://[::]:80",
        "ws://[2001:db8::1]:80",
        "ws://127.0.0.1.example.org",
        "ws://localhost.example.org",
        "ws://2130706433:80",  # 127.0.0.1 to some resolvers, not to a reader
        "http://example.org",
    ],
)
def test_plain_ws_leaves_this_machine_never(url: str) -> None:
    with pytest.raises(BadUrlError, match="wss://"):
        check_base(url)


@pytest.mark.parametrize(
    "url",
    [
        f"wss://example.org?token={TOKEN}",
        f"wss://example.org/?token={TOKEN}",
        f"wss://example.org/#{TOKEN}",
        f"wss://{TOKEN}@example.org",
        f"wss://user:{TOKEN}@example.org",
        f"wss://:{TOKEN}@example.org",
        f"ws://example.org?token={TOKEN}",
        f"http://example.org?token={TOKEN}",
    ],
)
def test_a_url_with_a_token_is_refused_and_the_text_says_where_tokens_go(url: str) -> None:
    with pytest.raises(BadUrlError, match="token set") as caught:
        check_base(url)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        f"http://example.org/{TOKEN}",
        f"wss://example.org/{TOKEN}",
        f"wss:///{TOKEN}",
        f"wss://example.org:{TOKEN}",
        "wss://example.org:99999",
        "wss://[::1",
        "wss://",
        "wss://:80",
        "//example.org",
        "example.org:80",
        "127.0.0.1:80",
        "ftp://127.0.0.1:80",
        "ws://@127.0.0.1:80",
        "ws://:@127.0.0.1:80",
        "wss://exa mple.org",
        "wss://exam\\ple.org",
        "wss://example..org",
        "wss://.example.org",
        f"wss://{'a' * 64}.org",
        "wss://a\x00b.org",
    ],
)
def test_nonsense_is_refused_in_one_line_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        check_base(url)
    text = str(caught.value)
    assert text.startswith(("--url ", "Plain ws:// "))
    assert "\n" not in text
    assert TOKEN not in text


def test_not_even_a_traceback_repeats_what_was_typed() -> None:
    with pytest.raises(BadUrlError) as caught:
        check_base(f"wss://example.org:{TOKEN}")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@given(st.text(max_size=40), st.sampled_from(["", "ws://", "wss://", "ws://127.0.0.1", "wss://[", "wss://a.b:"]))
def test_whatever_is_typed_is_a_server_or_refused(typed: str, before: str) -> None:
    try:
        base = check_base(before + typed)
    except BadUrlError:
        return
    parts = urlsplit(base)
    assert parts.scheme in ("ws", "wss")
    assert parts.hostname
    assert (parts.path, parts.query, parts.fragment, parts.username) == ("", "", "", None)
    assert check_base(base) == base


def test_the_providers_own_address_gets_the_token() -> None:
    assert address(ENDPOINT, None, "abc") == f"{ENDPOINT}?token=abc"


def test_a_base_replaces_scheme_and_host_and_keeps_path_and_token() -> None:
    dialled = address(ENDPOINT, "ws://[::1]:8080", "abc")
    assert dialled == "ws://[::1]:8080/quote-stock-b-ws-api?token=abc"


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_there_is_no_query(token: str | None) -> None:
    assert address(ENDPOINT, "ws://127.0.0.1:80", token) == "ws://127.0.0.1:80/quote-stock-b-ws-api"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_token_arrives_as_it_is_and_can_add_nothing_to_the_address(token: str) -> None:
    parts = urlsplit(address(ENDPOINT, None, token))
    assert (parts.netloc, parts.path, parts.fragment) == ("quote.alltick.co", "/quote-stock-b-ws-api", "")
    assert parts.query.isascii()
    assert parts.query.isprintable()
    assert parse_qs(parts.query, keep_blank_values=True) == {"token": [token]}


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("ws://127.0.0.1:80/demo", True),
        ("ws://127.255.0.3", True),
        ("wss://[::1]:80/demo", True),
        ("ws://LOCALHOST:80", True),
        ("ws://128.0.0.1", False),
        ("wss://quote.alltick.co/x", False),
        ("ws://127.0.0.1.nip.io", False),
        ("wss://", False),
    ],
)
def test_only_this_machine_is_loopback(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_what_is_shown_of_an_address_holds_neither_user_nor_token() -> None:
    assert host_of(f"wss://user:{TOKEN}@example.org:8443/path?token={TOKEN}#{TOKEN}") == "example.org:8443"


def test_an_address_of_http_is_replaced_by_the_same_host_and_port() -> None:
    assert address("https://api.example.org/symbols", "ws://127.0.0.1:80", None) == "http://127.0.0.1:80/symbols"
    assert address("https://api.example.org/symbols", "wss://example.com", "abc") == (
        "https://example.com/symbols?token=abc"
    )


def test_a_base_is_for_the_feed_that_is_named_before_it_and_a_bare_one_for_the_default() -> None:
    given_twice = ["alltick=ws://127.0.0.1:1", "http://[::1]:2", "alltick=wss://example.org"]
    assert parse_overrides(given_twice, "demo") == {"alltick": "wss://example.org", "demo": "ws://[::1]:2"}
    assert parse_overrides([], "demo") == {}


@pytest.mark.parametrize("text", [f"{TOKEN}=ws://127.0.0.1:1", "=ws://127.0.0.1:1", "DEMO=ws://127.0.0.1:1"])
def test_a_feed_that_is_not_known_is_refused_with_those_that_are_and_not_repeated(text: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        parse_overrides([text], "demo")
    assert all(feed in str(caught.value) for feed in FEEDS)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("text", ["demo=", "demo=nonsense", f"wss://example.org/?token={TOKEN}", f"demo={TOKEN}"])
def test_what_is_said_for_a_feed_must_be_a_server(text: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        parse_overrides([text], "demo")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("hut:8447", "wss://hut:8447"),
        ("wss://10.0.0.7:8447/", "wss://10.0.0.7:8447"),
        ("ws://127.0.0.1:9000", "ws://127.0.0.1:9000"),
        ("[::1]:8447", "wss://[::1]:8447"),
        ("Hut.Local:8447", "wss://hut.local:8447"),
    ],
)
def test_a_relay_s_address(typed, url) -> None:
    assert relay_url(typed) == url


@pytest.mark.parametrize(
    "typed", ["hut", "ws://hut:8447", "http://hut:8447", "hut:port", "hut:8447/path", "me:secret@hut:8447", "", "a b:1"]
)
def test_what_is_no_relay_s_address_is_told_without_repeating_it(typed) -> None:
    with pytest.raises(BadUrlError) as told:
        relay_url(typed)
    assert "secret" not in str(told.value)
