"""Where a feed's prices come from: addresses, key, hours of its markets, the demo server where that is ours."""

import asyncio
import threading
from collections.abc import Callable
from functools import cached_property

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed, Reference, Request
from quotedesk.config import hours_file, secrets, token_lock
from quotedesk.config.paths import Profile
from quotedesk.engine.demo_process import SEED, DemoProcess
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.hours import Hours
from quotedesk.market.states import NO_TOKEN
from quotedesk.net.address import address, host_of, is_loopback
from quotedesk.net.client import DeniedError, Target


class Source:
    """What a feed needs to run on a profile.

    Attributes:
        feed: whose prices.
        addresses: endpoint -> URL that was dialled last; without the key.
        report: what the user should know of it; "" for nothing.
    """

    def __init__(self, feed: Feed, profile: Profile, options: SourceOptions, redactor: Redactor) -> None:
        self.feed = feed
        self.addresses: dict[str, str] = {}
        self.report = ""
        self._profile = profile
        self._options = options
        self._redactor = redactor
        self._lock: token_lock.TokenLock | None = None
        self._stopping = threading.Lock()
        self._before: set[asyncio.Task[None]] = set()  # what has to end before anything is dialled
        self._demo: DemoProcess | None = None
        if feed.is_built_in and not self.base and options.replay is None:
            self._demo = DemoProcess()

    @property
    def base(self) -> str | None:
        """Scheme, host and port in place of the provider's."""
        return self._options.urls.get(self.feed.name)

    @cached_property
    def hours(self) -> Hours:
        """The hours of its markets; made-up prices have none, they move round the clock."""
        if self.feed.is_built_in:
            return Hours()
        hours, self.report = hours_file.load(self.feed.provider.resources)
        return hours

    @property
    def reference(self) -> Reference | None:
        """What the feed tells beside its stream; None for nothing. A demo server that is not ours tells nothing."""
        return None if self.feed.is_built_in and self._demo is None else self.feed.reference

    @cached_property
    def answers(self) -> Callable[[Request, float], bytes] | None:
        """What answers its requests now (UTC) in place of the network; None: nothing does. Not for the event loop."""
        if self._demo is None:
            return None
        from quotedesk.demo.course import DemoHistory  # most runs are of real markets

        history = DemoHistory(SEED)
        return lambda asked, utc_s: history.answer(dict(asked.params), utc_s)

    def start(self) -> None:
        """Let the demo server get ready, where it is ours. Raises OSError."""
        if self._demo:
            self._demo.start()

    def stop(self) -> None:
        """End the demo server, and let another process use the token."""
        with self._stopping:  # called in threads
            if self._demo:
                self._demo.stop()
            if self._lock:
                self._lock.release()
                self._lock = None

    def let_go(self, tasks: Tasks) -> None:
        """Nobody wants its prices now: stop without waiting for it."""
        if not self._before and (self._lock or (self._demo and self._demo.is_running)):
            self._wait_for(tasks.spawn(asyncio.to_thread(self.stop), f"stop {self.feed.name}"))

    def take_token(self, other: "Source", goodbye: asyncio.Task[None]) -> None:
        """Another feed used the token: it is ours now, and nothing is dialled before that feed has hung up."""
        self._wait_for(goodbye)
        if self._lock is None:
            self._lock, other._lock = other._lock, None
        else:
            other.stop()

    def _wait_for(self, end: asyncio.Task[None]) -> None:
        self._before.add(end)
        end.add_done_callback(self._before.discard)

    @property
    def title(self) -> str:
        """What the prices are, for the window."""
        if (replay := self._options.replay) is not None:
            is_any = self.feed.is_built_in  # made up or not, the file knows
            return f"Replay of {replay.name}: recorded prices" if is_any else f"{self.feed.title}, recorded"
        return f"{self.feed.title} at {host_of(self.base)}" if self.base else self.feed.title

    @property
    def is_recorded(self) -> bool:
        """Are the prices those of a recording, which nothing is kept of?"""
        return self._options.replay is not None

    @property
    def caution(self) -> str:
        """What to tell the user of this feed on the hosts that are dialled; "" for nothing."""
        if self._options.replay is not None:
            return ""
        host = host_of(self.base or next(iter(self.feed.provider.endpoints.values())))
        return self.feed.caution if host.partition(":")[0].endswith(self.feed.provider.hosts) else ""

    @property
    def key_advice(self) -> str:
        """How to set the key."""
        provider, command = self.feed.provider, self._options.command
        form = f" as {provider.key_form}" if len(provider.key_parts) > 1 else ""
        variable = secrets.variable(provider.name)
        if self._options.is_relay:
            ways = f"with {command} token set {provider.name}, or in {variable}{form}"
            return f"Set it where the relay runs, {ways}, and start the relay again"
        return f"Set it in File > Settings, with {command} token set {provider.name}, or in {variable}{form}"

    async def why_no_key(self) -> str:
        """Why nothing can be dialled for want of a key, and what to do; "" where nothing is wanting."""
        try:
            if self.feed.provider.needs_key:
                await self._find_key(self.base)
        except DeniedError as fault:
            return f"{fault}. {self.key_advice}"
        return ""

    def hold_token(self) -> None:
        """Keep other processes of this profile from connecting with the token. Raises TokenInUseError, OSError."""
        if self._lock is None and self.feed.provider.needs_key:
            self._lock = token_lock.hold(self._profile, self.feed.provider.name)

    async def find_target(self, endpoint: str) -> Target:
        """Where to dial, with the key as it is now. Raises DeniedError without one, QuotedeskError."""
        provider = self.feed.provider
        if self._before:
            await asyncio.wait(self._before)
        base = await self._demo.find_url() if self._demo else self.base
        key = await self._find_key(base) if provider.needs_key else None
        try:
            self.hold_token()
        except OSError as fault:
            raise QuotedeskError(f"The profile's folder cannot be written to: {fault.strerror}") from fault
        self.addresses[endpoint] = address(provider.endpoints[endpoint], base, None)
        if provider.key_in_url:
            return Target(address(provider.endpoints[endpoint], base, key))
        return Target(self.addresses[endpoint], key)

    async def find_web(self) -> Target:
        """Where its HTTP is, without a path of a request, and the key. Raises DeniedError, QuotedeskError."""
        provider, reference = self.feed.provider, self.reference
        assert reference is not None
        if self._demo:
            return Target(reference.base)
        base = self.base
        key = await self._find_key(base) if provider.needs_key else None
        return Target(address(reference.base, base, None), key)

    async def _find_key(self, base: str | None) -> str | None:
        provider = self.feed.provider
        is_optional = base is not None and is_loopback(base)
        try:
            key = await asyncio.to_thread(secrets.key, provider.name)
        except secrets.NoKeyringError as fault:
            if is_optional:
                return None
            reason = f"{NO_TOKEN}: {provider.title} needs one, and there is no unlocked keyring here"
            raise DeniedError(reason) from fault
        parts = provider.secrets_in(key)
        self._redactor.learn(key, *parts)
        if key is None and not is_optional:
            raise DeniedError(f"{NO_TOKEN}: {provider.title} needs one")
        if parts and len(parts) < len(provider.key_parts):
            raise DeniedError(provider.fault_of(key or ""))
        return key


class Sources:
    """The sources of a run, each made when it is first asked for."""

    def __init__(self, profile: Profile, options: SourceOptions, redactor: Redactor) -> None:
        self._profile = profile
        self._options = options
        self._redactor = redactor
        self._made: dict[str, Source] = {}

    def of(self, name: str) -> Source:
        """Raises KeyError for a feed that is unknown."""
        if name not in self._made:
            self._made[name] = Source(FEEDS[name], self._profile, self._options, self._redactor)
        return self._made[name]

    def stop(self) -> None:
        """Stop them all."""
        for source in self._made.values():
            source.stop()


def key_origins() -> dict[str, str]:
    """Feed -> where its key comes from, in words. Asks the keyring: never call it in the event loop."""
    return {
        feed.name: secrets.origin(feed.provider.name) if feed.provider.needs_key else "no token needed"
        for feed in FEEDS.values()
    }
