"""The configuration of the relay's own NATS server: who may say and hear what. Text, from values.

What each setting is for, and what was measured: NATS 2.15.1; `no_fast_producer_stall` keeps one desk that does not read
from slowing all others, `write_deadline` cuts it.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from quotedesk.codec.relay_requests import MOST_ROWS
from quotedesk.codec.relay_wire import LONGEST_MESSAGE, token
from quotedesk.relay.desks import DeskKey

ACCOUNT = "FIRM"
MOST_DESKS = 512
MOST_CONNECTIONS = MOST_DESKS + 16  # of the relay, its commands, and desks that are pairing
_SUBSCRIPTIONS = 2 * MOST_ROWS + 100
_EACH_DESK_HEARS = ("q.>", "s.>", "slow.>", "link.>")


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration is made of.

    Attributes:
        name: of the server; desks see it.
        host, port: for desks; -1 is a port of the server's choice.
        own_port: for the relay itself, on loopback; -1 as above.
        certificate, private_key: PEM files of its TLS.
        ports, store: folders: where it says its ports, where it keeps the lists.
        relay, system, admin: public keys of the relay's own users.
        pairing: public keys that may pair now.
    """

    name: str
    host: str
    port: int
    own_port: int
    certificate: Path
    private_key: Path
    ports: Path
    store: Path
    relay: str
    system: str
    admin: str
    desks: tuple[DeskKey, ...] = ()
    pairing: tuple[str, ...] = ()


def config_of(settings: ServerSettings) -> str:
    """The whole file."""
    users = [
        f"{{ nkey: {settings.relay} }}",
        _user(settings.admin, ["_INBOX.admin.>"], ["admin.>"]),
        *(_user(key, [f"_INBOX.{key}.>"], ["pair"]) for key in settings.pairing),
        *(_user(each.key, heard_by(each), said_by(each)) for each in settings.desks),
    ]
    lines = ",\n    ".join(users)
    return f"""\
server_name: {_quoted(settings.name)}
listen: "127.0.0.1:{settings.own_port}"
websocket {{
  listen: {_quoted(f"{settings.host}:{settings.port}")}, compression: true, handshake_timeout: "5s"
  tls {{ cert_file: {_quoted(settings.certificate)}, key_file: {_quoted(settings.private_key)}, min_version: "1.3" }}
}}
ports_file_dir: {_quoted(settings.ports)}
max_payload: {LONGEST_MESSAGE}
max_subscriptions: {_SUBSCRIPTIONS}
max_connections: {MOST_CONNECTIONS}
max_pending: 8MB
write_deadline: "5s"
ping_interval: "10s"
ping_max: 2
no_fast_producer_stall: true
jetstream {{ store_dir: {_quoted(settings.store)}, max_mem: 64M, max_file: 256M }}
accounts {{
  SYS {{ users: [ {{ nkey: {settings.system} }} ] }}
  {ACCOUNT} {{ jetstream: enabled, users: [
    {lines}
  ] }}
}}
system_account: SYS
"""


def heard_by(desk: DeskKey) -> list[str]:
    """What a desk may subscribe to."""
    return [*_EACH_DESK_HEARS, f"changed.{token(desk.person)}", f"_INBOX.{desk.id}.>"]


def said_by(desk: DeskKey) -> list[str]:
    """What a desk may publish."""
    lists = (f"lists.{token(desk.person)}.{desk.id}.{verb}" for verb in ("get", "put", "history"))
    return [f"hello.{desk.id}", f"want.{desk.id}", f"last.{desk.id}", *lists]


def _user(key: str, hears: Iterable[str], says: Iterable[str]) -> str:
    heard, said = (", ".join(map(_quoted, each)) for each in (hears, says))
    return f"{{ nkey: {key}, permissions: {{ subscribe: [{heard}], publish: [{said}] }} }}"


def _quoted(text: object) -> str:
    """A text as the configuration has it: only what the relay itself has made or checked comes here, and paths."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
