"""The standalone program: made by packaging/build, copied to an empty folder, run without any Python around it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from quotedesk import __version__
from tests.fakes.screen import Hand, virtual_screen, wait_until

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="packaging/build is for Linux so far"),
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    build = subprocess.run([ROOT / "packaging/build"], capture_output=True, text=True)
    assert build.returncode == 0, build.stderr
    folder = tmp_path_factory.mktemp("elsewhere") / "quotedesk"
    shutil.copytree(ROOT / "dist/quotedesk", folder, symlinks=True)
    yield folder / "quotedesk"
    shutil.rmtree(folder)


def bare(tmp_path: Path, **more: str) -> dict[str, str]:
    """An environment in which there is no Python."""
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    return {"HOME": str(tmp_path), "PATH": str(empty), "LANG": "C.UTF-8", **more}


def says(program: Path, tmp_path: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run([program, *words], env=bare(tmp_path), capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


def test_it_answers_on_the_command_line(program: Path, tmp_path: Path) -> None:
    assert says(program, tmp_path, "--version") == (0, f"quotedesk {__version__}\n", "")
    code, told, _ = says(program, tmp_path, "where", "--profile", str(tmp_path))
    assert code == 0
    resources = Path(told.splitlines()[-1].split(maxsplit=1)[1])
    assert resources.is_relative_to(program.parent)
    assert (resources / "symbols.csv").is_file()
    assert says(program, tmp_path, "demo-server", "--help")[0] == 0
    assert says(program, tmp_path, "--sort", "x")[0] == 2


def test_the_keyrings_backends_are_in_it(program: Path, tmp_path: Path) -> None:
    # Where none is at work its answer is ours; a backend that is not found would be a traceback or "no recommended".
    code, _, told = says(program, tmp_path, "key", "forget", "alltick")
    assert (code, "Traceback" in told) == (2, False)
    assert "QUOTEDESK_ALLTICK_TOKEN" in told
    chosen = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = subprocess.run(
        [program, "key", "forget", "alltick"], env=bare(tmp_path, **chosen), capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "The key for alltick is not in the keyring.\n")


def test_it_starts_on_the_demo_feed_draws_and_ends(program: Path, tmp_path: Path) -> None:
    picture, stats, profile = tmp_path / "picture.png", tmp_path / "stats.json", tmp_path / "profile"
    with virtual_screen() as screen:
        hand = Hand(screen)
        environment = bare(tmp_path, DISPLAY=screen["DISPLAY"])
        command = [program, "--profile", profile, "--stats", stats, "--screenshot", picture, "--quit-after", "60"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:

            def states() -> dict[str, str]:
                known: dict[str, str] = json.loads(stats.read_text())["symbols"] if stats.exists() else {}
                return known

            hand.window()
            wait_until(lambda: len(states()) == 10 and set(states().values()) <= {"live", "quiet"})
            hand.type("nvid")
            hand.press("Down", "Return")
            wait_until(lambda: states().get("NVDA.US") == "live")
            again = subprocess.run([program, "--profile", profile], env=environment, capture_output=True, timeout=30)
            assert again.returncode == 0, "a second start shows the window"
            hand.window()
            hand.press("ctrl+q")
            output, _ = process.communicate(timeout=20)
            assert (process.returncode, output) == (0, b"")
        finally:
            process.kill()
            process.communicate()
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1000, 640)
    assert len({image.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 640, 7)}) > 10
    log = (profile / "log/quotedesk.log").read_text()
    assert "Traceback" not in log
    assert "could not" not in log.lower()
