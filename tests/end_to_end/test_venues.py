"""`quotedesk watch` on several venues at once, each a demo server of its dialect in its own process, with its log."""

import itertools
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_watch import Reader, until
from tests.fakes.json_lines import whole_lines
from tests.fakes.port import held_port
from tests.fakes.screen import PROGRAM

ROOT = Path(__file__).parents[2]
COINS = {
    "binance": ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    "kraken": ["BTC/USD", "ETH/USD", "AAPLx/USD"],
    "coinbase": ["BTC-USD", "ETH-USD", "SOL-USD"],
    "bybit": ["BTCUSDT", "XAUUSDT", "BTC/USDT"],
    "okx": ["BTC-USDT", "ETH-USDT", "SOL-USDT"],
}
# How the demo server's made-up instruments end, after their letters.
ENDS = {"binance": "USDT", "kraken": "/USD", "coinbase": "-USD", "bybit": "USDT", "okx": "-USDT"}
# What a quote line calls what the server's log calls otherwise.
OURS = {"open_24h": "open"}


class VenueProcess:
    """A demo server of a dialect, which can be cut and brought back on its port.

    Attributes:
        url: where it listens.
    """

    def __init__(self, folder: Path, dialect: str, *options: str) -> None:
        self.dialect = dialect
        self._log = folder / f"{dialect}.jsonl"
        self._options = options
        self._port = held_port()
        self.start()

    def start(self, *options: str) -> None:
        command = [*PROGRAM, "demo-server", "--dialect", self.dialect, "--port", str(self._port), "--control"]
        self._log.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [*command, "--log", str(self._log), *self._options, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()

    def act(self, words: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{words}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "ok\n"

    def log(self, event: str = "") -> list[dict[str, Any]]:
        return [line for line in whole_lines(self._log) if event in ("", line["event"])]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


class Venues:
    """Demo servers of several dialects, and what watches them."""

    def __init__(self, folder: Path, *dialects: str, options: Sequence[str] = ()) -> None:
        self._folder = folder
        self.servers = {dialect: VenueProcess(folder, dialect, *options) for dialect in dialects}
        self._watching: list[tuple[subprocess.Popen[bytes], Reader]] = []

    def watch(self, *rows: str) -> Reader:
        urls = [word for name, server in self.servers.items() for word in ("--url", f"{name}={server.url}")]
        command = [*PROGRAM, "watch", "--json", "--profile", str(self._folder / "profile"), *urls, *rows]
        watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        reader = Reader(watching)
        self._watching.append((watching, reader))
        return reader

    def breaches(self) -> list[dict[str, Any]]:
        return [line for server in self.servers.values() for line in server.log("breach")]

    def stop(self) -> None:
        for watching, reader in self._watching:
            if watching.poll() is None:
                reader.end()
        for server in self.servers.values():
            server.kill()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    made: list[Venues] = []

    def make(*dialects: str, options: Sequence[str] = ()) -> Venues:
        made.append(Venues(tmp_path, *dialects, options=options))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def name_of(dialect: str, line: dict[str, Any]) -> str:
    """Our code of what a line of the server's log is about."""
    code = str(line["code"])
    return re.sub("USDT$", "/USDT", code) if dialect == "bybit" and line.get("board") == "spot" else code


def sent(server: VenueProcess) -> dict[str, dict[str, str]]:
    """Code -> what was last sent of each field."""
    found: dict[str, dict[str, str]] = {}
    for line in server.log("quote"):
        fields = {name: str(line[name]) for name in FIELDS_OF_LOG if line.get(name) not in (None, "")}
        found.setdefault(name_of(server.dialect, line), {}).update(fields)
    return found


FIELDS_OF_LOG = (
    *("last", "size", "bid", "ask", "bid_size", "ask_size", "open_24h", "high", "low", "volume", "turnover"),
    "prev_close",
)


def is_right(quote: dict[str, Any], told: dict[str, str]) -> bool:
    """Is every field what was last sent, and the change counted from the feed's own window?"""
    window_open = told.get("open_24h")
    said = {name: Decimal(text) for name, text in told.items() if name != "open_24h"}
    ours = {name: Decimal(quote[name]) for name in said if name in quote}
    if window_open is None:
        return said == ours
    counts = Decimal(quote["change"]) == Decimal(quote["last"]) - Decimal(window_open)
    return said == ours and counts and quote["base"] == "open_24h"


def states(reader: Reader) -> dict[str, str]:
    """CODE@FEED -> the newest state."""
    return {f"{each['symbol']}@{each['feed']}": each["state"] for each in list(reader.lines) if each["type"] == "state"}


def newest(reader: Reader) -> dict[str, dict[str, Any]]:
    """CODE@FEED -> the newest quote."""
    return {f"{each['symbol']}@{each['feed']}": each for each in list(reader.lines) if each["type"] == "quote"}


def rows(dialect: str) -> list[str]:
    return [f"{code}@{dialect}" for code in COINS[dialect]]


def test_every_field_of_five_feeds_is_what_was_last_sent_on_one_connection_each(start: Any) -> None:
    venues = start(*COINS)
    wanted = [row for dialect in COINS for row in rows(dialect)]
    reader = venues.watch(*wanted)
    until(lambda: newest(reader).keys() == set(wanted))
    asked = len(reader.lines)
    until(lambda: len(reader.lines) > asked + 200)
    for server in venues.servers.values():
        server.act("stall")

    def wrong() -> dict[str, Any]:
        told = {
            f"{code}@{name}": said for name, server in venues.servers.items() for code, said in sent(server).items()
        }
        quotes = newest(reader)
        return {row: (quotes[row], told[row]) for row in wanted if not is_right(quotes[row], told[row])}

    until(lambda: wrong() == {})  # what is on its way is there
    assert venues.breaches() == []
    assert {name: len(server.log("open")) for name, server in venues.servers.items()} == {
        name: 2 if name == "bybit" else 1 for name in COINS
    }
    assert reader.end() == (0, b"")


@pytest.mark.parametrize("cut", COINS)
def test_a_cut_takes_one_feed_and_its_return_brings_it_back(start: Any, cut: str) -> None:
    other = "kraken" if cut != "kraken" else "binance"
    venues = start(cut, other)
    reader = venues.watch(*rows(cut), *rows(other))
    until(lambda: set(states(reader).values()) == {"live"})
    before = len(reader.lines)
    venues.servers[cut].kill()
    until(lambda: {states(reader).get(row) for row in rows(cut)} == {"offline"})
    rest(5.0)  # the dials of these seconds are counted
    endpoints = 2 if cut == "bybit" else 1
    links = [line for line in reader.lines[before:] if line["type"] == "link"]
    assert 1 <= len([each for each in links if each["state"] == "connecting"]) <= 5 * endpoints
    venues.servers[cut].start()
    until(lambda: {states(reader).get(row) for row in rows(cut)} == {"live"})
    assert {line["feed"] for line in reader.lines[before:] if line["type"] in ("link", "state")} == {cut}
    assert {row for row in rows(other) if newest(reader)[row] in reader.lines[before:]} == set(rows(other))
    assert venues.breaches() == []


def test_one_unknown_among_twenty_is_refused_alone_in_few_frames(start: Any) -> None:
    unknown = {name: f"NOPE{end}" for name, end in ENDS.items()}
    good = {name: [f"Q{letters}{end}@{name}" for letters in four_letters(19)] for name, end in ENDS.items()}
    venues = start(*ENDS, options=("--instruments", "40"))
    wanted = [[*good[name][:7], f"{unknown[name]}@{name}", *good[name][7:]] for name in ENDS]
    reader = venues.watch(*itertools.chain(*wanted))
    every = [*itertools.chain(*good.values())]
    refused = [f"{code}@{name}" for name, code in unknown.items() if name != "binance"]
    until(lambda: {states(reader).get(row) for row in refused} == {"refused"})
    until(lambda: {states(reader).get(row) for row in every} == {"live"})
    rest(12.0)  # longer than the wait for a first tick: what would be asked for again is asked for
    for name, server in venues.servers.items():
        asked = [line["frame"] for line in server.log("in")]
        assert len([frame for frame in asked if asks_for(frame, unknown[name])]) <= 2, name
        assert len([frame for frame in asked if "ping" not in str(frame)]) <= 8, name
        # Binance takes any stream, and one that stays silent is asked for once more.
        breaches = [line for line in server.log("breach") if name != "binance" or "nopeusdt" not in str(line["detail"])]
        assert breaches == [], name
    assert {states(reader).get(row) for row in every} == {"live"}


@pytest.mark.parametrize("dialect", COINS)
def test_three_hundred_are_live_in_fifteen_seconds(start: Any, dialect: str) -> None:
    venues = start(dialect, options=("--instruments", "300"))
    reader = venues.watch(*(f"Q{letters}{ENDS[dialect]}@{dialect}" for letters in four_letters(300)))
    until(lambda: list(states(reader).values()) == ["live"] * 300)
    asked_s = [line["t"] for line in venues.servers[dialect].log("in")]
    assert max(asked_s) - min(asked_s) < 10.0, "so that all are live in fifteen seconds"
    assert venues.breaches() == []


def test_a_venue_that_does_not_serve_this_place_says_so_and_what_to_use(start: Any) -> None:
    venues = start("binance", "coinbase", options=())
    venues.servers["binance"].act("http 451")
    reader = venues.watch(*rows("binance"), *rows("coinbase"))
    until(lambda: {states(reader).get(row) for row in rows("coinbase")} == {"live"})
    said = [line["reason"] for line in reader.lines if line["type"] == "link" and line["feed"] == "binance"]
    assert any("Binance does not serve your region. Use Kraken or Coinbase" in reason for reason in said)
    assert {states(reader).get(row) for row in rows("binance")} == {"offline"}


def rest(for_s: float) -> None:
    """Let the programs go on."""
    threading.Event().wait(for_s)


def four_letters(count: int) -> list[str]:
    """The names of the demo server's first made-up instruments, after their Q."""
    return [f"AA{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}" if n < 676 else "" for n in range(count)]


def asks_for(frame: object, code: str) -> bool:
    words = str(frame)
    return "unsub" not in words.lower() and code.lower() in words.lower()
