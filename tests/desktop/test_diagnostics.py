"""Help > Diagnostics by keys on the real window, with a server that repeats the token in all that it says."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.fakes.screen import Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]

TOKEN = "s3cr3t/T0KEN+x="
READ_CLIPBOARD = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
def look():
    print(app.clipboard().text())
    app.quit()
QTimer.singleShot(200, look)
app.exec()
"""


def gossip(connection: ServerConnection) -> None:
    """Answers each request rightly, then ticks twice, and repeats the token."""
    assert connection.request is not None
    written = connection.request.path.partition("token=")[2]
    number = 0
    try:
        for text in connection:
            frame = json.loads(text)
            answer = {"ret": 200, "msg": "ok", "cmd_id": frame["cmd_id"] + 1, "seq_id": frame["seq_id"]}
            connection.send(json.dumps(answer))
            connection.send(json.dumps({"greeting": f"hello {TOKEN}"}).replace("/", r"\/"))
            connection.send(f"hello {written}")
            connection.send(b"\xff" + TOKEN.encode())
            for symbol in frame["data"].get("symbol_list", ()):
                number += 1
                data = {"code": symbol["code"], "seq": number, "price": "1.5", "volume": "1"}
                connection.send(json.dumps({"cmd_id": 22998, "data": data}))
    except ConnectionClosed:
        pass


@contextmanager
def gossip_server() -> Iterator[str]:
    with serve(gossip, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_figures_and_frames_are_copied_by_keys_and_no_token_is_among_them(tmp_path: Path) -> None:
    with virtual_screen() as screen, gossip_server() as url:
        hand = Hand(screen)
        environment = {**screen, "QUOTEDESK_ALLTICK_TOKEN": TOKEN}
        start = ["--feed", "alltick", "--url", url, "--symbols", "NVDA.US"]
        desk = Desk(environment, tmp_path / "profile", *start)

        def clipboard() -> list[str]:
            read = subprocess.run([sys.executable, "-c", READ_CLIPBOARD], env=screen, capture_output=True, text=True)
            return read.stdout.rstrip("\n").split("\n")

        try:
            hand.window()
            wait_until(lambda: desk.states() == {"NVDA.US": "live"})
            hand.press("ctrl+shift+d")
            hand.dialog("Diagnostics")
            hand.press("alt+c")
            lines = wait_until(lambda: len(clipboard()) > 5 and clipboard())
            text = "\n".join(lines)
            assert "Requests sent: subscribe 1" in text
            assert f"Address, alltick stock: {url}/quote-stock-b-ws-api" in lines
            frames = lines[lines.index("") + 1 :]
            assert [line.split()[1] for line in frames[:6]] == ["out", "in", "in", "in", "in", "in"]
            assert '"cmd_id":22004' in frames[0]
            assert '"cmd_id": 22005' in frames[1]
            assert frames[2].endswith('{"greeting": "hello ***"}')
            assert frames[3].endswith("hello ***")
            assert frames[4].endswith(r"\xff***")
            assert '"price": "1.5"' in frames[5]
            assert "s3cr3t" not in text
            assert "T0KEN" not in text

            hand.press("Home", "Down", "shift+Down", "ctrl+c")
            wait_until(lambda: clipboard() == frames[1:3])
            hand.press("Escape")
            wait_until(lambda: not hand.shown("Diagnostics"))
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
