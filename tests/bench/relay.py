"""A relay under load: so many desks of 50 rows, so many quotes a second from a provider that counts every breach.

Usage: python -m tests.bench.relay [--desks N] [--rate N] [--seconds S] [--runs N]. Prints JSON: medians of the runs, of
faults the most. The desks are in two processes, each with a key of its own; relay and server are watched by what the
system says they use. Then each desk changes a row each second. Beside it: how old the same quotes are at one desk that
is connected to the provider directly.
"""

import argparse
import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.codec.relay_key import RelayKey, key_of
from quotedesk.codec.relay_wire import quote_subject
from quotedesk.relay.desks import DeskKey, Desks
from quotedesk.relay.identity import RelayFolder
from tests.bench.runs import ENVIRONMENT, ROOT
from tests.fakes.relay import RelayDesk

ROWS, CODES = 50, 1_000
WARM_S = 8.0
STILL_S = 3.0  # the last of what desks change has reached the provider
FAULTS = ("holes", "lost", "upstream_connections", "breaches", "wrong_desks")
_TICKS_S = os.sysconf("SC_CLK_TCK")


def used_s(pid: int) -> float:
    """Processor seconds of a process."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(words[11]) + int(words[12])) / _TICKS_S


def memory_mb(pid: int) -> float:
    """What a process has resident, without what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    return 0.0


