"""What the user chose. A new setting is one documented, defaulted attribute, its unit in its name."""

import enum
from pathlib import Path
from typing import Annotated

import msgspec

from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.config import kept_file
from quotedesk.lists.url_template import UrlTemplate

MOST_PAINTS = 60
MOST_SYMBOLS = 100_000
MOST_RECORDED_MB = 1_000
LEAST_PORT, MOST_PORT = 1_024, 65_535


class Shade(enum.Enum):
    """Light letters on dark, or dark on light."""

    SYSTEM = "system"  # as the system has it
    DARK = "dark"
    LIGHT = "light"


class Direction(enum.Enum):
    """Which colour is a rise and which a fall; named by the outcome."""

    GREEN_UP = "green-up"
    RED_UP = "red-up"
    BLUE_UP = "blue-up"  # orange is down: for eyes that do not tell red from green
    RED_UP_BLUE_DOWN = "red-up-blue-down"


class Spacing(enum.Enum):
    """How close the rows stand."""

    COMPACT = "compact"
    NORMAL = "normal"
    COMFORTABLE = "comfortable"


class TrendSpan(enum.Enum):
    """How far back the lines of the rows reach."""

    QUARTER = "15 minutes"
    DAY = "day"
    FIVE_DAYS = "5 days"

    @property
    def seconds(self) -> float:
        return {"15 minutes": 900.0, "day": 86_400.0, "5 days": 432_000.0}[self.value]


class Settings(msgspec.Struct, frozen=True):
    """The settings of a profile.

    Attributes:
        format: of the file; a newer one is not touched.
        feed: that of new lists, as `--feed` takes it.
        theme: dark or light.
        direction: the colours of up and down.
        density: how close the rows stand.
        motion: does a price that moved flash?
        plans: feed -> how many symbols your plan has room for on one connection; what is not set is found out.
        paints_per_s: how often the table is painted at most.
        saves_power: may prices be painted up to a tenth of a second later, for less work while little moves?
        trend: how far back lines reach.
        serves: may other programs of this user read quotes from the program that runs?
        serves_web: may they over WebSocket, too, at web_port of 127.0.0.1? They need the token, which is in the
            keyring.
        web_origins: of the web pages that may; none is what programs have that are no pages.
        relay: the address of the relay that stands in for the feeds it has; "" for none.
        relay_slow: is it to send one value a second of each row, for a slow line?
        open_in: web pages of a symbol, by the user's URL templates.
        recorder_mb: how much of what passes on connections is kept, the newest; 0: nothing is recorded.
        tells: is a window in the background told of, when prices stop or come back?
        alert_notice: does an alert show a notice on the desktop?
        alert_sound: the sound of alerts whose rule names none; one of app/process/sound.
        alert_raises: does an alert bring a window forward?
        alert_command: the program that rules may run, with its words; it gets the alerts as JSON.
        alert_runs: may rules run it?
        alert_posts: may rules post to the webhook? Its address is in the keyring.
        alert_private: may that be on this machine or in a private network, and plain http?
    """

    format: int = kept_file.FORMAT
    feed: str = "demo"
    theme: Shade = Shade.SYSTEM
    direction: Direction = Direction.GREEN_UP
    density: Spacing = Spacing.NORMAL
    motion: bool = True
    plans: dict[str, Annotated[int, msgspec.Meta(ge=1)]] = {}
    paints_per_s: Annotated[int, msgspec.Meta(ge=1, le=MOST_PAINTS)] = MOST_PAINTS
    saves_power: bool = False
    trend: TrendSpan = TrendSpan.QUARTER
    recorder_mb: Annotated[int, msgspec.Meta(ge=0, le=MOST_RECORDED_MB)] = 64
    tells: bool = True
    serves: bool = True
    serves_web: bool = False
    web_port: Annotated[int, msgspec.Meta(ge=LEAST_PORT, le=MOST_PORT)] = 8417
    web_origins: tuple[str, ...] = ()
    alert_notice: bool = True
    alert_sound: str = "chime"
    alert_raises: bool = False
    alert_command: tuple[str, ...] = ()
    alert_runs: bool = False
    alert_posts: bool = False
    alert_private: bool = False
    relay: str = ""
    relay_slow: bool = False
    open_in: tuple[UrlTemplate, ...] = ()

    @property
    def known_feed(self) -> str:
        """That of bare codes where none is named: `feed`, or the built-in one where there is none of that name."""
        return self.feed if self.feed in FEEDS else BUILT_IN


class SettingsFile:
    """The settings of this run and the file they are kept in.

    Attributes:
        chosen: as they are now.
    """

    def __init__(self, path: Path, chosen: Settings) -> None:
        self.chosen = chosen
        self._path = path

    def change(self, **changes: object) -> None:
        """Change some, by their names, and keep them all. Raises OSError; they are changed for this run even so."""
        before, self.chosen = self.chosen, msgspec.structs.replace(self.chosen, **changes)
        if self.chosen != before or not self._path.exists():
            save(self._path, self.chosen)


def load(path: Path) -> tuple[Settings, str]:
    """The settings, and a report for the user ("" where all is well). Raises UntouchedError."""
    settings, report = kept_file.load(path, Settings)
    return settings or Settings(), report


def glance(path: Path) -> Settings:
    """The settings as far as they can be read, with nothing set aside or reported."""
    try:
        return msgspec.toml.decode(kept_file.read_bytes(path), type=Settings)
    except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
        return Settings()


def save(path: Path, settings: Settings) -> None:
    """Write them. Raises OSError."""
    kept_file.save(path, settings)
