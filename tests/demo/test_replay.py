"""Recorded trades: read whole or not at all, and played at their own pace."""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.demo.prices import LATE_S, MadeTrade
from quotedesk.demo.replay import Playback, Tape

RECORDED = Path(__file__).parents[2].parent / "shared" / "recorded" / "trades"
MS_HEADER = "symbol,ts_ms,trade_id,price,size,side\n"
ISO_HEADER = "product_id,time,trade_id,price,size,side\n"
START_S = 1000.0


def write(folder: Path, text: str) -> Path:
    path = folder / "trades.csv"
    path.write_text(text, encoding="utf-8")
    return path


def pop_all(playback: Playback, now_s: float) -> list[MadeTrade]:
    return list(iter(lambda: playback.pop(now_s), None))


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded trades are not here")
@pytest.mark.parametrize(
    ("name", "codes", "count", "first"),
    [
        (
            "coinbase_trades_20260809.csv",
            ["BTC-USD", "ETH-USD"],
            279,
            MadeTrade("BTC-USD", "65090.99", "0.00310335", 1, 1786309475345),
        ),
        (
            "bybit_public_trades_20260809.csv",
            ["BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT"],
            347,
            MadeTrade("BTCUSDT", "65114.20", "0.004", 2, 1786310819680),
        ),
    ],
)
def test_recorded_files_play_whole_and_in_order(name: str, codes: list[str], count: int, first: MadeTrade) -> None:
    tape = Tape(RECORDED / name)
    assert list(dict.fromkeys(trade.code for trade in tape.trades)) == codes
    playback = Playback(tape)
    playback.hold(codes, START_S)
    played = pop_all(playback, START_S + 1000)
    assert len(played) == count
    assert played[0] == first
    assert [trade.time_ms for trade in played] == sorted(trade.time_ms for trade in played)
    assert playback.due_s == math.inf


def test_iso_times_keep_their_microseconds_for_the_pace_and_milliseconds_for_the_tick(tmp_path: Path) -> None:
    tape = Tape(
        write(
            tmp_path,
            ISO_HEADER + "B,2026-08-09T21:00:00.000900Z,2,2.50,,SELL\nA,2026-08-09T23:00:00.000400+02:00,1,1,3,BUY\n",
        )
    )
    assert tape.trades == [MadeTrade("A", "1", "3", 1, 1786309200000), MadeTrade("B", "2.50", "", 2, 1786309200000)]
    assert tape.offsets_s == [0.0, 0.0005]


def test_symbols_come_in_the_order_of_their_first_trade_not_of_the_lines(tmp_path: Path) -> None:
    path = write(tmp_path, MS_HEADER + "LATE,3000,,1,1,\nFIRST,1000,,1,1,\nLATE,2000,,1,1,\n")
    assert [trade.code for trade in Tape(path).trades] == ["FIRST", "LATE", "LATE"]


def test_a_byte_order_mark_other_columns_and_another_order_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeffprice,extra,size,ts_ms,symbol\r\n1.50,x,2,1000,A\r\n")
    assert Tape(path).trades == [MadeTrade("A", "1.50", "2", 0, 1000)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "its first line is not"),
        ("a,b,c\n1,2,3\n", "its first line is not"),
        (MS_HEADER, "no trades in it"),
        (MS_HEADER + "A,1000,,abc,1,\n", "line 2: “abc” is no price"),
        (MS_HEADER + "A,1000,,nan,1,\n", "no price"),
        (MS_HEADER + "A,1000,,0,1,\n", "no price"),
        (MS_HEADER + "A,1000,,-1,1,\n", "no price"),
        (MS_HEADER + "A,1000,,1e999,1,\n", "no price"),
        (MS_HEADER + "A,1000,,1,much,\n", "“much” is no size"),
        (MS_HEADER + "A,1000,,1,1,\nA,soon,,1,1,\n", "line 3: “soon” is no time in milliseconds"),
        (ISO_HEADER + "A,2026-13-09T00:00:00Z,,1,1,\n", "no time with a zone"),
        (ISO_HEADER + "A,2026-08-09T00:00:00,,1,1,\n", "no time with a zone"),
        (ISO_HEADER + "A,1000,,1,1,\n", "no time with a zone"),
        (MS_HEADER + "A B,1000,,1,1,\n", "cannot be part of a symbol"),
        (MS_HEADER + ",1000,,1,1,\n", "line 2"),
        (MS_HEADER + "A,1000,,1\n", "too many or too few fields"),
        (MS_HEADER + "A,1000,,1,1,,,\n", "too many or too few fields"),
        (MS_HEADER + 'A,1000,,"1,1,\n', "line"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=r"trades\.csv") as caught:
        Tape(write(tmp_path, text))
    assert fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    path.write_bytes(MS_HEADER.encode() + b"\xff\xfe,1,,1,1,\n")
    with pytest.raises(ValueError, match=r"trades\.csv: not UTF-8 text"):
        Tape(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Tape(tmp_path / "none.csv")


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(0, 20_000)),
        min_size=1,
        max_size=40,
    ),
    st.sets(st.sampled_from("ABC"), min_size=1),
    st.lists(st.floats(0.0, 5.0), max_size=20),
)
@settings(max_examples=60)
def test_held_symbols_get_each_trade_once_at_its_time(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int]], held: set[str], naps_s: list[float]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    lines = (f"{code},{time_ms},,{number + 1},1,\n" for number, (code, time_ms) in enumerate(rows))
    tape = Tape(write(folder, MS_HEADER + "".join(lines)))
    first_ms = min(time_ms for _, time_ms in rows)
    playback = Playback(tape)
    playback.hold(held, START_S)
    played: list[MadeTrade] = []
    now_s = START_S
    for nap_s in [*naps_s, 1000.0]:
        now_s += nap_s
        for trade in pop_all(playback, now_s):
            assert trade.time_ms is not None
            assert START_S + (trade.time_ms - first_ms) / 1000 <= now_s
            played.append(trade)
        assert playback.due_s > now_s
    assert played == [trade for trade in tape.trades if trade.code in held]


