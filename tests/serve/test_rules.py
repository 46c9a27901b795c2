"""The profile's rules where no window is: holdings count, hidden amounts stay hidden, and what is off is off."""

import asyncio
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from quotedesk.alerts.firing import Firing
from quotedesk.config import alerts_file, positions_file
from quotedesk.config.settings import Settings
from quotedesk.lists.book import Book
from quotedesk.lists.positions import Held
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.serve.rules import ServedRules
from tests.fakes.engine import EngineAtWork, engine_at_work
from tests.fakes.waiting import until

pytestmark = pytest.mark.anyio
RULE = "A@demo total_pl crosses-up 1234 repeat 1s do run"
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


async def begun(engine: EngineAtWork, ran: Path, *, acts: bool = True) -> ServedRules:
    engine.profile.make()
    chosen = Settings(alert_runs=True, alert_command=(sys.executable, "-c", KEEP, str(ran)))
    rules = ServedRules(engine.services, engine.profile, Book(), lambda feed: Hours(), chosen, acts=acts)
    await rules.read()
    return rules


def tick(engine: EngineAtWork, price: str) -> None:
    now_s = engine.clock.now_s()
    status = RowStatus("A", RowState.LIVE, now_s)
    engine.services.take(Batch("demo", [Trade("A", number(price))], now_s, (), (status,)))


@pytest.mark.parametrize("is_hidden", [False, True])
async def test_what_one_holds_counts_and_is_sent_unless_it_is_hidden(tmp_path: Path, is_hidden: bool) -> None:
    async with engine_at_work(tmp_path / "profile") as engine:
        engine.profile.make()
        held = Held({Instrument("demo", "A"): Position(Decimal(2), Decimal(5_000))}, is_hidden=is_hidden)
        positions_file.save(engine.profile.positions, held)
        alerts_file.save(engine.profile.alerts, (RULE, "A@demo lats >= 5"))
        rules = await begun(engine, tmp_path / "ran")
        assert "do you mean last?" in engine.display.notices[0]
        for price in ("5500", "5777"):
            tick(engine, price)
        await until(lambda: (tmp_path / "ran").exists() and (tmp_path / "ran").read_text().endswith("\n"))
        said = json.loads((tmp_path / "ran").read_text())
        (alert,) = said["alerts"]
        assert alert["value"] == ("hidden" if is_hidden else "1554")
        assert ("1,234" in said["text"]) is not is_hidden
        await rules.close()
        rules.let_go()


async def test_without_actions_rules_are_told_and_nothing_is_run(tmp_path: Path) -> None:
    async with engine_at_work(tmp_path / "profile") as engine:
        engine.profile.make()
        alerts_file.save(engine.profile.alerts, ("A@demo last crosses-up 2 do run",))
        engine.profile.positions.write_text("format = 99\n")
        rules = await begun(engine, tmp_path / "ran", acts=False)
        assert len(engine.display.notices) == 1, "positions of a newer program"
        fired: list[Firing] = []
        rules.engine.listeners.append(fired.extend)
        for price in ("1", "3"):
            tick(engine, price)
        rules.second()
        await asyncio.sleep(0.1)
        assert [each.value.text for each in fired] == ["3"]
        assert not (tmp_path / "ran").exists()
        await rules.close()
        rules.let_go()
