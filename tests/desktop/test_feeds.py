"""Three feeds side by side in one window: demo, alltick, and a third one that a copy of the program has by the recipe.

Rows are typed, removed, dragged, undone and brought back by a restart; one server dies and comes back. The witnesses
are the lists on disk and what the servers say that they sent.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.fakes.port import held_port
from tests.fakes.screen import (
    PROGRAM,
    DemoServer,
    Desk,
    Hand,
    StrictProvider,
    kept_lists,
    third_provider,
    virtual_screen,
    wait_until,
)

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.skipif(PROGRAM[0] != sys.executable, reason="the third feed is put into a copy of the sources"),
    pytest.mark.display,
    pytest.mark.timeout(180),
]

IMPORT, LAST_ENTRY = "from quotedesk.codec.base import Feed\n", "    )\n}\n"  # of the register
ROWS = ["GOLD", "NVDA.US@alltick", "EURUSD@alltick", "AAA@third", "BBB@third"]
KEPT = {"alltick": ["NVDA.US", "EURUSD"], "third": ["AAA", "BBB"]}  # rows that are never taken out
WIDTH_PX, HEIGHT_PX = 900, 480
ROW_PX = HEADER_PX = 28
MENU_PX = 28 + 41  # and the tabs


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, str]]:
    """A copy of the program with one feed more: one file and one entry. The command, and what it needs to be found."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "quotedesk", tree / "quotedesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", tree / "resources")
    shutil.copy(ROOT / "tests/fakes/third_codec.py", tree / "quotedesk/codec/third.py")
    register = tree / "quotedesk/codec/__init__.py"
    text = register.read_text()
    assert text.count(IMPORT) == text.count(LAST_ENTRY) == 1
    text = text.replace(IMPORT, f"from quotedesk.codec import third\n{IMPORT}")
    register.write_text(text.replace(LAST_ENTRY, f"        third.FEED,\n{LAST_ENTRY}"))
    return [sys.executable, "-P", "-m", "quotedesk"], {"PYTHONPATH": str(tree)}


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


def test_one_window_lives_on_three_feeds_and_the_death_of_one_server_costs_the_others_nothing(
    program: tuple[list[str], dict[str, str]], screen: dict[str, str], tmp_path: Path
) -> None:
    command, found = program
    environment = {**screen, **found, "QUOTEDESK_ALLTICK_TOKEN": "test"}
    profile, hand = tmp_path / "profile", Hand(screen)
    port = str(held_port())
    demo, strict = DemoServer(tmp_path / "demo.log", "--port", port), StrictProvider(tmp_path / "strict.json")
    urls = {"demo": demo.url, "alltick": strict.url}

    def start(*more: str) -> Desk:
        bases = [word for feed, url in urls.items() for word in ("--url", f"{feed}={url}")]
        size = ("--geometry", f"{WIDTH_PX}x{HEIGHT_PX}")
        return Desk(environment, profile, "--feed", "demo", *bases, *size, *more, program=command)

    def rows(name: str = "Watchlist") -> list[str]:
        """Of a list on disk, as its window names them."""
        kept: list[str] = dict(kept_lists(profile))[name]
        return ["@".join(reversed(each.split(":"))) for each in kept]

    def are_live(desk: Desk, names: list[str]) -> bool:
        return all(desk.states().get(name) == "live" for name in names)

    def lost(desk: Desk, sent: Mapping[str, int]) -> dict[str, int]:
        """How many of the updates that were sent did not arrive, or arrived twice."""
        applied = desk.stats()["applied_by_code"]
        return {name: count - applied.get(name, 0) for name, count in sent.items() if count != applied.get(name, 0)}

    with third_provider() as third:
        urls["third"] = third.url
        desk = start("--symbols", ",".join(ROWS))
        try:
            window = hand.window()
            wait_until(lambda: list(desk.states()) == ROWS and are_live(desk, ROWS))

            hand.type("700.HK@alltick CCC@third GBPUSD")
            hand.press("Return")
            every = [*ROWS, "700.HK@alltick", "CCC@third", "GBPUSD"]
            wait_until(lambda: rows() == every and are_live(desk, every))
            hand.press("Escape", "End", "shift+Up", "shift+Up", "Delete")
            wait_until(lambda: rows() == ROWS and list(desk.states()) == ROWS)
            hand.press("ctrl+z")
            wait_until(lambda: rows() == every and are_live(desk, every))

            hand.press("ctrl+t")
            hand.type("Other")
            hand.press("Return", "ctrl+1")
            hand.click(window, 60, MENU_PX + HEADER_PX + 2 * ROW_PX + 14)
            hand.press("shift+Down")
            hand.take(window, 60, MENU_PX + HEADER_PX + 3 * ROW_PX + 14)
            hand.carry(window, 145, 28 + 20)
            hand.drop()
            wait_until(lambda: rows("Other") == every[2:4])
            assert rows() == every[:2] + every[4:]
            hand.press("ctrl+z")
            wait_until(lambda: rows() == every and rows("Other") == [])

            demo.kill()
            wait_until(lambda: desk.states()["GOLD"] == desk.states()["GBPUSD"] == "offline")
            assert are_live(desk, [name for name in every if "@" in name])
            demo = DemoServer(tmp_path / "again.log", "--port", port)
            wait_until(lambda: are_live(desk, every))
            before = desk.stats()["applied_by_code"]
            wait_until(lambda: all(desk.stats()["applied_by_code"][name] > before[name] for name in every))

            third.is_stalled = True
            told = strict.stop()  # with a word to its client: what it sent before that arrives
            wait_until(
                lambda: not lost(desk, {f"{code}@alltick": told["ticks_sent"][code] for code in KEPT["alltick"]})
            )
            ticks = Counter(f"{code}@third" for code, _ in third.ticks if code in KEPT["third"])
            wait_until(lambda: not lost(desk, ticks))
            assert told["breaches"] == third.breaches == []
            assert sorted(line["path"] for line in told["connections"]) == ["/quote-b-ws-api", "/quote-stock-b-ws-api"]
            assert third.opened == 1
            assert [line["event"] for line in demo.log() if line["event"] in ("open", "breach")] == ["open"]
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")

            third.is_stalled = False
            strict = StrictProvider(tmp_path / "strict2.json")
            urls["alltick"] = strict.url
            desk = start()
            hand.window()
            wait_until(lambda: list(desk.states()) == every and are_live(desk, every))
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            told = strict.stop()
            assert told["breaches"] == third.breaches == []
            assert (len(told["connections"]), third.opened, third.most_open) == (2, 2, 1)
        finally:
            hand.drop()
            desk.kill()
            demo.stop()
            strict.stop()


def test_the_recipe_for_a_feed_keeps_the_contracts(program: tuple[list[str], dict[str, str]]) -> None:
    tree = Path(program[1]["PYTHONPATH"])
    shutil.copy(ROOT / "pyproject.toml", tree)
    lint = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(lint, cwd=tree, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tree)})
    assert done.returncode == 0, done.stdout
