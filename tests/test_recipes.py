"""The recipes of the README, each carried out in a copy of the tree: that it works, and which files it took."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.fakes.third_server import ThirdServer
from tests.test_architecture import recipes

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
THIRD = ROOT / "tests/fakes/third_codec.py"


def named(recipe: str) -> list[str]:
    """The files that a recipe names, as patterns: `<x>` is what is made."""
    (text,) = re.findall(rf"^- {recipe}: (.*?)(?=^- |\Z)", recipes(), re.M | re.S)
    spans = [span for span in re.findall(r"`([^`\s]+)`", text) if "/" in span]
    return [re.sub(r"<\w+>", "*", span) + ("*" if span.endswith("/") else "") for span in spans]


class Tree:
    """A copy of the tree, in which a recipe is carried out.

    Attributes:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        junk = shutil.ignore_patterns("*.pyc.*", "pictures")  # half-written bytecode; what is whole spares compiling
        for name in ("quotedesk", "resources"):
            shutil.copytree(ROOT / name, folder / name, ignore=junk)
        shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", "pictures"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, folder)
        self.start()

    def start(self) -> None:
        """From here on it is looked at what is touched."""
        self._before = self._content()

    def touched(self) -> set[str]:
        after = self._content()
        return {name for name, text in after.items() if self._before.get(name) != text}

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def edit(self, name: str, *changes: tuple[str, str]) -> None:
        """Put something in the place of what stands there once."""
        path = self.folder / name
        text = path.read_text()
        for before, after in changes:
            assert text.count(before) == 1, f"{name}: {before!r} is there {text.count(before)} times"
            text = text.replace(before, after)
        path.write_text(text)

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Python, in the copy."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    def works(self, script: str) -> None:
        """This script runs without a fault."""
        done = self.run("-", text=script)
        assert done.returncode == 0, done.stderr

    def passes(self, *tests: str) -> None:
        done = self.pytest(*tests)
        assert done.returncode == 0, done.stdout[-4000:]

    def pytest(self, *tests: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests)

    def keeps_its_shape(self) -> None:
        """Rooms, contracts and mirror are as before."""
        here = "tests/test_architecture.py::test_"
        tests = ("the_import_contracts_hold", "every_module_has_its_test", "every_test_has_its_module")
        self.passes(*(here + test for test in tests))

    def watch(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "quotedesk", "watch", "--profile", str(self.folder / "profile"), *arguments]

    def assert_touched_only(self, *of: str) -> None:
        """Nothing was touched that these recipes do not name."""
        patterns = [pattern for recipe in of for pattern in named(recipe)]
        assert {name for name in self.touched() if not any(fnmatch(name, each) for each in patterns)} == set()

    def _content(self) -> dict[str, bytes]:
        paths = (path for path in self.folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        names = {str(path.relative_to(self.folder)): path.read_bytes() for path in paths}
        return {name: text for name, text in names.items() if not name.startswith(("profile", ".", "tests/fakes"))}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


TEST_OF_THIRD = '''"""The third feed."""

from quotedesk.codec.base import Change, Ready
from quotedesk.codec.third import ThirdCodec


def test_its_server_speaks_first_and_requests_name_codes() -> None:
    codec = ThirdCodec()
    assert codec.decode(b'{"hello":1}') == (Ready(),)
    assert codec.encode(Change(("A",), ("A",), (), 1)) == (b'{"op":"add","codes":["A"]}',)
'''


def add_the_third_feed(tree: Tree) -> None:
    tree.write("quotedesk/codec/third.py", THIRD.read_text())
    tree.edit(
        "quotedesk/codec/__init__.py",
        (
            "from quotedesk.codec.base import Feed\n",
            "from quotedesk.codec import third\nfrom quotedesk.codec.base import Feed\n",
        ),
        ("    )\n}\n", "        third.FEED,\n    )\n}\n"),
    )
    tree.write("tests/codec/test_third.py", TEST_OF_THIRD)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_a_feed(tree: Tree) -> None:
    add_the_third_feed(tree)
    tree.passes("tests/codec/test_third.py", "tests/codec/test_init.py", "-k", "third or known_by_the_names")
    tree.keeps_its_shape()
    async with ThirdServer() as server:
        arguments = ("BTC-USD", "NOPE", "--feed", "third", "--json", "--url", f"third={server.url}")
        process = await asyncio.create_subprocess_exec(
            *tree.watch(*arguments), cwd=tree.folder, stdout=asyncio.subprocess.PIPE, limit=1 << 20
        )
        lines = []
        assert process.stdout
        async with asyncio.timeout(PATIENCE_S):
            while not {"quote", "refused"} <= {word for line in lines for word in (line["type"], line.get("state"))}:
                lines.append(json.loads(await process.stdout.readline()))
        process.terminate()
        await process.communicate()
        assert server.breaches == []
    quote = next(line for line in lines if line["type"] == "quote")
    assert (quote["symbol"], quote["feed"]) == ("BTC-USD", "third")
    assert float(quote["bid"]) < float(quote["last"]) < float(quote["ask"])
    assert tree.touched() == {"quotedesk/codec/third.py", "quotedesk/codec/__init__.py", "tests/codec/test_third.py"}
    tree.assert_touched_only("A feed")


LAST_COLUMN = """        lambda quotes, slots: quotes.time_utc_s[slots],
        right_px=14,
    ),
)
"""


def column(title: str, field: str) -> tuple[str, str]:
    """One `Column` more, at the end."""
    return LAST_COLUMN, LAST_COLUMN.removesuffix(")\n") + (
        f'    Column("{title}", Kind.NUMBER, 90, lambda row: numbers.price(*row.number("{field}")), "A number", '
        f'_kept("{field}"), lambda row: row.number("{field}")[1]),\n)\n'
    )


SHOWN = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from quotedesk.codec import FEEDS
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.quotes.figures import Figures
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import read, sorting
row = Instrument("third", "A")
quotes = Quotes()
quotes.slot(row)
def shown(title):
    column, _ = sorting(title)
    return column.text(read(quotes, row, 1.0))
"""


def test_a_column_from_known_data(tree: Tree) -> None:
    tree.edit("quotedesk/ui/table/columns.py", column("24 h ago", "open_24h"))
    tree.works(
        SHOWN
        + """
assert shown("24 h ago") == "--"
quotes.apply(Batch("third", [Quote(code="A", open_24h=number("1234.50"))], 1.0))
assert shown("24 h ago") == "1,234.50", shown("24 h ago")
"""
    )
    tree.passes("tests/ui/table/test_columns.py", "tests/ui/table/test_row_painter.py", "tests/ui/table/test_header.py")
    assert tree.touched() == {"quotedesk/ui/table/columns.py"}
    tree.assert_touched_only("A column from known data")


def test_a_column_with_new_data(tree: Tree) -> None:
    add_the_third_feed(tree)
    tree.start()
    tree.edit("quotedesk/ui/table/columns.py", column("VWAP", "vwap"))
    tree.edit(
        "quotedesk/market/quote.py",
        (
            "    turnover: Number | None = None\n",
            "    turnover: Number | None = None\n    vwap: Number | None = None\n",
        ),
    )
    tree.edit(
        "quotedesk/quotes/fields.py",
        ('    Field("turnover", of_session=True),\n', '    Field("turnover", of_session=True),\n    Field("vwap"),\n'),
    )
    tree.edit(
        "quotedesk/codec/third.py",
        ("    ask: str | None = None\n", "    ask: str | None = None\n    vwap: str | None = None\n"),
        ("ask=_said(frame.ask),\n", "ask=_said(frame.ask),\n                    vwap=_said(frame.vwap),\n"),
    )
    tree.works(
        SHOWN
        + """
assert shown("VWAP") == "--"
updates = FEEDS["third"].codec().decode(b'{"code":"A","seq":1,"last":"2.5","vwap":"2.4375"}')
quotes.apply(Batch("third", list(updates), 1.0))
assert shown("VWAP") == "2.4375"
figures = Figures()
figures.take(updates[0])
assert figures.fields(1.0)["vwap"] == "2.4375", "watch and --stats say it"
assert quotes.number("vwap", 0).text == "2.4375"
"""
    )
    tree.passes("tests/ui/table/test_row_painter.py", "tests/market/test_quote.py")
    assert tree.touched() == {
        "quotedesk/ui/table/columns.py",
        "quotedesk/market/quote.py",
        "quotedesk/quotes/fields.py",
        "quotedesk/codec/third.py",
    }
    tree.assert_touched_only("A column from known data", "A column with new data")


def test_a_setting(tree: Tree) -> None:
    tree.edit(
        "quotedesk/config/settings.py",
        ("    tells: bool = True\n", "    tells: bool = True\n    rings_after_s: float = 30.0\n"),
        (
            "        tells: is a window",
            "        rings_after_s: how long a link may be lost before a sound is made.\n        tells: is a window",
        ),
    )
    tree.works(
        """
import pathlib, tempfile
from quotedesk.config import settings
path = pathlib.Path(tempfile.mkdtemp()) / "settings.toml"
path.write_text('format = 1\\nfeed = "alltick"\\n')  # of a version without it
chosen, report = settings.load(path)
assert (chosen.rings_after_s, chosen.feed, report) == (30.0, "alltick", "")
settings.SettingsFile(path, chosen).change(rings_after_s=5.0)
assert settings.load(path)[0].rings_after_s == 5.0
"""
    )
    tree.passes("tests/config/test_settings.py")
    assert tree.touched() == {"quotedesk/config/settings.py"}
    tree.assert_touched_only("A setting")


REVERSE = '''class Reverse(msgspec.Struct, frozen=True):
    """Turn the list round."""

    @property
    def words(self) -> str:
        return "turn the list round"

    def apply(self, watchlist: Watchlist) -> "Reverse":
        watchlist.put(list(watchlist)[::-1])
        return Reverse()


class Series('''


def test_an_edit(tree: Tree) -> None:
    test = "tests/lists/test_edits.py"
    tree.edit("quotedesk/lists/edits.py", ("class Series(", REVERSE))
    tree.passes(test)
    assert tree.touched() == {"quotedesk/lists/edits.py"}
    tree.assert_touched_only("An edit")
    tree.edit("quotedesk/lists/edits.py", ("put(list(watchlist)[::-1])", "put(sorted(watchlist, key=repr))"))
    done = tree.pytest(test, "-k", "inverse")
    assert done.returncode == 1, "the property test has not picked it up"
    assert "Reverse()" in done.stdout


BARS = '''"""Codes between bars: A|B|C."""

from collections.abc import Iterable

from quotedesk.formats.base import Aside, Line, Named, Symbol

TITLE = "Between bars"
SUFFIX = ".bars"


def entry(line: Line) -> Symbol | Aside | None:
    return Aside(line.number, line.text, "of bars") if line.text.startswith("!bars") else None


def write(rows: Iterable[Named | str]) -> str:
    return "!bars\\n" + "|".join(row.marked_code for row in rows if isinstance(row, Named))
'''
TEST_OF_BARS = '''"""Codes between bars."""

from quotedesk.formats import FORMATS, bars, entries
from quotedesk.formats.base import Aside, Named, Symbol


def test_codes_stand_between_bars() -> None:
    text = bars.write([Named("A.US", "", ""), Named("B.US", "", "")])
    assert FORMATS["bars"] is bars
    assert [each for each in entries([text]) if each is not None] == [
        Aside(1, "!bars", "of bars"),
        Symbol(2, "A.US", "A.US"),
        Symbol(2, "B.US", "B.US"),
    ]
'''


def test_a_list_format(tree: Tree) -> None:
    tree.write("quotedesk/formats/bars.py", BARS)
    tree.edit(
        "quotedesk/formats/__init__.py",
        ("from quotedesk.formats import pieces", "from quotedesk.formats import bars, pieces"),
        ('"text": plain}', '"text": plain, "bars": bars}'),
    )
    tree.edit(
        "quotedesk/formats/pieces.py",
        ("from quotedesk.formats import shapes", "from quotedesk.formats import bars, shapes"),
        ("= (tws.entry,)", "= (tws.entry, bars.entry)"),
    )
    tree.write("tests/formats/test_bars.py", TEST_OF_BARS)
    tree.passes("tests/formats/test_bars.py", "tests/formats/test_init.py", "-k", "not no_step_of_reading_takes_long")
    tree.keeps_its_shape()
    assert tree.touched() == {
        "quotedesk/formats/bars.py",
        "quotedesk/formats/__init__.py",
        "quotedesk/formats/pieces.py",
        "tests/formats/test_bars.py",
    }
    tree.assert_touched_only("A list format")


def test_a_row_state(tree: Tree) -> None:
    tree.edit(
        "quotedesk/market/quote.py",
        ('    LIMIT_DOWN = "limit_down"\n', '    LIMIT_DOWN = "limit_down"\n    AUCTION = "auction"\n'),
    )
    tree.edit(
        "quotedesk/market/states.py",
        (
            "    LIMIT_DOWN = 11  # the same, lowest\n",
            "    LIMIT_DOWN = 11  # the same, lowest\n    AUCTION = 12  # orders are gathered for one price\n",
        ),
    )
    tree.edit(
        "quotedesk/feed/symbol_status.py",
        (
            "    Condition.HALTED: RowState.HALTED,\n",
            "    Condition.HALTED: RowState.HALTED,\n    Condition.AUCTION: RowState.AUCTION,\n",
        ),
    )
    tree.edit(
        "quotedesk/ui/looks/theme.py",
        (
            "    RowState.LIMIT_UP: Look(\n",
            '    RowState.AUCTION: Look("auction", "t2", "t2", "t1", Strength.KNOWN, "Auction", '
            '"in an auction for {age}", "in an auction"),\n'
            "    RowState.LIMIT_UP: Look(\n",
        ),
    )
    tree.edit(
        "quotedesk/ui/looks/glyphs.py",
        ('    "halted": _halted,\n', '    "halted": _halted,\n    "auction": _dot(2.2),\n'),
    )
    tree.works(
        SHOWN
        + """
import random
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.states import RowState
from quotedesk.ui.table.row_text import still
session = Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1))
session.want(["A"], 0.0)
session.dialling(0.0)
session.opened(0.0)
session.elapsed(1.0, 1.0)
assert session.take_frames(1.0)
push = b'{"cmd_id":22998,"data":{"code":"A","price":"1.5","volume":"1","status":"%s"}}'
for word, state in ((b"auction", RowState.AUCTION), (b"", RowState.LIVE), (b"auction", RowState.AUCTION)):
    session.received([push % word], 2.0)
    statuses = [status for batch in session.take_batches(2.0) for status in batch.statuses]
    assert [status.state for status in statuses] == [state], (word, statuses)
