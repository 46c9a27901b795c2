"""Lists come and go by command: what is told of each piece, and what is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.config.profile_lock import ProfileInUseError, hold
from quotedesk.exchange.main import run_export, run_import
from quotedesk.exchange.options import ExportOptions, ImportOptions
from quotedesk.lists.section import Section
from quotedesk.market.errors import QuotedeskError

ROOT = Path(__file__).parents[2]
REPORTS = ROOT.parent / "shared" / "reports"


class Desk:
    """A profile, a folder for files, and what the commands say."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.profile = Profile(folder / "profile")
        self._capsys = capsys
        self.code = 0
        self.err = ""

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def come(self, *files: Path, **options) -> str:
        """What an import says."""
        asked = ImportOptions(command="quotedesk", files=files, profile=self.profile.folder, **options)
        self.code = run_import(asked)
        out, self.err = self._capsys.readouterr()
        return out

    def pieces(self, *files: Path, **options) -> list[dict]:
        """What a dry import says of each piece."""
        out = self.come(*files, is_dry=True, is_json=True, **options)
        return [json.loads(line) for line in out.splitlines()]

    def symbols(self, *files: Path, **options) -> list[str]:
        return [each["symbol"] for each in self.pieces(*files, **options) if each["kind"] == "symbol"]

    def go(self, name: str, format: str, to: Path | None = None) -> str:
        """What an export says."""
        asked = ExportOptions(command="quotedesk", list_name=name, format=format, to=to, profile=self.profile.folder)
        self.code = run_export(asked)
        out, self.err = self._capsys.readouterr()
        return out

    def lists(self) -> dict[str, list[str]]:
        content, _ = lists_file.load(self.profile, "demo", FEEDS)
        return {
            each.name: [row.name if isinstance(row, Section) else f"{row.code}@{row.feed}" for row in each.rows]
            for each in content.lists
        }


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def reported(*names: str) -> list[Path]:
    files = [REPORTS / name for name in names]
    if not all(each.exists() for each in files):
        pytest.skip("the reported inputs are not on this machine")
    return files


@pytest.mark.parametrize(
    ("names", "symbols"),
    [
        (["unclosed-quote.csv"], ["AAPL.US", "MSFT.US", "NVDA.US", "TSLA.US"]),
        (
            ["two-files-first.csv", "two-files-second.csv"],
            ["AAPL.US", "NVDA.US", "SPY.US", "TSLA.US", "KO.US", "PEP.US"],
        ),
        (["excel-lost-zeros.csv"], ["000858.SZ", "002415.SZ", "000001.SZ", "700.HK"]),
        (["excel-text-guard.csv"], ["700.HK", "600519.SH"]),
        (["chinese-utf8-text-guard.tsv"], ["600519.SH", "000858.SZ"]),
        (["chinese-gbk-header.csv"], ["600519.SH", "000858.SZ"]),
        (["no-header-prices.csv"], ["AAPL.US", "MSFT.US"]),
        (["pasted-cells-decimal-comma.tsv"], ["KO.US", "PEP.US", "ORCL.US"]),
        (["yahoo-symbols.csv"], [".SPX.US", "EURUSD", "BTCUSDT", "BRK.B.US", "700.HK", "600519.SH"]),
        (["a-ticker-called-code.txt"], ["AAPL.US", "CODE.US", "MSFT.US"]),
    ],
)
def test_each_reported_file_gives_its_symbols_and_nothing_else(
    desk: Desk, names: list[str], symbols: list[str]
) -> None:
    pieces = desk.pieces(*reported(*names))
    assert [each["symbol"] for each in pieces if each["kind"] == "symbol"] == symbols
    assert {each["kind"] for each in pieces} <= {"symbol", "ignored"}


