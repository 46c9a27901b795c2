"""What the tests of all commands start from."""

from pathlib import Path

import pytest

from tests.fakes.shell import User


@pytest.fixture
def user(tmp_path: Path) -> User:
    return User(tmp_path)


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    path.write_text("symbol,ts_ms,trade_id,price,size,side\nBTCUSDT,1786310000000,1,65000.5,1,Buy\n")
    return path
