"""The methods: what they take, and how what they cannot take is told."""

import pytest

from quotedesk.engine.serving import rpc
from tests.fakes.served import FakeReader, ServedStore


def test_who_asks_is_told_the_version_the_feeds_the_methods_and_the_limits() -> None:
    store = ServedStore()
    store.program.bases["demo"] = "ws://127.0.0.1:9"
    said = FakeReader(store.serving).ask("initialize", client="x" * 100)
    assert (said["protocol"], said["name"], said["feed"]) == (1, "quotedesk", "demo")
    assert said["feeds"]["demo"]["server"] == "ws://127.0.0.1:9"
    assert said["feeds"]["kraken"]["server"] is None
    assert {"quotes.subscribe", "quotes.snapshot", "alerts.list"} <= set(said["methods"])
    assert said["limits"]["symbols"] == 10_000
    assert store.serving.readers.names == ("x" * 40,)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("quotes", {}, rpc.NO_METHOD),
        ("x" * 10_000, {}, rpc.NO_METHOD),
        ("initialize", {"client": 1}, rpc.BAD_PARAMS),
        ("initialize", {"notifications": ["what"]}, rpc.BAD_PARAMS),
        ("quotes.subscribe", {"symbols": "A"}, rpc.BAD_PARAMS),
        ("quotes.subscribe", {"symbols": [{}]}, rpc.BAD_PARAMS),
        ("quotes.subscribe", {"symbol": ["A"]}, rpc.BAD_PARAMS),
        ("quotes.snapshot", {"symbols": ["A"], "feed": "nowhere"}, rpc.BAD_PARAMS),
        ("alerts.list", {"symbols": []}, rpc.BAD_PARAMS),
        ("alerts.watch", {"rules": ["A last >= 1"]}, rpc.BAD_PARAMS),
    ],
)
def test_what_cannot_be_is_told_in_a_few_words_and_changes_nothing(
    method: str, params: dict[str, object], code: int
) -> None:
    store = ServedStore()
    fault = FakeReader(store.serving).ask(method, **params)
    assert fault["code"] == code
    assert len(fault["message"]) < 200
    assert store.serving.wanted == []
