"""`quotedesk serve` from outside: a real server, real readers, `watch` that joins, real signals. Nothing of Qt."""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.sync.client import connect

from quotedesk.alerts.memory import AlertMemory
from tests.fakes.json_lines import whole_lines
from tests.fakes.local_client import PATIENCE_S, LocalClient
from tests.fakes.waiting import wait_until

ROOT = Path(__file__).parents[2]
QUOTEDESK = [sys.executable, "-m", "quotedesk"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe, which was not tried")


class ServedProfile:
    """A demo server with a log, a profile, and `serve` on it, ready."""

    def __init__(self, folder: Path, *arguments: str, server: Sequence[str] = (), **environment: str) -> None:
        self.profile = folder / "profile"
        self.place = self.profile / "serve.sock"
        self._folder = folder
        self._log = folder / "log.jsonl"
        self._started: list[subprocess.Popen[bytes]] = []
        demo = self.begin("demo-server", "--log", self._log, *server)
        assert demo.stdout
        self.url = demo.stdout.readline().decode().strip()
        serve = ("serve", "--profile", self.profile, "--url", f"demo={self.url}", *arguments)
        self.serve = self.begin(*serve, **environment)
        assert self.serve.stdout
        self.first_line = self.serve.stdout.readline().decode()

    def again(self, *arguments: object) -> None:
        """Start `serve` once more, as before."""
        self.serve = self.begin("serve", "--profile", self.profile, "--url", f"demo={self.url}", *arguments)
        assert self.serve.stdout
        assert self.serve.stdout.readline()

    def begin(self, *arguments: object, **environment: str) -> subprocess.Popen[bytes]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {"HOME": str(self._folder), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        process = subprocess.Popen(
            [*QUOTEDESK, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env={**kept, **own, "PYTHONPATH": str(ROOT), **environment},
        )
        self._started.append(process)
        return process

    def done(self, *arguments: object) -> tuple[int, bytes, str]:
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err.decode()

    def log(self) -> list[dict[str, Any]]:
        return whole_lines(self._log)

    def connections(self) -> int:
        return sum(line["event"] == "open" for line in self.log())

    def end(self) -> tuple[int, str]:
        self.serve.send_signal(signal.SIGTERM)
        _, err = self.serve.communicate(timeout=PATIENCE_S)
        return self.serve.returncode, err.decode()

    def stop(self) -> None:
        for process in self._started:
            process.kill()
            process.communicate()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ServedProfile]:
    made = ServedProfile(tmp_path, "EURUSD")
    yield made
    made.stop()


def objects(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_readers_and_watch_share_its_connection_and_are_told_of_its_end(served: ServedProfile) -> None:
    assert served.first_line == f"Serving quotes at {served.place}\n"
    reader = LocalClient(served.place)
    about = reader.ask("initialize", client="test")
    assert about["feeds"]["demo"]["server"] == served.url
    reader.ask("quotes.subscribe", symbols=["GOLD"])
    tick = reader.until(lambda line: line["method"] == "quote" and line["params"]["symbol"] == "GOLD")
    assert tick["params"]["source"] == "stream"
    rule = "BTCUSDT last >= 1 repeat 1s"
    watch = served.begin("watch", "GOLD", "--json", "--profile", served.profile, "--alert", rule)
    assert watch.stdout
    kinds: set[str] = set()
    while kinds < {"state", "link", "quote", "alert"}:
        line = json.loads(watch.stdout.readline())
        kinds.add(line["type"])
    own = served.done(
        "watch", "EURUSD", "--json", "--for", "1", "--profile", served.profile, "--url", "demo=ws://127.0.0.1:9"
    )
    links = [each["state"] for each in objects(own[1]) if each["type"] == "link"]
    assert links[:1] == ["connecting"], "another server, so an engine of its own"
    assert served.connections() == 1
    assert served.end() == (0, "")
    assert reader.has_ended()
    reader.close()
    _, err = watch.communicate(timeout=PATIENCE_S)
    assert (watch.returncode, err.count(b"\n")) == (0, 1)
    assert b"has ended" in err
    assert not served.place.exists()


def test_a_profile_is_served_once_and_what_cannot_be_is_said(served: ServedProfile) -> None:
    code, out, err = served.done("serve", "--profile", served.profile)
    assert (code, out) == (3, b"")
    assert str(served.place) in err
    code, _, err = served.done("serve", "no such!", "--profile", served.profile.parent / "other")
    assert (code, err.count("\n")) == (2, 1)
    code, _, err = served.done("serve", "--list", "Mine", "--profile", served.profile.parent / "other")
    assert (code, "Mine" in err) == (2, True)


def test_it_serves_by_websocket_where_there_is_a_token(tmp_path: Path) -> None:
    there = ServedProfile(tmp_path, "--port", "0", QUOTEDESK_SERVE_TOKEN="s3cret")
    try:
        url = there.first_line.split()[-1]
        with connect(f"{url}/?token=s3cret", proxy=None) as reader:
            reader.send('{"jsonrpc":"2.0","id":1,"method":"quotes.snapshot"}')
            assert json.loads(reader.recv(PATIENCE_S))["result"] == {"quotes": []}
        assert there.end() == (0, "")
        code, _, err = there.done("serve", "--port", "0", "--profile", tmp_path / "other")
        assert (code, "QUOTEDESK_SERVE_TOKEN" in err) == (2, True)
    finally:
        there.stop()


def test_watch_keeps_a_file_for_spreadsheets(served: ServedProfile, tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    arguments = ("--csv", path, "--profile", served.profile, "--for", "2")
    assert served.done("watch", "EURUSD", "BTCUSDT", *arguments) == (0, b"", "")
    heading, *rows = path.read_text().splitlines()
    assert heading.startswith("symbol,feed,state,reason,last,")
    assert [row.split(",")[:2] for row in rows] == [["EURUSD", "demo"], ["BTCUSDT", "demo"]]
    code, _, err = served.done("watch", "EURUSD", "--csv", tmp_path / "none" / "x.csv")
    assert (code, err.count("\n")) == (2, 1)


def example_of(page: str, kind: str) -> str:
    """The code under "Quotes for other programs"."""
    found = re.search(rf"## Quotes for other programs.*?```{kind}\n(.*?)```", page, re.DOTALL)
    assert found
    return found.group(1)


def test_the_examples_of_the_page_for_programs_run(served: ServedProfile) -> None:
    page = (ROOT / "docs/programs.md").read_text()
    example = example_of(page, "python")
    assert (count := example.count('pathlib.Path.home() / ".local/share/quotedesk/serve.sock"')) == 1, count
    assert 10 <= len(example.splitlines()) <= 12
    code = example.replace('pathlib.Path.home() / ".local/share/quotedesk/serve.sock"', repr(str(served.place)))
    python = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert python.stdout
    try:
        symbol, last, at = python.stdout.readline().decode().split()
        assert (symbol in ("EURUSD", "BTCUSDT"), float(last) > 0, at[:2]) == (True, True, "20")
    finally:
        python.kill()
        python.communicate()
    if shutil.which("jq") is None:
        pytest.skip("there is no jq here")
    [line] = [line.strip() for line in page.splitlines() if "watch BTCUSDT --json | jq" in line]
    line = line.replace("quotedesk watch", f"{shlex.join(QUOTEDESK)} watch --profile {served.profile} --for 3")
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)
    assert all(len(each.split("\t")) == 3 for each in done.stdout.splitlines())
    assert (done.stderr, done.stdout[:2]) == ("", "20")


def test_the_profiles_own_rules_are_told_to_readers_and_kept(tmp_path: Path) -> None:
    rule = "BTCUSDT@demo last >= 1 repeat 1s"
    (tmp_path / "profile").mkdir()
    (tmp_path / "profile" / "alerts.toml").write_text(f'format = 1\nrules = ["{rule}"]\n')
    there = ServedProfile(tmp_path)
    try:
        reader = LocalClient(there.place)
        assert [each["rule"] for each in reader.ask("alerts.list")["alerts"]] == [rule]
        told = reader.until(lambda line: line["method"] == "alert")["params"]
        assert (told["rule"], told["kind"], "watched" in told) == (rule, "already", False)
        reader.close()
        assert there.end() == (0, "")
    finally:
        there.stop()


def test_garbage_harms_nobody(served: ServedProfile) -> None:
    good = LocalClient(served.place)
    good.ask("quotes.subscribe", symbols=["EURUSD"])
    for junk in (b"\x00" * 10_000_000 + b"\n", b"{" * 1_000, b"GET / HTTP/1.1\r\n\r\n" * 50, b"[[[[\n" * 30):
        bad = LocalClient(served.place)
        bad._socket.sendall(junk)
        bad.close()
    good.until(lambda line: line["method"] == "quote")
    good.close()
    assert served.end() == (0, "")


def test_no_qt_is_loaded(tmp_path: Path) -> None:
    look = (
        "import sys\nimport quotedesk.serve.main\n"
        "heavy = {'PySide6', 'shiboken6', 'qasync', 'pyqtgraph', 'quotedesk.ui', 'quotedesk.app'}\n"
        "print([name for name in sys.modules if any((name + '.').startswith(each + '.') for each in heavy)])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def waves(path: Path) -> Path:
    """Prices that go from 60,000 to 66,000 and back in two seconds."""
    lines = ["symbol,ts_ms,trade_id,price,size,side"]
    for number in range(40):
        price = 60_000 + 6_000 * min(number, 40 - number) / 20
        lines.append(f"BTCUSDT,{1_764_000_000_000 + number * 50},{number},{price:.2f},1,BUY")
    path.write_text("\n".join(lines) + "\n")
    return path


ONCE = "BTCUSDT@demo last crosses-up 63000 do run"
OFTEN = "BTCUSDT@demo last crosses-up 64000 repeat 1s do run"
HELD = "BTCUSDT@demo last >= 59000 for 1h"
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


def test_it_acts_on_alerts_as_a_window_does_and_kill_9_costs_no_memory(tmp_path: Path) -> None:
    profile, ran = tmp_path / "profile", tmp_path / "ran"
    profile.mkdir()
    command = json.dumps([sys.executable, "-c", KEEP, str(ran)])
    (profile / "settings.toml").write_text(f"format = 1\nalert_runs = true\nalert_command = {command}\n")
    (profile / "alerts.toml").write_text(f"format = 1\nrules = {json.dumps([ONCE, OFTEN, HELD])}\n")
    there = ServedProfile(tmp_path, server=("--replay", str(waves(tmp_path / "waves.csv")), "--loop"))

    def fired() -> list[str]:
        runs = ran.read_text().splitlines() if ran.exists() else []
        return [each["rule"] for run in runs for each in json.loads(run)["alerts"]]

    def tells(rule: str) -> None:
        with contextlib.closing(LocalClient(there.place)) as reader:
            reader.ask("initialize", client="test", notifications=["alert"])
            reader.until(lambda line: line["params"]["rule"] == rule)

    try:
        wait_until(lambda: ONCE in fired())
        there.serve.kill()
        there.serve.wait()
        before = len(fired())
        with sqlite3.connect(profile / "alerts.sqlite") as database:
            (data,) = database.execute("SELECT data FROM memories WHERE rule = ?", (HELD,)).fetchone()
        held = msgspec.msgpack.decode(data, type=AlertMemory).held
        assert held is not None
        there.again()
        wait_until(lambda: len(fired()) >= before + 2)
        assert fired().count(ONCE) == 1, "it had fired"
        with contextlib.closing(LocalClient(there.place)) as reader:
            states = {each["rule"]: each["bells"][0]["state"] for each in reader.ask("alerts.list")["alerts"]}
        assert (states[ONCE], states[HELD]) == ("spent", "armed")
        assert there.end() == (0, "")
        ended = fired()
        there.again("--no-actions")
        tells(OFTEN)
        tells(OFTEN)
        assert there.end() == (0, "")
        assert fired() == ended
        code, _, err = there.done("record", "save", tmp_path / "kept.qdrec", "--profile", profile)
        assert (code, err) == (0, "")
        code, out, _ = there.done("watch", "--json", "--replay", tmp_path / "kept.qdrec", "--replay-speed", "max")
        played = [each["symbol"] for each in objects(out) if each["type"] == "quote"]
        assert (code, set(played)) == (0, {"BTCUSDT"})
        assert len(played) > 40
    finally:
        there.stop()