@pytest.mark.parametrize(
    ("content", "symbols"),
    [
        ("Symbol,Name\nKO,\"Coca\nPEP,Pepsi\nT,\"AT&T\n", ["KO.US", "PEP.US", "T.US"]),
        ("Symbol;Exchange\n5;SSE\n725;SZSE\n5;HKEX\n", ["000005.SH", "000725.SZ", "5.HK"]),
        ("Ticker\tCompany\n=\"000725\"\tBOE\n=\"1810.HK\"\tXiaomi\n", ["000725.SZ", "1810.HK"]),
        ("股票代號,名稱,收盤價\n9988,阿里巴巴,85.5\n".encode("big5"), ["9988.HK"]),
        ("Тикер;Название;Цена\nKO;Кока-Кола;60,1\nPEP;Пепси;150,2\n".encode("cp1251"), ["KO.US", "PEP.US"]),
        ("Kürzel;Stück;Kurs\nKO;100;60,10\nPEP;5;150,20\n".encode("cp1252"), ["KO.US", "PEP.US"]),
        ("ティッカー,名称\nAAPL,アップル\n".encode("shift_jis"), ["AAPL.US"]),
        ("티커,이름,가격\nNVDA,엔비디아,180.1\n".encode("euc_kr"), ["NVDA.US"]),
        ("V,333.1\nJPM,\"1,234.50\"\n", ["V.US", "JPM.US"]),
        ("TSLA\t1.234,50\nAMD\t99,9\n", ["TSLA.US", "AMD.US"]),
        ("^DJI\nJPY=X\nETH-USD\nBF-B\n0005.HK\n", [".DJI.US", "USDJPY", "ETHUSDT", "BF.B.US", "5.HK"]),
        ("MSFT;NAME;KO", ["MSFT.US", "KO.US"]),
        ("ＮＶＤＡ，\u200bKO\u200d\u3000ＢＲＫ－Ｂ", ["NVDA.US", "KO.US", "BRK.B.US"]),
        ("$AAPL $BRK.B NASDAQ:MSFT HK.09988", ["AAPL.US", "BRK.B.US", "MSFT.US", "9988.HK"]),
        ("BTC-USD@alltick\nSilver@demo\n", ["BTC-USD@alltick", "Silver"]),
        ("GOLD\nsilver\nUS500\n", ["GOLD", "Silver", "US500"]),
    ],
)  # fmt: skip
def test_files_of_the_same_kinds_give_theirs(desk: Desk, content: str | bytes, symbols: list[str]) -> None:
    assert desk.symbols(desk.file("x.txt", content)) == symbols


def test_what_the_dialog_would_ask_is_refused_as_not_sure(desk: Desk) -> None:
    pieces = desk.pieces(desk.file("x.txt", "KO\n700\n000001\nBTC\nword\nEUR\n"))
    assert [each["kind"] for each in pieces] == ["symbol", *["refused"] * 5]
    assert all(each["reason"].startswith("not sure ") and each["symbol"] == "" for each in pieces[1:])


def test_a_dry_run_changes_nothing_and_each_piece_says_where_it_was(desk: Desk) -> None:
    first, second = desk.file("a.txt", "###Tech\nKO\n# x\n"), desk.file("b.csv", "Symbol\nKO\nPEP\n")
    twice = "twice in the file"
    assert desk.pieces(first, second) == [
        {"text": "###Tech", "kind": "section", "symbol": "", "reason": "", "file": "a.txt", "line": 1},
        {"text": "KO", "kind": "symbol", "symbol": "KO.US", "reason": "", "file": "a.txt", "line": 2},
        {"text": "# x", "kind": "ignored", "symbol": "", "reason": "a comment", "file": "a.txt", "line": 3},
        {"text": "Symbol", "kind": "ignored", "symbol": "", "reason": "the header", "file": "b.csv", "line": 1},
        {"text": "KO", "kind": "duplicate", "symbol": "KO.US", "reason": twice, "file": "b.csv", "line": 2},
        {"text": "PEP", "kind": "symbol", "symbol": "PEP.US", "reason": "", "file": "b.csv", "line": 3},
    ]  # fmt: skip
    assert not desk.profile.folder.exists()


def test_a_new_list_has_the_name_of_the_file_and_a_list_that_is_there_grows(desk: Desk) -> None:
    file = desk.file("Morning.txt", "###Tech\nKO\nPEP\n1.5\n")
    assert desk.come(file) == (
        "Morning.txt, line 4: 1.5: It is a number, no symbol\nMorning: 2 new, 1 section labels, 1 not mapped.\n"
    )
    assert desk.lists()["Morning"] == ["Tech", "KO.US@demo", "PEP.US@demo"]
    assert (
        desk.come(desk.file("more.txt", "KO,V"), list_name="Morning") == "Morning: 1 new, 1 already there or twice.\n"
    )
    assert desk.lists()["Morning"] == ["Tech", "KO.US@demo", "PEP.US@demo", "V.US@demo"]
    desk.come(file)
    assert desk.lists()["Morning 2"] == ["Tech", "KO.US@demo", "PEP.US@demo"]
    desk.come(file, list_name="Mine", feed="alltick")
    assert desk.lists()["Mine"] == ["Tech", "KO.US@alltick", "PEP.US@alltick"]
    desk.come(desk.file("more.txt", "MSFT"), list_name="Mine")
    desk.come(desk.file("more.txt", "MSFT"), list_name="Mine", feed="demo")
    assert desk.lists()["Mine"][3:] == ["MSFT.US@alltick", "MSFT.US@demo"]


