"""A code that names no feed, given to a command that goes through a relay, is of a feed that the relay has."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from quotedesk.codec.relay_requests import RelayedFeed
from quotedesk.codec.relay_wire import RelayedQuote
from tests.fakes.relay_end import quote
from tests.fakes.relay_server import FakeRelay, fake_relay
from tests.fakes.shell import User

pytestmark = pytest.mark.anyio
BOTH = [RelayedFeed("alltick", "AllTick"), RelayedFeed("kraken", "Kraken spot")]
PATIENCE_S = 20.0


class Shell:
    """Somebody at a shell whose desk is paired with a relay."""

    def __init__(self, folder: Path, relay: FakeRelay) -> None:
        self._user = User(folder)
        self._relay = relay
        self._environment = self._user.environment(QUOTEDESK_RELAY_KEY=relay.key().text)

    def choose(self, feed: str) -> None:
        """For new lists, in the settings."""
        (self._user.profile / "settings.toml").write_text(f'format = 1\nfeed = "{feed}"\n')

    async def wants(self, *words: str) -> list[str]:
        """Run a command until the relay knows which rows it wants; returns them."""
        process = await self._begin(*words)
        try:
            return await self._wanted(process)
        finally:
            await _end(process)

    async def first_quote(self, *words: str) -> dict[str, str]:
        """The first quote that `watch` prints as JSON."""
        process = await self._begin(*words)
        try:
            (row,) = await self._wanted(process)
            code, _, feed = row.rpartition("@")
            await self._relay.say(quote(feed, code, RelayedQuote(1, "5")))
            assert process.stdout
            async with asyncio.timeout(PATIENCE_S):
                while (found := json.loads(await process.stdout.readline()))["type"] != "quote":
                    pass
            return dict(found)
        finally:
            await _end(process)

    async def refused(self, *words: str) -> str:
        """Run a command to its end; returns the one line that says why."""
        process = await self._begin(*words)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
        assert (process.returncode, out) == (2, b"")
        assert err.count(b"\n") == 1, err
        return err.decode()

    async def _begin(self, *words: str) -> asyncio.subprocess.Process:
        self._relay.ends.clear()
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "quotedesk", "--profile", str(self._user.profile), *words),
            stdout=pipe,
            stderr=pipe,
            env=self._environment,
            cwd=self._user.home,
        )

    async def _wanted(self, process: asyncio.subprocess.Process) -> list[str]:
        async with asyncio.timeout(PATIENCE_S):
            while not (found := [said["rows"] for end in self._relay.ends for said in end.wants if said["rows"]]):
                assert process.returncode is None, await process.communicate()
                await asyncio.sleep(0.01)
        return list(found[-1])


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    await process.communicate()


async def test_a_bare_code_is_of_the_relay_s_only_feed_or_of_the_chosen_one_or_it_is_said_what_to_write(
    tmp_path: Path,
) -> None:
    async with fake_relay() as relay:
        shell = Shell(tmp_path, relay)
        watch = ("watch", "--relay", relay.url, "--json")
        relay.feeds = BOTH[:1]
        told = await shell.first_quote(*watch, "GOLD")
        assert (told["symbol"], told["feed"], told["last"]) == ("GOLD", "alltick", "5")
        relay.feeds = BOTH
        why = await shell.refused(*watch, "GOLD", "BTC-USD@coinbase")
        assert "hut has alltick, kraken: of which is GOLD? Write GOLD@alltick, or add --feed" in why
        assert "of which is SILVER?" in await shell.refused(*watch, "--alert", "SILVER last >= 5", "GOLD@alltick")
        assert await shell.wants(*watch, "GOLD@alltick", "--alert", "flag:red last >= 5") == ["GOLD@alltick"]
        shell.choose("kraken")
        assert await shell.wants("--relay", relay.url, "serve", "BTC/USD") == ["BTC/USD@kraken"]
        relay.is_away = True
        why = await shell.refused(*watch, "GOLD")
        assert "Written as GOLD@FEED it is waited for" in why
