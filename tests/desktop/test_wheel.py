"""Wheel and source distribution: installed into an empty environment, the program starts."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from quotedesk import __version__

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both."""
    folder = tmp_path_factory.mktemp("made")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_wheel_holds_the_resources_and_no_tests(made: Path) -> None:
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        names = file.namelist()
    assert "quotedesk/_resources/alltick/symbols.csv" in names
    assert "quotedesk/_resources/icons/quotedesk.svg" in names
    assert "quotedesk/_resources/fonts/InterDesk-Regular.ttf" in names
    assert not any(name.startswith(("tests/", "packaging/")) for name in names)


def test_the_wheel_starts_in_an_empty_environment(made: Path, tmp_path: Path) -> None:
    (wheel,) = made.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv/bin/python"
    installed = subprocess.run(
        [python, "-I", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-q", wheel],
        capture_output=True,
        text=True,
    )
    if installed.returncode != 0 and ("onnection" in installed.stderr or "resolve" in installed.stderr):
        pytest.skip(f"no packages to be had: {installed.stderr[-200:]}")
    assert installed.returncode == 0, installed.stderr
    program, picture = tmp_path / "venv/bin/quotedesk", tmp_path / "picture.png"
    usual = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run([program, "--version"], env=usual, capture_output=True, text=True)
    assert told.stdout == f"quotedesk {__version__}\n"
    started = [program, "--feed", "demo", "--profile", tmp_path / "p", "--screenshot", picture, "--quit-after", "3"]
    done = subprocess.run(started, env=usual, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not QImage(str(picture)).isNull()


def test_the_source_distribution_makes_the_same_wheel(made: Path, tmp_path: Path) -> None:
    (sdist,), (wheel,) = made.glob("*.tar.gz"), made.glob("*.whl")
    subprocess.run(["tar", "-xzf", sdist, "-C", tmp_path], check=True)
    (folder,) = tmp_path.iterdir()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (again,) = (tmp_path / "again").glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()
