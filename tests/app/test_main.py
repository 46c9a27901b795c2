"""The main job: the real window on a virtual screen, real keys, the built-in server's log as the witness."""

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, StrictProvider, virtual_screen, wait_until

needs_screen = pytest.mark.skipif(
    not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
)
pytestmark = [needs_screen, pytest.mark.display]

KEPT = ["TSLA.US", "700.HK", "EURUSD"]
TYPED = ["NVDA.US", "AAPL.US", "GBPUSD"]
TRADE_EVERY_MS = 10
TRADES_FOR_MS = 60_000  # longer than any hand needs here


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    """Trades of every symbol, dense enough that a loss of a tenth of a second would be seen."""
    path = tmp_path / "trades.csv"
    codes = KEPT + TYPED
    lines = ["symbol,ts_ms,trade_id,price,size,side"]
    for i, at_ms in enumerate(range(0, TRADES_FOR_MS, TRADE_EVERY_MS)):
        code = codes[i % len(codes)]
        lines.append(f"{code},{1_786_310_000_000 + at_ms},t{i},{100 + i / 100:.2f},{1 + i % 7},Buy")
    path.write_text("\n".join(lines) + "\n")
    return path


def requests(log: list[dict], connection: int) -> list[tuple[str, set[str]]]:
    """What a connection asked for, heartbeats left out."""
    said = []
    for line in log:
        if line["event"] == "in" and line["connection"] == connection:
            frame = line["frame"]
            if "action" in frame:
                said.append((frame["action"], set(frame["code"])))
            elif frame["cmd_id"] == 22004:
                said.append(("list", {symbol["code"] for symbol in frame["data"]["symbol_list"]}))
    return said


def held(log: list[dict], code: str) -> set[str]:
    """What the server holds on the connection that `code` was asked for on."""
    codes: set[str] = set()
    for connection in {line["connection"] for line in log if line["event"] == "open"}:
        here: set[str] = set()
        said = requests(log, connection)
        for verb, named in said:
            here = named if verb == "list" else here | named if verb == "subscribe" else here - named
        if any(code in named for _, named in said):
            codes |= here
    return codes


@pytest.mark.parametrize("feed", ["demo", "alltick"])  # one of either kind
def test_type_three_delete_one_undo_quit_and_start_again(
    feed: str, screen: dict[str, str], tmp_path: Path, trades: Path
) -> None:
    server = DemoServer(tmp_path / "server.log", "--replay", str(trades))
    hand = Hand(screen)
    profile = tmp_path / "profile"
    start = ["--feed", feed, "--url", server.url]
    desk = Desk(screen, profile, *start, "--symbols", ",".join(KEPT))
    try:
        window = hand.window()
        assert "quotedesk" in hand.title(window)
        wait_until(lambda: list(desk.states().values()) == ["live"] * 3)
        for code in TYPED:
            hand.type(code)
            hand.press("ctrl+Return")
        wait_until(lambda: list(desk.states()) == KEPT + TYPED and set(desk.states().values()) == {"live"})
        # The newest row is the current one.
        hand.press("Delete")
        wait_until(lambda: list(desk.states()) == KEPT + TYPED[:2])
        # An undo before the removal left through the pacer would leave nothing to send.
        wait_until(lambda: TYPED[2] not in held(server.log(), TYPED[2]))
        hand.press("ctrl+z")
        wait_until(lambda: list(desk.states()) == KEPT + TYPED)
        wait_until(lambda: desk.states()[TYPED[2]] in ("live", "quiet"))
        wait_until(lambda: min(ticks_sent(server, KEPT)[code] for code in KEPT) > 100)
        server.act("stall")
        wait_until(lambda: ticks_received(desk.stats()) == ticks_sent(server, KEPT + TYPED).total())
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
        end = desk.stats()

        log = server.log()
        assert [line for line in log if line["event"] == "breach"] == []
        paths = [line["path"].partition("?")[0] for line in log if line["event"] == "open"]
        used = ["/demo"] if feed == "demo" else ["/quote-stock-b-ws-api", "/quote-b-ws-api"]
        assert sorted(paths) == sorted(used), "one connection per endpoint, and no reconnect"
        sent = ticks_sent(server, KEPT + TYPED)
        assert {code: end["applied_by_code"][code] for code in KEPT} == {code: sent[code] for code in KEPT}
        assert ticks_received(end) == sent.total()
        frames_are_as_expected(feed, log)

        again = Desk(screen, profile, *start)
        try:
            hand.window()
            wait_until(lambda: list(again.states()) == KEPT + TYPED)
            opened = [line for line in server.log() if line["event"] == "open"]
            wait_until(lambda: sum(again.stats()["connections"].values()) == len(used))
            assert len(opened) <= 2 * len(used)
            hand.press("ctrl+q")
            assert again.end() == (0, "")
        finally:
            again.kill()
    finally:
        desk.kill()
        server.stop()


