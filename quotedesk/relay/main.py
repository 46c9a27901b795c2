"""The run of `quotedesk relay`: one engine, one NATS server, many desks, and an end without a traceback."""

import asyncio
import secrets
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Relaying
from quotedesk.codec.relay_requests import RelayedFeed
from quotedesk.codec.relay_wire import BEAT_S
from quotedesk.config import settings, token_lock
from quotedesk.config.paths import Profile
from quotedesk.engine import headless, signals
from quotedesk.engine.clock import SystemClock, each_second
from quotedesk.engine.headless import HeadlessRun
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import parse_overrides
from quotedesk.net.nats_client import NatsClient, NatsFaultError, NatsServer
from quotedesk.relay.admin_service import AdminService
from quotedesk.relay.desk_service import DeskService, RelayIntroduction
from quotedesk.relay.desks import Desks, plain_name
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.jet_stream import JetStream
from quotedesk.relay.leader import PATIENCE_S, Leader, LeaderKey
from quotedesk.relay.licence import Licence
from quotedesk.relay.link_news import LinkNews
from quotedesk.relay.list_store import ListStore
from quotedesk.relay.metrics_page import MetricsPage
from quotedesk.relay.options import RelayOptions
from quotedesk.relay.own_server import OwnServer
from quotedesk.relay.publisher import Publisher
from quotedesk.relay.remote_server import RemoteServer
from quotedesk.relay.upstream import Upstream
from quotedesk.relay.viewers import Viewers
from quotedesk.relay.wishes import Wishes

MERGE_S = 0.05  # wishes that come together are merged once
MERGE_REST = 9.0  # times as long as a merge took there is none: with very many desks it is not free
READY_S = 15.0
REPLICAS = 3  # of what a cluster keeps for us
FIGURES_S = 5  # between two looks at the server's memory
LISTS_AGAIN_S = 10  # where lists cannot be kept, it is tried again so often


class RelayInUseError(QuotedeskError):
    """A relay runs on the profile."""


def run(options: RelayOptions) -> int:
    """Relay until a signal; returns the exit code. Raises QuotedeskError or OSError for what the user can mend."""
    headless.prepare()
    profile = Profile(options.profile)
    chosen = settings.glance(profile.settings)
    feeds = options.feeds or (chosen.known_feed,)
    for name in feeds:
        provider = FEEDS[name].provider
        if provider.relaying is Relaying.NEVER:
            raise QuotedeskError(f"{provider.title} allows nobody to relay its quotes.")
    urls = parse_overrides(options.urls, feeds[0])
    profile.make_folder()
    try:
        lock = token_lock.hold(profile, "relay")
    except token_lock.TokenInUseError:
        raise RelayInUseError(
            f"A relay runs on {profile.folder} already. `{options.command} relay code` asks it for a pairing code."
        ) from None
    redactor = Redactor()
    sources = Sources(profile, SourceOptions(command=options.command, urls=urls, is_relay=True), redactor)
    try:
        reports: list[str] = []
        for name in feeds:
            source = sources.of(name)
            if options.nats is None:  # else another relay may hold it, and this one wait
                source.hold_token()
            reports += [source.caution] if source.caution else []
        return asyncio.run(_RelayRun(options, feeds, sources, redactor, reports, profile, chosen.plans).main())
    finally:
        signals.ignore()
        sources.stop()
        lock.release()