row = Instrument("demo", "A")
quotes.slot(row)
quotes.apply(Batch("demo", [], 2.0, (), tuple(statuses)))
reading = read(quotes, row, 5.0)
assert shown("State") == "Auction", shown("State")
assert still(reading, True) == "in an auction for 3 s", still(reading, True)
assert reading.state.word == "auction"
"""
    )
    tree.passes("tests/ui/looks/test_theme.py", "tests/market/test_states.py", "tests/ui/table/test_row_painter.py")
    assert tree.touched() == {
        "quotedesk/market/quote.py",
        "quotedesk/market/states.py",
        "quotedesk/feed/symbol_status.py",
        "quotedesk/ui/looks/theme.py",
        "quotedesk/ui/looks/glyphs.py",
    }
    tree.assert_touched_only("A row state")


def test_a_link_state(tree: Tree) -> None:
    tree.edit(
        "quotedesk/market/states.py",
        (
            '    DENIED = "denied"',
            '    RESTING = "resting"  # hung up a moment ago: the provider wants a pause\n    DENIED = "denied"',
        ),
    )
    tree.edit(
        "quotedesk/feed/link.py",
        (
            "            self._set(LinkState.WAITING, now_s, why_wait, retry_at_s)\n",
            "            self._set(LinkState.RESTING, now_s, why_wait, retry_at_s)\n",
        ),
    )
    tree.edit(
        "quotedesk/ui/looks/theme.py",
        ("    LinkState.DENIED: (", '    LinkState.RESTING: ("closed", "t2", "Resting"),\n    LinkState.DENIED: ('),
    )
    tree.works(
        """
