"""When the clock runs, and when it stands."""

import pytest
from pytestqt.qtbot import QtBot

from quotedesk.ui.table.repaint import CALM, EARLY_S, FRAME_S, RepaintClock
from tests.fakes.clock import FakeClock


class View:
    """A table that counts what it is asked for."""

    def __init__(self) -> None:
        self.looked: list[float] = []
        self.aged = self.announced = self.forgotten = 0
        self.changes = False
        self.ages = False
        self.flash_s: float | None = None
        self.came = 0

    def ticks(self) -> int:
        return self.came

    def repaint_news(self, now_s: float) -> bool:
        self.looked.append(now_s)
        return self.changes

    def repaint_ages(self) -> None:
        self.aged += 1

    def announce(self) -> None:
        self.announced += 1

    def has_ages(self) -> bool:
        return self.ages

    def next_flash_s(self) -> float | None:
        return self.flash_s

    def forget(self) -> None:
        self.forgotten += 1


class Setup:
    def __init__(self) -> None:
        self.clock = FakeClock(1000.2)
        self.view = View()
        self.repaint = RepaintClock(self.clock, self.view)

    def due_ms(self) -> int | None:
        timer = self.repaint._timer
        return timer.interval() if timer.isActive() else None

    def run(self) -> None:
        """Let the timer be due now."""
        self.repaint._timer.stop()
        self.repaint._run()


@pytest.fixture
def setup(qtbot: QtBot) -> Setup:
    setup = Setup()
    setup.repaint.start()
    setup.run()
    return setup


def test_with_nothing_to_do_no_timer_runs(setup: Setup) -> None:
    assert setup.repaint.is_idle


def test_news_after_a_pause_is_looked_at_at_once(setup: Setup) -> None:
    setup.clock.advance(1)
    setup.repaint.wake()
    assert setup.due_ms() == 0


def test_news_comes_at_most_once_a_frame_time(setup: Setup) -> None:
    setup.clock.advance(0.004)
    for _ in range(100):
        setup.repaint.wake()
    assert setup.due_ms() == pytest.approx((FRAME_S - 0.004) * 1000, abs=1)
    setup.clock.advance(0.012)
    setup.run()
    assert len(setup.view.looked) == 2
    assert setup.repaint.is_idle


def test_a_calm_feed_is_painted_at_the_next_frame_too(setup: Setup) -> None:
    for _ in range(50):
        setup.clock.advance(0.3)
        setup.view.came += 1
        setup.repaint.wake()
        assert setup.due_ms() == 0
        setup.run()
        setup.clock.advance(0.0015)
        setup.view.came += 1
        setup.repaint.wake()
        assert setup.due_ms() == pytest.approx((FRAME_S - 0.0015) * 1000, abs=1)
        setup.run()


def test_what_comes_just_before_a_frame_is_painted_with_no_wake_up_of_its_own(setup: Setup) -> None:
    setup.clock.advance(0.005)
    setup.repaint.wake()
    setup.clock.advance(FRAME_S - EARLY_S - 0.006)
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx((FRAME_S - 0.005) * 1000, abs=1)
    setup.clock.advance(0.0015)
    setup.repaint.wake()
    assert setup.due_ms() == 0


def test_where_more_comes_than_lets_a_processor_sleep_frames_stay_as_long_as_they_are(setup: Setup) -> None:
    setup.clock.advance(0.0015)
    for _ in range(100):
        setup.repaint.wake()
    setup.clock.advance(FRAME_S - EARLY_S)
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx((FRAME_S - 0.0015) * 1000, abs=1)


def test_where_the_loop_is_late_no_frame_comes_before_its_time(setup: Setup) -> None:
    for _ in range(5):
        setup.repaint.wake()
        setup.clock.advance(setup.due_ms() / 1000 + 0.01)
        setup.run()
    setup.clock.advance(0.001)
    setup.repaint.wake()
    due_ms = setup.due_ms()
    setup.clock.advance(due_ms / 1000 - EARLY_S / 2)
    setup.repaint.wake()
    assert setup.due_ms() == due_ms


