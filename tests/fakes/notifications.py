"""A session bus of our own, and on it a desktop's notification service that keeps what it is told."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"


@contextmanager
def session_bus() -> Iterator[str]:
    """The address of a bus that nobody else is on."""
    if shutil.which("dbus-daemon") is None:
        pytest.skip("there is no dbus-daemon")
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert bus.stdout is not None
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.communicate()


class FakeNotifications:
    """Attributes:
    shown: (number, title, text, actions, hints) of each notice, in order.
    refused: signatures of calls that a real service would refuse.
    """

    def __init__(self, connection: DBusConnection, capabilities: list[str]) -> None:
        self._connection = connection
        self._capabilities = capabilities
        self.shown: list[tuple[int, str, str, list[str], dict[str, Any]]] = []
        self.refused: list[str] = []

    async def serve(self) -> None:
        while True:
            message = await self._connection.receive()
            if message.header.message_type is MessageType.method_call:
                await self._connection.send(self._answer(message))

    async def click(self, number: int, token: str = "") -> None:
        """The user clicks on a notice."""
        from_us = DBusAddress(PATH, interface=NAME)
        if token:
            await self._connection.send(new_signal(from_us, "ActivationToken", "us", (number, token)))
        await self._connection.send(new_signal(from_us, "ActionInvoked", "us", (number, "default")))

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        match fields.get(HeaderFields.member):
            case "GetCapabilities":
                return new_method_return(message, "as", (self._capabilities,))
            case "Notify" if fields.get(HeaderFields.signature) == "susssasa{sv}i":
                _, _, _, title, text, actions, hints, _ = message.body
                number = len(self.shown) + 1
                self.shown.append((number, title, text, actions, {name: value for name, (_, value) in hints.items()}))
                return new_method_return(message, "u", (number,))
        self.refused.append(str(fields.get(HeaderFields.signature)))
        return new_error(message, "org.freedesktop.DBus.Error.InvalidArgs")


@asynccontextmanager
async def fake_notifications(
    capabilities: tuple[str, ...] = ("actions", "body", "body-markup"), bus: str = "SESSION"
) -> AsyncIterator[FakeNotifications]:
    """A service on the session's bus, for the length of a test."""
    connection = await open_dbus_connection(bus)
    async with DBusRouter(connection) as router:
        await Proxy(message_bus, router).RequestName(NAME)
    fake = FakeNotifications(connection, list(capabilities))
    serving = asyncio.create_task(fake.serve())
    try:
        yield fake
    finally:
        serving.cancel()
        await connection.close()
