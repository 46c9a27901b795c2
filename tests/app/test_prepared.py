"""What the user should know from the start is kept for the windows, and logged."""

import logging
from pathlib import Path

import pytest

from quotedesk.app import start
from quotedesk.app.options import Options
from quotedesk.config.paths import Profile
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources


def test_reports_are_kept_in_order_and_logged_and_nothing_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    profile, options = Profile(tmp_path), Options(profile=tmp_path, relay="ws://127.0.0.1:9")  # starts no server
    prepared = start.prepare(profile, options, Sources(profile, options, Redactor()), Redactor())
    assert prepared.is_live
    with caplog.at_level(logging.WARNING):
        prepared.report("one", "", "two")
        prepared.report()
    assert prepared.reports == ["one", "two"]
    assert caplog.messages == ["one", "two"]
