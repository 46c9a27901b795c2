"""Alert levels on a chart: drawn, dragged, made by the mouse."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from quotedesk.market.instrument import Instrument
from quotedesk.ui.chart.alert_lines import AlertHand, AlertLevel, AlertLinePainter, in_reach, mark_y, round_price
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.tags import TAG_PX
from quotedesk.ui.chart.word_places import WordPlaces
from quotedesk.ui.looks.theme import DARK

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

HERE = Instrument("demo", "A.US")


class Alerts:
    """What the chart asks for, and an app that does it."""

    def __init__(self, chart) -> None:
        self.chart = chart
        self.levels = [
            AlertLevel("over", 105.0, "last over 105", is_armed=True),
            AlertLevel("far", 400.0, "last over 400", is_armed=True),
        ]
        self.made: list[tuple[Instrument, float]] = []
        charting = replace(chart.dock.data.charting, levels=lambda row: self.levels if row == HERE else ())
        chart.desk.show_feeds(charting=charting)
        requests = chart.desk.window.requests
        requests.alert_at.connect(lambda *wish: self.made.append(wish))
        requests.alert_moved.connect(self.move)
        chart.choose("1m")
        chart.tick_on("A.US", *(100 + step % 10 for step in range(60)))
        self.look()

    def look(self) -> None:
        self.chart.pane.refresh()
        self.chart.plot.grab()

    @property
    def frame(self) -> ChartFrame:
        return self.chart.plot.frame_now

    def move(self, key: str, price: float) -> None:
        self.levels = [replace(each, price=price) if each.key == key else each for each in self.levels]

    def y(self, price: float) -> int:
        return round(self.frame.y(price))

    def drag(self, begin: QPoint, *through: QPoint) -> None:
        QTest.mousePress(self.chart.plot, Qt.MouseButton.LeftButton, pos=begin)
        for each in through:
            QTest.mouseMove(self.chart.plot, each)
            self.chart.plot.grab()
        QTest.mouseRelease(self.chart.plot, Qt.MouseButton.LeftButton, pos=through[-1] if through else begin)

    def colours_at(self, y: int) -> set[str]:
        image = self.chart.plot.grab().toImage()
        return {image.pixelColor(x, row).name() for x in range(80, 120) for row in (y - 1, y, y + 1)}


@pytest.fixture
def alerts(chart) -> Alerts:
    return Alerts(chart)


def test_a_level_is_drawn_where_its_price_is_and_one_that_rests_is_grey(alerts) -> None:
    theme = alerts.chart.desk.window.appearance.theme
    alerts.chart.pane.menu.volume.trigger()
    drawn = alerts.chart.plot.grab().toImage()
    axis = range(drawn.width() - 60, drawn.width())
    rows = range(alerts.y(105) - 6, alerts.y(105) + 6)
    inks = [drawn.pixelColor(x, y) for x in axis for y in rows]
    assert any(abs(ink.hue() - theme.warn.hue()) < 4 and ink.lightness() > 120 for ink in inks), "bell and price"
    armed = alerts.colours_at(alerts.y(105))
    alerts.levels = [replace(alerts.levels[0], is_armed=False)]
    alerts.look()
    assert alerts.colours_at(alerts.y(105)) != armed
    alerts.levels = []
    alerts.look()
    assert alerts.chart.plot.grab().toImage() != drawn


def test_a_level_is_dragged_and_told_once_at_its_new_price(alerts) -> None:
    plot, left = alerts.chart.plot, alerts.chart.plot.view.left
    alerts.drag(QPoint(100, alerts.y(105)), QPoint(100, alerts.y(104)), QPoint(140, alerts.y(102)))
    assert abs(alerts.levels[0].price - 102) < 0.1
    assert plot.content.levels == tuple(alerts.levels), "it is shown there at once"
    assert plot.view.left == left, "the chart was not dragged with it"
    assert plot.measured is None
    before = list(alerts.levels)
    alerts.drag(QPoint(100, alerts.y(102)))
    alerts.drag(QPoint(100, alerts.y(102)), QPoint(101, alerts.y(102)))
    assert alerts.levels == before, "a press moves nothing"


def test_escape_leaves_a_level_that_is_being_dragged_where_it_was(alerts) -> None:
    plot, before = alerts.chart.plot, list(alerts.levels)
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(100, alerts.y(105)))
    QTest.mouseMove(plot, QPoint(100, alerts.y(102)))
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(100, alerts.y(102)))
    assert alerts.levels == before
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(100, alerts.y(105)))
    QTest.mouseMove(plot, QPoint(100, alerts.y(102)))
    y = alerts.y(102)
    QTest.keyClick(alerts.chart.desk.table, Qt.Key.Key_Down)
    QTest.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=QPoint(100, y))
    assert alerts.levels == before, "and so does another row"
    assert alerts.made == []


def test_a_new_alert_is_dragged_out_of_the_axis(alerts) -> None:
    axis = round(alerts.frame.box.right()) + 20
    alerts.drag(QPoint(axis, alerts.y(108)))
    assert alerts.made == [], "a click on the axis makes none"
    alerts.drag(QPoint(axis, alerts.y(108)), QPoint(150, alerts.y(107)), QPoint(150, alerts.y(106)))
    ((instrument, price),) = alerts.made
    assert instrument == HERE
    assert abs(price - 106) < 0.1


def test_a_level_out_of_view_has_its_mark_at_the_edge_and_is_fetched_from_there(alerts) -> None:
    axis, y = round(alerts.frame.box.right()) + 20, mark_y(alerts.levels[1], alerts.frame)
    assert abs(y - alerts.frame.tag_y) >= TAG_PX, "beside the last price, which is at the edge, too"
    alerts.drag(QPoint(axis, round(y)), QPoint(120, alerts.y(108)))
    assert abs(alerts.levels[1].price - 108) < 0.1
    assert alerts.made == []


class Told(QPainter):
    """Keeps the words that are drawn."""

    def __init__(self, picture: QImage) -> None:
        super().__init__(picture)
        self.words: list[str] = []

    def drawText(self, area: QRectF, flags: Qt.AlignmentFlag, text: str) -> None:
        self.words.append(text)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("price", "axis_px", "words"),
    [
        (105.0, 70, ["in words", "105.00"]),
        (400.0, 70, ["\N{UPWARDS ARROW}400.00"]),
        (4.0, 70, ["\N{DOWNWARDS ARROW}4.00"]),
        (4e9, 70, ["\N{UPWARDS ARROW}"]),
        (105.0, 30, ["in words", ""]),
    ],
)
def test_a_price_out_of_view_has_an_arrow_and_one_without_room_is_not_cut(price, axis_px, words) -> None:
    picture = QImage(240 + axis_px, 240, QImage.Format.Format_RGB32)
    painter = Told(picture)
    frame = ChartFrame(240 + axis_px, QRectF(0, 8, 240, 200), 0, 60, 100, 110)
    level = AlertLevel("a", price, "in words", is_armed=True)
    AlertLinePainter(DARK).paint(painter, frame, [level], 2, AlertHand(), WordPlaces(frame.box))
    painter.end()
    assert painter.words == words


def test_the_pointer_tells_what_can_be_dragged(alerts) -> None:
    plot = alerts.chart.plot
    QTest.mouseMove(plot, QPoint(100, alerts.y(105)))
    assert plot.cursor().shape() is Qt.CursorShape.SizeVerCursor
    QTest.mouseMove(plot, QPoint(100, alerts.y(102)))
    assert plot.cursor().shape() is Qt.CursorShape.ArrowCursor


def opened_menu(chart, reason, y: int) -> QMenu:
    at = QPoint(100, y)
    QApplication.sendEvent(chart.plot, QContextMenuEvent(reason, at, chart.plot.mapToGlobal(at)))
    (menu,) = [each for each in chart.dock.findChildren(QMenu) if each.isVisible()]
    return menu


def test_the_right_button_and_the_menu_key_offer_an_alert_at_the_price_there(alerts) -> None:
    chart = alerts.chart
    menu = opened_menu(chart, QContextMenuEvent.Reason.Mouse, alerts.y(103))
    first = menu.actions()[0]
    price = round_price(alerts.frame, alerts.y(103), 2)
    assert first.text() == f"Alert at {price:.2f}"
    first.trigger()
    menu.close()
    assert alerts.made == [(HERE, price)]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QTest.keyClick(chart.plot, Qt.Key.Key_Left)
    QTest.keyClick(chart.plot, Qt.Key.Key_Left)
    menu = opened_menu(chart, QContextMenuEvent.Reason.Keyboard, 0)
    assert menu.actions()[0].text() == f"Alert at {chart.bars.closes[-2]:.2f}"
    menu.close()


@pytest.mark.parametrize("as_line", [True, False])
def test_among_lines_in_percent_alerts_are_at_their_prices_to_see_and_to_drag(alerts, as_line: bool) -> None:
    chart = alerts.chart
    chart.dock.show_as(as_line=as_line)
    without = chart.plot.grab().toImage()
    chart.tick("B.US", 50)
    chart.dock.compare([Instrument("demo", "B.US")])
    assert chart.plot.grab().toImage() != without
    shown = chart.plot.content
    assert shown.as_line is as_line, "candles stay candles, beside the lines of the others"
    percent, priced = alerts.frame, shown.priced(alerts.frame)
    base = shown.series.bars.closes[shown.series.axis.within(percent.left, percent.right).start]
    for price in (base, base * 1.01, 103.0):
        assert priced.y(price) == pytest.approx(percent.y((price - base) / base * 100)), "one place on both scales"
    menu = opened_menu(chart, QContextMenuEvent.Reason.Mouse, round(priced.y(103.0)))
    price = round_price(priced, round(priced.y(103.0)), 2)
    assert menu.actions()[0].text() == f"Alert at {price:.2f}"
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    axis = round(percent.box.right()) + 20
    to_y = round(priced.y(102.0))
    alerts.drag(QPoint(axis, round(priced.y(101.0))), QPoint(150, to_y))
    assert alerts.made == [(HERE, round_price(priced, to_y, 2))]


def test_where_nobody_keeps_alerts_none_is_offered(alerts) -> None:
    chart = alerts.chart
    axis = round(alerts.frame.box.right()) + 20
    chart.desk.show_feeds(charting=replace(chart.dock.data.charting, levels=None))
    alerts.look()
    alerts.drag(QPoint(axis, alerts.y(108)), QPoint(150, alerts.y(106)))
    menu = opened_menu(chart, QContextMenuEvent.Reason.Mouse, 100)
    assert menu.actions()[0].text() == "&Below the list"
    menu.close()
    assert alerts.made == []


def test_paused_a_level_still_moves(alerts) -> None:
    alerts.chart.pane.menu.pause.trigger()
    alerts.drag(QPoint(100, alerts.y(105)), QPoint(100, alerts.y(102)))
    assert abs(alerts.chart.plot.content.levels[0].price - 102) < 0.1


def test_a_price_has_no_more_digits_than_a_pixel_tells() -> None:
    frame = ChartFrame(300, QRectF(0, 8, 240, 200), 0, 60, 60_000, 60_500)
    assert round_price(frame, 100, 2) == 60_270
    fine = replace(frame, low=1.16, high=1.17)
    assert round_price(fine, 100, 5) == pytest.approx(1.1654)
    assert round_price(fine, 100, 3) == 1.165


def test_of_levels_out_of_view_the_nearest_on_each_side_are_in_reach() -> None:
    frame = ChartFrame(300, QRectF(0, 8, 240, 200), 0, 60, 100, 110)
    levels = [AlertLevel(str(price), price, "", is_armed=True) for price in (1, 90, 104, 120, 200)]
    assert {each.price for each in in_reach(levels, frame)} == {90, 104, 120}
    assert AlertHand.level_at(levels, frame, QPointF(100, frame.box.bottom() - 9)) is None, "there is no line"
    at_edge = AlertHand.level_at(levels, frame, QPointF(260, frame.box.bottom() - 9))
    assert at_edge is not None
    assert at_edge.price == 90
