"""Who the relay is: its own nkeys, its certificate, the ports it keeps. Files that only its user can read."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from quotedesk.codec import nkeys
from quotedesk.codec.relay_key import fingerprint_of
from quotedesk.config import kept_file, private

_VALID_DAYS = 3_650


class RelayIdentity(msgspec.Struct):
    """What is kept from one run to the next.

    Attributes:
        id: tells relays apart.
        relay, system, admin: seeds of the relay's own users. Secrets.
        host, port, own_port: where its server last listened; a port of 0 is none yet.
        nats, creds: the server of others that it last used, and the file with the credentials; "" for its own.
    """

    id: str
    relay: str
    system: str
    admin: str
    host: str = ""
    port: int = 0
    own_port: int = 0
    nats: str = ""
    creds: str = ""
    format: int = kept_file.FORMAT


class RelayFolder:
    """The relay's folder in a profile."""

    def __init__(self, profile: Path) -> None:
        self.path = profile / "relay"
        self.desks = self.path / "desks.toml"
        self.licence = self.path / "licence.toml"
        self.viewers = self.path / "viewers.csv"
        self.config = self.path / "nats.conf"
        self.certificate = self.path / "certificate.pem"
        self.private_key = self.path / "private_key.pem"
        self.ports = self.path / "ports"
        self.store = self.path / "store"
        self._identity = self.path / "identity.toml"

    def make(self) -> None:
        """Make the folders. Raises OSError."""
        for folder in (self.path, self.ports, self.store):
            private.make_folder(folder)
            private.narrow(folder)

    def known_identity(self) -> RelayIdentity | None:
        """The identity, where a relay ever ran here. Raises UntouchedError, OSError."""
        return kept_file.load(self._identity, RelayIdentity)[0]

    def identity(self) -> RelayIdentity:
        """The identity, made where there is none. Raises UntouchedError, OSError."""
        found = self.known_identity()
        if found is None:
            relay, system, admin = (nkeys.new_seed(secrets.token_bytes(32)) for _ in range(3))
            found = RelayIdentity(secrets.token_hex(8), relay, system, admin)
            self.keep(found)
        return found

    def keep(self, identity: RelayIdentity) -> None:
        """Keep it for the next run. Raises OSError."""
        kept_file.save(self._identity, identity)

    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, which is made where there is none. Raises OSError, ValueError."""
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        if not (self.certificate.exists() and self.private_key.exists()):
            self._make_certificate()
        read = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        return fingerprint_of(read.public_bytes(Encoding.DER))

    def _make_certificate(self) -> None:
        """One that nobody vouches for: desks know it by its fingerprint."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "quotedesk relay")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))  # clocks differ
            .not_valid_after(now + timedelta(days=_VALID_DAYS))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("quotedesk-relay")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        kept_file.replace(self.private_key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        kept_file.replace(self.certificate, made.public_bytes(Encoding.PEM))
