"""What recording costs, and how long a place in a day takes to be there.

    .venv/bin/python -m tests.bench.recording [--frames 1000000] [--rate 1000]

Frames are trades of the demo feed; the load is one process, its CPU time with the recorder less that without.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from quotedesk.codec import FEEDS
from quotedesk.config.recording import Began, Came, Checkpoint, KnownLink, Linked, Opened, Wanted, Went
from quotedesk.config.recording_store import RecordingReader, RecordingWriter
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.recorder import CHECKPOINT_FRAMES, CHECKPOINT_S, Recorder
from quotedesk.engine.redactor import Redactor
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from tests.fakes.replaying import Player

CODES = [f"S{at}USDT" for at in range(50)]
DAY_S = 86_400.0
BEGIN_UTC_S = 1_785_931_200.0
PUSH = (
    '{"cmd_id":22998,"data":{"code":"%s","seq":"%d","tick_time":"%d","price":"%.2f","volume":"0.5","turnover":"12.5",'
    '"trade_direction":1}}'
)


def push(at: int, utc_s: float) -> bytes:
    return (PUSH % (CODES[at % len(CODES)], at, utc_s * 1000, 100 + (at % 977) / 100)).encode()


def cpu_of_recording(folder: Path, rate: int, seconds: float) -> float:
    """Share of a core that a recorder takes at so many frames a second, in reads of one frame each."""
    clock, redactor = SystemClock(), Redactor()
    redactor.learn("a-token-of-forty-characters-0123456789ab")
    session = Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1))
    frames = [push(at, BEGIN_UTC_S + at / rate) for at in range(int(rate * seconds))]

    def run(taps: bool) -> float:
        recorder = Recorder(folder / "ring", 64_000_000, clock, redactor, print) if taps else None
        tap = recorder.tap(session) if recorder is not None else None
        began_s, cpu_s = time.monotonic(), time.process_time()
        for at, frame in enumerate(frames):
            if tap is not None:
                tap.came([frame], clock.now_s())
            if at % rate == 0 and recorder is not None:
                recorder.second()
            if at % 10 == 0:
                time.sleep(max(0.0, began_s + at / rate - time.monotonic()))
        spent_s = time.process_time() - cpu_s
        if recorder is not None:
            recorder.close()
        return spent_s

    return (run(True) - run(False)) / seconds


def a_day(path: Path, count: int) -> None:
    """A recording of a day with so many frames, with checkpoints as a recorder makes them."""
    named = tuple(("demo", code) for code in CODES)
    every_s = DAY_S / count
    with RecordingWriter(path) as writer:
        records = [
            Began(0.0, BEGIN_UTC_S),
            Wanted(0.0, named),
            Linked(0.0, 1, "demo", "demo"),
            Opened(0.1, 1),
            Went(0.2, 1, b"{}"),
        ]
        page_s, checkpoint_s, since = 0.0, 0.0, 0
        is_key = True
        for at in range(count):
            now_s = 1.0 + at * every_s
            if now_s >= page_s + 2.0:
                writer.append(records, BEGIN_UTC_S + page_s, BEGIN_UTC_S + now_s, len(records), is_key=is_key)
                records, page_s, is_key = [], now_s, False
                if now_s >= checkpoint_s + CHECKPOINT_S or since >= CHECKPOINT_FRAMES:
                    known = [Quote(code=code, last=number("100.00"), prev_close=number("99.50")) for code in CODES]
                    link = KnownLink(1, "demo", "demo", True)
                    records.append(Checkpoint(now_s, BEGIN_UTC_S + now_s, named, (link,), known={"demo": known}))
                    checkpoint_s, since, is_key = now_s, 0, True
            records.append(Came(now_s, 1, [push(at, BEGIN_UTC_S + now_s)]))
            since += 1
        writer.append(records, BEGIN_UTC_S + page_s, BEGIN_UTC_S + now_s, len(records), is_key=is_key)


def seeks(path: Path, folder: Path, count: int = 25) -> list[float]:
    """How long each of so many seeks took, in seconds."""
    player = Player(path, folder)
    player.replay.step()
    chance = random.Random(3)
    took = []
    for _ in range(count):
        goal_utc_s = BEGIN_UTC_S + chance.uniform(0.0, DAY_S)
        began_s = time.perf_counter()
        player.replay.seek(goal_utc_s)
        took.append(time.perf_counter() - began_s)
        assert abs(player.replay.now_utc_s - goal_utc_s) < 1.0
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        share = cpu_of_recording(folder, chosen.rate, chosen.seconds)
        print(f"recording {chosen.rate:,}/s: {share * 100:.2f} % of a core")
        a_day(folder / "day", chosen.frames)
        size = (folder / "day").stat().st_size
        began_s = time.perf_counter()
        with RecordingReader(folder / "day") as reader:
            opened_s = time.perf_counter() - began_s
            held = f"{size / 1e6:.1f} MB, {len(reader.pages):,} pages"
            print(f"a day of {reader.frames:,} frames: {held}, opened in {opened_s:.2f} s")
        took = sorted(seeks(folder / "day", folder))
        print(f"seek: median {statistics.median(took):.3f} s, longest {took[-1]:.3f} s")


if __name__ == "__main__":
    main()
