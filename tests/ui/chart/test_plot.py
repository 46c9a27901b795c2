"""Mouse, wheel and keys on the chart, and what is painted."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def filled(chart) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", *(100 + step % 7 for step in range(120)))
    chart.plot.grab()


def turn(plot, notches: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    at = QPointF(plot.width() / 3, plot.height() / 2)
    event = QWheelEvent(
        at, plot.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(plot, event)
    plot.grab()


def test_the_wheel_zooms_and_with_shift_pans(chart) -> None:
    filled(chart)
    width = chart.plot.view.width
    turn(chart.plot, 2)
    assert chart.plot.view.width < width
    turn(chart.plot, -2)
    assert abs(chart.plot.view.width - width) < 1e-6
    right = chart.plot.view.right
    turn(chart.plot, 3, Qt.KeyboardModifier.ShiftModifier)
    assert chart.plot.view.right < right


def test_dragging_pans_and_a_double_click_shows_all_again(chart) -> None:
    filled(chart)
    plot = chart.plot
    right = plot.view.right
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(60, 80))
    QTest.mouseMove(plot, QPoint(160, 80))
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(160, 80))
    assert plot.view.right < right
    assert plot.measured is None
    moved = plot.view.left
    chart.tick_on("A.US", 1, 2, 3)
    assert abs(plot.view.left - moved) < 1e-6, "what is looked at stays"
    QTest.mouseDClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(60, 80))
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(60, 80))
    assert plot.view.is_at_now


def test_dragging_measures_with_shift_or_in_its_mode(chart) -> None:
    filled(chart)
    plot = chart.plot
    for shifted in (True, False):
        plot.measures = not shifted
        modifier = Qt.KeyboardModifier.ShiftModifier if shifted else Qt.KeyboardModifier.NoModifier
        left = plot.view.left
        QTest.mousePress(plot, Qt.MouseButton.LeftButton, modifier, QPoint(60, 120))
        QTest.mouseMove(plot, QPoint(160, 80))
        QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, modifier, QPoint(160, 80))
        assert plot.view.left == left
        frame = plot.frame_now
        assert plot.measured is not None
        assert abs(plot.measured.change - (frame.price_at(80) - frame.price_at(120))) < 1e-9
        assert plot.measured.bars == round(100 / frame.place_px)
        assert plot.measured.seconds == plot.measured.bars
        plot.grab()
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.measured is None


def test_keys_zoom_pan_and_go_back_to_now(chart) -> None:
    filled(chart)
    plot, view = chart.plot, chart.plot.view
    width = view.width
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert view.width < width
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert not view.is_at_now
    QTest.keyClick(plot, Qt.Key.Key_End)
    assert view.is_at_now
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert view.is_fitted


def test_arrows_walk_the_bars_and_say_them(chart) -> None:
    filled(chart)
    plot = chart.plot
    assert plot.words() == ""
    QTest.keyClick(plot, Qt.Key.Key_Left)
    last = plot.words()
    assert last.startswith("O 100.00  H 100.00  L 100.00  C 100.00  V 1  partial")
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.words() != last
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.words() == last
    for _ in range(130):
        QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.view.left <= 0.5, "the view goes along"


def test_the_pointer_shows_the_bar_under_it(chart) -> None:
    filled(chart)
    before = chart.plot.grab().toImage()
    QTest.mouseMove(chart.plot, QPoint(100, 100))
    assert chart.plot.grab().toImage() != before
    QApplication.sendEvent(chart.plot, QEvent(QEvent.Type.Leave))
    assert chart.plot.grab().toImage() == before


def test_candles_and_lines_are_in_the_colours_of_the_theme(chart) -> None:
    chart.choose("5m")
    chart.tick_on("A.US", *(100 + step % 7 for step in range(60)))
    theme = chart.desk.window.appearance.theme
    chart.pane.menu.candles.trigger()
    chart.desk.qtbot.wait(1)
    assert {theme.up.name(), theme.down.name()} <= chart.colours()
    chart.desk.window.view_menu.turn_theme.trigger()
    other = chart.desk.window.appearance.theme
    assert other.table.name() in chart.colours()


def test_a_gap_stays_a_gap_on_screen(chart) -> None:
    from quotedesk.market.batch import Batch
    from tests.ui.conftest import FEED

    chart.choose("1m")
    chart.tick_on("A.US", *(100.0,) * 20)
    chart.ticks.consume(Batch(FEED, [], chart.clock.now_s(), ("A.US",)))
    chart.clock.advance(10)
    chart.tick_on("A.US", *(100.0,) * 20)
    image = chart.plot.grab().toImage()
    frame = chart.plot.frame_now
    table = chart.desk.window.appearance.theme.table.name()

    def is_bare(place: float) -> bool:
        """Is there no area under the line?"""
        x = round(frame.x(place))
        below = round(frame.y(100.0)) + 14
        return all(image.pixelColor(x, y).name() == table for y in (below, below + 2))

    chart.pane.menu.volume.trigger()
    image = chart.plot.grab().toImage()
    assert is_bare(24)
    assert not is_bare(10)
    assert not is_bare(40)


def test_wild_steps_of_the_hand_break_nothing(chart) -> None:
    filled(chart)
    for step in range(60):
        turn(chart.plot, (-1) ** step * step)
        chart.plot.pan((-1) ** step * step / 3)
        chart.plot.zoom((step % 5) - 2)
    chart.plot.back_to_now()
    chart.plot.grab()
    assert chart.plot.view.is_at_now
