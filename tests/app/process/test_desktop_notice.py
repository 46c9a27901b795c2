"""Notices through a real bus: what the service is told, what a click says, and what is done where there is none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from quotedesk.app.process.desktop_notice import NO_NOTICES, DesktopNotices
from quotedesk.engine.tasks import Tasks
from tests.fakes.notifications import fake_notifications, session_bus

pytestmark = pytest.mark.anyio


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with session_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
async def notices(qapp: QApplication) -> AsyncIterator[DesktopNotices]:
    failed: list[BaseException] = []
    tasks, parent = Tasks(failed.append), QObject()
    made = DesktopNotices(tasks, QIcon, "io.github.quotedesk.quotedesk", parent)
    yield made
    made.close()
    await tasks.stop()
    assert failed == []


async def answer_of(show: Callable[[Callable[[str], None]], None]) -> str:
    answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    show(answered.set_result)
    return await asyncio.wait_for(answered, 5)


async def test_a_notice_is_shown_and_a_click_says_of_what(bus: None, notices: DesktopNotices) -> None:
    opened: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    notices.opened.connect(lambda key, token: opened.put_nowait((key, token)))
    async with fake_notifications() as desktop:
        for title in ("BTC-USD & <b>", "second"):
            assert (
                await answer_of(lambda said, title=title: notices.show(title, "a <b> & c", f"of {title}", said)) == ""
            )
        assert desktop.refused == []
        (number, title, text, actions, hints), second = desktop.shown
        assert (title, text) == ("BTC-USD & <b>", "a &lt;b&gt; &amp; c")  # a title has no markup, and is not escaped
        assert actions == ["default", "Open"]
        assert hints["desktop-entry"] == "io.github.quotedesk.quotedesk"
        await desktop.click(number, "token-1")
        await desktop.click(99)
        await desktop.click(second[0])
        assert await asyncio.wait_for(opened.get(), 5) == ("of BTC-USD & <b>", "token-1")
        assert await asyncio.wait_for(opened.get(), 5) == ("of second", "")


async def test_a_service_that_knows_no_markup_gets_the_plain_text(bus: None, notices: DesktopNotices) -> None:
    async with fake_notifications(capabilities=("body",)) as desktop:
        notices.prepare()
        notices.prepare()
        assert await answer_of(lambda said: notices.show("t", "a <b> & c", "key", said)) == ""
        assert [(text, actions) for _, _, text, actions, _ in desktop.shown] == [("a <b> & c", [])]


async def test_where_there_is_no_service_the_tray_is_taken_and_the_service_once_it_is_there(
    bus: None, notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await answer_of(lambda said: notices.show("t", "nobody", "key", said)) == NO_NOTICES
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "show", lambda self: None)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda self, title, text, *_: told.append((title, text)))
    assert await answer_of(lambda said: notices.show("t", "tray", "key", said)) == ""
    assert told == [("t", "tray")]
    opened: list[tuple[str, str]] = []
    notices.opened.connect(lambda *said: opened.append(said))
    tray = notices.findChild(QSystemTrayIcon)
    assert tray is not None
    tray.messageClicked.emit()
    assert opened == [("key", "")]
    async with fake_notifications() as desktop:
        assert await answer_of(lambda said: notices.show("t", "service", "key", said)) == ""
        assert [text for _, _, text, _, _ in desktop.shown] == ["service"]


async def test_a_bus_that_is_not_there_or_breaks_off_costs_nothing(
    notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("unix:path=/nowhere/bus", "autolaunch:", "tcp:host=x", ""):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        assert await answer_of(lambda said: notices.show("t", "x", "key", said)) == NO_NOTICES
    for _ in range(2):  # the second bus is another one
        with session_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            async with fake_notifications() as desktop:
                assert await answer_of(lambda said: notices.show("t", "x", "key", said)) == ""
                assert len(desktop.shown) == 1
