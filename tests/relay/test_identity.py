"""Who the relay is, from one run to the next."""

import os
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import public_key
from quotedesk.relay.identity import RelayFolder


def test_keys_and_certificate_are_made_once(tmp_path: Path) -> None:
    folder = RelayFolder(tmp_path)
    assert folder.known_identity() is None
    folder.make()
    first, fingerprint = folder.identity(), folder.fingerprint()
    again = RelayFolder(tmp_path)
    assert again.identity() == first == again.known_identity()
    assert again.fingerprint() == fingerprint
    assert len(fingerprint) == 64
    assert len({public_key(seed) for seed in (first.relay, first.system, first.admin)}) == 3
    first.port = 8447
    folder.keep(first)
    assert again.identity().port == 8447


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_only_its_user_reads_its_secrets(tmp_path: Path) -> None:
    folder = RelayFolder(tmp_path)
    folder.make()
    folder.fingerprint()
    folder.keep(folder.identity())
    for secret in (folder.path, folder.private_key, *folder.path.glob("identity.toml*")):
        assert secret.stat().st_mode & 0o077 == 0, secret
