"""Two lines beside a field."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.looks.appearance import Appearance


def test_it_is_hidden_until_it_has_something_to_tell_and_stays_in_its_parent(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 200)
    popup = ErrorPopup(Appearance(), parent)
    parent.show()
    assert not popup.isVisible()
    popup.tell("Title", "Advice")
    popup.place(QPoint(390, 20))
    assert popup.isVisible()
    assert parent.rect().contains(popup.geometry())
    assert popup.words() == ("Title", "Advice")
    assert popup.accessibleName() == "Title. Advice"
