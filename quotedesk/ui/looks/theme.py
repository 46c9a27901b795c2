"""The one file of looks: colours, measures, type, and how each row state appears."""

import enum
from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QFont

from quotedesk.config.settings import Direction, Spacing
from quotedesk.lists.saved import Flag
from quotedesk.market.states import LinkState, RowState
from quotedesk.ui.looks import fonts

# Sizes are logical pixels at a 13 px base font.
FAMILIES = [fonts.FAMILY, "Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
HEADER_PX = 28
MENU_PX = 28
STATUS_PX = 28
BANNER_PX = 44
CELL_RADIUS_PX = 3
CONTROL_RADIUS_PX = 5
POPUP_RADIUS_PX = 6
SCROLL_BAR_PX = 8
FIELD_PX = 30  # height of fields and buttons in dialogs

FLASH_FULL_S = 0.2
FLASH_HALF_S = 0.1
FLASHES_A_SECOND = 3


@dataclass(frozen=True, slots=True)
class Density:
    """How close the rows stand.

    Attributes:
        row_px: height of a row.
        text_px: size of numbers and symbols; words are one smaller.
        trend_margin_px: above and below a sparkline.
        name_left_px: where the name stands in the symbol's cell; None: under the symbol.
        section_px: height of a label row.
    """

    row_px: int
    text_px: int
    trend_margin_px: int
    name_left_px: int | None
    section_px: int

    @property
    def add_row_px(self) -> int:
        """Height of the row with the add line."""
        return self.row_px + 8


DENSITIES = {
    Spacing.COMPACT: Density(22, 12, 4, 104, 24),
    Spacing.NORMAL: Density(28, 13, 5, 112, 32),
    Spacing.COMFORTABLE: Density(40, 13, 8, None, 40),
}
NORMAL = DENSITIES[Spacing.NORMAL]


class Strength(enum.Enum):
    """How much a price may be believed."""

    __hash__ = object.__hash__  # that of enums is Python, and is asked for with each cell

    NOW = "now"
    KNOWN = "known"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Look:
    """How a row state appears. In texts {age} stands for how long it is so, {reason} for why.

    Attributes:
        mark: the shape in the State column (a name of ui/looks/glyphs).
        glyph_colour, word_colour, symbol_colour: the names of Theme's colours.
        strength: how much the row's price may be believed.
        word: beside the mark; "" for none.
        told: why the row does not move, or that it does. Without a reason it ends before the ". " or ": " of one.
        counted: what so many of these rows are, for the status bar: "7 live".
        is_slanted: numbers and the word are in italics.
        stops: its line ends in a square: trading was stopped, not the feed.
    """

    mark: str
    glyph_colour: str
    word_colour: str
    symbol_colour: str
    strength: Strength
    word: str
    told: str
    counted: str
    is_slanted: bool = False
    stops: bool = False


# In the order in which the status bar counts the rows.
LOOKS = {
    RowState.LIVE: Look("live", "t1", "t2", "t1", Strength.NOW, "", "live: {reason}", "live"),
    RowState.QUIET: Look(
        *("quiet", "t3", "t3", "t1", Strength.KNOWN, "{age}"),
        "quiet, last trade {age} ago; the link is proven alive",
        "quiet",
    ),
    RowState.DELAYED: Look(
        *("delayed", "t2", "t2", "t1", Strength.KNOWN, "{reason}"),
        "delayed: the feed says that it is {reason} behind the market",
        "delayed",
    ),
    RowState.CLOSED: Look(
        *("closed", "t2", "t2", "t1", Strength.KNOWN, "Closed"),
        "closed: out of its market's hours. The last price stays",
        "closed",
    ),
    RowState.HALTED: Look(
        *("halted", "warn", "warn", "t1", Strength.KNOWN, "Halted"),
        "halted: the feed says that trading was stopped. The last price stays",
        "halted",
        stops=True,
    ),
    RowState.LIMIT_UP: Look(
        *("limit_up", "warn", "warn", "t1", Strength.KNOWN, "Limit up"),
        "at the highest price that the exchange allows today, the feed says",
        "at a limit",
        stops=True,
    ),
    RowState.LIMIT_DOWN: Look(
        *("limit_down", "warn", "warn", "t1", Strength.KNOWN, "Limit down"),
        "at the lowest price that the exchange allows today, the feed says",
        "at a limit",
        stops=True,
    ),
    RowState.STALE: Look(
        *("stale", "warn", "warn", "t2", Strength.DOUBT, "Stale {age}"),
        "stale, last trade {age} ago: much longer than usual, and its market is open",
        "stale",
        is_slanted=True,
    ),
    RowState.PENDING: Look(
        "pending", "t2", "t2", "t1", Strength.DOUBT, "Waiting {age}", "waiting for the first tick", "waiting"
    ),
    RowState.OFFLINE: Look("offline", "t3", "t3", "t2", Strength.DOUBT, "Offline", "offline. {reason}", "offline"),
    RowState.PARKED: Look("parked", "t3", "t3", "t2", Strength.DOUBT, "Parked", "parked: {reason}", "parked"),
    RowState.REFUSED: Look(
        "refused", "error", "error", "error", Strength.DOUBT, "Refused", "refused. {reason}", "refused"
    ),
}

FLAG_COLOURS = {
    Flag.VIOLET: "accent",
    Flag.RED: "error",
    Flag.ORANGE: "warn",
    Flag.GREEN: "green",
    Flag.BLUE: "blue",
}

# Of a link in the status bar: mark, colour, word.
LINK_LOOKS = {
    LinkState.OFF: ("quiet", "t3", "Not in use"),
    LinkState.CONNECTING: ("pending", "t2", "Connecting"),
    LinkState.UP: ("live", "t1", "Connected"),
    LinkState.WAITING: ("offline", "warn", "Offline"),
    LinkState.DENIED: ("refused", "error", "Refused"),
}


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one strength, and how its sparkline ends.

    Attributes:
        price, up, down, flat: text and lines; flat is a change of nothing.
        fill: how much of the full area gradient, 0 to 1.
        end: the mark at the end of the line (a name of ui/looks/glyphs).
    """

    price: QColor
    up: QColor
    down: QColor
    flat: QColor
    fill: float
    end: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by their use; the names are those of the look.

    Attributes:
        green, blue: of flags; they do not flip with the scheme.
        flash: how much direction colour lies over a row's background in a flash, 0 to 1.
        area_top, area_bottom: opacity of the area under a sparkline at its ends, 0 to 1.
    """

    window: QColor
    table: QColor
    raised: QColor
    hover: QColor
    select: QColor
    select_idle: QColor
    banner: QColor
    line: QColor
    edge: QColor
    t1: QColor
    t2: QColor
    t3: QColor
    accent: QColor
    on_accent: QColor
    warn: QColor
    error: QColor
    up: QColor
    down: QColor
    up_muted: QColor
    down_muted: QColor
    green: QColor
    blue: QColor
    flash: float
    area_top: float
    area_bottom: float

    def colour(self, name: str) -> QColor:
        """The colour of that name. Raises AttributeError for one that is not there."""
        colour: QColor = getattr(self, name)
        return colour

    def colours(self, strength: Strength) -> Colours:
        """The colours for prices that may be believed that much."""
        if strength is Strength.NOW:
            return Colours(self.t1, self.up, self.down, self.t2, 1.0, "end")
        if strength is Strength.KNOWN:
            return Colours(self.t2, self.up_muted, self.down_muted, self.t3, 0.7, "end_small")
        return Colours(self.t3, self.t3, self.t3, self.t3, 0.55, "end_hollow")


DARK = Theme(
    window=QColor("#0C0D0F"),
    table=QColor("#111316"),
    raised=QColor("#1C1F24"),
    hover=QColor("#171A1E"),
    select=QColor("#23223A"),
    select_idle=QColor("#1F2227"),
    banner=QColor("#2A2314"),
    line=QColor("#22262B"),
    edge=QColor("#343941"),
    t1=QColor("#F1F3F5"),
    t2=QColor("#B6BCC5"),
    t3=QColor("#8A919C"),
    accent=QColor("#9C8DFF"),
    on_accent=QColor("#100C26"),
    warn=QColor("#F2BE54"),
    error=QColor("#F56B78"),
    up=QColor("#45CB92"),
    down=QColor("#F56B78"),
    up_muted=QColor("#6CAE99"),
    down_muted=QColor("#BD818D"),
    green=QColor("#45CB92"),
    blue=QColor("#5CB8F7"),
    flash=0.16,
    area_top=0.30,
    area_bottom=0.03,
)
LIGHT = Theme(
    window=QColor("#F1F2F4"),
    table=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    hover=QColor("#F6F6F8"),
    select=QColor("#ECE9FD"),
    select_idle=QColor("#ECEEF0"),
    banner=QColor("#FFF3D6"),
    line=QColor("#E5E7EB"),
    edge=QColor("#C9CDD4"),
    t1=QColor("#14171B"),
    t2=QColor("#464D57"),
    t3=QColor("#5F6772"),
    accent=QColor("#5A46DB"),
    on_accent=QColor("#FFFFFF"),
    warn=QColor("#895500"),
    error=QColor("#CB2438"),
    up=QColor("#006F45"),
    down=QColor("#CB2438"),
    up_muted=QColor("#416E66"),
    down_muted=QColor("#8C5361"),
    green=QColor("#006F45"),
    blue=QColor("#0B5FA8"),
    flash=0.16,
    area_top=0.21,
    area_bottom=0.02,
)


def themed(*, dark: bool, direction: Direction) -> Theme:
    """Dark or light, with these colours for up and down: (colour, muted), each from its line of the look."""
    base = DARK if dark else LIGHT
    green, red = (base.up, base.up_muted), (base.down, base.down_muted)
    if dark:
        blue, orange = (QColor("#5CB8F7"), QColor("#77A5C8")), (QColor("#E8833A"), QColor("#B78C71"))
    else:
        blue, orange = (QColor("#0B5FA8"), QColor("#45698B")), (QColor("#B04A00"), QColor("#82614D"))
    up, down = {
        Direction.GREEN_UP: (green, red),
        Direction.RED_UP: (red, green),
        Direction.BLUE_UP: (blue, orange),
        Direction.RED_UP_BLUE_DOWN: (red, blue),
    }[direction]
    return replace(base, up=up[0], up_muted=up[1], down=down[0], down_muted=down[1])


def mix(over: QColor, under: QColor, part: float) -> QColor:
    """`part` (0 to 1) of one colour over another, opaque."""

    def blend(a: int, b: int) -> int:
        return round(b + (a - b) * part)

    return QColor(blend(over.red(), under.red()), blend(over.green(), under.green()), blend(over.blue(), under.blue()))


def faded(colour: QColor, opacity: float) -> QColor:
    """The colour, see-through."""
    result = QColor(colour)
    result.setAlphaF(opacity)
    return result


def font(size_px: int = 13, *, strong: bool = False, slanted: bool = False, is_kerned: bool = True) -> QFont:
    """A font of the desk: every digit equally wide, glyphs where the outline says. Numbers alone need no kerning."""
    fonts.load()
    result = QFont()
    result.setFamilies(FAMILIES)
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    result.setItalic(slanted)
    result.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    result.setFeature(QFont.Tag("tnum"), 1)
    result.setKerning(is_kerned)
    return result
