"""The strip below the table: what fired is told once, and nothing is covered or moved."""

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from quotedesk.market.instrument import Instrument
from quotedesk.market.states import NO_TOKEN, LinkState, LinkStatus
from quotedesk.ui.alerts.alerts import SNOOZE_S
from quotedesk.ui.window.replay_view import ReplayView
from tests.fakes.alerting import firing
from tests.fakes.mnemonics import doubled

RULE = "NVDA.US@demo last crosses-up 120 daily"


def test_it_tells_the_newest_how_many_there_are_and_leaves_when_it_was_seen(alarmed) -> None:
    here = alarmed(RULE)
    banner, table = here.menu.banner, here.desk.table
    top = table.viewport().mapTo(here.desk.window, QPoint(0, 0))
    assert not banner.isVisible()
    here.source.fire(firing(RULE, value="120.05", before="119.98"))
    assert banner.isVisible()
    assert banner.words()[0].startswith("NVDA.US rose to 120 at ")
    assert banner.words()[1] == "120.05 (119.98 before)"
    assert not banner.all_button.isVisible()
    assert table.viewport().mapTo(here.desk.window, QPoint(0, 0)) == top, "no row moved"
    assert table.viewport().mapTo(here.desk.window, QPoint(0, table.viewport().height())).y() <= banner.y() + 40 + 100
    here.source.fire(*[firing(RULE)] * 3)
    assert banner.all_button.text() == "All 4"
    banner.close_button.click()
    assert here.alerts.unseen == ()
    assert not banner.isVisible()


def test_it_snoozes_the_rule_and_opens_the_row(alarmed) -> None:
    here = alarmed(RULE)
    opened = []
    here.alerts.opened.connect(opened.append)
    here.source.fire(firing(RULE))
    here.menu.banner.snooze.click()
    assert here.source.snoozed == [(here.source.rules[0], here.alerts.now_utc_s() + SNOOZE_S)]
    assert here.alerts.unseen == ()
    fired = firing("AAPL.US last crosses 5")
    here.source.fire(fired)
    assert here.menu.banner.snooze.isHidden(), "its rule is gone"
    here.menu.banner.show_button.click()
    assert opened == [fired]
    assert here.alerts.unseen == ()


def test_it_never_comes_or_goes_under_the_hand(alarmed) -> None:
    here = alarmed(RULE)
    here.desk.window.panel.selecting.select([Instrument("demo", "NVDA.US")])
    here.desk.window.panel.edit_current()
    assert here.desk.window.panel.is_busy
    here.source.fire(firing(RULE))
    assert not here.menu.banner.isVisible()
    assert here.desk.window.repaint_clock.counting
    QTest.keyClick(here.desk.window.focusWidget(), "\x1b")
    here.desk.window.banners.second()
    assert here.menu.banner.isVisible()


def test_no_letter_of_a_window_s_strips_and_menus_leads_to_two_places(alarmed) -> None:
    here = alarmed(RULE)
    window = here.desk.window
    here.source.fire(*[firing(RULE)] * 2)
    window.show_links((LinkStatus("alltick", "stock", LinkState.DENIED, 990.0, f"{NO_TOKEN}: it needs one"),))
    window.show_replay(ReplayView("a", 0.0, 10.0, 5.0))
    assert here.menu.banner.all_button.isVisible()
    assert window.banner.settings.isVisible()
    assert doubled(window) == {}
