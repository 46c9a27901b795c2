"""How the desk looks now. It may change while the window is open; widgets read it when they paint."""

from PySide6.QtCore import QLocale, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from quotedesk.config.settings import Direction, Shade, Spacing
from quotedesk.ui.looks.theme import DENSITIES, Density, Theme, themed

# What is chosen from, as menus write it: an ampersand before the letter that is the key.
SHADES = {Shade.SYSTEM: "Like the &system", Shade.DARK: "&Dark", Shade.LIGHT: "&Light"}
DIRECTIONS = {
    Direction.GREEN_UP: "&Green = up, red = down",
    Direction.RED_UP: "&Red = up, green = down",
    Direction.BLUE_UP: "&Blue = up, orange = down",
    Direction.RED_UP_BLUE_DOWN: "R&ed = up, blue = down",
}
SPACINGS = {Spacing.COMPACT: "&Compact", Spacing.NORMAL: "&Normal", Spacing.COMFORTABLE: "C&omfortable"}


class Appearance(QObject):
    """What the user chose, and the colours and measures that follow from it.

    Attributes:
        shade, direction, spacing, motion: what was chosen.
        theme, density: what to paint with; whole new values after `changed`.

    Signals:
        changed(): something looks different now.
    """

    changed = Signal()

    def __init__(
        self,
        shade: Shade = Shade.SYSTEM,
        direction: Direction = Direction.GREEN_UP,
        spacing: Spacing = Spacing.NORMAL,
        motion: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.shade = shade
        self.direction = direction
        self.spacing = spacing
        self.motion = motion
        self._settle()
        if app := _app():
            app.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def is_dark(self) -> bool:
        """Is it dark now, by choice or as the system is?"""
        if self.shade is not Shade.SYSTEM:
            return self.shade is Shade.DARK
        app = _app()
        return app is None or app.styleHints().colorScheme() is not Qt.ColorScheme.Light  # many systems do not tell

    def choose(
        self,
        *,
        shade: Shade | None = None,
        direction: Direction | None = None,
        spacing: Spacing | None = None,
        motion: bool | None = None,
    ) -> None:
        """Look different from now on; what is not named stays."""
        before = self._chosen()
        self.shade = shade or self.shade
        self.direction = direction or self.direction
        self.spacing = spacing or self.spacing
        self.motion = self.motion if motion is None else motion
        if self._chosen() != before:
            self._settle()
            self.changed.emit()

    def _chosen(self) -> tuple[object, ...]:
        return self.shade, self.direction, self.spacing, self.motion

    def _settle(self) -> None:
        self.theme: Theme = themed(dark=self.is_dark, direction=self.direction)
        self.density: Density = DENSITIES[self.spacing]

    def _system_changed(self) -> None:
        if self.shade is Shade.SYSTEM:
            self._settle()
            self.changed.emit()


def usual_direction(territory: QLocale.Country) -> Direction:
    """The colours of rise and fall that most traders of a country grew up with."""
    country = QLocale.Country
    if territory in (country.China, country.Taiwan, country.Japan):
        return Direction.RED_UP
    return Direction.RED_UP_BLUE_DOWN if territory == country.SouthKorea else Direction.GREEN_UP


def _app() -> QGuiApplication | None:
    app = QGuiApplication.instance()
    return app if isinstance(app, QGuiApplication) else None
