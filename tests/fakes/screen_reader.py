"""A screen reader: what programs say over AT-SPI, on a session bus of the tests' own."""

import shutil
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
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

# Without the launcher nobody makes the second bus, which is for accessibility alone.
HAS_BUS = shutil.which("dbus-daemon") is not None and any(
    (Path(each) / "at-spi-bus-launcher").exists() for each in ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")
)
_ATSPI = "org.a11y.atspi"
_ANSWER_S = 10.0
_STATES = {"focused": 12, "selected": 23, "showing": 25}  # places in AT-SPI's set of states


@contextmanager
def session_bus(screen: Mapping[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """A bus as a desktop has one; gives the environment for programs that are to be on it."""
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
        bus.terminate()  # what it started goes with it
        bus.communicate()


@dataclass(frozen=True, slots=True)
class Heard:
    """An event: "Announcement", "StateChanged/focused" and so on, its text or number, and what it is about."""

    kind: str
    value: Any
    about: "Node"


class ScreenReader:
    """Switches the desktop's accessibility on, looks at what programs show and listens to what they tell."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._session = open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"])
        there = "/org/a11y/bus", "org.a11y.Bus"
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            on = Properties(DBusAddress(*there, "org.a11y.Status")).set(name, "b", True)
            unwrap_msg(self._session.send_and_get_reply(on, timeout=_ANSWER_S))
        asked = new_method_call(DBusAddress(*there, "org.a11y.Bus"), "GetAddress")
        (address,) = unwrap_msg(self._session.send_and_get_reply(asked, timeout=_ANSWER_S))
        self._bus: DBusConnection = open_dbus_connection(address)
        self._events: deque[Message] = deque()
        rule = MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object")
        Proxy(message_bus, self._bus).AddMatch(rule)
        self._bus.filter(rule, queue=self._events)
        registry = DBusAddress("/org/a11y/atspi/registry", f"{_ATSPI}.Registry", f"{_ATSPI}.Registry")
        self.ask(new_method_call(registry, "RegisterEvent", "s", ("object:",)))

    def close(self) -> None:
        """Go."""
        self._bus.close()
        self._session.close()

    def ask(self, message: Message) -> Any:
        """Send a call; returns what is answered. Raises DBusErrorResponse."""
        return unwrap_msg(self._bus.send_and_get_reply(message, timeout=_ANSWER_S))

    def programs(self) -> "list[Node]":
        """All that is on the bus."""
        return Node(self, f"{_ATSPI}.Registry", "/org/a11y/atspi/accessible/root").children()

    def find(self, role: str, name: str = "") -> "Node | None":
        """What is shown now of that role and with that name, whatever name where none is given."""
        return next((each for each in self.shown() if each.role == role and (not name or each.name == name)), None)

    def shown(self) -> "list[Node]":
        """All that is to be seen of the programs, in the order in which it is read."""
        return [node for program in self.programs() for node in program.all_of_it() if node.is_("showing")]

    def focused(self) -> list[tuple[str, str]]:
        """Role and name of all that says of itself that it has the keyboard, from the outermost."""
        return [(each.role, each.name) for each in self.shown() if each.is_("focused")]

    def listen(self) -> list[Heard]:
        """What was told since the last time."""
        self.ask(message_bus.GetId())  # whatever was sent before this is here when its answer is
        heard = []
        while self._events:
            message = self._events.popleft()
            fields = {field.name: value for field, value in message.header.fields.items()}
            detail, _, _, (_, value), *_ = message.body
            kind = fields["member"] + (f"/{detail}" if detail else "")
            heard.append(Heard(kind, value, Node(self, fields["sender"], fields["path"])))
        return heard

    def announced(self) -> list[str]:
        """What of that is to be said aloud at once."""
        return [each.value for each in self.listen() if each.kind == "Announcement"]


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a program, as a reader sees it; one that has gone has no role and no children."""

    reader: ScreenReader
    program: str
    path: str

    @property
    def role(self) -> str:
        """ "push button" and the like."""
        return str(self._ask("GetRoleName", ""))

    @property
    def name(self) -> str:
        return str(self._get("Name"))

    @property
    def description(self) -> str:
        return str(self._get("Description"))

    def is_(self, state: str) -> bool:
        """Is it focused, selected, showing?"""
        low, high = self._ask("GetState", (0, 0))
        return bool((low | high << 32) >> _STATES[state] & 1)

    def children(self) -> "list[Node]":
        """From the first; those that are hidden as well."""
        return [Node(self.reader, *each) for each in self._ask("GetChildren", [])]

    def all_of_it(self) -> "Iterator[Node]":
        """It and everything in it."""
        yield self
        for child in self.children():
            yield from child.all_of_it()

    def _ask(self, what: str, if_gone: Any) -> Any:
        try:
            return self.reader.ask(new_method_call(self._at, what))[0]
        except DBusErrorResponse:
            return if_gone

    def _get(self, name: str) -> Any:
        try:
            return self.reader.ask(Properties(self._at).get(name))[0][1]
        except DBusErrorResponse:
            return ""

    @property
    def _at(self) -> DBusAddress:
        return DBusAddress(self.path, self.program, f"{_ATSPI}.Accessible")