@pytest.fixture
def tape(tmp_path: Path) -> Tape:
    """A and B trade in turn, every 100 ms."""
    lines = (f"{'AB'[number % 2]},{number * 100},,1,1,\n" for number in range(100))
    return Tape(write(tmp_path, MS_HEADER + "".join(lines)))


def test_the_clock_starts_with_the_first_subscription(tape: Tape) -> None:
    playback = Playback(tape)
    playback.hold([], START_S)
    assert (playback.due_s, playback.pop(START_S + 50)) == (math.inf, None)
    playback.hold(["A"], START_S + 50)
    assert playback.due_s == START_S + 50


def test_who_comes_later_gets_what_is_left(tape: Tape) -> None:
    early, waiting = Playback(tape), Playback(tape)
    early.hold(["A"], START_S)
    waiting.hold(["B"], START_S + 5.0)
    late = Playback(tape)
    late.hold(["B"], START_S + 5.0)
    assert pop_all(waiting, START_S + 20) == pop_all(late, START_S + 20)
    assert late.pop(START_S + 20) is None
    assert len(pop_all(early, START_S + 20)) == 50


def test_a_removed_symbol_may_come_late_for_a_moment_only(tape: Tape) -> None:
    playback = Playback(tape)
    playback.hold(["A", "B"], START_S)
    pop_all(playback, START_S + 1.05)
    playback.hold(["B"], START_S + 1.05)
    late = []
    for tenth in range(1, 20):
        late += [trade for trade in pop_all(playback, START_S + 1.05 + tenth / 10) if trade.code == "A"]
    assert 1 <= len(late) <= 2
    assert all(trade.time_ms is not None and trade.time_ms <= (1.05 + LATE_S) * 1000 for trade in late)


# Faster than life, and over and over

STEPS = "A,1000,t,1,1,Buy\nB,3000,t,2,1,Buy\nA,5000,t,3,1,Buy\n"


def test_a_faster_tape_plays_the_same_trades_sooner(tmp_path: Path) -> None:
    playback = Playback(Tape(write(tmp_path, MS_HEADER + STEPS), 10))
    playback.hold(["A", "B"], START_S)
    assert [trade.price for trade in pop_all(playback, START_S + 0.21)] == ["1", "2"]
    assert playback.due_s == pytest.approx(START_S + 0.4)
    assert [trade.time_ms for trade in pop_all(playback, START_S + 1)] == [5000]
    assert playback.due_s == math.inf


def test_a_looped_tape_goes_on_after_its_usual_gap_and_its_times_go_on_rising(tmp_path: Path) -> None:
    playback = Playback(Tape(write(tmp_path, MS_HEADER + STEPS), 2, loops=True))
    playback.hold(["A", "B"], START_S)
    played = pop_all(playback, START_S + 8.9)  # three rounds of six seconds, twice as fast
    assert [trade.price for trade in played] == ["1", "2", "3"] * 3
    assert [trade.time_ms for trade in played] == [1000 + 2000 * number for number in range(9)]
    assert playback.due_s == pytest.approx(START_S + 9)


def test_who_comes_back_to_a_looped_tape_later_finds_it_where_it_is_then(tmp_path: Path) -> None:
    tape = Tape(write(tmp_path, MS_HEADER + STEPS), loops=True)
    Playback(tape).hold(["A"], START_S)
    late = Playback(tape)
    late.hold(["A", "B"], START_S + 61)
    (trade,) = pop_all(late, START_S + 62.5)
    assert (trade.code, trade.time_ms) == ("B", 63_000)


def test_a_tape_of_one_trade_loops_without_a_rush(tmp_path: Path) -> None:
    playback = Playback(Tape(write(tmp_path, MS_HEADER + "A,1000,t,1,1,Buy\n"), loops=True))
    playback.hold(["A"], START_S)
    assert len(pop_all(playback, START_S + 0.0105)) == 11


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.sampled_from([0.1, 1, 7, 1000]), st.data())
def test_every_place_of_a_loop_is_played_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, times_ms: list[int], speed: float, data: st.DataObject
) -> None:
    rows = "".join(f"A,{time_ms},t,1,1,Buy\n" for time_ms in times_ms)
    tape = Tape(write(tmp_path_factory.getbasetemp(), MS_HEADER + rows), speed, loops=True)
    tape.start(START_S)
    dues_s = [tape.due_s(place) for place in range(3 * len(times_ms))]
    assert dues_s == sorted(dues_s)
    played_ms = [tape.trade(place).time_ms or 0 for place in range(3 * len(times_ms))]
    assert played_ms == sorted(played_ms)
    now_s = START_S + data.draw(st.floats(0, dues_s[-1] - START_S))
    place = tape.position(now_s)
    assert place == len(dues_s) or dues_s[place] >= now_s - 1e-6
    assert place == 0 or dues_s[place - 1] <= now_s + 1e-6
