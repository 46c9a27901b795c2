"""Settings > Relay: its address, the code that lets this desk in, and what the relay said."""

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.message import announce

_TYPING_MS = 300  # no address is asked about while it is typed


class RelaySection(QWidget):
    """The parts to work with.

    Attributes:
        address, code: fields; the focus goes to the first.
        use, test, pair, forget: buttons.
        slow: a box: is one value a second enough?

    Signals:
        used(address): prices are to come through that relay; "": from the feeds themselves.
        tried(address): ask it, and say what it said; see `show_answer`.
        paired(address, code): exchange the code for a key of this desk.
        forgotten(address): take this desk's key for that relay out of the keyring.
        key_wanted(address): is there one? See `show_key`.
    """

    used = Signal(str)
    tried = Signal(str)
    paired = Signal(str, str)
    forgotten = Signal(str)
    key_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_use = ""
        self._is_waiting = False
        self._has_key = False  # for the address in the field, as far as is known
        self.address, self.code = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText("HOST:PORT, as the relay prints it")
        self.address.setAccessibleName("Address of the relay")
        self.code.setPlaceholderText("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX")
        self.code.setAccessibleName("Pairing code")
        self.use, self.test = QPushButton("Use it"), QPushButton("Test")
        self.pair, self.forget = QPushButton("Pair"), QPushButton("Forget key")
        self.use.setToolTip("Take prices through this relay, in place of the feeds that it has")
        self.test.setToolTip("Ask the relay now, with this desk's key, and show what it answers")
        self.pair.setToolTip("Exchange the code that the relay shows for a key of this desk; it goes into the keyring")
        self.forget.setToolTip("Take this desk's key for the relay at this address out of the keyring")
        self.slow = QCheckBox("One value a se&cond, for a slow line")
        self.slow.setToolTip("The relay sends the newest value of each row once a second, not every update")
        self._answer = plain_label(look.font(12), "t2")
        self._answer.setWordWrap(True)
        self._answer.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._answer.setAccessibleName("Answer of the relay")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(_grid((self.address, self.test, self.use), (self.code, self.pair, self.forget)))
        column.addWidget(self.slow)
        column.addWidget(self._answer)
        self._rest = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._rest.timeout.connect(self.ask_for_key)
        for button in (self.use, self.test, self.pair, self.forget):
            button.setAutoDefault(False)
        self.setFocusProxy(self.address)
        self.address.textChanged.connect(self._begin_address)
        self.code.textChanged.connect(self._offer_buttons)
        self.address.returnPressed.connect(self._use)
        self.code.returnPressed.connect(self._pair)
        self.use.clicked.connect(self._use)
        self.test.clicked.connect(lambda: self._ask(self.tried))
        self.pair.clicked.connect(self._pair)
        self.forget.clicked.connect(lambda: self._ask(self.forgotten))
        self.show_answer("", True)
        self._offer_buttons()

    def show_address(self, address: str) -> None:
        """The relay that is in use; "" for none."""
        self._in_use = address
        self.address.setText(address)
        self._offer_buttons()
        self.ask_for_key()

    @property
    def answer(self) -> str:
        """What came of what was asked last."""
        return self._answer.text()

    def ask_for_code(self) -> None:
        """This desk is to be paired with the relay."""
        (self.code if self.address.text().strip() else self.address).setFocus()

    def ask_for_key(self) -> None:
        """Is there a key of this desk for the relay in the field?"""
        self._rest.stop()
        if address := self.address.text().strip():
            self.key_wanted.emit(address)

    def show_key(self, address: str, is_there: bool) -> None:
        """Is there a key for the relay at that address?"""
        if address == self.address.text().strip():
            self._has_key = is_there
            self._offer_buttons()

    def drop_code(self) -> None:
        """It was exchanged, and is spent."""
        if self.pair.hasFocus():
            self.code.setFocus()  # what can be pressed no more leaves the keyboard to its neighbour, which forgets keys
        self.code.clear()

    def show_answer(self, words: str, is_good: bool | None) -> None:
        """What came of it; None: it is under way."""
        self._is_waiting = is_good is None
        self._answer.setText(words)
        self._answer.setVisible(bool(words))
        self._answer.setProperty("colour", "t2" if is_good is None else "t1" if is_good else "error")
        self._answer.style().polish(self._answer)
        if words:
            announce(self, words)

    # Inside

    def _begin_address(self) -> None:
        self._has_key = False
        self._rest.start()
        self._offer_buttons()

    def _offer_buttons(self) -> None:
        """What there is nothing for cannot be pressed."""
        address, code = self.address.text().strip(), self.code.text().strip()
        is_leaving = bool(self._in_use) and address in ("", self._in_use)
        self.use.setText("Use none" if is_leaving else "Use it")
        self.use.setEnabled(bool(address) or is_leaving)
        self.test.setEnabled(bool(address))
        self.pair.setEnabled(bool(address and code))
        self.forget.setEnabled(self._has_key)

    def _use(self) -> None:
        address = self.address.text().strip()
        if self._is_waiting:
            return
        if self._in_use and address in ("", self._in_use):
            self.show_address("")
            self.used.emit("")
        elif self._given(address):
            self.used.emit(address)

    def _ask(self, asked: SignalInstance) -> None:
        address = self.address.text().strip()
        if not self._is_waiting and self._given(address):
            asked.emit(address)

    def _pair(self) -> None:
        address, code = self.address.text().strip(), self.code.text().strip()
        if self._is_waiting or not self._given(address):
            return
        if not code:
            self.show_answer("Give the code that the relay shows: quotedesk relay code prints another.", False)
            return
        self.paired.emit(address, code)

    def _given(self, address: str) -> bool:
        if not address:
            self.show_answer("Give the relay's address first, as it prints it at its start.", False)
        return bool(address)


def _grid(*lines: tuple[QWidget, ...]) -> QWidget:
    """The first part of each line as wide as can be; buttons of one width below each other, whatever their words."""
    whole = QWidget()
    grid = QGridLayout(whole)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(0, 1)
    for number, line in enumerate(lines):
        for column, part in enumerate(line):
            grid.addWidget(part, number, column)
    return whole
