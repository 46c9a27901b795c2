"""A program that is killed while it records: what was on disk is played to its end, and goes on in the next run."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.replaying import Player

ROOT = Path(__file__).parents[2]
_RECORDS = """
import random, sys, time
from pathlib import Path
from quotedesk.codec import FEEDS
from quotedesk.engine import recorder as module
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.redactor import Redactor
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.instrument import Instrument
module.PAGE_S, module.CHECKPOINT_S, module.LEAST_CHECKPOINT_S = 0.005, 0.05, 0.05
clock = SystemClock()
recorder = module.Recorder(Path(sys.argv[1]), 300_000, clock, Redactor(), print)
recorder.want([Instrument("demo", "BTCUSDT")])
tap = recorder.tap(Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1)))
tap.dialled(clock.now_s())
tap.opened(clock.now_s())
tap.went(b"{}", clock.now_s())
push = '{"cmd_id":22998,"data":{"code":"BTCUSDT","seq":"%d","tick_time":"0","price":"%d","volume":"1"}}'
first = int(sys.argv[2])
for at in range(first, 10_000_000):
    tap.came([(push % (at, at)).encode()], clock.now_s())
    if at % 20 == 0:
        recorder.second()
        recorder.flush()
        print(at, flush=True)
"""


def kill_often(path: Path, folder: Path, kills: int) -> None:
    chance, said = random.Random(kills), 0
    for _ in range(kills):
        command = [sys.executable, "-c", _RECORDS, str(path), str(said + 1)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert process.stdout
        for _ in range(chance.randrange(1, 40)):
            line = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split("\n")
        said = int(next((each for each in reversed(rest[:-1]) if each), line))
        player = Player(path, folder).play()
        assert player.reader.report == ""
        prices = [int(price) for _, price in player.trades]
        assert prices[-1] >= said, "what was said to be on disk is there"
        assert prices == list(range(prices[0], prices[-1] + 1)), "and nothing of it is missing"
        said = prices[-1]


def test_what_was_on_disk_is_played_to_its_end(tmp_path: Path) -> None:
    kill_often(tmp_path / "ring", tmp_path, 6)


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_so_it_is_two_hundred_times(tmp_path: Path) -> None:
    kill_often(tmp_path / "ring", tmp_path, 200)
