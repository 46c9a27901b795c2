"""A feed in use: its list on disk, the demo server where that is ours, where to dial and with which key."""

import asyncio
from pathlib import Path

import msgspec

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.config import lists_file, secrets
from quotedesk.config.paths import Profile
from quotedesk.engine.demo_process import DemoProcess
from quotedesk.engine.options import Options
from quotedesk.engine.redactor import Redactor
from quotedesk.lists.saved import Content
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import address, host_of, is_loopback
from quotedesk.net.client import DeniedError

DEMO = "demo"


class Source:
    """What a feed needs to run on a profile, made from the options.

    Raises QuotedeskError or OSError where its list or the recording cannot be used.

    Attributes:
        feed: it.
        content: its lists, as they were on disk.
        report: what the user should know of the list; "" for nothing.
        addresses: endpoint -> URL that was dialled last; without the key.
    """

    def __init__(self, feed: Feed, profile: Profile, options: Options, redactor: Redactor) -> None:
        self.feed = feed
        self.addresses: dict[str, str] = {}
        self._profile = profile
        self._options = options
        self._redactor = redactor
        self._demo: DemoProcess | None = None
        if feed.name == DEMO and not options.url:
            self._demo = DemoProcess(options.replay, options.replay_speed, loops=options.loops)
        self.content, self.report = self._load()

    def start(self) -> None:
        """Let the demo server get ready, where it is ours."""
        if self._demo:
            self._demo.start()

    def stop(self) -> None:
        """End it."""
        if self._demo:
            self._demo.stop()

    @property
    def title(self) -> str:
        """What the prices are, for the window."""
        if self._options.replay:
            return f"Replay of {self._options.replay.name}: recorded prices"
        if self._options.url:
            return f"{self.feed.title} at {host_of(self._options.url)}"
        return self.feed.title

    @property
    def is_recorded(self) -> bool:
        """Are the prices those of a recording, which nothing is kept of?"""
        return self._options.replay is not None

    @property
    def caution(self) -> str:
        """What to tell the user of this feed on the hosts that are dialled; "" for nothing."""
        host = host_of(self._options.url or next(iter(self.feed.provider.endpoints.values())))
        return self.feed.caution if host.partition(":")[0].endswith(self.feed.provider.hosts) else ""

    @property
    def key_advice(self) -> str:
        """How to set the key."""
        provider = self.feed.provider.name
        command = self._options.command
        return f"Set it in File > Settings, with {command} key set {provider}, or in {secrets.variable(provider)}"

    def keep(self, content: Content) -> None:
        """Save the lists. Raises OSError."""
        if not (self._options.replay and self._options.symbols is None):
            lists_file.save(self._profile.lists(self.feed.name), self.feed.name, content)

    async def find_address(self, endpoint: str) -> str:
        """The URL to dial, with the key as it is now. Raises DeniedError without one, QuotedeskError."""
        provider = self.feed.provider
        base = await self._demo.find_url() if self._demo else self._options.url
        key = await self._find_key(base) if provider.needs_key else None
        self.addresses[endpoint] = address(provider.endpoints[endpoint], base, None)
        return address(provider.endpoints[endpoint], base, key)

    async def _find_key(self, base: str | None) -> str | None:
        provider = self.feed.provider
        is_optional = base is not None and is_loopback(base)
        try:
            key = await asyncio.to_thread(secrets.key, provider.name)
        except secrets.NoKeyringError as fault:
            if is_optional:
                return None
            raise DeniedError(f"{provider.title} needs a key, and there is no unlocked keyring here") from fault
        self._redactor.learn(key)
        if key is None and not is_optional:
            raise DeniedError(f"{provider.title} needs a key")
        return key

    def _load(self) -> tuple[Content, str]:
        """The lists, and what to report ("" for nothing)."""
        name, options = self.feed.name, self._options
        path = self._profile.lists(name)
        recorded = _replay_codes(options.replay) if options.replay else None
        if options.symbols is None and recorded is not None:
            return lists_file.of_codes(name, recorded), ""
        content, report = lists_file.load(path, name)  # in any case: a newer file must not be written over
        if options.symbols is not None:
            (given,) = lists_file.of_codes(name, options.symbols).lists
            first, *others = content.lists
            lists = (msgspec.structs.replace(first, rows=given.rows, folded=frozenset(), is_open=True), *others)
            content = msgspec.structs.replace(content, lists=lists)
            lists_file.save(path, name, content)
        return content, report


def key_origins() -> dict[str, str]:
    """Feed -> where its key comes from, in words. Asks the keyring: never call it in the event loop."""
    return {
        feed.name: secrets.origin(feed.provider.name) if feed.provider.needs_key else "no key needed"
        for feed in FEEDS.values()
    }


def _replay_codes(path: Path) -> list[str]:
    from quotedesk.demo.replay import replay_codes

    try:
        return replay_codes(path)
    except OSError as fault:
        raise QuotedeskError(f"--replay: {path}: {fault.strerror}") from fault
    except ValueError as fault:
        raise QuotedeskError(f"--replay: {fault}") from fault