def run(desks: int, rate: int, seconds: float) -> dict[str, float]:
    """One run."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        return _run(folder, desks, rate, seconds)


def _direct(rate: int, seconds: float) -> dict[str, Any]:
    """The same quotes at one desk without a relay."""
    command = [sys.executable, "-m", "tests.bench.relay_provider", str(rate)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=ENVIRONMENT) as provider:
        try:
            assert provider.stdout
            url = provider.stdout.readline().strip()
            desk = [sys.executable, "-m", "tests.bench.relay_direct", url, str(CODES), str(seconds)]
            done = subprocess.run(desk, stdout=pipe, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=120, check=True)
        finally:
            provider.kill()
    return dict(json.loads(done.stdout))


def _run(folder: Path, desks: int, rate: int, seconds: float) -> dict[str, float]:
    profile = folder / "p"
    relay_folder = RelayFolder(profile)
    relay_folder.make()
    fingerprint = relay_folder.fingerprint()
    seeds = [new_seed(secrets.token_bytes(32)) for _ in range(desks)]
    known = {
        f"d{number}": DeskKey(f"d{number}", f"desk {number}", f"person{number}", public_key(seed), "2026-11-29")
        for number, seed in enumerate(seeds)
    }
    Desks(relay_folder.desks)._save(known)
    relay_folder.licence.write_text(
        f'[[confirmed]]\nprovider = "alltick"\nfirm = "Bench"\npeople = {desks}\ndate = 2026-11-01\n'
        f'sentence = "Our contract with AllTick allows {desks} people of Bench to see these quotes."\n'
    )
    direct_ms = _direct(rate, seconds)["ages_ms"]
    started: list[subprocess.Popen[str]] = []

    def start(*words: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**ENVIRONMENT, "QUOTEDESK_ALLTICK_TOKEN": "bench"},
        )
        started.append(process)
        return process

    try:
        provider = start("tests.bench.relay_provider", rate)
        assert provider.stdout
        url = provider.stdout.readline().strip()
        relay = start(
            "quotedesk", "relay", "--feed", "alltick", "--url", f"alltick={url}", "--json", "--profile", profile
        )
        assert relay.stdout
        address = json.loads(relay.stdout.readline())["address"]
        (ports,) = relay_folder.ports.glob("*.ports")
        server = int(ports.stem.rpartition("_")[2])
        loads = []
        for half in range(2):
            keys = folder / f"keys{half}"
            lines = [
                f"{number} {key_of(f'd{number}', f'person{number}', fingerprint, seed).text}"
                for number, seed in enumerate(seeds)
                if number % 2 == half
            ]
            keys.write_text("\n".join(lines))
            loads.append(start("tests.bench.relay_desks", address, keys, ROWS, CODES))
        for load in loads:
            assert load.stdout
            assert load.stdout.readline() == "ready\n"
        time.sleep(WARM_S)
        load_before = _ask(loads, "begin")
        sent_before = _ask([provider], "how many")[0]["sent"]
        before = [used_s(relay.pid), used_s(server), used_s(provider.pid)]
        began_s = time.monotonic()
        time.sleep(seconds)
        took_s = time.monotonic() - began_s
        used = [
            after - before for after, before in zip(map(used_s, (relay.pid, server, provider.pid)), before, strict=True)
        ]
        sent = _ask([provider], "how many")[0]["sent"]
        load_after = _ask(loads, "end")
        last_ms = asyncio.run(_last_ms(address, key_of("d0", "person0", fingerprint, seeds[0])))
        frames_before = _ask([provider], "how many")[0]["frames"]
        _ask(loads, "churn")
        time.sleep(seconds)
        _ask(loads, "still")
        time.sleep(STILL_S)
        frames = _ask([provider], "how many")[0]["frames"] - frames_before
        memory = [memory_mb(relay.pid), memory_mb(server)]
        judged = _ask([provider], "stop")[0]
        time.sleep(2.0)  # what is on its way
        said = []
        for load in loads:
            assert load.stdin
            load.stdin.close()
        for load in loads:
            assert load.stdout
            said.append(json.loads(load.stdout.readline()))
        lasts = [last for each in said for last in each["last"]]
        for breach in judged["breaches"]:
            print(breach, file=sys.stderr)
        wrong = sum(
            any(last.get(quote_subject("alltick", code), price) != price for code, price in judged["last"].items())
            for last in lasts
        )
        ages_ms = sorted(age for each in said for age in each["ages_ms"])
        return {
            "quotes_s_in": (sent - sent_before) / took_s,
            "quotes_s_out": sum(each["quotes"] for each in said) / took_s,
            "relay_core": used[0] / took_s,
            "server_core": used[1] / took_s,
            "both_core": (used[0] + used[1]) / took_s,
            "provider_core": used[2] / took_s,
            "load_core": (_cpu_s(load_after) - _cpu_s(load_before)) / took_s,
            "memory_mb": sum(memory),
            "relay_mb": memory[0],
            "server_mb": memory[1],
            "age_p50_ms": ages_ms[len(ages_ms) // 2] if ages_ms else 0.0,
            "age_p99_ms": ages_ms[int(len(ages_ms) * 0.99)] if ages_ms else 0.0,
            "direct_p50_ms": direct_ms[500],
            "direct_p99_ms": direct_ms[990],
            "last_1000_ms": last_ms,
            "holes": sum(each["holes"] for each in said),
            "lost": sum(each["lost"] for each in said),
            "churn_frames_s": frames / (seconds + STILL_S),
            "upstream_connections": judged["connections"],
            "breaches": len(judged["breaches"]),
            "provider_lag_ms": judged["lag_ms"],
            "wrong_desks": wrong,
            "codes": len(judged["last"]),
        }
    finally:
        for process in started:
            process.kill()
            process.wait()


async def _last_ms(address: str, key: RelayKey) -> float:
    """How long the last values of all codes take, asked by one more connection."""
    took_ms = []
    async with RelayDesk(address, key) as desk:
        for _ in range(5):
            began_s = time.monotonic()
            said = await desk.last(*(f"S{number}.US@alltick" for number in range(CODES)))
            took_ms.append((time.monotonic() - began_s) * 1000)
            assert said.rows
    return statistics.median(took_ms)


def _cpu_s(said: list[dict[str, Any]]) -> float:
    return sum(float(each["cpu_s"]) for each in said)


def _ask(loads: list["subprocess.Popen[str]"], word: str) -> list[dict[str, Any]]:
    for load in loads:
        assert load.stdin
        load.stdin.write(f"{word}\n")
        load.stdin.flush()
    said = []
    for load in loads:
        assert load.stdout
        said.append(json.loads(load.stdout.readline()))
    return said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=1)
    chosen = parser.parse_args()
    runs = [run(chosen.desks, chosen.rate, chosen.seconds) for _ in range(chosen.runs)]
    print(json.dumps({name: round(_of_runs(name, [each[name] for each in runs]), 3) for name in runs[0]}))


def _of_runs(name: str, values: list[float]) -> float:
    """The median; of what must not happen at all the most."""
    return max(values) if name in FAULTS else statistics.median(values)


if __name__ == "__main__":
    main()
