"""`watch` through a relay: of a small plan, of a newer version, and with another time of day."""

import asyncio
import json
import os
import subprocess
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from quotedesk.codec.nats import Delivery
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_key import RelayKey, key_of
from quotedesk.codec.relay_requests import MOST_SESSIONS
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.key_connections import MOST_OF_DESK
from tests.bench.runs import feeder
from tests.fakes.json_lines import whole_lines
from tests.fakes.nats_servers import RELAY, client_of, relay_server, require_server
from tests.fakes.port import held_port
from tests.fakes.relay import QUOTEDESK, ROOT, RelayDesk, RelayProcess, pair, until
from tests.fakes.screen import StrictProvider, wait_until

MOST_ROWS_TOLD = "a desk may have 2,000 rows of a relay"
SEED = new_seed(b"d" * 32)


def test_rows_beyond_the_plan_say_how_many_desks_share_it(tmp_path: Path) -> None:
    require_server()
    provider = StrictProvider(tmp_path / "report.json", "--plan-limit", "5", "--rate", "5")
    relay = RelayProcess(tmp_path, "--url", f"alltick={provider.url}", feed="alltick")
    relay.more["QUOTEDESK_ALLTICK_TOKEN"] = "token"
    relay.profile.mkdir()
    (relay.profile / "settings.toml").write_text("format = 1\n\n[plans]\nalltick = 5\n")
    watchers: list[subprocess.Popen[bytes]] = []
    relay.start()
    try:
        for name, first in (("one", 0), ("two", 4)):
            code = relay.command("code")[1].split()[-1]
            asked = [*QUOTEDESK, "pair", relay.first.address, code, "--print", "--name", name]
            said = subprocess.run(asked, capture_output=True, text=True, env=relay.environment(), timeout=20)
            key = said.stdout.strip().partition("=")[2]
            assert key, said.stderr
            rows = [f"N{number}.US" for number in range(first, first + 4)]
            command = [*QUOTEDESK, "watch", "--relay", relay.first.address, "--feed", "alltick", "--json", *rows]
            with (tmp_path / f"{name}.jsonl").open("wb") as out:
                watchers.append(
                    subprocess.Popen(
                        [*command, "--profile", str(tmp_path / name)],
                        stdout=out,
                        env={**relay.environment(), "QUOTEDESK_RELAY_KEY": key},
                    )
                )

        def lines() -> list[dict[str, str]]:
            found = []
            for name in ("one", "two"):
                whole = (tmp_path / f"{name}.jsonl").read_bytes().split(b"\n")[:-1]
                found += [json.loads(line) for line in whole]
            return found

        def parked() -> dict[str, str]:
            return {
                str(line["symbol"]): str(line["reason"])
                for line in lines()
                if line.get("state") == "parked" and "2 desks share this plan" in line.get("reason", "")
            }

        wait_until(lambda: set(parked()) == {"N3.US", "N6.US", "N7.US"})
        quoted = {"N0.US", "N1.US", "N2.US", "N4.US", "N5.US"}
        wait_until(lambda: {line["symbol"] for line in lines() if line["type"] == "quote"} >= quoted)
    finally:
        for each in watchers:
            each.terminate()
        for each in watchers:
            each.wait(20)
        relay.close()
        report = provider.stop()
    assert report["breaches"] == []
    assert len(report["connections"]) == 1


NEWER = {
    "hello": b'{"run":"r9","relay":"new","wire":9,"version":"9.0","feeds":[{"name":"demo","title":"Demo","hue":3},'
    b'{"name":"moon","title":"Moon"}],"person":"anna","desk":"laptop","moods":["glad"]}',
    "want": b'{"generation":1,"parked":[{"row":"S1.US@demo","state":"dreaming","reason":"it is new","since":4}],"x":1}',
    "last": b'{"run":"r9","rows":[{"row":"S0.US@demo","quote":{"n":7,"last":"5.50","greeks":{"delta":1}},"age":0.5}]}',
}
NEWS = {
    "link.demo": b'{"run":"r9","relay":"new","wire":9,"links":[{"endpoint":"x","state":"warm"}],"mood":"glad"}',
    "q.demo.S0=2EUS": b'{"n":8,"price":"6.50","venue":{"id":3},"time":1795953600}',
    "s.demo.S0=2EUS": b'{"state":"live","glow":1}',
    "s.demo.S1=2EUS": b'{"state":"dreaming","reason":"it is new"}',
}


def test_a_relay_of_a_newer_version_is_heard_as_far_as_it_is_understood(tmp_path: Path) -> None:
    async def run() -> None:
        desk = DeskKey("d1", "laptop", "anna", public_key(SEED))
        async with relay_server(tmp_path / "relay", (desk,)) as server, client_of(server.own_port, RELAY) as newer:

            def answer(said: Delivery) -> None:
                newer.publish(said.reply, NEWER[said.subject.partition(".")[0]])

            for verb in NEWER:
                newer.subscribe(f"{verb}.*", answer)
            key = key_of("d1", "anna", RelayFolder(tmp_path / "relay").fingerprint(), SEED)
            with Watch(tmp_path, f"127.0.0.1:{server.desks_port}", key, "S0.US", "S1.US") as watch:

                def is_heard() -> bool:
                    for subject, payload in NEWS.items():
                        newer.publish(subject, payload)
                    prices = [line["last"] for line in watch.lines("quote")]
                    states = {line["symbol"]: line["state"] for line in watch.lines("state")}
                    return prices == ["5.50", "6.50"] and states == {"S0.US": "live", "S1.US": "pending"}

                await until(is_heard)
            assert "The relay is newer than this desk" in watch.errors
            assert "Traceback" not in watch.errors

    asyncio.run(run())


