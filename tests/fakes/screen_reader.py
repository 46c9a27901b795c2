"""A screen reader: a session bus with an accessibility bus on it, and what the program says there, over AT-SPI."""

import subprocess
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MatchRule, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.low_level import Message
from jeepney.wrappers import unwrap_msg

_ATSPI = "org.a11y.atspi"
_ROOT = "/org/a11y/atspi/accessible/root"
_ANSWER_S = 10.0
# Places in AtspiStateType and AtspiRole; the names of roles come from the program.
_STATES = {"active": 1, "expanded": 10, "focusable": 11, "focused": 12, "selected": 23, "showing": 25, "visible": 30}


@contextmanager
def accessible_desktop(screen: Mapping[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """A session bus as a desktop has one; gives the environment for programs that are to be on it."""
    folder.mkdir(mode=0o700)
    environment = {**screen, "XDG_RUNTIME_DIR": str(folder)}
    for name in ("DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE"):
        environment.pop(name, None)
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1"]
    bus = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert bus.stdout is not None
    try:
        yield {**environment, "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
    finally:
        bus.terminate()
        bus.communicate()


@dataclass(frozen=True, slots=True)
class Heard:
    """An event: "Focus", "Announcement", "StateChanged/focused", with its text and the object that it is about."""

    kind: str
    value: Any
    about: "Node"


class ScreenReader:
    """Reads what programs on a desktop give to those who do not see it.

    Attributes:
        heard: the events, from the oldest; see `listen`.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.heard: deque[Heard] = deque()
        session = open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"])
        on = Properties(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Status"))
        unwrap_msg(session.send_and_get_reply(on.set("IsEnabled", "b", True), timeout=_ANSWER_S))
        unwrap_msg(session.send_and_get_reply(on.set("ScreenReaderEnabled", "b", True), timeout=_ANSWER_S))
        asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
        (address,) = unwrap_msg(session.send_and_get_reply(asked, timeout=_ANSWER_S))
        self._session = session  # what it switched on lasts as long as it is there
        self._bus: DBusConnection = open_dbus_connection(address)
        self._events: deque[Message] = deque()
        rule = MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object")
        Proxy(message_bus, self._bus).AddMatch(rule)
        self._filter = self._bus.filter(rule, queue=self._events)
        registry = DBusAddress(f"/{_ATSPI}/registry".replace(".", "/"), f"{_ATSPI}.Registry", f"{_ATSPI}.Registry")
        self._ask(new_method_call(registry, "RegisterEvent", "s", ("object:",)))

    def close(self) -> None:
        """Go."""
        self._bus.close()
        self._session.close()

    def programs(self) -> "list[Node]":
        """All that is on the bus."""
        return Node(self, f"{_ATSPI}.Registry", _ROOT).children()

    def listen(self) -> list[Heard]:
        """Take in what was said until now; returns all that was heard."""
        self._ask(message_bus.GetId())  # whatever was sent before is here when the answer is
        while self._events:
            message = self._events.popleft()
            fields = message.header.fields
            names = {code.name: value for code, value in fields.items()}
            detail, *_, value, _ = message.body if len(message.body) == 5 else (*message.body, None)
            kind = names["member"] + (f"/{detail}" if detail else "")
            self.heard.append(Heard(kind, value[1] if value else None, Node(self, names["sender"], names["path"])))
        return list(self.heard)

    def _ask(self, message: Message) -> Any:
        return unwrap_msg(self._bus.send_and_get_reply(message, timeout=_ANSWER_S))


@dataclass(frozen=True)
class Node:
    """An object of a program, as a reader sees it."""

    reader: ScreenReader
    program: str
    path: str

    def ask(self, interface: str, what: str, *words: Any) -> Any:
        """Call a method: signature and arguments in `words`."""
        return self.reader._ask(
            new_method_call(DBusAddress(self.path, self.program, f"{_ATSPI}.{interface}"), what, *words)
        )

    def get(self, interface: str, name: str) -> Any:
        """A property."""
        address = DBusAddress(self.path, self.program, f"{_ATSPI}.{interface}")
        return self.reader._ask(Properties(address).get(name))[0][1]
