"""Pairing codes and keys, as typed and as kept."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.nkeys import new_seed
from quotedesk.codec.relay_key import RelayKey, code_of, fingerprint_of, key_of, read_code, read_key

PRINT = hashlib.sha256(b"certificate").hexdigest()
SEED = new_seed(b"k" * 32)


@given(st.binary(min_size=7, max_size=7))
def test_a_code_is_read_however_it_is_typed(secret: bytes) -> None:
    code = code_of(PRINT, secret)
    assert len(code.text) == 29
    assert read_code(code.text) == code
    sloppy = f" {code.text.lower().replace('-', ' ')} ".replace("o", "0").replace("i", "1").replace("b", "8")
    assert read_code(sloppy) == code
    assert code.fits(PRINT)
    assert not code.fits("0" * 64)
    assert code.pairing_seed == read_code(code.text).pairing_seed  # type: ignore[union-attr]


def test_what_is_no_code_is_none() -> None:
    for text in ("", "ABCD", "ABCD-" * 6 + "A", "ü" * 24, code_of(PRINT, b"1234567").text + "AA"):
        assert read_code(text) is None


def test_two_secrets_are_two_keys() -> None:
    assert code_of(PRINT, b"1234567").pairing_seed != code_of(PRINT, b"1234568").pairing_seed


def test_a_key_is_kept_as_one_line_and_never_shown_by_chance() -> None:
    key = key_of("d1", "anna b.", fingerprint_of(b"certificate"), SEED)
    assert key.text == f"d1:anna=20b=2E:{PRINT}:{SEED}"
    assert read_key(key.text + "\n") == key
    assert SEED not in repr(key)
    assert read_key(RelayKey("d1", "anna", "", SEED).text) is not None  # a public certificate


def test_what_is_no_key_is_none() -> None:
    for text in ("", SEED, f"d1:anna:{PRINT}:{SEED[:-1]}A", f"d 1:anna:{PRINT}:{SEED}", f"d1:anna:12:{SEED}"):
        assert read_key(text) is None