class _RelayRun(HeadlessRun):
    """One run of the engine under NATS."""

    def __init__(
        self,
        options: RelayOptions,
        feeds: Sequence[str],
        sources: Sources,
        redactor: Redactor,
        reports: Sequence[str],
        profile: Profile,
        plans: Mapping[str, int],
    ) -> None:
        super().__init__("quotedesk relay", redactor)
        self._options = options
        self._profile = profile
        self._clock = clock = SystemClock()
        tasks = self._tasks
        self._folder = folder = RelayFolder(profile.folder)
        folder.make()
        self._identity = folder.identity()
        self._fingerprint = folder.fingerprint() if options.nats is None else ""
        nats, creds = options.nats or "", str(options.creds.absolute()) if options.creds else ""
        if (nats, creds) != (self._identity.nats, self._identity.creds):
            self._identity.nats, self._identity.creds = nats, creds
            folder.keep(self._identity)
        self._name = plain_name(options.name) or socket.gethostname().partition(".")[0] or "relay"
        self._desks = Desks(folder.desks)
        self._licence = Licence(folder.licence, [FEEDS[name] for name in feeds])
        self._remote = RemoteServer(options.nats, options.creds) if options.nats is not None else None
        self._client = NatsClient("relay", self._find_server)
        stream = JetStream(self._client)
        run = secrets.token_hex(6)
        self._wishes = Wishes()
        self._publisher = Publisher(self._client, self._wishes, clock, run, self._name, feeds)
        replicas = REPLICAS if self._remote else 1
        self._lists = ListStore(stream, replicas)
        keys = JetStream(self._client, PATIENCE_S)
        self._leader = Leader(keys, LeaderKey(self._identity.id, self._name), clock, self._leads_or_not, replicas)
        self._upstream = Upstream(self._publisher, sources.of, profile, plans, clock, tasks, redactor)
        self._find_faults = [sources.of(name).why_no_key for name in feeds]
        self._link_news = LinkNews()
        self._wishes.may_linger = self._upstream.may_linger
        self._publisher.trace_of = self._upstream.trace_of
        self._publisher.sessions_of = self._upstream.sessions_of
        told = tuple(RelayedFeed(name, sources.of(name).title, _rights(name)) for name in feeds)
        me = RelayIntroduction(run, self._name, told, self._fingerprint)
        self._service = DeskService(
            self._client,
            me,
            self._desks,
            self._wishes,
            self._publisher,
            self._lists,
            self._licence,
            Viewers(folder.viewers),
            clock,
            wishes_changed=self._want_soon,
            keys_changed=self._keys_changed,
            spawn=tasks.spawn,
            is_open=self._remote is not None,
        )
        self._admin = AdminService(
            self._client,
            self._service,
            self._desks,
            self._wishes,
            self._publisher,
            self._upstream,
            clock,
            tasks.spawn,
            self._identity.id,
        )
        self._own_server = OwnServer(
            folder,
            options.listen,
            self._desks,
            self._licence,
            clock,
            pairing_keys=lambda: self._service.keys.pairings.keys,
            gone=self._service.disconnected,
            died=self._service.server_died,
            tell=self._tell,
        )
        self._reports = [*reports, *filter(None, [self._desks.report])]
        self._is_up = asyncio.Event()
        self._down_reason = ""
        self._told_other: str | None = None
        self._merge_is_due = False
        self._merge_pause_s = 0.0
        for subject, take in {**self._service.subjects, **self._admin.subjects}.items():
            self._client.subscribe(subject, take)
        self._client.on_up = self._came_up
        # On a server of its own nobody else can lead; on another's it waits until the key is its.
        self._leader.leads = self._publisher.is_speaking = self._service.is_speaking = self._remote is None
        self._client.on_down = self._went_down

    async def _run(self) -> None:
        """Raises QuotedeskError, OSError where the server will not start."""
        metrics = MetricsPage(self._admin.state)
        try:
            pair = ""
            if not self._remote:
                pair = self._first_code()
                await self._own_server.start()
                self._tasks.spawn(self._own_server.system.client.run(), "NATS system account")
            self._tasks.spawn(self._client.run(), "NATS")
            await self._ready()
            if self._options.metrics_port is not None:
                await metrics.start(self._options.metrics_port)
            self._introduce(pair, metrics.address)
            self._tasks.spawn(self._tell_of_keys(), "look for tokens")
            if self._remote:
                self._tasks.spawn(self._leader.run(), "leader")
            self._tasks.spawn(self._each_second(), "each second")
            await self._is_over.wait()
        finally:
            await metrics.close()
            await self._upstream.hang_up()
            with suppress(NatsFaultError):
                await self._leader.resign() if self._remote else None
            await self._tasks.stop()
            self._own_server.process.stop()

    # The server

    async def _find_server(self) -> NatsServer:
        return await (self._remote.find() if self._remote else self._own_server.find())

    async def _keys_changed(self) -> None:
        if self._remote:
            raise QuotedeskError(
                "The keys of desks are made by whoever runs that NATS server: give each desk a user that may do what "
                "quotedesk/codec/relay_wire.py says, and its key as QUOTEDESK_RELAY_KEY"
            )
        await self._own_server.let_in()

    def _came_up(self) -> None:
        self._is_up.set()
        self._own_server.is_up.set()
        self._tasks.spawn(self._load_lists(), "load lists")
        self._publisher.beat()

    def _went_down(self, reason: str) -> None:
        if self._is_up.is_set():
            self._is_up.clear()
            self._own_server.is_up.clear()
            self._tell(f"The connection to the NATS server is lost: {reason}.")
        self._down_reason = reason

    async def _load_lists(self) -> None:
        try:
            await self._lists.load()
        except NatsFaultError as fault:
            self._tell(f"Lists are not kept now: {fault}.")

    # What is wanted

    def _want_soon(self) -> None:
        if not self._merge_is_due:
            self._merge_is_due = True
            asyncio.get_running_loop().call_later(max(MERGE_S, self._merge_pause_s), self._want)

    def _want(self) -> None:
        self._merge_is_due = False
        began_s = self._clock.now_s()
        merged = self._wishes.merged()
        self._publisher.desks = self._wishes.connections
        self._publisher.last.forget_all_but(merged)
        if self._leader.leads:
            self._upstream.want(merged, self._wishes.books)
        self._merge_pause_s = MERGE_REST * (self._clock.now_s() - began_s)

    def _leads_or_not(self) -> None:
        self._publisher.is_speaking = self._service.is_speaking = self._leader.leads
        if self._leader.leads:
            self._tasks.spawn(self._load_lists(), "load lists")  # the other one kept them so far
        else:
            self._tasks.spawn(self._upstream.hang_up(), "hang up")  # the other one dials soon
        if not self._is_over.is_set():  # else it gives the key away
            self._tell("This relay leads." if self._leader.leads else "This relay leads no more.")
        self._want_soon()

    async def _each_second(self) -> None:
        async for second in each_second(self._clock, BEAT_S):
            self._service.second()
            self._upstream.second()
            for line in self._link_news.lines(self._upstream.links):
                self._tell(line)
            self._publisher.second()
            self._admin.lists_fault = self._lists.fault
            if self._lists.fault and self._client.is_up and second % LISTS_AGAIN_S == 0:
                self._tasks.spawn(self._load_lists(), "load lists again")
            other = None if self._leader.leads else self._leader.other
            self._admin.second(other)
            if other and other != self._told_other:
                self._tell(f"The relay {other} leads; this one waits until that has been gone for ten seconds.")
            self._told_other = other
            own = self._own_server
            if own.system.client.is_up and second % FIGURES_S == 0:
                with suppress(NatsFaultError):
                    await own.system.look()
                    self._admin.figures = own.system.figures.mem, own.system.figures.cpu
                    self._admin.server_starts = own.process.starts

    # Words

    async def _ready(self) -> None:
        """Wait until the server is reached. Raises QuotedeskError where it is not."""
        try:
            async with asyncio.timeout(READY_S):
                await self._is_up.wait()
                if not self._remote:
                    await self._own_server.system.is_up.wait()
        except TimeoutError:
            raise QuotedeskError(f"The NATS server cannot be used: {self._down_reason or 'no answer'}.") from None

    def _first_code(self) -> str:
        """A code that the server knows from its start: to tell it later would turn away desks that come back."""
        try:
            return self._service.keys.open_code("")
        except QuotedeskError as fault:
            self._tell(f"No pairing code: {fault}.")
            return ""

    def _introduce(self, pair: str, metrics: str) -> None:
        self._admin.introduce(self._name, self._address(), self._fingerprint)
        self._admin.say_first_line(pair, is_json=self._options.is_json, metrics=metrics)
        for report in self._reports:
            self._tell(report)

    async def _tell_of_keys(self) -> None:
        """Whoever starts it learns at once that a token is missing, and not when the first desk comes."""
        for find in self._find_faults:
            if told := await find():
                self._tell(f"{told}.")

    def _address(self) -> str:
        if self._remote:
            return self._remote.origin
        host, port = self._own_server.address
        shown = socket.gethostname() if host in ("0.0.0.0", "::", "[::]") else host  # noqa: S104 - it is asked for
        return f"{shown}:{port}"


def _rights(name: str) -> str:
    """To whom a feed's quotes may go, for people."""
    return "" if FEEDS[name].is_built_in else FEEDS[name].provider.relaying.value