def test_clocks_that_differ_by_ninety_seconds_make_no_price_old(tmp_path: Path) -> None:
    async def run() -> None:
        with feeder(60) as url:
            relay = RelayProcess(tmp_path, "--url", f"demo={url}")
            relay.more = clock_ahead(tmp_path / "clock of the relay", 90)
            with relay:
                key = await pair(relay.first.address, relay.first.pair)
                # One desk has the provider's time; the next is as far ahead of the relay, and asks for what is known.
                for ahead_s in (0, 180):
                    folder = tmp_path / f"{ahead_s}"
                    with Watch(folder, relay.first.address, key, "S0.US", ahead_s=ahead_s) as watch:
                        await until(lambda watch=watch: len(watch.lines("quote")) > 20)
                        assert {line["state"] for line in watch.lines("state")[1:]} == {"live"}
                        for line in watch.lines("quote"):
                            told, here = (datetime.fromisoformat(line[name]) for name in ("time", "received"))
                            assert abs((here - told).total_seconds() - ahead_s) < 5.0

    asyncio.run(run())


def test_of_ten_thousand_wishes_two_thousand_come_true_and_the_others_say_why(tmp_path: Path) -> None:
    async def run() -> None:
        with feeder(1_000) as url, RelayProcess(tmp_path, "--url", f"demo={url}") as relay:
            key = await pair(relay.first.address, relay.first.pair)
            addresses = f"127.0.0.1:{held_port()},{relay.first.address}"  # nobody is at the first
            with Watch(tmp_path, addresses, key, *(f"S{n}.US" for n in range(10_000))) as watch:

                def states() -> dict[str, tuple[str, str]]:
                    return {line["symbol"]: (line["state"], line["reason"]) for line in watch.lines("state")}

                await until(lambda: sum(state == "live" for state, _ in states().values()) > 500)
                parked = [code for code, said in states().items() if said == ("parked", MOST_ROWS_TOLD)]
                assert parked == [f"S{n}.US" for n in range(2_000, 10_000)]

    asyncio.run(run())


def test_a_ninth_desk_with_one_key_says_why_it_has_no_prices(tmp_path: Path) -> None:
    async def run() -> None:
        with feeder(100) as url, RelayProcess(tmp_path, "--url", f"demo={url}") as relay:
            key = await pair(relay.first.address, relay.first.pair)
            async with AsyncExitStack() as stack:
                desks = [RelayDesk(relay.first.address, key) for _ in range(MOST_SESSIONS)]
                for desk in desks:
                    await stack.enter_async_context(desk)
                    assert not (await desk.want("S0.US@demo")).fault
                with Watch(tmp_path, relay.first.address, key, "S0.US") as ninth:
                    await until(lambda: ninth.lines("state") and ninth.lines("state")[-1]["state"] == "offline")
                    assert "8 connections have this key already: give each" in ninth.lines("state")[-1]["reason"]
                    heard = len(ninth.lines("quote"))
                    before = len(desks[0].quotes("S0.US@demo"))
                    await until(lambda: len(desks[0].quotes("S0.US@demo")) > before + 50)
                    assert len(ninth.lines("quote")) == heard, "nor does it see what the others want"
                for _ in range(MOST_OF_DESK - MOST_SESSIONS):
                    await stack.enter_async_context(RelayDesk(relay.first.address, key))
                with Watch(tmp_path / "more", relay.first.address, key, "S0.US") as more:
                    await until(lambda: more.lines("state") and more.lines("state")[-1]["state"] == "offline")
                    assert "The relay has too many connections with this key" in more.lines("state")[-1]["reason"]

    asyncio.run(run())


class Watch:
    """`watch --json` on a relay. `ahead_s`: of the true time is its clock.

    Attributes:
        errors: what it said on standard error, after its end.
    """

    def __init__(self, folder: Path, address: str, key: RelayKey, *symbols: str, ahead_s: float = 0.0) -> None:
        folder.mkdir(exist_ok=True)
        self.errors = ""
        self._out = folder / "watch.jsonl"
        more = clock_ahead(folder / "clock", ahead_s) if ahead_s else {"PYTHONPATH": str(ROOT)}
        command = [*QUOTEDESK, "watch", "--relay", address, "--feed", "demo", "--json", *symbols]
        with self._out.open("wb") as out:
            self._process = subprocess.Popen(
                [*command, "--profile", str(folder / "desk")],
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **more, "QUOTEDESK_RELAY_KEY": key.text},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.terminate()
        self.errors = self._process.communicate(timeout=20)[1]

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Of that type, so far."""
        return [line for line in whole_lines(self._out) if line["type"] == kind]


def clock_ahead(folder: Path, seconds: float) -> dict[str, str]:
    """The environment of a program whose time of day is another."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(f"import time\ntrue = time.time\ntime.time = lambda: true() + {seconds}\n")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
