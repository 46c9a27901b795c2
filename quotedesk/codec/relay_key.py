"""What lets a desk in: the pairing code, used once, and the key that it is exchanged for.

Pairing: a code is 24 characters of base32, shown in groups of 4. Its first 8 bytes are those of the SHA-256 of the
relay's TLS certificate (DER); its last 7 are a secret, of which both sides make an nkey (`pairing_seed`). The desk
dials the relay, compares the certificate, connects with that nkey (name "pair"), subscribes to _INBOX.PUBLIC_KEY.> with
the nkey's public key, and asks on `pair` with the public key of an nkey of its own that it has just made. The relay
lets the pairing nkey in for two minutes and for one answer; a code that is spent or too old is an "Authorization
Violation". The secret itself is never sent.

`QUOTEDESK_RELAY_KEY`, and the keyring's entry, is RelayKey.text: DESK:PERSON:FINGERPRINT:SEED.
"""

import base64
import binascii
import hashlib
import re

import msgspec

from quotedesk.codec import nkeys
from quotedesk.codec.relay_wire import token

VALID_S = 120.0  # of a pairing code
_CHECK_BYTES, _SECRET_BYTES = 8, 7
_FINGERPRINT = re.compile(r"[0-9a-f]{64}|")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+")


class PairingCode(msgspec.Struct, frozen=True):
    """A code as typed.

    Attributes:
        check: how the fingerprint of the relay's certificate begins.
        secret: see the module.
    """

    check: bytes
    secret: bytes

    @property
    def text(self) -> str:
        """As it is shown: XXXX-XXXX-XXXX-XXXX-XXXX-XXXX."""
        whole = base64.b32encode(self.check + self.secret).decode()
        return "-".join(whole[at : at + 4] for at in range(0, len(whole), 4))

    @property
    def pairing_seed(self) -> str:
        """The nkey that the code stands for."""
        return nkeys.new_seed(hashlib.sha256(b"quotedesk pairing" + self.check + self.secret).digest())

    def fits(self, fingerprint: str) -> bool:
        """Is this certificate the one that the code was made for?"""
        return fingerprint.startswith(self.check.hex())


class RelayKey(msgspec.Struct, frozen=True):
    """A desk's key.

    Attributes:
        desk, person: tokens, as in the subjects.
        fingerprint: SHA-256 of the relay's certificate, 64 small hex digits; "" where the certificate is to be a public
            one, as of a firm's own NATS.
        seed: the nkey's, "SU...".
    """

    desk: str
    person: str
    fingerprint: str
    seed: str

    @property
    def text(self) -> str:
        """As it is kept. A secret."""
        return f"{self.desk}:{self.person}:{self.fingerprint}:{self.seed}"

    def __repr__(self) -> str:
        return f"RelayKey(desk={self.desk!r}, person={self.person!r})"  # no log gets the seed


def code_of(fingerprint: str, secret: bytes) -> PairingCode:
    """The code for a certificate, of at least 7 random bytes."""
    return PairingCode(bytes.fromhex(fingerprint)[:_CHECK_BYTES], secret[:_SECRET_BYTES])


def read_code(text: str) -> PairingCode | None:
    """What was typed; None where it is no code. Dashes and blanks do not matter, nor 0 for O, 1 for I, 8 for B."""
    plain = re.sub(r"[\s-]+", "", text).upper().translate(str.maketrans("018", "OIB"))
    try:
        data = base64.b32decode(plain)
    except (binascii.Error, ValueError):
        return None
    if len(data) != _CHECK_BYTES + _SECRET_BYTES:
        return None
    return PairingCode(data[:_CHECK_BYTES], data[_CHECK_BYTES:])


def read_key(text: str) -> RelayKey | None:
    """A key as it is kept; None where it is none."""
    parts = text.strip().split(":")
    if len(parts) != 4:
        return None
    desk, person, fingerprint, seed = parts
    try:
        nkeys.public_key(seed)
    except nkeys.NkeyError:
        return None
    if not (_TOKEN.fullmatch(desk) and _TOKEN.fullmatch(person) and _FINGERPRINT.fullmatch(fingerprint)):
        return None
    return RelayKey(desk, person, fingerprint, seed)


def fingerprint_of(certificate: bytes) -> str:
    """The SHA-256 of a certificate in DER."""
    return hashlib.sha256(certificate).hexdigest()


def key_of(desk: str, person: str, fingerprint: str, seed: str) -> RelayKey:
    """A key for texts as people write them: they become tokens."""
    return RelayKey(token(desk), token(person), fingerprint, seed)
