"""What can go wrong on purpose."""

import json
import random
from http import HTTPStatus

import pytest

from quotedesk.demo.faults import ServerFaults

PUSHES = [json.dumps({"cmd_id": 22998, "data": {"code": "A", "price": "1", "seq": seq}}).encode() for seq in range(4)]


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("mute", "mute", True),
        ("half-open on", "half_open", True),
        ("wrong-types", "wrong_types", True),
        ("plan 5", "plan", 5),
        ("slow-read 0.5", "slow_read", 0.5),
        ("halt A,B", "halt", frozenset({"A", "B"})),
        ("limit-up A", "limit_up", frozenset("A")),
        ("delay 900", "delay", 900),
        ("late 1.5", "late", 1.5),
        ("refuse A,B,", "refuse", frozenset("AB")),
        ("skew -3600", "skew", -3600),
        ("http 503", "http", 503),
    ],
)
def test_a_fault_is_set_and_mended_by_words(words: str, name: str, value: object) -> None:
    faults = ServerFaults()
    faults.set(words)
    assert getattr(faults, name) == value
    faults.set(f"{words.split()[0]} off")
    assert faults == ServerFaults()


@pytest.mark.parametrize(
    "words", ["", "nonsense", "__init__", "set 3", "plan", "plan x", "plan -1", "mute 3", "http 1"]
)
def test_what_is_no_fault_is_told(words: str) -> None:
    faults = ServerFaults()
    with pytest.raises(ValueError, match=r"no fault|no value"):
        faults.set(words)
    assert faults == ServerFaults()


def test_prices_go_out_as_zero_below_zero_or_with_float_noise() -> None:
    faults = ServerFaults(zero=frozenset("A"), negative=frozenset("AB"), noise=frozenset("C"))
    assert [faults.price(code, "1.5") for code in "ABCC"] == ["0", "-1.5", "1.50000000000001", "1.5"]


def test_ticks_go_out_as_they_are_twice_turned_round_or_with_noise_between() -> None:
    rng = random.Random(3)
    assert ServerFaults().spoiled(PUSHES, rng) == PUSHES
    assert ServerFaults(reorder=True).spoiled(PUSHES, rng) == PUSHES[::-1]
    assert ServerFaults(duplicate=True).spoiled(PUSHES[:2], rng) == [PUSHES[0], PUSHES[0], PUSHES[1], PUSHES[1]]
    for faults in (ServerFaults(garbage=True), ServerFaults(wrong_types=True)):
        for _ in range(50):
            spoiled = faults.spoiled(PUSHES, rng)
            assert len(spoiled) == len(PUSHES) + 1
            assert [each for each in spoiled if each in PUSHES] == PUSHES


def test_every_status_of_http_can_be_answered() -> None:
    for status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        faults = ServerFaults()
        faults.set(f"http {status.value}")
        assert faults.http == status
