"""Commands and webhooks of alerts: as far as the settings of the moment allow, many at once as one, no secret said."""

import json
import sys
from pathlib import Path

import msgspec
import pytest

from quotedesk.config.settings import Settings
from quotedesk.engine import alert_programs
from quotedesk.engine.alert_programs import Alarm, AlertPrograms, as_notice
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.fakes.waiting import until

pytestmark = pytest.mark.anyio
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


def alarm(what: str, *does: str) -> Alarm:
    return Alarm(lambda: (what, "5.1"), lambda: {"rule": what}, does=does)


async def test_the_settings_of_the_moment_decide_and_many_are_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_programs, "PAUSE_S", 0.3)
    ran, told, tasks = tmp_path / "ran", list[str](), Tasks(pytest.fail)
    chosen = [Settings(alert_command=(sys.executable, "-c", KEEP, str(ran)))]
    redactor = Redactor()
    redactor.learn("s3cret-word")
    programs = AlertPrograms(lambda: chosen[0], tasks, FakeClock(), redactor, told.append)
    programs.pass_on([alarm("A", "run", "post")])
    chosen[0] = msgspec.structs.replace(chosen[0], alert_runs=True)
    programs.pass_on([alarm("B"), alarm("C", "run")])
    await until(lambda: ran.exists() and ran.read_text().endswith("\n"))
    for number in range(20):
        programs.pass_on([alarm(str(number), "run")])
    await until(lambda: ran.read_text().count("\n") == 2)
    first, second = map(json.loads, ran.read_text().splitlines())
    assert (first["text"], first["alerts"]) == ("C", [{"rule": "C"}])
    assert (second["text"], second["count"]) == ("20 alerts", 20)
    chosen[0] = msgspec.structs.replace(chosen[0], alert_command=("/no/such/s3cret-word",))
    programs.pass_on([alarm("D", "run")])
    await until(lambda: told)
    assert told[0].startswith("The command of an alert failed: ")
    assert "s3cret-word" not in told[0]
    await tasks.stop()


def test_of_many_the_newest_are_named() -> None:
    assert as_notice([alarm("A")]) == ("A", "5.1")
    assert as_notice([alarm(each) for each in "ABCDEF"]) == ("6 alerts", "C\nD\nE\nF\nand 2 more, in the log")
