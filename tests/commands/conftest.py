"""What the tests of all commands start from."""

from pathlib import Path

import pytest

from tests.fakes.shell import ROOT, User


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_text("symbol,ts_ms,trade_id,price,size,side\nBTCUSDT,1786310000000,1,65000.5,1,Buy\n")
    return path


KEYRING = """
import os
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        path = Path(os.environ["HOME"], service + "-" + username)
        return path.read_text() if path.exists() else None
    def set_password(self, service, username, password):
        Path(os.environ["HOME"], service + "-" + username).write_text(password)
    def delete_password(self, service, username):
        Path(os.environ["HOME"], service + "-" + username).unlink()
"""


@pytest.fixture
def keyring(user: User) -> dict[str, str]:
    """A keyring that keeps, in a file."""
    (user.home / "file_keyring.py").write_text(KEYRING)
    return {"PYTHON_KEYRING_BACKEND": "file_keyring.Keyring", "PYTHONPATH": f"{user.home}:{ROOT}"}
