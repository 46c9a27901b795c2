"""Another program beside the desk: text to drag from it, a place to drop on. Writes down what it is given.

Usage: neighbour.py LOG X Y TEXT. The upper half of its 300 x 300 window gives TEXT, or the file whose address that is;
the lower half takes.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget


class Giver(QLabel):
    """Gives its text away, as a move where it may."""

    def __init__(self, text: str, log: Path) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self._log = log

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        drag = QDrag(self)
        data = QMimeData()
        if self.text().startswith("file:"):
            data.setUrls([QUrl(self.text())])
        else:
            data.setText(self.text())
        drag.setMimeData(data)
        action = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.MoveAction)
        note(self._log, {"given": action.name})


class Taker(QLabel):
    """Takes any text, and says what it might have done with it."""

    def __init__(self, log: Path) -> None:
        super().__init__("Drop here")
        self._log = log
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        offered = event.possibleActions()
        actions = [each.name for each in (Qt.DropAction.CopyAction, Qt.DropAction.MoveAction) if each & offered]
        data = event.mimeData()
        table = data.data("text/csv").data().decode()
        note(self._log, {"taken": data.text(), "offered": actions, "formats": data.formats(), "csv": table})


def note(log: Path, line: dict) -> None:
    with log.open("a") as file:
        file.write(json.dumps(line) + "\n")


def main() -> None:
    log, x, y, text = sys.argv[1:]
    app = QApplication(["neighbour"])
    window = QWidget()
    window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    window.setWindowTitle("neighbour")
    halves = QVBoxLayout(window)
    halves.addWidget(Giver(text, Path(log)))
    halves.addWidget(Taker(Path(log)))
    window.setGeometry(int(x), int(y), 300, 300)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
