"""The rules of `watch --alert`: what they name is watched, and a mistake is one line."""

import asyncio
import json
from pathlib import Path

import pytest

from quotedesk.config import formulas_file, lists_file
from quotedesk.config.paths import Profile
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.saved import ColumnFormula, Content, ListContent
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.watch.alerts import WatchAlerts
from tests.fakes.engine import FakeDisplay
from tests.fakes.pipe import pipe

A, B = Instrument("demo", "A"), Instrument("demo", "B")


def alerts(folder: Path, *rules: str, rows: tuple[Instrument, ...] = ()) -> WatchAlerts:
    return WatchAlerts(rules, "demo", rows, Profile(folder))


def printed(
    folder: Path, watch: WatchAlerts, *prices: tuple[str, str], is_kept: bool = True
) -> list[dict[str, object]]:
    """What is printed while these come."""

    async def main() -> bytes:
        async with pipe() as here:
            tasks = Tasks(pytest.fail)
            redactor = Redactor()
            services = Services(here.clock, tasks, None, FakeDisplay(), redactor)
            watch.begin(services, Sources(Profile(folder), SourceOptions(), redactor), here.outlet.put, is_kept=is_kept)
            for code, price in prices:
                here.clock.advance(1.0)
                services.take(Batch("demo", [Trade(code, number(price))], here.clock.now_s()))
            await watch.close()
            await tasks.stop()
            return here.read()

    return [json.loads(line) for line in asyncio.run(main()).splitlines()]


def test_a_firing_is_a_line_with_the_rule_as_it_was_given(tmp_path: Path) -> None:
    watch = alerts(tmp_path, 'A   LAST crosses-up 1e2 note "x"', "*  last >= 300", rows=(B,))
    lines = printed(tmp_path, watch, ("A", "99.5"), ("A", "100.0"), ("B", "301"))
    assert lines == [
        {
            **{"type": "alert", "rule": 'A   LAST crosses-up 1e2 note "x"', "symbol": "A", "feed": "demo"},
            **{"value": "100.0", "before": "99.5", "time": "2025-11-24T16:16:42.000Z", "kind": "fired"},
        },
        {
            **{"type": "alert", "rule": "*  last >= 300", "symbol": "B", "feed": "demo", "value": "301"},
            **{"time": "2025-11-24T16:16:43.000Z", "kind": "already"},
        },
    ]
    assert list(lines[0]) == ["type", "rule", "symbol", "feed", "value", "before", "time", "kind"]


def test_the_next_run_knows_the_one_before(tmp_path: Path) -> None:
    rule = "A last crosses-up 100"
    assert printed(tmp_path, alerts(tmp_path, rule), ("A", "99")) == []
    ((line),) = printed(tmp_path, alerts(tmp_path, rule), ("A", "101"))
    assert (line["kind"], line["before"]) == ("crossed-offline", "99")
    assert {"since", "until"} <= line.keys()
    assert printed(tmp_path, alerts(tmp_path, rule), ("A", "99"), is_kept=False) == []


def test_symbols_of_rules_and_lists_are_watched(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.make()
    lists_file.save(profile.lists_file, Content((ListContent("My list", (B, A)),)), ["demo"])
    rules = ("X@coinbase last >= 1", 'list:"My list" last >= 1', "* last >= 1", "A last >= 2")
    assert alerts(tmp_path, *rules).wanted == [Instrument("coinbase", "X"), B, A]


def test_formulas_of_the_profile_are_known(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.make()
    formulas_file.save(profile.formulas, (ColumnFormula("My own", "last * 2"),))
    assert printed(tmp_path, alerts(tmp_path, "A my_own >= 10"), ("A", "4"), ("A", "6"))[0]["value"] == "12"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "A las >= 1",
            "--alert “A las >= 1”: Character 3: there is no field or formula “las”; do you mean last or ask?",
        ),
        ("A last >= 1 " * 1_000, "a rule has at most 2,000 characters, not 12,000"),
        ("A last >= \x1b[31m1", "Character 11: this holds a character that cannot be seen"),
    ],
)
def test_a_mistake_is_told_in_one_line(rule: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(QuotedeskError) as caught:
        alerts(tmp_path, rule)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300
