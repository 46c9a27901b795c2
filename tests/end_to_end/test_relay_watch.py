"""`watch` through a relay of a small plan: whose rows are parked, and why."""

import json
import subprocess
from pathlib import Path

from tests.fakes.nats_servers import require_server
from tests.fakes.relay import QUOTEDESK, RelayProcess
from tests.fakes.screen import StrictProvider, wait_until


def test_rows_beyond_the_plan_say_how_many_desks_share_it(tmp_path: Path) -> None:
    require_server()
    provider = StrictProvider(tmp_path / "report.json", "--plan-limit", "5", "--rate", "5", "--frame-gap-s", "0.9")
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
            each.wait(10)
        relay.close()
        report = provider.stop()
    assert report["breaches"] == []
    assert len(report["connections"]) == 1
