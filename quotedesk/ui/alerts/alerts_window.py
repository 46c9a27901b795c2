"""The window of alerts: all rules, to be typed and edited in place, and the log of what fired."""

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QCloseEvent, QFocusEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleError
from quotedesk.lists.list_reader import Suggestion
from quotedesk.ui.alerts import log_model, rules_model
from quotedesk.ui.alerts.alerts import SNOOZE_S, Alerts
from quotedesk.ui.alerts.log_model import LogModel
from quotedesk.ui.alerts.rule_line import RuleLine
from quotedesk.ui.alerts.rules_model import RulesModel
from quotedesk.ui.looks import folders
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.undo import Undo

_SIZE_PX = (1000, 540)
_EVERY_MS = 1000  # states and distances are looked at again
_ROW_PX = 30
_MOST_ASKED = 200  # chosen rules: how many of them say what buttons can do
_BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
_RULES_PX = (150, 420, 140, 100)
_LOG_PX = (90, 110, 60, 95, 95)  # at least: they grow with what stands in them, as those of the rules do
_CELL_PX, _MOST_COLUMN_PX = 8, 320
_LEAST_RULE_PX, _BESIDE_PX = 260, 52  # what is left to the rules' texts; margins and a scroll bar
_ROWS_MEASURED = 60
_EMPTY = "No rule yet. Type one above, or press Ctrl+Alt+A on a row."
_ADVICE = "F2 edits, Delete removes, Ctrl+Z takes back. list:NAME, section:NAME, flag:COLOUR or * watch many rows."
_NO_LOG = "Nothing has fired yet."
Suggest = Callable[[str], Sequence[Suggestion]]


