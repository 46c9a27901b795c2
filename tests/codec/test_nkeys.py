"""nkeys as NATS writes them. The pair is the one of nats-io/nkeys' own documentation form; the server is the judge."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec.nkeys import NkeyError, is_public_key, new_seed, public_key, sign


@given(st.binary(min_size=32, max_size=32))
def test_a_seed_has_a_public_key_that_proves_its_signatures(secret: bytes) -> None:
    seed = new_seed(secret)
    public = public_key(seed)
    assert seed.startswith("SU")
    assert public.startswith("U")
    assert is_public_key(public)
    raw = base64.b32decode(public)[1:33]
    signature = base64.urlsafe_b64decode(sign(seed, "nonce") + "==")
    Ed25519PublicKey.from_public_bytes(raw).verify(signature, b"nonce")


@pytest.mark.parametrize("text", ["", "U", "SU" + "A" * 54, "é", "U" * 56])
def test_what_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    assert not is_public_key(text)
    with pytest.raises(NkeyError) as fault:
        public_key(text)
    assert not text or text not in str(fault.value)


def test_a_public_key_is_no_seed_and_a_mistyped_one_is_noticed() -> None:
    seed = new_seed(bytes(32))
    with pytest.raises(NkeyError):
        public_key(public_key(seed))
    assert not is_public_key(seed)
    public = public_key(seed)
    assert not is_public_key(public[:9] + ("B" if public[9] != "B" else "C") + public[10:])
    with pytest.raises(NkeyError):
        new_seed(b"short")
