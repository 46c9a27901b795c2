"""The editor of one position: how many and at what cost, with what was read and what that is worth."""

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from quotedesk.formats import amounts
from quotedesk.formats.amounts import AmountError, DecimalSign
from quotedesk.lists.currency import Currencies, decimals_of
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position, doubt_of, percent
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.table import numbers
from quotedesk.ui.window.positions_edits import PositionEdits

_WIDTH_PX = 420
_EVERY_MS = 500
_TOLD_PX = 58  # three lines
_MOST_CHARACTERS = 60


class PositionDialog(QDialog):
    """Changes what is held of one instrument. `name`: what the list calls it; `then`: to be called once it is kept.

    Attributes:
        quantity, cost: the fields.
        told: what was read, or what is wrong.
        keep, remove: buttons.
    """

    def __init__(
        self,
        instrument: Instrument,
        name: str,
        edits: PositionEdits,
        currencies: Currencies,
        parent: QWidget,
        then: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Position in {name}")
        self._instrument = instrument
        self._name = name
        self._edits = edits
        self._currencies = currencies
        self._then = then
        self._currency = currencies.of(instrument)
        self.quantity, self.cost = QLineEdit(), QLineEdit()
        self.quantity.setPlaceholderText("Below 0 or in brackets: sold short")
        self.cost.setPlaceholderText("Price paid for one, if you know it")
        self.told = plain_label(look.font(), "t2")
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(_TOLD_PX)
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.keep, cancel, self.remove = QPushButton("&Keep"), QPushButton("Cancel"), QPushButton("&Remove position")
        self.keep.setDefault(True)
        for button in (cancel, self.remove):
            button.setAutoDefault(False)
        self._lay_out(cancel)
        before = edits.of(instrument)
        self.remove.setVisible(before is not None)
        if before is not None:
            self.quantity.setText(numbers.quantity(before.quantity).replace(",", ""))
            self.cost.setText("" if before.cost is None else numbers.quantity(before.cost).replace(",", ""))
        for field in (self.quantity, self.cost):
            field.setMaxLength(_MOST_CHARACTERS)
            field.textChanged.connect(self._look)
        self.keep.clicked.connect(self._keep)
        cancel.clicked.connect(self.reject)
        self.remove.clicked.connect(self._remove)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self.finished.connect(self.deleteLater)
        self._look()
        self.quantity.setFocus()
        self.quantity.selectAll()

    def _lay_out(self, cancel: QPushButton) -> None:
        form = QFormLayout()
        form.addRow("&Quantity", self.quantity)
        unit = f"Average &cost, {self._currency}" if self._currency else "Average &cost"
        form.addRow(unit, self.cost)
        form.addRow("", self.told)
        buttons = QHBoxLayout()
        buttons.addWidget(self.remove)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch()
        column.addLayout(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _read(self) -> Position | None:
        """What the fields say; None for no position. Raises ValueError or AmountError, which say what is wrong."""
        texts = self.quantity.text(), self.cost.text()
        sign = amounts.decimal_sign(texts) or DecimalSign.POINT
        quantity, cost = (amounts.read(text, sign) for text in texts)
        if quantity is None or not quantity.value:
            if cost is not None and quantity is None:
                raise ValueError("Say how many you hold.")
            return None
        if cost is not None and cost.currency and self._currency and cost.currency != self._currency:
            raise ValueError(f"That cost is in {cost.currency}; {self._name} has its price in {self._currency}.")
        if doubt := doubt_of(quantity.value, cost.value if cost else None):
            raise ValueError(f"{doubt[:1].upper()}{doubt[1:]}.")
        return Position(quantity.value, cost.value if cost else None)

    def _look(self) -> None:
        """Say what is wrong, else what was read."""
        is_hidden = self._edits.is_hidden
        mode = QLineEdit.EchoMode.Password if is_hidden else QLineEdit.EchoMode.Normal
        for field in (self.quantity, self.cost):
            if field.echoMode() != mode:
                field.setEchoMode(mode)
        wrong = ""
        try:
            said = self._preview(self._read())
        except (ValueError, AmountError) as fault:
            said = wrong = str(fault)
        if is_hidden:
            said = "That cannot be read." if wrong else "Amounts are hidden. Ctrl+Alt+H shows them."
        self.keep.setEnabled(not wrong)
        colour = "error" if wrong else "t2"
        if self.told.text() != said:
            self.told.setText(said)
            self.told.setAccessibleName(said)
        if self.told.property("colour") != colour:
            self.told.setProperty("colour", colour)
            self.told.style().unpolish(self.told)
            self.told.style().polish(self.told)

    def _preview(self, position: Position | None) -> str:
        if position is None:
            return "No position: Keep removes it." if self._edits.of(self._instrument) else "Say how many you hold."
        currency = self._currency or "in a currency that is not known, so it is in no total"
        at = "" if position.cost is None else f" at {numbers.quantity(position.cost)}"
        words = "Short " if position.quantity < 0 else ""
        told = [f"{words}{numbers.quantity(abs(position.quantity))}{at} {currency}".rstrip() + "."]
        quotes = self._edits.model.quotes
        last = quotes.number("last", quotes.slot(self._instrument))
        if last.is_known:
            told.append(self._worth(position, last.exact, quotes.decimals_of("last", quotes.slot(self._instrument))))
        return "\n".join(told)

    def _worth(self, position: Position, price: Decimal, price_decimals: int) -> str:
        decimals = decimals_of(self._currency)
        value = numbers.amount(position.value(price), decimals)
        told = f"Worth {value} at {numbers.amount(price, price_decimals)}."
        gain = position.total_gain(price)
        if gain is not None:
            share = numbers.amount(percent(gain, position.basis), 2, is_signed=True)
            told += f"\nP/L {numbers.amount(gain, decimals, is_signed=True)} ({share} %)."
        return told

    def _keep(self) -> None:
        try:
            position = self._read()
        except (ValueError, AmountError):
            return
        if position is not None or self._edits.of(self._instrument) is not None:
            self._edits.put({self._instrument: position})
            self._then()
        self.accept()

    def _remove(self) -> None:
        self._edits.put({self._instrument: None})
        self._then()
        self.accept()
