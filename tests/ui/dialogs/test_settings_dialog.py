"""The settings dialog: what it shows, and what it asks for."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
)
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Direction, Settings, Shade, Spacing
from quotedesk.ui.dialogs.relay_section import RelaySection
from quotedesk.ui.dialogs.settings_dialog import SettingsDialog
from quotedesk.ui.looks.appearance import Appearance

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
FEEDS = {"demo": "Demo feed", "alltick": "AllTick", "other": "Other"}


class Shown:
    """A dialog, and all that it asked for."""

    def __init__(self, qtbot: QtBot, settings: Settings | None = None, feed: str = "alltick") -> None:
        self.looks = Appearance(Shade.DARK)
        self.dialog = SettingsDialog(settings or Settings(), feed, FEEDS, {"alltick": "AllTick"}, self.looks, None)
        qtbot.addWidget(self.dialog)
        self.asked: list[tuple] = []
        for name in (
            *("feed_chosen", "plan_set", "key_tried", "key_given", "key_lent", "key_forgotten"),
            *("paints_set", "power_set", "tells_set"),
        ):
            getattr(self.dialog, name).connect(lambda *what, name=name: self.asked.append((name, *what)))
        self.dialog.show()

    @property
    def answer(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return next(label.text() for label in labels if label.accessibleName() == "Answer of the server")


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    found = Shown(qtbot)
    found.dialog.show_origin("alltick", "token from the keyring")
    return found


def test_without_a_token_there_is_nothing_to_test_or_to_forget(shown: Shown) -> None:
    dialog = shown.dialog
    buttons = (dialog.test, dialog.keep, dialog.forget)
    dialog.show_origin("alltick", "no token yet", has_key=False)
    assert [each.isEnabled() for each in buttons] == [False, True, False]
    dialog.key.setText("abc")
    assert [each.isEnabled() for each in buttons] == [True, True, False]
    dialog.show_origin("alltick", "token from the keyring")
    dialog.key.clear()
    assert [each.isEnabled() for each in buttons] == [True, True, True]


def test_everything_in_it_has_a_spoken_name(shown: Shown) -> None:
    for kind in (QAbstractButton, QComboBox, QLineEdit, QSpinBox):
        for part in shown.dialog.findChildren(kind):
            if part.isVisibleTo(shown.dialog) and not isinstance(part.parent(), QSpinBox):
                assert QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name), part.toolTip()


def test_the_token_is_never_to_be_read(shown: Shown) -> None:
    assert shown.dialog.key.echoMode() is QLineEdit.EchoMode.Password
    QTest.keyClicks(shown.dialog.key, "s3cret")
    shown.dialog.key.selectAll()
    shown.dialog.key.copy()
    assert "s3cret" not in shown.dialog.key.displayText()


def test_a_token_is_tested_and_kept(shown: Shown) -> None:
    QTest.keyClicks(shown.dialog.key, " abc ")
    shown.dialog.test.click()
    shown.dialog.keep.click()
    QTest.keyClick(shown.dialog.key, Qt.Key.Key_Return)
    shown.dialog.forget.click()
    assert shown.asked == [
        ("key_tried", "alltick", "abc"),
        ("key_given", "alltick", "abc"),
        ("key_given", "alltick", "abc"),
        ("key_forgotten", "alltick"),
    ]
    assert shown.dialog.isVisible(), "Enter in a field closes nothing"


def test_no_token_is_kept_where_none_was_given_but_the_kept_one_can_be_tested(shown: Shown) -> None:
    shown.dialog.keep.click()
    assert shown.asked == []
    assert "first" in shown.answer
    shown.dialog.test.click()
    assert shown.asked == [("key_tried", "alltick", "")]


def test_an_answer_is_plain_and_the_buttons_wait_for_it(shown: Shown) -> None:
    shown.dialog.test.setFocus()
    shown.dialog.show_answer("Asking", None)
    shown.dialog.test.click()
    assert shown.asked == []
    assert shown.dialog.focusWidget() is shown.dialog.test, "the keyboard does not jump"
    shown.dialog.show_answer('HTTP 401: <b>{"msg":"token invalid"}</b>', False)
    assert shown.answer == 'HTTP 401: <b>{"msg":"token invalid"}</b>'
    shown.dialog.test.click()
    assert shown.asked == [("key_tried", "alltick", "")]
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText
        for label in shown.dialog.findChildren(QLabel)
        if label.text().startswith("HTTP")
    )
    QTest.keyClicks(shown.dialog.key, "x")
    assert shown.answer == "", "it is of another token"


def test_a_feed_without_a_key_asks_for_none(shown: Shown) -> None:
    dialog, wanted = shown.dialog, []
    dialog.origin_wanted.connect(wanted.append)
    dialog.edited.setCurrentIndex(dialog.edited.findData("demo"))
    dialog.edited.activated.emit(0)
    assert shown.asked == [], "to look at a feed's token chooses nothing"
    assert not dialog.key.isEnabled()
    dialog.ask_for_key("alltick")
    assert dialog.key.isEnabled()
    assert dialog.focusWidget() is dialog.key
    assert wanted == ["alltick"]
    dialog.show_origin("alltick", "token from the keyring")
    dialog.show_origin("demo", "late")
    assert dialog.key.placeholderText() == "token from the keyring"


def test_the_feed_of_new_lists_is_one_thing_and_whose_token_is_shown_another(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Settings(feed="other"), feed="alltick")
    dialog = shown.dialog
    assert (dialog.feed.currentData(), dialog.edited.currentData()) == ("other", "alltick")
    dialog.feed.setCurrentIndex(dialog.feed.findData("demo"))
    dialog.feed.activated.emit(0)
    assert shown.asked == [("feed_chosen", "demo")]
    assert dialog.edited.currentData() == "alltick"
    QTest.keyClicks(dialog.key, "half a token")
    dialog.show_feed("demo")
    assert (dialog.edited.currentData(), dialog.key.text()) == ("alltick", "half a token")
    dialog.key.clear()
    dialog.show_feed("not known")
    dialog.show_feed("demo")
    assert dialog.edited.currentData() == "demo"


def test_a_list_of_a_feed_that_is_no_more_opens_the_dialog_all_the_same(qtbot: QtBot) -> None:
    assert Shown(qtbot, feed="gone").dialog.edited.currentData() == "demo"


def test_each_feed_has_its_own_plan(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Settings(plans={"alltick": 5}))
    dialog = shown.dialog
    assert dialog.plan.value() == 5
    dialog.plan.setValue(7)
    dialog.plan.editingFinished.emit()
    dialog.plan.editingFinished.emit()
    dialog.show_feed("other")
    assert dialog.plan.value() == 0
    assert dialog.plan.text() == "automatic"
    dialog.show_feed("alltick")
    assert dialog.plan.value() == 7
    dialog.plan.setValue(0)
    dialog.plan.editingFinished.emit()
    assert shown.asked == [("plan_set", "alltick", 7), ("plan_set", "alltick", 0)]


def test_looks_change_at_once_and_follow_what_changes_them_elsewhere(shown: Shown) -> None:
    dialog = shown.dialog
    dialog._theme.setCurrentIndex(dialog._theme.findData(Shade.LIGHT))
    dialog._theme.activated.emit(0)
    dialog._rows.setCurrentIndex(dialog._rows.findData(Spacing.COMPACT))
    dialog._rows.activated.emit(0)
    dialog._motion.click()
    looks = shown.looks
    assert (looks.shade, looks.spacing, looks.motion) == (Shade.LIGHT, Spacing.COMPACT, False)
    looks.choose(shade=Shade.DARK, motion=True, direction=Direction.RED_UP)
    assert dialog._theme.currentData() is Shade.DARK
    assert dialog._motion.isChecked()


def test_the_paint_rate_and_the_notices_are_asked_for(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Settings(paints_per_s=28, tells=False))
    dialog = shown.dialog
    assert dialog.paints.currentData() == 30, "the nearest that is offered"
    dialog.paints.setCurrentIndex(dialog.paints.findData(5))
    dialog.paints.activated.emit(0)
    assert not dialog.tells.isChecked()
    dialog.tells.click()
    assert not dialog.power.isChecked(), "no price waits unless the user says so"
    dialog.power.click()
    assert shown.asked == [("paints_set", 5), ("tells_set", True), ("power_set", True)]


def test_every_part_has_a_key_of_its_own(shown: Shown) -> None:
    parts = [each for kind in (QLabel, QPushButton, QCheckBox) for each in shown.dialog.findChildren(kind)]
    words = [each.text() for each in parts if "&" in each.text()]
    keys = [text[text.index("&") + 1].lower() for text in words]
    assert len(keys) == len(set(keys)), sorted(words)
    assert len(keys) >= 12


def test_a_long_answer_has_room_and_none_takes_any(qtbot: QtBot, shown: Shown) -> None:
    shown.dialog.show_answer("It answered: " + "word " * 35, True)
    label = next(each for each in shown.dialog.findChildren(QLabel) if each.accessibleName() == "Answer of the server")
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))
    shown.dialog.show_answer("", True)
    assert not label.isVisible()


def test_where_there_is_no_keyring_a_token_can_be_used_until_the_end(shown: Shown) -> None:
    dialog = shown.dialog
    assert not dialog.use.isVisible()
    dialog.offer_use("other")
    assert not dialog.use.isVisible(), "of a feed that is not shown"
    dialog.offer_use("alltick")
    assert dialog.use.isVisible()
    assert not dialog.keep.isVisible(), "it would fail"
    dialog.use.click()
    assert "first" in shown.answer
    QTest.keyClicks(dialog.key, " abc ")
    dialog.use.click()
    QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    assert shown.asked == [("key_lent", "alltick", "abc")] * 2
    dialog.show_feed("other")
    dialog.key.clear()
    dialog.show_feed("demo")
    assert not dialog.use.isVisible()


def test_the_server_s_own_words_are_behind_the_plain_ones(shown: Shown) -> None:
    shown.dialog.show_answer("AllTick took the token.", True, 'It answered: {"b":"<b>"}')
    label = next(each for each in shown.dialog.findChildren(QLabel) if each.text() == shown.answer)
    assert "&lt;b&gt;" in label.toolTip()


def test_no_button_is_cut_in_the_narrowest_screen(shown: Shown) -> None:
    shown.dialog.resize(640, 300)
    for button in shown.dialog.findChildren(QPushButton):
        if button.isVisible():
            assert button.width() >= button.sizeHint().width()
            assert button.mapTo(shown.dialog, button.rect().topRight()).x() < shown.dialog.width()
    assert shown.dialog.width() < 800


def test_it_fits_a_small_screen_and_scrolls_there(shown: Shown) -> None:
    assert shown.dialog.minimumSizeHint().height() < 300
    shown.dialog.resize(640, 320)
    shown.dialog.power.setFocus()
    QTest.keyClick(shown.dialog.power, Qt.Key.Key_Tab)
    assert shown.dialog.focusWidget() is shown.dialog.tells
    area = shown.dialog._area
    assert area.verticalScrollBar().maximum() > 0
    top = shown.dialog.tells.mapTo(area.viewport(), shown.dialog.tells.rect().topLeft())
    assert 0 <= top.y() < area.viewport().height(), "what has the keyboard is in view"


def test_the_wheel_scrolls_and_changes_nothing_that_it_passes(shown) -> None:
    for box in shown.dialog.findChildren(QComboBox):
        before = box.currentIndex()
        centre = QPointF(box.rect().center())
        down = QPoint(0, -120)
        wheel = QWheelEvent(
            centre,
            QPointF(box.mapToGlobal(box.rect().center())),
            QPoint(),
            down,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        if not box.hasFocus():
            QApplication.sendEvent(box, wheel)
            assert box.currentIndex() == before


def test_a_section_of_prices_stands_under_prices_for_eyes_and_tab(shown: Shown) -> None:
    dialog = shown.dialog
    parts = [RelaySection(), RelaySection()]
    dialog.add_section("Last", "&Z", parts[0])
    dialog.add_section("Relay", "Rela&y", parts[1], is_of_prices=True)
    (label,) = [each for each in dialog.findChildren(QLabel) if each.text() == "Rela&y"]
    assert label.buddy() is parts[1].address, "Alt+Y leads there"
    QApplication.processEvents()
    titles = [each for each in dialog.findChildren(QLabel) if each.text() in ("Prices", "Relay", "Looks", "Last")]
    titles.sort(key=lambda each: each.mapTo(dialog, QPoint()).y())
    assert [each.text() for each in titles] == ["Prices", "Relay", "Looks", "Last"]
    dialog.plan.setFocus()
    for expected in (parts[1].address, parts[1].code):
        while dialog.focusWidget() is not expected:
            was = dialog.focusWidget()
            QTest.keyClick(was, Qt.Key.Key_Tab)
            now = dialog.focusWidget()
            assert parts[1].isAncestorOf(now), now
