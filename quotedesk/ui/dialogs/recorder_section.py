"""How much the flight recorder keeps, in the settings."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

SIZES = {0: "Off: nothing is recorded", 64: "64 MB", 256: "256 MB", 1_000: "1 GB"}


class RecorderSection(QComboBox):
    """A choice of sizes.

    Signals:
        sized(mb): it is to keep so many megabytes; 0: nothing is recorded.
    """

    sized = Signal(int)

    def __init__(self, size_mb: int) -> None:
        super().__init__()
        sizes = SIZES if size_mb in SIZES else SIZES | {size_mb: f"{size_mb:,} MB"}
        for each, words in sorted(sizes.items()):
            self.addItem(words, each)
        self.setCurrentIndex(self.findData(size_mb))
        self.setToolTip("The newest messages of all connections, for Help > Save the last 10 minutes")
        self.activated.connect(lambda: self.sized.emit(self.currentData()))
