"""A window, a reader of its socket and `watch`, each a process, on one profile: the server sees one connection."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_watch import PATIENCE_S, Reader, ServerAndProfile, until
from tests.fakes.json_lines import whole_lines
from tests.fakes.local_client import LocalClient
from tests.fakes.screen import PROGRAM

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe, which was not tried")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerAndProfile]:
    made = ServerAndProfile(tmp_path)
    yield made
    made.stop()


def test_all_on_one_profile_share_one_connection_per_endpoint(server: ServerAndProfile, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    environment = {**server.environment, "QT_QPA_PLATFORM": "offscreen"}
    window = subprocess.Popen(
        [
            *PROGRAM,
            "--profile",
            profile,
            "--url",
            f"demo={server.url}",
            "--symbols",
            "EURUSD,GOLD",
            "--quit-after",
            "99",
        ],
        env=environment,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    with ExitStack() as ends:
        ends.callback(window.communicate)
        ends.callback(window.kill)
        until((profile / "serve.sock").exists)
        client = ends.enter_context(closing(LocalClient(profile / "serve.sock")))
        assert client.ask("initialize", client="test")["feeds"]["demo"]["server"] == server.url
        client.ask("quotes.subscribe", symbols=["BTCUSDT", "EURUSD"])
        watch = subprocess.Popen(
            [*PROGRAM, "watch", "ETHUSDT", "EURUSD", "--json", "--profile", profile],
            env=server.environment,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        ends.callback(watch.kill)
        reader = Reader(watch)
        until(lambda: set(reader.quotes()) == {"ETHUSDT", "EURUSD"})

        def both_tell_the_same(_: object) -> bool:
            printed = {line["time"]: line["last"] for line in reader.quotes()["EURUSD"]}
            told = [line["params"] for line in client.told if line["params"].get("symbol") == "EURUSD"]
            return any(printed.get(each["time"]) == each["last"] for each in told if "seq" in each)

        client.until(both_tell_the_same)
        client.until(lambda line: line["method"] == "quote" and line["params"]["symbol"] == "BTCUSDT")
        asked = [line["frame"].get("code", []) for line in _log(tmp_path) if line["event"] == "in"]
        assert [code for codes in asked for code in codes] == ["EURUSD", "GOLD", "BTCUSDT", "ETHUSDT"]
        window.send_signal(signal.SIGTERM)
        assert window.wait(PATIENCE_S) == 0
        assert client.has_ended()
        _, err = watch.communicate(timeout=PATIENCE_S)
        assert (watch.returncode, err.count(b"\n")) == (0, 1), "it ends well and says why"
        assert b"has ended" in err
    assert [line["event"] for line in _log(tmp_path)].count("open") == 1


def _log(folder: Path) -> list[dict[str, Any]]:
    return whole_lines(folder / "log.jsonl")
