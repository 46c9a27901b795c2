"""nkeys: how NATS writes Ed25519 keys (base32 with a prefix and CRC-16), and how a client signs the server's nonce.

Source: nats-io/nkeys, `README` and `strkey.go`; read 2026-11.
"""

import base64
import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # 20 ms of import: where a key is used
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED, _USER = 18 << 3, 20 << 3
_SECRET_BYTES = 32


class NkeyError(ValueError):
    """A text that is no nkey of the kind. It does not repeat the text."""


def new_seed(secret: bytes) -> str:
    """The seed "SU..." of 32 secret bytes."""
    if len(secret) != _SECRET_BYTES:
        raise NkeyError("a seed is made of 32 bytes")
    return _written(bytes([_SEED | _USER >> 5, (_USER & 31) << 3]) + secret)


def public_key(seed: str) -> str:
    """The public key "U..." of a seed. Raises NkeyError."""
    return _written(bytes([_USER]) + _private(seed).public_key().public_bytes_raw())


def sign(seed: str, nonce: str) -> str:
    """The nonce's signature as CONNECT says it. Raises NkeyError."""
    return base64.urlsafe_b64encode(_private(seed).sign(nonce.encode())).decode().rstrip("=")


def is_public_key(text: str) -> bool:
    """Is it the public key of a user?"""
    try:
        data = _read(text)
    except NkeyError:
        return False
    return len(data) == 1 + _SECRET_BYTES and data[0] == _USER


def _private(seed: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    data = _read(seed)
    if len(data) != 2 + _SECRET_BYTES or data[0] & 0xF8 != _SEED or (data[0] & 7) << 5 | data[1] >> 3 != _USER:
        raise NkeyError("this is no seed of a user's key")
    return Ed25519PrivateKey.from_private_bytes(data[2:])


def _written(data: bytes) -> str:
    check = binascii.crc_hqx(data, 0).to_bytes(2, "little")
    return base64.b32encode(data + check).decode().rstrip("=")


def _read(text: str) -> bytes:
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise NkeyError("this is no nkey") from None
    if len(data) < 3 or binascii.crc_hqx(data[:-2], 0).to_bytes(2, "little") != data[-2:]:
        raise NkeyError("this nkey has a mistake in it")
    return data[:-2]
