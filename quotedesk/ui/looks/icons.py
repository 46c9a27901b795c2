"""Icons: the program's own SVG files, drawn in the theme's colours."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from quotedesk.config.paths import resource
from quotedesk.ui.looks.theme import Theme, mix

SIZE_PX = 16
_INK = b"#000000"  # in the files; the theme's colour takes its place
_RATIOS = (1, 2)
_PROGRAM = "quotedesk"
_PROGRAM_SIZES_PX = (16, 24, 32, 48, 64, 128, 256)


class Icons:
    """Icons by name; one whose file is missing or broken is empty, and its button shows words.

    Attributes:
        missing: the names of files that could not be used.
    """

    def __init__(self) -> None:
        self.missing: list[str] = []
        self._files: dict[str, bytes] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}

    def icon(self, name: str, theme: Theme) -> QIcon:
        """An icon for a button: calm, brighter under the pointer, faint where it can do nothing."""
        key = (name, theme.t2.name())
        if key in self._icons:  # each edit dresses buttons anew, and Qt keeps what was painted of every icon
            return self._icons[key]
        result = self._icons[key] = QIcon()
        for mode, colour in (
            (QIcon.Mode.Normal, theme.t2),
            (QIcon.Mode.Active, theme.t1),
            (QIcon.Mode.Disabled, mix(theme.t3, theme.window, 0.5)),
        ):
            for ratio in _RATIOS:
                pixmap = self._drawn(name, SIZE_PX, ratio, colour)
                if pixmap:
                    result.addPixmap(pixmap, mode)
        return result

    def program(self) -> QIcon:
        """The program's own, in its own colours."""
        result = QIcon()
        for size_px in _PROGRAM_SIZES_PX:
            if pixmap := self._drawn(_PROGRAM, size_px, 1, None):
                result.addPixmap(pixmap)
        return result

    def _drawn(self, name: str, size_px: int, ratio: int, colour: QColor | None) -> QPixmap | None:
        data = self._file(name)
        if colour:
            data = data.replace(_INK, colour.name().encode())
        renderer = QSvgRenderer(QByteArray(data))
        if not renderer.isValid():
            if name not in self.missing:
                self.missing.append(name)
            return None
        pixmap = QPixmap(QSize(size_px, size_px) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size_px, size_px))
        painter.end()
        return pixmap

    def _file(self, name: str) -> bytes:
        if name not in self._files:
            try:
                self._files[name] = resource(f"icons/{name}.svg").read_bytes()
            except OSError:
                self._files[name] = b""
        return self._files[name]