class AlertsWindow(QDialog):
    """Shows the rules and the log; Esc closes it. Whoever opened it keeps what is in `line` for the next time.

    Attributes:
        line: where a new rule is typed.
        rules, log: the tables.
        remove, snooze, switch, again, go, export, acknowledge: the buttons.

    Signals:
        export_wanted(path): the log is to be written there as CSV.
    """

    export_wanted = Signal(object)

    def __init__(
        self, alerts: Alerts, undo: Undo, feed: str, suggest: Suggest, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.winId()  # makes the window, as its parent's: those lie above it, and above what is opened in it by keys
        self.windowHandle().setTransientParent(None)  # type: ignore[arg-type]  # it says that it takes no None
        self._opener = parent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Alerts")
        self.resize(*_SIZE_PX)
        self._alerts = alerts
        self._feed = feed
        self.line = RuleLine(self._read, suggest, appearance, self)
        self.line.field.setPlaceholderText("New rule")
        self.line.entered.connect(self._add)
        self.line.escaped.connect(self.close)
        self._rules_model = RulesModel(alerts, appearance, feed, self.devicePixelRatioF(), self)
        self._log_model = LogModel(alerts, appearance, feed, self)
        self.rules = _table(self._rules_model, "Rules", _RULES_PX, rules_model.RULE)
        self.rules.horizontalHeader().setResizeContentsPrecision(0)  # those in view: there may be ten thousand
        self.log = _table(self._log_model, "Log of alerts", _LOG_PX, len(log_model.TITLES) - 1)
        self._rules_given_px: dict[int, int] = {}
        self._log_given_px: dict[int, int] = {}
        self._delegate = _RuleDelegate(self, suggest, appearance)
        self.rules.setItemDelegateForColumn(rules_model.RULE, self._delegate)
        self.rules.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self._told = plain_label(look.font(12), "t3")
        self._told.setWordWrap(True)
        self.remove, self.snooze, self.switch, self.again, self.go, self.export, self.acknowledge = (
            QPushButton(words)
            for words in (
                "&Delete",
                f"S&nooze {SNOOZE_S / 60:.0f} min",
                "S&witch off",
                "Ar&m again",
                "&Show",
                "&Export CSV\N{HORIZONTAL ELLIPSIS}",
                "&Acknowledge all",
            )
        )
        self._of_rules = (self.remove, self.snooze, self.switch, self.again)
        self._of_log = (self.go, self.export, self.acknowledge)
        self._make_pages()
        self.remove.clicked.connect(self._remove)
        self.snooze.clicked.connect(self._snooze)
        self.switch.clicked.connect(self._switch)
        self.again.setToolTip("Let what fired, and rests for it, fire again")
        self.again.clicked.connect(lambda: self._alerts.renew(self._chosen()))
        self.go.clicked.connect(lambda: self._open(self.log.currentIndex()))
        self.export.clicked.connect(self._ask_where_to)
        self.acknowledge.clicked.connect(lambda: self._alerts.acknowledge())
        self.log.activated.connect(self._open)
        for keys, does in (("Ctrl+Z", undo.stack.undo), ("Ctrl+Shift+Z", undo.stack.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(does)
        for table in (self.rules, self.log):
            table.installEventFilter(self)
            table.selectionModel().selectionChanged.connect(self._enable)
        alerts.rules_changed.connect(self._rules_changed)
        alerts.unseen_changed.connect(self._fired)
        alerts.told.connect(self._fired)
        alerts.bells_changed.connect(self._refresh_rules)
        alerts.bells_changed.connect(self._enable)
        alerts.amounts_turned.connect(self._rules_model.refresh_all)
        alerts.amounts_turned.connect(self._log_model.refresh)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._refresh_rules)
        self._timer.start()
        self._fired()
        self._rules_changed()
        self.line.field.setFocus()

    def show_rule(self, rule: AlertRule) -> None:
        """Choose a rule."""
        row = self._rules_model.row_of(rule)
        if row >= 0:
            self._pages[0].click()
            self.rules.selectRow(row)
            self.rules.setCurrentIndex(self._rules_model.index(row, rules_model.RULE))
            self.rules.setFocus()

    def show_log(self) -> None:
        """Show what fired."""
        self._pages[1].click()
        if self._log_model.firings:
            self.log.setCurrentIndex(self._log_model.index(0, 0))
        self.log.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_rules()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._let_go()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._let_go()
        is_active = self.isActiveWindow()
        super().done(result)
        if is_active and not self._opener.isMinimized():
            self._opener.activateWindow()  # the desktop does not know where a window of its own was opened

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in _BY_TAB:
            for table in (self.rules, self.log):  # else nothing shows where the keyboard is
                if table is watched and not table.currentIndex().isValid():
                    table.selectRow(0)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Delete if watched is self.rules:
                    self._remove()
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if watched is self.rules:
                    self.rules.edit(self.rules.currentIndex().siblingAtColumn(rules_model.RULE))
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter if watched is self.log:
                    self._open(self.log.currentIndex())
                    return True
        return super().eventFilter(watched, event)

    def read(self, text: str) -> AlertRule:
        """The rule that a text is. Raises RuleError."""
        return self._read(text)

    def replace(self, before: AlertRule, rule: AlertRule) -> None:
        """A rule was edited in place. Raises RuleError where there is one like it."""
        if rule != before:
            self._alerts.replace(before, rule)
            self.show_rule(rule)

    # Inside

    def _make_pages(self) -> None:
        self._stack = QStackedWidget()
        group = QButtonGroup(self)
        self._pages = (QPushButton("&Rules"), QPushButton("&Log"))
        top = QHBoxLayout()
        top.setSpacing(6)
        for number, button in enumerate(self._pages):
            button.setProperty("choice", "true")
            button.setCheckable(True)
            button.setAutoDefault(False)
            group.addButton(button, number)
            top.addWidget(button)
        group.idClicked.connect(self._turn)
        top.addSpacing(12)
        top.addWidget(self._told, 1)
        foot = QHBoxLayout()
        close = QPushButton("Cl&ose")
        close.clicked.connect(self.close)
        for button in (*self._of_rules, *self._of_log):
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(close)
        for button in (*self._of_rules, *self._of_log, close):
            button.setAutoDefault(False)
        self._stack.addWidget(self.rules)
        self._stack.addWidget(self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.line)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addLayout(foot)
        self._pages[0].setChecked(True)

    def _turn(self, page: int) -> None:
        self._stack.setCurrentIndex(page)
        self._enable()

    def _enable(self) -> None:
        """What can be done with what is chosen."""
        is_log = self._stack.currentIndex() == 1
        chosen = self._chosen()
        for button in self._of_rules:
            button.setVisible(not is_log)
            button.setEnabled(bool(chosen))
        for button in self._of_log:
            button.setVisible(is_log)
        self.again.setEnabled(any(map(self._rules_model.has_fired, chosen[:_MOST_ASKED])))
        self.go.setEnabled(self.log.currentIndex().isValid())
        self.export.setEnabled(bool(self._log_model.firings))
        self.acknowledge.setEnabled(bool(self._alerts.unseen))
        is_off = bool(chosen) and all(map(self._rules_model.is_off, chosen[:_MOST_ASKED]))
        self.switch.setText("S&witch on" if is_off else "S&witch off")
        many = len(self._rules_model.rules)
        self._pages[0].setText(f"&Rules {many:,}" if many else "&Rules")
        if is_log:
            self._told.setText("Enter shows the row and its chart" if self._log_model.firings else _NO_LOG)
        else:
            self._told.setText(_ADVICE if many else _EMPTY)

    def _chosen(self) -> list[AlertRule]:
        chosen = self.rules.selectionModel().selection()  # `selectedRows` asks for each cell of ten thousand rules
        ranges = [chosen.at(place) for place in range(chosen.count())]
        rows = sorted({row for each in ranges for row in range(each.top(), each.bottom() + 1)})
        return [self._rules_model.rules[row] for row in rows]

    def _read(self, text: str) -> AlertRule:
        return self._alerts.read(text, self._feed)

    def _add(self, rule: AlertRule) -> None:
        try:
            self._alerts.add(rule)
        except RuleError as fault:
            self.line.say(fault)
            return
        self.line.field.setText("")  # `clear` could be undone, by the key that takes back the rule
        row = self._rules_model.row_of(rule)
        if row >= 0:
            self.rules.selectRow(row)

    def _remove(self) -> None:
        if chosen := self._chosen():
            row = self._rules_model.row_of(chosen[0])
            self._alerts.remove(chosen)
            if left := len(self._rules_model.rules):
                self.rules.selectRow(min(row, left - 1))

    def _snooze(self) -> None:
        self._alerts.snooze(self._chosen(), SNOOZE_S)
        self._enable()

    def _switch(self) -> None:
        chosen = self._chosen()
        is_off = all(map(self._rules_model.is_off, chosen))
        self._alerts.snooze(chosen, None if is_off else math.inf)
        self._enable()

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self._alerts.open(self._log_model.firings[index.row()])

    def _rules_changed(self) -> None:
        chosen = self._chosen()
        self._rules_model.look_again()
        for rule in chosen:
            if (row := self._rules_model.row_of(rule)) >= 0:
                self.rules.selectRow(row)
        self._enable()

    def _fired(self) -> None:
        self._log_model.show_log(self._alerts.source.log, self._alerts.now_utc_s())
        _widen(self.log, range(len(log_model.TITLES) - 1), self._log_given_px)
        self._rules_model.note_fired()
        self._enable()

    def _refresh_rules(self) -> None:
        self._rules_model.refresh()
        others = (rules_model.STATE, rules_model.LAST, rules_model.DISTANCE)
        taken_px = sum(map(self.rules.columnWidth, others))
        left_px = max(0, self.width() - _BESIDE_PX - _LEAST_RULE_PX - taken_px)
        _widen(self.rules, others, self._rules_given_px, left_px)

    def _ask_where_to(self) -> None:
        asked = QFileDialog(self, "Export the log", str(Path(folders.documents(), "alerts.csv")), "CSV (*.csv)")
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setDefaultSuffix("csv")
        asked.selectFile("alerts.csv")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(lambda chosen: self.export_wanted.emit(Path(chosen)))
        asked.open()

    def _let_go(self) -> None:
        """Closed: follow nothing any more, as it is deleted later."""
        self._timer.stop()


class _RuleDelegate(QStyledItemDelegate):
    """Edits a rule in its cell; what cannot be read stays in the editor, with the reason below the field above."""

    def __init__(self, window: AlertsWindow, suggest: Suggest, appearance: Appearance) -> None:
        super().__init__(window)
        self._window = window
        self._suggest = suggest
        self._appearance = appearance

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = RuleLine(
            self._window.read, self._suggest, self._appearance, self._window, parent, self._window.line.told
        )
        editor.setProperty("before", self._rule(index))
        editor.entered.connect(lambda rule: self._entered(editor, rule))
        editor.escaped.connect(lambda: self._close(editor))
        editor.left.connect(lambda: self._left(editor))
        return editor

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        assert isinstance(editor, RuleLine)
        if not editor.field.isModified():
            editor.field.setText(self._rule(index).text)

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The rule goes by way of an edit that can be undone."""

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return False  # keys are the line's

    def _left(self, editor: RuleLine) -> None:
        """The user works elsewhere: what can be read is kept."""
        rule = editor.rule()
        if rule is None:
            self._close(editor)
        else:
            self._entered(editor, rule)

    def _close(self, editor: RuleLine) -> None:
        if not editor.property("is_over"):
            editor.setProperty("is_over", True)
            self.closeEditor.emit(editor)

    def _entered(self, editor: RuleLine, rule: AlertRule) -> None:
        if editor.property("is_over"):
            return
        before = editor.property("before")
        try:
            self._close(editor)
            self._window.replace(before, rule)
        except RuleError as fault:
            self._window.line.say(fault)

    @staticmethod
    def _rule(index: QModelIndex | QPersistentModelIndex) -> AlertRule:
        model = index.model()
        assert isinstance(model, RulesModel)
        return model.rules[index.row()]


def _widen(table: QTableView, columns: Iterable[int], given_px: dict[int, int], left_px: int = 10_000) -> None:
    """Give columns the width that what stands in them needs, as far as that is left; what was wide stays so.

    `given_px`: what each has been given, for this to keep; what the user makes narrower stays so until more is needed.
    """
    for column in columns:
        before_px = table.columnWidth(column)
        wanted_px = min(table.sizeHintForColumn(column) + _CELL_PX, _MOST_COLUMN_PX, before_px + left_px)
        if wanted_px > max(before_px, given_px.get(column, 0)):
            table.setColumnWidth(column, wanted_px)
            left_px -= wanted_px - before_px
            given_px[column] = wanted_px


def _table(model: QAbstractItemModel, name: str, widths_px: Sequence[int], stretched: int) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setFont(look.font())
    table.setStyleSheet("QTableView::item { padding: 0 3px; border: none; }")
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW_PX)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setResizeContentsPrecision(_ROWS_MEASURED)
    header.setStretchLastSection(False)
    for column, width in enumerate(widths_px):
        table.setColumnWidth(column, width)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    return table
