"""What holds for every test: no screen is needed, and long runs are asked for."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from quotedesk.app.process.loop import DeskApp, collect

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Where a shell forbids it, each of the hundreds of programs that tests start would compile every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.pop("PYTHONUNBUFFERED", None)  # it hides what becomes of a buffer that nobody reads
sys.dont_write_bytecode = False

BUILD = pytest.StashKey["subprocess.Popen[bytes]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the long tests, too")
    parser.addoption("--first-of-each-file", action="store_true", help="run no more than that")


# The same examples at every run: a fault that was there before a change must not look like one of it. --soak explores.
# No deadlines: a loaded machine is no fault.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", _PATIENT, derandomize=True)
settings.register_profile("soak", _PATIENT, derandomize=False, max_examples=2000)


@pytest.fixture(autouse=True)
def collect_garbage_here() -> Iterator[None]:
    """Qt objects in cycles must go in this thread: where a collection starts in another, Qt crashes (6.11.3).

    The program does the same, see quotedesk/app/process/loop.
    """
    yield
    gc.disable()  # a test of that may have switched it on
    collect()


@pytest.fixture(scope="session")
def qapp_cls() -> type[DeskApp]:
    """What pytest-qt makes the application of."""
    return DeskApp


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    settings.load_profile("soak" if config.getoption("--soak") else "steady")


def _turn(item: pytest.Item) -> int:
    """When it is run, beside the order of names: so that no long file begins when all others are done.

    The standalone program is not made yet when its turn by name comes, and who waits for it tests nothing else.
    """
    name = item.path.name
    if name == "test_recipes.py":
        return 0
    if name == "test_frozen.py":
        return 2
    return 1 if item.path.relative_to(Path(__file__).parent).parts[0] < "engine" else 3


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=_turn)
    if config.getoption("--first-of-each-file"):
        first: dict[Path, pytest.Item] = {}
        for item in items:
            first.setdefault(item.path, item)
        config.hook.pytest_deselected(items=[item for item in items if first[item.path] is not item])
        items[:] = first.values()
    if not config.getoption("--soak"):
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="long; runs with --soak"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make the standalone program while the other tests wait for one thing or another: its tests come late."""
    is_first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0" and not session.config.option.collectonly
    if is_first and len(session.items) > 100 and any(item.path.name == "test_frozen.py" for item in session.items):
        build = Path(__file__).parents[1] / "packaging/build"
        session.config.stash[BUILD] = subprocess.Popen(
            ["nice", "-n", "5", build],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "QUOTEDESK_QUICK": "1"},
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    if build := config.stash.get(BUILD, None):
        build.terminate()
        build.wait()
