"""PySide6 must not lose references to None, True and False.

PySide6 6.12.0 does on CPython 3.11, one for each call of an overridden function or signal, and the program aborts
within seconds. On 3.12 and later these objects are immortal: nothing can be seen there, and nothing breaks.
"""

import sys
from collections.abc import Callable

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

CALLS = 500
ADVICE = (
    f"PySide6 {PySide6.__version__} loses references: keep the pin in pyproject.toml. Once this test passes with "
    "6.12.x the pin (<6.12) may go, and this test with it."
)


class Receiver(QObject):
    """Overrides a void virtual function and has a signal."""

    told = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def customEvent(self, event: QEvent) -> None:
        self.calls += 1

    def event(self, event: QEvent) -> bool:
        return super().event(event)

    def slot(self, _: bool) -> None:
        self.calls += 1


def emit(receiver: Receiver) -> None:
    receiver.told.emit(True)


def connect_and_disconnect(receiver: Receiver) -> None:
    receiver.told.connect(receiver.slot)
    receiver.told.emit(False)
    receiver.told.disconnect(receiver.slot)


def call_a_virtual_function(receiver: Receiver) -> None:
    QCoreApplication.sendEvent(receiver, QEvent(QEvent.Type.User))


def call_a_void_function(receiver: Receiver) -> None:
    receiver.setObjectName("name")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on")
@pytest.mark.parametrize("call", [emit, connect_and_disconnect, call_a_virtual_function, call_a_void_function])
@pytest.mark.usefixtures("qapp")
def test_none_true_and_false_keep_their_references(call: Callable[[Receiver], None]) -> None:
    receiver = Receiver()
    call(receiver)
    hold = [None, True, False] * (20 * CALLS)  # so that a loss is seen here and does not abort the run
    before = [sys.getrefcount(constant) for constant in (None, True, False)]
    for _ in range(CALLS):
        call(receiver)
    after = [sys.getrefcount(constant) for constant in (None, True, False)]
    del hold
    lost = [b - a for b, a in zip(before, after, strict=True)]
    assert max(lost) < CALLS / 10, f"{call.__name__} lost {lost} references to None, True, False. {ADVICE}"


def test_the_virtual_function_is_really_called(qapp: QCoreApplication) -> None:
    receiver = Receiver()
    call_a_virtual_function(receiver)
    connect_and_disconnect(receiver)
    assert receiver.calls == 2