def test_what_is_no_list_is_refused_and_the_other_files_are_read(desk: Desk) -> None:
    binary, good = desk.file("x.bin", bytes(range(256)) * 9), desk.file("y.txt", "KO")
    first, second = desk.pieces(binary, good)
    assert (first["kind"], first["text"], first["line"]) == ("refused", "x.bin", 0)
    assert "not a text file" in first["reason"]
    assert second["symbol"] == "KO.US"
    assert desk.code == 0
    desk.pieces(binary)
    assert desk.code == 1
    with pytest.raises(QuotedeskError, match="There is no file"):
        desk.pieces(desk.folder / "nowhere.txt")


def test_a_list_goes_out_as_others_read_it_and_comes_in_again(desk: Desk) -> None:
    file = desk.file("Mine.txt", "###Öl\nXOM\nKO\nXAUUSD\nBTC-USD@alltick\n")
    desk.come(file)
    assert desk.go("Mine", "tradingview") == "###Öl\nNYSE:XOM\nNASDAQ:KO\nTVC:GOLD\nQUOTEDESK:BTC-USD@alltick\n"
    assert desk.err == "quotedesk: 1 US symbols were given NASDAQ as their exchange, which is a guess.\n"
    assert desk.go("Mine", "text") == "###Öl\nXOM.US\nKO.US\nGOLD\nBTC-USD@alltick\n"
    assert desk.go("Mine", "tws").splitlines()[1] == "DES,XOM,STK,SMART/NYSE,,,,"
    held = desk.lists()["Mine"]
    for format in ("tradingview", "csv", "tws", "text"):
        to = desk.folder / f"{format}.out"
        assert desk.go("Mine", format, to) == ""
        desk.come(to)
        assert desk.lists()[format] == held
    assert (desk.folder / "csv.out").read_bytes().startswith(b"\xef\xbb\xbfSymbol,Name,Flag,Note\r\n")


def test_a_list_too_long_for_tradingview_goes_out_in_parts(desk: Desk) -> None:
    desk.come(desk.file("Long.txt", "\n".join(f"S{number}.US" for number in range(1500))))
    desk.go("Long", "tradingview", desk.folder / "out.txt")
    counts = [len((desk.folder / name).read_text().splitlines()) for name in ("out.txt", "out 2.txt")]
    assert counts == [1000, 500]
    assert "there are 2 parts" in desk.err


def test_a_list_that_is_not_there_is_named_with_those_that_are(desk: Desk) -> None:
    with pytest.raises(QuotedeskError, match=r"There is no list “None”. There are: “Watchlist”\."):
        desk.go("None", "csv")


def test_a_profile_that_a_window_holds_is_left_alone(desk: Desk) -> None:
    file = desk.file("x.txt", "KO")
    with hold(desk.profile), pytest.raises(ProfileInUseError, match=r"Import there with Ctrl\+O"):
        desk.come(file)
    with hold(desk.profile):
        assert desk.symbols(file) == ["KO.US"]
    assert desk.lists().keys() == {"Watchlist"}


def test_a_reader_that_goes_early_is_no_fault(desk: Desk) -> None:
    file = desk.file("x.txt", "KO,PEP," * 20_000)
    quotedesk = f"{sys.executable} -m quotedesk --profile {desk.profile.folder}"
    script = f"({quotedesk} import --dry-run --json {file}; echo $? >&2) | head -1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.count("\n"), done.stderr) == (1, "0\n")


def test_the_commands_run_without_qt(desk: Desk) -> None:
    file = desk.file("x.txt", "KO")
    script = (
        "import sys; from quotedesk.cli import main; code = main(sys.argv[1:]);"
        "print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'numpy', 'asyncio')]); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "--profile", str(desk.profile.folder), "import", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "x: 1 new.\n[]\n"
