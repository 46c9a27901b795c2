"""No secret is shown, however it is written and wherever it stands."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.engine.redactor import Redactor, escaped

TOKEN = "s3cr3t/T0KEN+x="
ENCODED = "s3cr3t%2FT0KEN%2Bx%3D"


@pytest.fixture
def redactor() -> Redactor:
    redactor = Redactor()
    redactor.learn(TOKEN)
    return redactor


def is_clean(text: str) -> bool:
    return "s3cr3t" not in text and "T0KEN" not in text


@pytest.mark.parametrize(
    "text",
    [
        f"key {TOKEN} here",
        f"wss://quote.alltick.co/quote-b-ws-api?token={ENCODED}",
        f"GET /quote-b-ws-api?token={ENCODED} HTTP/1.1",
        f"('/path?token={TOKEN}', 3)",
        f"?a=1&Token={ENCODED}&b=2",
        f"'{ENCODED}'",
        f"{TOKEN}{TOKEN}",
        f"the server said: {ENCODED.lower()}",
    ],
)
def test_a_token_is_taken_out_however_it_is_written(redactor: Redactor, text: str) -> None:
    assert is_clean(redactor.clean(text).replace(ENCODED.lower(), "s3cr3t"))


# Stars are what a token is replaced by; a blank at the end of a key is taken off when it is read.
TOKENS = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda token: token and "*" not in token)
WAYS = {
    "plain": lambda token: token,
    "in an address": lambda token: quote(token, safe=""),
    "in a path": lambda token: quote(token),
    "every letter in percent": lambda token: "".join(f"%{octet:02X}" for octet in token.encode()),
    "in JSON": lambda token: json.dumps(token)[1:-1],
    "in JSON as it is": lambda token: json.dumps(token, ensure_ascii=False)[1:-1],
    "in careful JSON": lambda token: json.dumps(token)[1:-1].replace("/", r"\/"),
    "in percent, in JSON": lambda token: json.dumps(quote(token, safe=""))[1:-1],
}


@given(token=TOKENS, way=st.sampled_from(sorted(WAYS)), before=st.text(), after=st.text())
def test_any_token_in_any_place_written_in_any_way_is_taken_out(token: str, way: str, before: str, after: str) -> None:
    redactor = Redactor()
    redactor.learn(token)
    written = WAYS[way](token)
    data = f"{before}{written}{after}".encode(errors="surrogatepass")
    shown = redactor.clean(escaped(data.decode(errors="backslashreplace")))
    assert "***" in shown
    assert shown.isprintable()
    assert token not in shown
    assert escaped(written) not in shown


@given(token=TOKENS, before=st.text(max_size=20), kept=st.integers(0, 60))
def test_a_token_that_is_cut_in_two_leaves_no_beginning(token: str, before: str, kept: int) -> None:
    redactor = Redactor()
    redactor.learn(token)
    data = f"{before}{token}".encode(errors="surrogatepass")[: len(before.encode(errors="surrogatepass")) + kept]
    shown = redactor.clean(escaped(data.decode(errors="backslashreplace")), is_cut=True)
    assert shown in redactor.clean(escaped(before))


def test_a_token_of_many_backslashes_is_found_in_no_time() -> None:
    redactor = Redactor()
    redactor.learn("\\" * 60 + "x")
    assert redactor.clean("\\" * 110) == "\\" * 110
    assert redactor.clean("a" + "\\" * 120 + "xb") == "a***b"


def test_what_cannot_be_printed_is_escaped_and_the_rest_stays() -> None:
    assert escaped('{"a":"é 腾"}') == '{"a":"é 腾"}'
    assert escaped("a\n\x1b[31m\u202e") == r"a\n\x1b[31m\u202e"


def test_a_token_that_nobody_told_of_is_taken_out_of_an_address() -> None:
    assert Redactor().clean(f"ws://h/p?token={TOKEN}&x=1") == "ws://h/p?token=***&x=1"


def test_the_rest_of_a_text_stays() -> None:
    text = "Cannot connect to quote.alltick.co: no answer within 10 s"
    assert Redactor().clean(text) == text


def test_a_token_that_begins_like_another_leaves_nothing_of_it() -> None:
    for order in (("abcdef", "abcdefSECRET"), ("abcdefSECRET", "abcdef")):
        redactor = Redactor()
        for secret in order:
            redactor.learn(secret)
        assert "SECRET" not in redactor.clean("x abcdefSECRET y")


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_secret_hides_nothing(nothing: str | None) -> None:
    redactor = Redactor()
    redactor.learn(nothing)
    assert redactor.clean("plain text") == "plain text"


def test_several_secrets_are_learnt_at_once_and_nothing_of_none() -> None:
    redactor = Redactor()
    redactor.learn(None, "", "K3Y", "s3cr3t")
    assert redactor.clean("K3Y:s3cr3t, none") == "***:***, none"