@pytest.mark.parametrize(("ticks", "frame_s"), [(300, CALM[0][1]), (700, CALM[1][1]), (3000, FRAME_S)])
def test_to_save_power_a_calm_feed_is_painted_less_often_and_a_busy_one_at_every_frame(
    setup: Setup, ticks: int, frame_s: float
) -> None:
    setup.repaint.saves_power = True
    setup.run()
    setup.clock.advance(1.0)
    setup.view.came = ticks
    setup.repaint.wake()
    setup.run()
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx(frame_s * 1000, abs=1)
    setup.run()
    setup.clock.advance(1.0)
    setup.view.came += 3000
    setup.run()
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx(FRAME_S * 1000, abs=1)


def test_power_is_saved_no_more_as_soon_as_the_user_says_so(setup: Setup) -> None:
    assert not setup.repaint.saves_power
    setup.repaint.saves_power = True
    setup.run()
    setup.clock.advance(1.0)
    setup.view.came = 10
    setup.run()
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx(CALM[0][1] * 1000, abs=1)
    setup.repaint.saves_power = False
    assert setup.due_ms() == pytest.approx(FRAME_S * 1000, abs=1)


def test_a_flash_is_turned_when_it_is_due(setup: Setup) -> None:
    setup.view.flash_s = setup.clock.now_s() + 0.2
    setup.repaint.wake()
    setup.clock.advance(0.02)
    setup.run()
    assert setup.due_ms() == pytest.approx(180, abs=1)


def test_ages_run_once_a_second_while_one_is_shown(setup: Setup) -> None:
    aged = setup.view.aged
    setup.view.ages = True
    setup.clock.advance(0.1)
    setup.repaint.wake()
    setup.run()
    for _ in range(3):
        setup.clock.advance(setup.due_ms() / 1000)
        setup.run()
    assert setup.view.aged == aged + 3
    assert setup.clock.now_s() == pytest.approx(1003, abs=0.01)
    setup.view.ages = False
    setup.clock.advance(1)
    setup.run()
    assert setup.repaint.is_idle


def test_changes_are_announced_once_a_second_and_then_no_more(setup: Setup) -> None:
    setup.view.changes = True
    for _ in range(20):
        setup.clock.advance(0.02)
        setup.repaint.wake()
        setup.run()
    assert setup.view.announced == 0
    setup.view.changes = False
    setup.clock.advance(1)
    setup.run()
    assert setup.view.announced == 1
    assert setup.repaint.is_idle


def test_counting_brings_a_second_signal(setup: Setup, qtbot: QtBot) -> None:
    setup.repaint.counting = True
    assert 0 < setup.due_ms() <= 1000
    with qtbot.waitSignal(setup.repaint.second, raising=True):
        setup.clock.advance(1)
        setup.run()
    setup.repaint.counting = False
    assert setup.repaint.is_idle


def test_out_of_sight_nothing_runs_and_nothing_is_lost(setup: Setup) -> None:
    setup.view.ages = True
    setup.repaint.stop()
    setup.repaint.wake()
    setup.repaint.counting = True
    assert setup.repaint.is_idle
    assert setup.view.forgotten == 1
    looked = len(setup.view.looked)
    setup.clock.advance(1)
    setup.repaint.start()
    assert setup.due_ms() == 0
    setup.run()
    assert len(setup.view.looked) == looked + 1


def test_it_never_paints_more_often_than_the_user_wants(setup: Setup) -> None:
    setup.view.came = 10_000_000
    setup.repaint.set_rate(5)
    setup.repaint.start()
    setup.run()
    setup.view.came += 10_000_000
    setup.repaint.wake()
    assert setup.due_ms() == pytest.approx(200, abs=1)
    setup.repaint.set_rate(60)
    setup.run()
    setup.repaint.wake()
    assert setup.due_ms() <= 60
