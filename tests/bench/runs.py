"""One measured run of a program against the feeder, in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
WARM_S = 4.0
SIZE_PX = "1000x1260"  # about 40 rows
LARGE_PX = "1400x1240"  # as many, with wide lines: where memory is measured


@contextmanager
def _server(module: str, *words: str) -> Iterator[str]:
    """A server in a process of its own, whose first line is its address."""
    command = [sys.executable, "-m", module, *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT)
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()  # and its pipe


@contextmanager
def feeder(rate: float, most: int = 1_000_000_000) -> Iterator[str]:
    """A feed server; gives its address."""
    with _server("tests.bench.feeder", str(rate), str(most)) as url:
        yield url


def floor(rate: float, symbols: int, for_s: float) -> dict[str, float]:
    """Frames, CPU and wall seconds of tests.bench.floor."""
    with feeder(rate) as url:
        command = [sys.executable, "-m", "tests.bench.floor", url, str(symbols), str(for_s)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=120)
    return dict(json.loads(done.stdout))


@contextmanager
def profile(symbols: int) -> Iterator[Path]:
    """A folder with a profile in it whose list has so many symbols; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        (folder / "p").mkdir()
        rows = ",".join(f'"demo:S{number}.US"' for number in range(symbols))
        (folder / "p/lists.toml").write_text(f'format = 3\n[[lists]]\nname = "W"\nfeed = "demo"\nrows = [{rows}]\n')
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments(folder: Path, for_s: float, sort: str, size_px: str = SIZE_PX) -> list[Any]:
    """Of the program, on that profile."""
    given = ["--feed", "demo", "--profile", folder / "p", "--geometry", size_px, "--quit-after", str(WARM_S + for_s)]
    return [*given, "--sort", sort] if sort else given


def quotedesk(
    rate: float, symbols: int, for_s: float, sort: str = "", with_feeder: bool = True, size_px: str = SIZE_PX
) -> dict[str, float]:
    """Figures of the program between WARM_S after its start and its end, from its --stats.

    Its memory is as at the last look before the end, while ticks come.
    """
    with profile(symbols) as folder:
        command = [
            sys.executable,
            "-m",
            "quotedesk",
            *arguments(folder, for_s, sort, size_px),
            "--stats",
            folder / "s.json",
        ]
        if not with_feeder:
            return _watched(command, folder / "s.json")
        with feeder(rate) as url:
            return _watched([*command, "--url", url], folder / "s.json")


def hands(rate: float, symbols: int, for_s: float, sort: str = "", whose: str = "hands") -> dict[str, float]:
    """How soon someone is answered under that load; see tests.bench.hands and tests.bench.chart_hands."""
    with profile(symbols) as folder, feeder(rate) as url:
        given = [*arguments(folder, for_s + 3, sort), "--url", url]
        command = [sys.executable, "-m", f"tests.bench.{whose}", str(for_s), *given]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=120)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


@contextmanager
def demo_server() -> Iterator[str]:
    """The window's own demo server, but for symbols that nobody lists; gives its address."""
    with _server("quotedesk", "demo-server", "--by-clock", "--any-symbol") as url:
        yield url


def paste(for_s: float) -> dict[str, float]:
    """How long 10,000 pasted symbols hold up the loop; see tests.bench.paste."""
    with profile(1) as folder, demo_server() as url:
        given = [*arguments(folder, for_s + 2, ""), "--url", f"demo={url}"]
        command = [sys.executable, "-m", "tests.bench.paste", str(for_s), *given]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=120)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _watched(command: list[Any], path: Path) -> dict[str, float]:
    looks: list[tuple[float, dict[str, Any]]] = []
    process = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT)
    began_s = time.monotonic()
    while process.poll() is None:
        time.sleep(0.02)
        try:
            figures, at_s = json.loads(path.read_text()), path.stat().st_mtime
        except (OSError, ValueError):
            continue
        if not looks or figures["cpu_s"] != looks[-1][1]["cpu_s"]:
            looks.append((at_s, figures))
        if time.monotonic() > began_s + 120:
            process.kill()
    warm = [look for look in looks if look[0] > looks[0][0] + WARM_S - 2] or looks
    # The last one may be that of the goodbye.
    (from_s, first), (to_s, last) = warm[0], warm[-2] if len(warm) > 2 else warm[-1]
    span_s, cpu_s = max(to_s - from_s, 1e-9), last["cpu_s"] - first["cpu_s"]
    quotes = last["quotes_applied"] - first["quotes_applied"]
    paints = last["paint"]["count"] - first["paint"]["count"]
    return {
        "quotes_s": quotes / span_s,
        "quotes_cpu_s": quotes / max(cpu_s, 1e-9),
        "core": cpu_s / span_s,
        "paints_s": paints / span_s,
        "paint_p50_ms": last["paint"]["p50_ms"] or 0.0,
        "paint_p99_ms": last["paint"]["p99_ms"] or 0.0,
        "age_p99_ms": last["age_ms"]["p99"] or 0.0,
        "lag_max_ms": last["lag_ms"]["max"] or 0.0,
        "lost": sum(last["quotes_dropped"].values()),
        "rss_mb": last["rss_mb"],
        "first_paint_ms": last["startup_ms"]["first_paint"] or 0.0,
        "first_quote_ms": last["startup_ms"]["first_quote"] or 0.0,
    }
