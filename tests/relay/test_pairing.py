"""Codes: once, two minutes, not too many at a time."""

import hashlib

from quotedesk.codec.nkeys import public_key
from quotedesk.codec.relay_key import VALID_S
from quotedesk.relay.pairing import ANSWER_S, MOST_OPEN, Pairings

PRINT = hashlib.sha256(b"certificate").hexdigest()


def test_a_code_is_spent_once() -> None:
    pairings = Pairings()
    code = pairings.new(PRINT, b"1234567", "anna", 0.0)
    key = public_key(code.pairing_seed)
    assert pairings.keys == (key,)
    spent = pairings.spend(key, 1.0)
    assert spent is not None
    assert spent.person == "anna"
    assert pairings.spend(key, 1.0) is None
    assert pairings.keys == ()
    pairings.lend(spent, 1.0)
    assert pairings.keys == (key,)
    assert pairings.spend(key, 1.0) is None  # lent for its answer alone
    assert pairings.elapsed(1.0 + ANSWER_S)
    assert pairings.keys == ()


def test_a_code_is_void_after_two_minutes() -> None:
    pairings = Pairings()
    key = public_key(pairings.new(PRINT, b"1234567", "anna", 0.0).pairing_seed)
    assert not pairings.elapsed(VALID_S - 1)
    assert pairings.spend(key, VALID_S) is None
    pairings.new(PRINT, b"1234567", "anna", 0.0)
    assert pairings.elapsed(VALID_S)
    assert pairings.keys == ()


def test_of_too_many_open_codes_the_oldest_is_void() -> None:
    pairings = Pairings()
    keys = [public_key(pairings.new(PRINT, bytes([n]) * 7, "a", 0.0).pairing_seed) for n in range(MOST_OPEN + 1)]
    assert pairings.keys == tuple(keys[1:])
