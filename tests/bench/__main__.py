"""All loads side by side: the floor, the bare window, quotedesk, and the designs that it replaced.

Usage: packaging/test --bench [--runs N] [--short] [--screen] [--plot PNG]. Prints medians with least and most over N
runs. Every run is bounded in time; all of it takes about fifteen minutes with five runs. With --screen the windows are
real ones, on a virtual screen.
"""

import argparse
import compileall
import contextlib
import json
import statistics
import subprocess
import sys
from collections.abc import Callable

from tests.bench import relay, relay_cluster
from tests.bench.runs import ENVIRONMENT, LARGE_PX, ROOT, SIZE_PX, floor, hands, paste, quotedesk
from tests.fakes.screen import virtual_screen

FOR_S = 6.0
Figures = dict[str, float]
CURVE_SYMBOLS = (10, 100, 1000, 10_000)
CURVE_RATES = (100, 1000, 10_000, 50_000, 0)


def asked(module: str, *arguments: str) -> Figures:
    """What a program of this folder prints."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, timeout=120)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


Case = tuple[Callable[[float], Figures], tuple[str, ...]]
CASES: dict[str, Case] = {
    "floor, flat out, 500 symbols": (lambda s: floor(0, 500, s), ("frames_cpu_s",)),
    "quotedesk, flat out, 500 symbols": (
        lambda s: quotedesk(0, 500, s),
        ("quotes_cpu_s", "quotes_s", "paints_s", "lost"),
    ),
    "10,000/s, 1,000 rows sorted": (
        lambda s: quotedesk(10_000, 1000, s, "Chg %:desc"),
        ("paints_s", "paint_p99_ms", "age_p99_ms", "core"),
    ),
    "50,000/s, 1,000 rows sorted": (
        lambda s: quotedesk(50_000, 1000, s, "Chg %:desc"),
        ("paints_s", "age_p99_ms", "lag_max_ms", "core"),
    ),
    "keys and drags at 50,000/s, 1,000 rows sorted": (
        lambda s: hands(50_000, 1000, s, "Chg %:desc"),
        ("key_p50_ms", "key_max_ms", "drag_p50_ms", "drag_max_ms"),
    ),
    "the chart at 50/s of one symbol": (
        lambda s: hands(50, 1, s, whose="chart_hands"),
        ("still_paints_s", "pan_paints_s", "pan_5000_paints_s", "newest_p50_ms", "newest_max_ms"),
    ),
    "the chart, Down held, 300 rows at 5,000/s": (
        lambda s: hands(5000, 300, s, whose="chart_hands"),
        ("rows_s", "row_p50_ms", "row_max_ms", "still_paints_s", "pan_paints_s"),
    ),
    "the chart's costs, of this thread's processor": (
        lambda s: asked("chart"),
        ("tick_ms", "newest_ms", "next_row_ms", "pan_5000_ms"),
    ),
    "5,000/s, 100 symbols": (lambda s: quotedesk(5000, 100, s), ("paint_p50_ms", "lag_max_ms", "core")),
    "5,000/s, 10,000 symbols": (lambda s: quotedesk(5000, 10_000, s), ("paint_p50_ms", "lag_max_ms", "core", "rss_mb")),
    "a paste of 10,000 symbols": (paste, ("paste_ms", "after_max_ms")),
    "floor, 200/s, 50 symbols": (lambda s: floor(200, 50, s), ("core",)),
    "quotedesk, 200/s, 50 rows": (lambda s: quotedesk(200, 50, s), ("core", "age_p99_ms")),
    "quotedesk, no ticks, 50 rows": (lambda s: quotedesk(0.001, 50, s), ("core",)),
    "a relay, 200 desks of 50 rows, 5,000/s": (
        lambda s: relay.run(200, 5_000, s),
        (
            *("quotes_s_out", "both_core", "memory_mb", "age_p50_ms", "age_p99_ms", "direct_p50_ms", "direct_p99_ms"),
            *("last_1000_ms", *relay.FAULTS),
        ),
    ),
    **{
        f"a relay on a cluster, {whose} server killed, 50 rows, 1,000/s": (
            lambda s, kill=kill: relay_cluster.run(kill),  # type: ignore[misc]
            ("gap_ms", "still_ms"),
        )
        for kill, whose in (("desk", "the desk's"), ("relay", "the relay's"), ("leader", "the leading"))
    },
    "bare window, 1,000 rows": (lambda s: asked("bare", "1000", SIZE_PX), ("first_paint_ms", "rss_mb")),
    "quotedesk, 1,000 rows, 1,000/s": (lambda s: quotedesk(1000, 1000, s), ("first_paint_ms", "rss_mb")),
    "quotedesk, demo feed, 10 rows": (
        lambda s: quotedesk(0, 10, 1.0, with_feeder=False),
        ("first_paint_ms", "first_quote_ms"),
    ),
    f"memory: bare window of {LARGE_PX}": (lambda s: asked("bare", "1000", LARGE_PX), ("rss_mb",)),
    f"memory: 10,000/s, 1,000 rows sorted, {LARGE_PX}": (
        lambda s: quotedesk(10_000, 1000, s, "Chg %:desc", size_px=LARGE_PX),
        ("rss_mb",),
    ),
    f"memory: 10,000/s, 10,000 rows sorted, {LARGE_PX}": (
        lambda s: quotedesk(10_000, 10_000, s, "Chg %:desc", size_px=LARGE_PX),
        ("rss_mb",),
    ),
    "a repaint of 40 rows, ms": (lambda s: asked("designs"), ("quotedesk", "stock delegate", "a PlotWidget a row")),
}


def completed(figures: Figures) -> Figures:
    """With what follows from them."""
    if "frames" in figures:
        figures["frames_cpu_s"] = figures["frames"] / max(figures["cpu_s"], 1e-9)
        figures["core"] = figures["cpu_s"] / max(figures["wall_s"], 1e-9)
    return figures


def told(values: list[float]) -> str:
    digits = 0 if statistics.median(values) >= 100 else 3 if statistics.median(values) < 1 else 1
    middle, least, most = (f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({least} to {most})"


def middle(rate: float, symbols: int, for_s: float, runs: int, wanted: str) -> tuple[float, list[float]]:
    """One point of a curve: what it stands over, and the values of all runs."""
    seen = [quotedesk(rate, symbols, for_s) for _ in range(runs)]
    over = symbols if wanted == "core" else statistics.median(each["quotes_s"] for each in seen)
    return over, [each[wanted] for each in seen]


def plot(path: str, for_s: float, runs: int) -> None:
    """Curves over symbols and rate, as a picture: medians, and bars from the least to the most."""
    import numpy
    import pyqtgraph
    from pyqtgraph.exporters import ImageExporter
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication([])
    pyqtgraph.setConfigOptions(background="w", foreground="k", antialias=True)
    sheet = pyqtgraph.GraphicsLayoutWidget(size=(900, 330))
    loads = [
        ("CPU (cores) over symbols, at 5,000/s", [middle(5000, n, for_s, runs, "core") for n in CURVE_SYMBOLS]),
        (
            "receive to paint p99 (ms) over ticks/s, 500 symbols",
            [middle(rate, 500, for_s, runs, "age_p99_ms") for rate in CURVE_RATES],
        ),
    ]
    for title, points in loads:
        print(title, *(f"{x:,.0f}: {told(values)}" for x, values in points), sep="\n  ")
        chart = sheet.addPlot(title=title)
        chart.setLogMode(x=True)
        chart.showGrid(x=True, y=True)
        chart.setYRange(0, max(max(values) for _, values in points) * 1.1)
        xs, ys = [x for x, _ in points], [statistics.median(values) for _, values in points]
        spread = [(max(values) - min(values), (max(values) + min(values)) / 2) for _, values in points]
        bars = pyqtgraph.ErrorBarItem(
            x=numpy.log10(xs),
            y=numpy.array([y for _, y in spread]),
            height=numpy.array([h for h, _ in spread]),
            beam=0.03,
        )
        chart.addItem(bars)
        chart.plot(xs, ys, symbol="o", pen=pyqtgraph.mkPen("#5A46DB", width=2))
    sheet.show()
    for _ in range(20):
        app.processEvents()
    ImageExporter(sheet.scene()).export(path)


def main() -> None:
    parser = argparse.ArgumentParser(prog="packaging/test --bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="half the time each: to see that it works")
    parser.add_argument("--screen", action="store_true", help="real windows on a virtual screen (Xvfb)")
    parser.add_argument("--only", metavar="WORDS", default="", help="the loads with these words in their name")
    parser.add_argument("--plot", metavar="PNG", help="draw the curves over symbols and rate instead")
    chosen = parser.parse_args()
    compileall.compile_dir(ROOT / "quotedesk", quiet=1)  # in a fresh clone each start would: 0.1 s of it
    for_s, runs = FOR_S / 2 if chosen.short else FOR_S, max(1, min(chosen.runs, 20))
    if chosen.plot:
        plot(chosen.plot, for_s, runs)
        return
    cases = {name: case for name, case in CASES.items() if chosen.only in name}
    with contextlib.ExitStack() as stack:
        if chosen.screen:
            ENVIRONMENT.update(stack.enter_context(virtual_screen(1400, 1400)))
        compare(cases, for_s, runs)


def compare(cases: dict[str, Case], for_s: float, count: int) -> None:
    """Run them side by side, and print a table."""
    runs: dict[str, list[Figures]] = {name: [] for name in cases}
    for _ in range(count):
        for name, (run, _) in cases.items():  # side by side: one after the other in each round
            runs[name].append(completed(run(for_s)))
    print(f"median (least to most) of {count} runs")
    for name, (_, wanted) in cases.items():
        figures = ", ".join(f"{each} {told([run[each] for run in runs[name]])}" for each in wanted)
        print(f"| {name} | {figures} |")


if __name__ == "__main__":
    main()
