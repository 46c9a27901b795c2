"""What `relay code`, `status` and `revoke` ask a relay that runs: on admin.RELAY.*, as a user of its own."""

import msgspec

ADMIN = "admin"
CODE, STATUS, REVOKE = "code", "status", "revoke"


class CodeRequest(msgspec.Struct):
    """Another pairing code. `person`: whose desk it is to be; "" is the relay's first person."""

    person: str = ""


class CodeAnswer(msgspec.Struct, omit_defaults=True):
    """A code, or why there is none."""

    code: str = ""
    fault: str = ""


class RevokeRequest(msgspec.Struct):
    """Take a desk's key back, by its name or word; or those of a person."""

    name: str


class RevokeAnswer(msgspec.Struct, omit_defaults=True):
    """The names of the desks that have no key any more. `fault`: why they are let in until the server's next start.

    With a fault and no names nothing is taken back.
    """

    revoked: list[str] = []
    fault: str = ""


class DeskState(msgspec.Struct):
    """A desk that has a key.

    Attributes:
        connections, rows: that wish now, and how many rows they want.
        is_slow: it listens once a second.
        cuts: how often the server cut it for not reading.
        kicks: how many connections with its key were too many, and closed.
        seen_s: seconds since it last said something; None: not in this run.
    """

    name: str
    person: str
    connections: int = 0
    rows: int = 0
    is_slow: bool = False
    cuts: int = 0
    kicks: int = 0
    seen_s: float | None = None


class FeedState(msgspec.Struct):
    """A feed of the relay. `links`: each in words."""

    feed: str
    links: list[str]
    wanted: int = 0
    parked: int = 0
    slots: int | None = None


class RelayState(msgspec.Struct):
    """How the relay is.

    Attributes:
        role: "leads", or whom it waits for.
        quotes_per_s, quotes: of all feeds, published.
        notices: what the engine last had to say.
        server_memory_mb, server_cpu_percent: of its own NATS server; None where it is another's.
        lists_fault: why lists are not kept now; "" where they are.
    """

    relay: str
    address: str
    fingerprint: str
    role: str
    up_s: float
    desks: list[DeskState]
    feeds: list[FeedState]
    quotes: int
    quotes_per_s: float
    lists_fault: str = ""
    server_starts: int = 0
    server_memory_mb: float | None = None
    server_cpu_percent: float | None = None
    notices: list[str] = []
