"""Programs and addresses are told of alerts: nothing lost, nobody waits for ever, no key passed on."""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from quotedesk.engine.alert_actions import Burst, payload, post_webhook, run_command
from quotedesk.engine.tasks import Tasks
from quotedesk.net.webhook import Posted
from tests.fakes.clock import FakeClock
from tests.fakes.waiting import until

pytestmark = pytest.mark.anyio

KEEP = """
import os, sys
open(sys.argv[1], "wb").write(sys.stdin.buffer.read())
open(sys.argv[2], "w").write(str(dict(os.environ)))
"""


def python(code: str, *words: str) -> list[str]:
    return [sys.executable, "-c", code, *words]


async def test_what_comes_close_together_is_passed_on_as_one_and_nothing_is_lost() -> None:
    tasks = Tasks(lambda fault: None)
    told: list[list[int]] = []

    async def does(items: Sequence[int]) -> None:
        told.append(list(items))
        if len(told) == 1:
            burst.add([3, 4])  # while the first are told

    burst = Burst[int](tasks, does, 0.5, "test")
    burst.add([1])
    burst.add([2])
    burst.add([])
    await until(lambda: told)
    burst.add([5])
    await until(lambda: len(told) == 2)
    burst.add([6])
    await until(lambda: len(told) == 3)
    assert told == [[1, 2], [3, 4, 5], [6]]
    await tasks.stop()


async def test_a_program_gets_all_as_json_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "s3cr3t")
    monkeypatch.setenv("QUOTEDESK_ELSE", "kept")
    said = payload("2 alerts", [{"rule": 'a "b" $(c)'}, {"rule": "d"}])
    got, environment = tmp_path / "got", tmp_path / "environment"
    assert await run_command(python(KEEP, str(got), str(environment)), said) == ""
    assert json.loads(got.read_bytes()) == {
        "text": "2 alerts",
        "content": "2 alerts",
        "count": 2,
        "alerts": [{"rule": 'a "b" $(c)'}, {"rule": "d"}],
    }
    assert "kept" in environment.read_text()
    assert "s3cr3t" not in environment.read_text()


async def test_no_shell_reads_the_words_of_a_command(tmp_path: Path) -> None:
    wanted = tmp_path / "$(touch x); a & b"
    assert await run_command(python(KEEP, str(wanted), str(tmp_path / "e")), b"{}") == ""
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("$")] == [wanted.name]


async def test_a_program_that_fails_says_why() -> None:
    fault = await run_command(python("import sys; print('no <b>route\\nmore', file=sys.stderr); sys.exit(3)"), b"{}")
    assert fault == f"{Path(sys.executable).name} ended with code 3: no <b>route"
    assert (
        await run_command(["/nowhere/notify", "x"], b"{}") == "notify could not be started: No such file or directory"
    )
    assert (await run_command(["a\0b"], b"{}")).endswith("its name cannot be one")
    assert await run_command([], b"{}") == "No command is set"


async def test_a_program_that_reads_nothing_and_says_much_does_no_harm() -> None:
    code = "import sys; sys.stdin.close(); sys.stderr.write('x' * 5_000_000); sys.exit(1)"
    fault = await run_command(python(code), b"x" * 1_000_000)
    assert fault.endswith(f"ended with code 1: {'x' * 200}")


async def test_a_program_that_does_not_end_is_stopped_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    program = ["sh", "-c", 'sleep 60 & echo $! > "$1"; wait', "sh", str(mark)]
    began_s = time.monotonic()
    assert "did not end within 0.5 s" in await run_command(program, b"{}", limit_s=0.5)
    assert time.monotonic() - began_s < 30
    await until(lambda: not _runs(int(mark.read_text())))


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


async def test_a_post_is_tried_again_for_a_while_and_no_more_where_that_is_no_use() -> None:
    answers = [Posted("busy", may_retry=True), Posted("busy", may_retry=True, wait_s=0.05), Posted()]
    asked: list[tuple[object, ...]] = []

    async def send(url: str, said: bytes, **how: object) -> Posted:
        asked.append((url, said, how["allows_private"]))
        return answers[len(asked) - 1]

    clock = FakeClock()
    began_s = time.monotonic()
    told = await post_webhook("https://x.test", b"{}", clock, allows_private=False, retries_s=(0.0, 0.0), send=send)
    assert (told, len(asked)) == ("", 3)
    assert time.monotonic() - began_s >= 0.05  # as long as the server wished
    asked.clear()
    assert await post_webhook("https://x", b"", clock, allows_private=True, retries_s=(0.0,), send=send) == "busy"
    assert len(asked) == 2
    answers[0] = Posted("wrong")
    asked.clear()
    assert await post_webhook("https://x", b"", clock, allows_private=True, retries_s=(0.0,), send=send) == "wrong"
    assert len(asked) == 1
    assert await post_webhook("", b"", clock, allows_private=True) == "No address is set"