import random
from quotedesk.codec import FEEDS
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
session = Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1))
session.hung_up(10.0)
session.want(["A"], 10.2)
assert session.status.state.value == "resting"
assert session.dial_at_s == 11.0
session.dialling(11.0)
session.opened(11.0)
assert session.status.state.value == "up"
"""
    )
    tree.passes("tests/ui/looks/test_theme.py")
    assert tree.touched() == {
        "quotedesk/market/states.py",
        "quotedesk/feed/link.py",
        "quotedesk/ui/looks/theme.py",
    }
    tree.assert_touched_only("A link state")


COUNTING = '''"""Counts updates, and says at each thousandth so."""

from quotedesk.market.batch import Batch


class Counting:
    """See engine.services.Consumer."""

    def __init__(self) -> None:
        self.updates = 0

    def consume(self, batch: Batch) -> None:
        """Take a batch."""
        self.updates += len(batch.updates)
        with open("counted", "w") as file:
            file.write(f"{self.updates}")
'''
TEST_OF_COUNTING = '''"""Counting updates."""

from quotedesk.engine.counting import Counting
from quotedesk.market.batch import Batch


def test_nothing_is_nothing() -> None:
    assert Counting().updates == 0
    assert Batch("demo", [], 0.0).updates == []
'''


def test_a_consumer(tree: Tree) -> None:
    tree.write("quotedesk/engine/counting.py", COUNTING)
    tree.write("tests/engine/test_counting.py", TEST_OF_COUNTING)
    tree.edit(
        "quotedesk/watch/main.py",
        ("consumers=[display])", "consumers=[display, Counting()])"),
        (
            "from quotedesk.engine.feeds import Feeds\n",
            "from quotedesk.engine.counting import Counting\nfrom quotedesk.engine.feeds import Feeds\n",
        ),
    )
    tree.passes("tests/engine/test_counting.py")
    tree.keeps_its_shape()
    assert tree.touched() == {
        "quotedesk/engine/counting.py",
        "tests/engine/test_counting.py",
        "quotedesk/watch/main.py",
    }
    tree.assert_touched_only("A consumer of what the feeds say")
    done = tree.run(*tree.watch("EURUSD", "GOLD", "--json", "--for", "3", "--feed", "demo")[1:])
    assert done.returncode == 0, done.stderr
    quotes = [line for line in done.stdout.splitlines() if '"type":"quote"' in line]
    assert int((tree.folder / "counted").read_text()) == len(quotes) > 0