def ticks_sent(server: DemoServer, codes: list[str]) -> Counter[str]:
    return Counter(line["code"] for line in server.log() if line["event"] == "tick" and line["code"] in codes)


def ticks_received(figures: dict) -> int:
    dropped: int = sum(figures["quotes_dropped"].values())
    return figures["quotes_applied"] + dropped


def frames_are_as_expected(feed: str, log: list[dict]) -> None:
    """Incremental sends only what is new, deleting only what goes; a replacing feed sends the whole list each time."""
    said = {
        path: requests(log, n)
        for n, path in ((line["connection"], line["path"]) for line in log if line["event"] == "open")
    }
    everything = [request for each in said.values() for request in each]
    removed = {TYPED[2]}
    if feed == "alltick":
        other = next(each for path, each in said.items() if path.startswith("/quote-b"))
        assert other[0] == ("list", {"EURUSD"})
        assert other[-1] == ("list", {"EURUSD", "GBPUSD"})
        assert ("list", {"EURUSD"}) in other[1:], "the removal is the remaining list"
    else:
        assert ("unsubscribe", removed) in everything
        assert [codes for verb, codes in everything if verb == "unsubscribe"] == [removed]
        asked = Counter(code for verb, codes in everything if verb == "subscribe" for code in codes)
        assert asked == Counter(KEPT + TYPED) + Counter(removed), "nothing is asked for twice"


@pytest.mark.parametrize("feed", ["alltick", "alltick_action"])
def test_a_strict_provider_finds_nothing_to_complain_of(feed: str, screen: dict[str, str], tmp_path: Path) -> None:
    """Ticks in every form, garbage between them, refusals: no breach, and every tick of a kept symbol is applied."""
    provider = StrictProvider(
        tmp_path / "report.json",
        *("--refuse", "APPL.US,BADONE", "--forms", "mixed", "--late-ticks", "2"),
        *("--garbage", "not_json,binary,huge,deep,unknown,empty,bad_tick"),
    )
    hand = Hand(screen)
    environment = {**screen, "QUOTEDESK_ALLTICK_TOKEN": "a-token-that-must-not-show"}
    start = ["--feed", feed, "--url", provider.url, "--symbols", ",".join(KEPT)]
    desk = Desk(environment, tmp_path / "profile", *start)
    try:
        hand.window()
        wait_until(lambda: list(desk.states().values()) == ["live"] * 3)
        hand.type("NVDA.US,APPL.US;GBPUSD BADONE")
        hand.press("ctrl+Return")
        wait_until(lambda: [desk.states().get(code) for code in ("APPL.US", "BADONE")] == ["refused"] * 2, 40)
        wait_until(lambda: Counter(desk.states().values()) == {"live": 5, "refused": 2})
        hand.press("Home", "Delete")
        wait_until(lambda: KEPT[0] not in desk.states())
        hand.press("ctrl+z")
        wait_until(lambda: Counter(desk.states().values()) == {"live": 5, "refused": 2})
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        desk.kill()
        report = provider.stop()
    assert report["breaches"] == []
    assert len(report["connections"]) == 2
    applied = desk.stats()["applied_by_code"]
    for code in KEPT[1:]:
        # What came between the last look at the figures and the goodbye.
        assert 0 <= report["ticks_sent"][code] - applied[code] <= 2
    for file in (tmp_path / "profile").rglob("*"):
        assert file.is_dir() or b"a-token-that" not in file.read_bytes()


def test_the_demo_server_is_started_again_when_it_dies_and_ends_with_the_app(
    screen: dict[str, str], tmp_path: Path
) -> None:
    desk = Desk(screen, tmp_path / "profile")
    try:
        wait_until(lambda: "live" in desk.states().values())
        [server] = children(desk.process.pid)
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: desk.stats()["connections"].get("demo") == 2, 40)
        wait_until(lambda: "live" in desk.states().values())
        [server] = children(desk.process.pid)
        desk.process.kill()
        desk.process.wait()
        wait_until(lambda: not Path(f"/proc/{server}").exists())
    finally:
        desk.kill()


def children(pid: int) -> list[int]:
    """Child processes that run a demo server."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"demo-server" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


RECORDED = Path(__file__).parents[3] / "shared" / "recorded" / "trades"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded trades are not beside the checkout")
@pytest.mark.parametrize("name", ["bybit_public_trades_20260809.csv", "coinbase_trades_20260809.csv"])
def test_recorded_trades_play_and_nothing_is_saved(name: str, tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    picture = ("--screenshot", str(tmp_path / "picture.png"))
    desk = Desk(environment, tmp_path / "p", "--replay", str(RECORDED / name), *picture)
    try:
        wait_until(lambda: "live" in desk.states().values() and desk.stats()["quotes_applied"] > 0)
        desk.process.terminate()
        assert desk.end() == (0, "")
    finally:
        desk.kill()
    assert (tmp_path / "picture.png").stat().st_size > 5_000
    assert not (tmp_path / "p/lists.toml").exists()
