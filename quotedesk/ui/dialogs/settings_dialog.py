"""File > Settings: the feeds, their tokens and plans, how the desk looks, what is told. Every change counts at once."""

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from quotedesk.config.settings import MOST_PAINTS, MOST_SYMBOLS, Settings
from quotedesk.ui.dialogs.alert_settings import AlertSettings
from quotedesk.ui.dialogs.serving_settings import ServingSettings
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import SHADES, SPACINGS, Appearance
from quotedesk.ui.looks.direction_choice import DirectionChoice
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.looks.style import like_a_field
from quotedesk.ui.message import announce

_Chosen = TypeVar("_Chosen", bound=Enum)
_PAINTS = {MOST_PAINTS: "60 a second", 30: "30 a second", 15: "15 a second", 5: "5 a second"}
_WIDTH_PX = 640
_FOOT_PX = 40  # around the foot
_BESIDE_SCREEN_PX = 64  # for the frame and the desktop's own bar


class SettingsDialog(QDialog):
    """Shows `settings`; looks are changed in `appearance` itself.

    `feed` is the one whose token and plan are shown first; `feeds` gives each feed's title, `providers` the title of
    those that need a key, by feed.

    Attributes:
        feed: the feed of new lists.
        edited: the feed whose token and plan are shown.
        plan, key, test, keep, use, forget, paints, power, tells: the other parts that the user works with.
        serving: the part about other programs, with signals of its own.
        alerts: the part about alerts, with signals of its own.

    Signals:
        feed_chosen(feed): new lists are to be of that feed.
        origin_wanted(feed): its token is shown; say where it comes from (see `show_origin`).
        plan_set(feed, int): so many symbols on one connection; 0: find it out.
        key_tried(feed, key), key_given(feed, key): test it, keep it. An empty one to be tried is the one that is kept.
        key_lent(feed, key): use it until the program ends, and keep it nowhere.
        key_forgotten(feed): take it out of the keyring.
        paints_set(int), power_set(bool), tells_set(bool): as in Settings.
    """

    feed_chosen = Signal(str)
    origin_wanted = Signal(str)
    plan_set = Signal(str, int)
    key_tried = Signal(str, str)
    key_given = Signal(str, str)
    key_lent = Signal(str, str)
    key_forgotten = Signal(str)
    paints_set = Signal(int)
    power_set = Signal(bool)
    tells_set = Signal(bool)

    def __init__(
        self,
        settings: Settings,
        feed: str,
        feeds: Mapping[str, str],
        providers: Mapping[str, str],
        appearance: Appearance,
        parent: QWidget,
        sounds: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self.setMinimumWidth(_WIDTH_PX)
        self._appearance = appearance
        self._is_waiting = False  # for an answer
        self._has_key = False  # of the account that is shown, as far as is known
        self._plans = dict(settings.plans)
        self._providers = providers
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setHorizontalSpacing(24)
        self._form.setVerticalSpacing(10)
        self._make_prices(feeds)
        self._prices_end = self._form.rowCount()
        self._make_looks(settings, sounds)
        close = QPushButton("C&lose")
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(plain_label(look.font(12), "t3", "Every change counts at once, and is kept."), 1)
        foot.addWidget(close)
        self._body = body = QWidget()
        body.setObjectName("body")
        self._form.setContentsMargins(24, 16, 24, 0)
        body.setLayout(self._form)
        self._area = QScrollArea()
        self._area.setWidget(body)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setStyleSheet("QScrollArea, QWidget#body { background: transparent; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 16)
        column.addWidget(self._area, 1)
        column.addSpacing(12)
        foot.setContentsMargins(24, 0, 24, 0)
        column.addLayout(foot)
        self._keep_still(body)
        appearance.changed.connect(self._show_looks)
        self._show_looks()
        self.feed.setCurrentIndex(self.feed.findData(settings.feed))
        self.edited.setCurrentIndex(max(0, self.edited.findData(feed)))
        self._show_edited()
        self._foot_px = foot.sizeHint().height() + _FOOT_PX
        self._fit()

    def add_section(self, title: str, words: str, part: QWidget, *, is_of_prices: bool = False) -> None:
        """Another line under a title of its own: at the end, or right under Prices."""
        at = self._prices_end if is_of_prices else self._form.rowCount()
        label = plain_label(look.font(), "t1", words)
        label.setBuddy(part.focusProxy() or part)
        self._form.insertRow(at, "", QWidget())
        self._form.insertRow(at + 1, plain_label(look.font(strong=True), "t1", title))
        self._form.insertRow(at + 2, label, part)
        if is_of_prices:
            self._order_tab(self.plan, part)
        self._keep_still(part)
        self._fit()

    def show_feed(self, feed: str) -> None:
        """Show the token and the plan of that feed, unless a token is being written."""
        if feed != self._feed and not self.key.text() and (at := self.edited.findData(feed)) >= 0:
            self.edited.setCurrentIndex(at)
            self._show_edited()

    def ask_for_key(self, feed: str) -> None:
        """Let the user give the key of a feed that may not be in use yet."""
        self.key.clear()
        self.show_feed(feed)
        self.key.setFocus()

    def show_origin(self, feed: str, words: str, *, has_key: bool = True) -> None:
        """Where the key of a feed comes from now; is there one?"""
        if feed == self._feed:
            self.key.setPlaceholderText(words)
            self._has_key = has_key
            self._offer_buttons()

    def _offer_buttons(self) -> None:
        """What there is nothing for cannot be pressed."""
        self.test.setEnabled(self._has_key or bool(self.key.text().strip()))
        self.forget.setEnabled(self._has_key)

    def offer_use(self, feed: str) -> None:
        """There is no keyring that would keep the key of a feed: offer to use it until the program ends."""
        if feed == self._feed:
            self._can_keep(False)

    def _can_keep(self, on: bool) -> None:
        self.keep.setVisible(on)
        self.use.setVisible(not on)

    def show_answer(self, words: str, is_good: bool | None, details: str = "") -> None:
        """What came of a test or of keeping a key; None: it is under way. `details`: the server's own words."""
        self._is_waiting = is_good is None  # the buttons then do nothing, and keep the keyboard
        self._answer.setText(words)
        self._form.setRowVisible(self._answer, bool(words))
        self._answer.setAccessibleDescription(words)
        if words:
            announce(self, words)
        self._answer.setToolTip(tips.as_shown(details))
        self._answer.setProperty("colour", "t2" if is_good is None else "t1" if is_good else "error")
        self._answer.style().polish(self._answer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the settings; it changes only what has the keyboard."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # so that what lies below it gets it
            return True
        return super().eventFilter(watched, event)

    # Inside

    @staticmethod
    def _order_tab(before: QWidget, part: QWidget) -> None:
        """Let Tab come to a part that was added later where it stands."""
        chain, each = [before], part.nextInFocusChain()
        while each is not None and part.isAncestorOf(each):
            if each.focusPolicy() & Qt.FocusPolicy.TabFocus:
                chain.append(each)
            each = each.nextInFocusChain()
        for one, other in pairwise(chain):
            QWidget.setTabOrder(one, other)

    def _keep_still(self, part: QWidget) -> None:
        for each in (*part.findChildren(QComboBox), *part.findChildren(QSpinBox)):
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            each.installEventFilter(self)

    def _fit(self) -> None:
        """As high as all of it needs, or as the screen has room for."""
        room = (self.parentWidget() or self).screen().availableSize()
        self.resize(_WIDTH_PX, min(self._body.sizeHint().height() + self._foot_px, room.height() - _BESIDE_SCREEN_PX))

    def _make_prices(self, feeds: Mapping[str, str]) -> None:
        self._title("Prices")
        self.feed, self.edited = QComboBox(), QComboBox()
        for name, title in feeds.items():
            for box in (self.feed, self.edited):
                box.addItem(title, name)
        self.feed.setToolTip("Whose prices a list shows is chosen in List > Feed")
        self.feed.activated.connect(lambda: self.feed_chosen.emit(self.feed.currentData()))
        self.edited.activated.connect(self._show_edited)
        self._form.addRow("&Feed of new lists", self.feed)
        self._form.addRow("Accou&nt", self.edited)
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setAccessibleName("Token")
        self.key.textEdited.connect(lambda: self.show_answer("", True))
        self.key.textChanged.connect(self._offer_buttons)
        self.key.returnPressed.connect(self._keep_key)
        self.test, self.keep, self.forget = QPushButton("&Test"), QPushButton("K&eep"), QPushButton("F&orget")
        self.use = QPushButton("Use until I &quit")
        self.use.setToolTip("Keep it in memory only: at the next start it is asked for again")
        self.use.hide()
        self.test.setToolTip("Ask the server now, and show what it answers")
        self.keep.setToolTip("Put it into the system's keyring, and nowhere else")
        self.forget.setToolTip("Take it out of the keyring")
        self.test.clicked.connect(lambda: self._ask(self.key_tried, self.key.text().strip()))
        self.keep.clicked.connect(self._keep_key)
        self.use.clicked.connect(lambda: self._give_key(self.key_lent))
        self.forget.clicked.connect(lambda: self._ask(self.key_forgotten))
        line = QHBoxLayout()
        line.addWidget(self.key, 1)
        for button in (self.test, self.keep, self.use, self.forget):
            button.setAutoDefault(False)
            line.addWidget(button)
        self._key_line = QWidget()
        line.setContentsMargins(0, 0, 0, 0)
        self._key_line.setLayout(line)
        self._key_label = plain_label(look.font(), "t1")
        self._key_label.setBuddy(self.key)
        self._form.addRow(self._key_label, self._key_line)
        self._answer = plain_label(look.font(12), "t2")
        self._answer.setWordWrap(True)
        self._answer.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._answer.setAccessibleName("Answer of the server")
        self._form.addRow("", self._answer)
        self.plan = like_a_field(QSpinBox())
        self.plan.setRange(0, MOST_SYMBOLS)
        self.plan.setSpecialValueText("automatic")
        self.plan.setSuffix(" symbols on one connection")
        self.plan.setGroupSeparatorShown(True)
        self.plan.editingFinished.connect(self._set_plan)
        self._form.addRow("Sym&bol limit", self.plan)

    def _make_looks(self, settings: Settings, sounds: Sequence[str]) -> None:
        self._title("Looks")
        looks = self._appearance
        self._theme = self._choice(SHADES)
        self._theme.activated.connect(lambda: looks.choose(shade=self._theme.currentData()))
        self._form.addRow("T&heme", self._theme)
        self._form.addRow("Colours", DirectionChoice(looks, self, most_in_line=2))
        self._rows = self._choice(SPACINGS)
        self._rows.activated.connect(lambda: looks.choose(spacing=self._rows.currentData()))
        self._form.addRow("&Rows", self._rows)
        self._motion = QCheckBox("Fl&ash where a price moved")
        self._motion.clicked.connect(lambda on: looks.choose(motion=on))
        self._form.addRow("Motion", self._motion)
        self.paints = QComboBox()
        for rate, name in _PAINTS.items():
            self.paints.addItem(name, rate)
        nearest = min(_PAINTS, key=lambda rate: abs(rate - settings.paints_per_s))
        self.paints.setCurrentIndex(self.paints.findData(nearest))
        self.paints.activated.connect(lambda: self.paints_set.emit(self.paints.currentData()))
        self._form.addRow("Paint at &most", self.paints)
        self.power = QCheckBox("&Save power: prices may come up to a tenth of a second later")
        self.power.setChecked(settings.saves_power)
        self.power.clicked.connect(self.power_set)
        self._form.addRow("Power", self.power)
        self._title("Notices")
        self.tells = QCheckBox("Tell me when prices stop or come back &while I work elsewhere")
        self.tells.setChecked(settings.tells)
        self.tells.clicked.connect(self.tells_set)
        self._form.addRow("", self.tells)
        self._title("Other programs")
        self.serving = ServingSettings(settings, self._form, self)
        self._title("Alerts")
        self.alerts = AlertSettings(settings, sounds, self._form, self)

    def _title(self, text: str) -> None:
        if self._form.rowCount():
            self._form.addRow("", QWidget())
        self._form.addRow(plain_label(look.font(strong=True), "t1", text))

    def _choice(self, names: Mapping[_Chosen, str]) -> QComboBox:
        box = QComboBox()
        for one, name in names.items():
            box.addItem(name.replace("&", ""), one)
        return box

    def _show_looks(self) -> None:
        self._theme.setCurrentIndex(self._theme.findData(self._appearance.shade))
        self._rows.setCurrentIndex(self._rows.findData(self._appearance.spacing))
        self._motion.setChecked(self._appearance.motion)

    @property
    def _feed(self) -> str:
        """Whose token and plan are shown."""
        name: str = self.edited.currentData()
        return name

    def _show_edited(self) -> None:
        """Show the plan and the token of the feed that was chosen for it."""
        self.plan.setValue(self._plans.get(self._feed, 0))
        provider = self._providers.get(self._feed)
        for part in (self._key_label, self._key_line, self._answer):
            part.setEnabled(provider is not None)
        self._key_label.setText("To&ken")
        self.key.clear()
        self._has_key = False
        self._offer_buttons()
        self._can_keep(True)
        self.key.setPlaceholderText("" if provider else "none needed")
        self.show_answer("", True)
        if provider is not None:
            self.origin_wanted.emit(self._feed)

    def _set_plan(self) -> None:
        if self.plan.value() != self._plans.get(self._feed, 0):
            self._plans[self._feed] = self.plan.value()
            self.plan_set.emit(self._feed, self.plan.value())

    def _keep_key(self) -> None:
        self._give_key(self.key_given if self.use.isHidden() else self.key_lent)

    def _give_key(self, given: SignalInstance) -> None:
        if key := self.key.text().strip():
            self._ask(given, key)
        else:
            self.show_answer("Paste the token first.", False)

    def _ask(self, asked: SignalInstance, *what: str) -> None:
        if not self._is_waiting:
            asked.emit(self._feed, *what)
