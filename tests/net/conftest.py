"""Sockets are tested under plain asyncio and under Qt's loop."""

import asyncio
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop


@pytest.fixture(params=["asyncio", "qt"])
def anyio_backend(request: pytest.FixtureRequest, qapp: QApplication) -> tuple[str, dict[str, Any]]:
    def qt_loop() -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = DeskLoop(qapp)
        return loop

    return "asyncio", {"loop_factory": qt_loop if request.param == "qt" else asyncio.new_event_loop}
