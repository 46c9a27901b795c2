"""Edits without rest over loopback: no reconnect, no tick of a kept symbol lost, and at rest the lists are equal."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.lists.edits import Arrange, Edit, Remove, Replace, append, place
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from tests.fakes.json_lines import whole_lines
from tests.fakes.stage import CODES, Stage, stage

pytestmark = pytest.mark.anyio

CHURN_S = 6.0
SOAK_S = 75.0
REST_EVERY_S = 3.0
POOL = [f"{one}{other}" for one in ("AUD", "CAD", "CHF", "NZD", "SEK") for other in ("SGD", "HKD", "CNH", "JPY", "USD")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def churn(here: Stage, rng: random.Random) -> None:
    """One edit, or an undo or redo, of anything but the kept symbols."""
    stack, rows = here.window.undo.stack, list(here.watchlist)
    loose = [each for each in rows if each.code not in CODES]
    away = [Instrument(here.feed.name, code) for code in POOL if Instrument(here.feed.name, code) not in here.watchlist]
    edit: Edit | None = None
    match rng.randrange(7):
        case 0 if away:
            edit = append(here.watchlist, rng.sample(away, rng.randint(1, min(8, len(away)))))
        case 1 if loose:
            edit = Remove(tuple(rng.sample(loose, rng.randint(1, len(loose)))))
        case 2 if loose and away:
            edit = Replace(rng.choice(loose), rng.choice(away))
        case 3:
            edit = Arrange(place(rows, rng.sample(rows, 2), rng.randint(0, len(rows))))
        case 4 | 5 if stack.canUndo():
            stack.undo()
        case _:
            stack.redo()
    if edit:
        here.window.panel.rows.push(edit)


def held(log: list[dict[str, Any]]) -> set[str]:
    """What the server holds, by the requests of its log."""
    codes: set[str] = set()
    for line in log:
        frame = line.get("frame", {})
        if line["event"] == "in" and "action" in frame:
            named = set(frame["code"])
            codes = codes | named if frame["action"] == "subscribe" else codes - named
        elif line["event"] == "in" and frame.get("cmd_id") == 22004:
            codes = {each["code"] for each in frame["data"]["symbol_list"]}
    return codes


@pytest.mark.parametrize("feed", ["demo", "alltick"])
async def test_lists_change_without_rest_and_kept_symbols_miss_nothing(
    feed: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path, rng = tmp_path / "server.log", random.Random(8)
    for_s = SOAK_S if request.config.getoption("--soak") else CHURN_S
    edits = 0

    def log() -> list[dict[str, Any]]:
        return whole_lines(path)

    async with stage(feed, log=path) as here:
        began_s = rest_s = here.clock.now_s()
        while here.clock.now_s() < began_s + for_s or edits <= for_s * 5:
            churn(here, rng)
            edits += 1
            await here.rest(rng.choice([0.0, 0.005, 0.02, 0.1]))
            if here.clock.now_s() > rest_s + REST_EVERY_S:
                wanted = {each.code for each in here.watchlist}
                await here.until(lambda wanted=wanted: held(log()) == wanted, 20)
                await here.until(lambda: set(here.states().values()) == {RowState.LIVE}, 20)
                rest_s = here.clock.now_s()
        await here.server.act("stall")

        def sent() -> Counter[str]:
            return Counter(line["code"] for line in log() if line["event"] == "tick")

        def missing() -> dict[str, int]:
            counts, all_sent = here.session.counts, sent()
            dropped = Counter({code: here.session.traces.continuity[code].duplicates for code in CODES})
            return {code: all_sent[code] - counts.applied[code] - dropped[code] for code in CODES}

        await here.until(lambda: not any(missing().values()))
        assert here.session.counts.opened == 1
        rules = Counter(line["rule"] for line in log() if line["event"] == "breach")
        assert not rules.keys() - ({"rate"} if feed == "demo" else set()), "the demo feed knows no rate"
