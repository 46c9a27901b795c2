"""What the user asks the program for, wherever in a window: one object, which all windows share and the app answers."""

from PySide6.QtCore import QObject, Signal

from quotedesk.ui.dialogs.url_choice import UrlChoice
from quotedesk.ui.window.link_groups import LinkGroups
from quotedesk.ui.window.strip_choice import StripChoice


class Requests(QObject):
    """Emitted by windows and their menus, answered by the app.

    Attributes:
        plans_seen: how much plans carry, as far as the user has read it in any window.
        groups: the link groups.
        strip: how the mini strip is to be.
        urls: the URL templates.

    Signals:
        retry(): connect again now, wherever a link is lost.
        window(): another window.
        settings(), diagnostics(), report(): show that dialog.
        origins(): the known feeds are looked at; say where their keys come from.
        markets(): the shown list's prices are to come from a real market that needs no account, the nearest.
        demo(): the shown list's prices are to come from the demo feed.
        token(): the user has a provider's token to give.
        token_of(feed): the token of that feed is to be given, or another one.
        plan_seen(slots): the user has read that a plan carries so many symbols, and closed that.
        fetching_stopped(): what is fetched beside the streams is not to go on.
        trend(span): lines reach so far back from now on (a config.settings.TrendSpan).
        candles(instrument, bar_s, count): a chart wants the newest so many candles of that length in seconds; they are
            told by `Window.show_candles`.
        alert_at(instrument, price): an alert is wanted there, as dragged or chosen in a chart.
        alert_log(path): the log of alerts is to be written there as CSV.
        alert_moved(key, price): an alert's level was dragged there; `key` as in ui.chart.alert_lines.AlertLevel.
        front(watchlist, instrument): bring a window to the front, with that row; None, None: as it is.
        told(words): something to tell, of the strip, which has no place for it.
        welcomed(): the user of a new profile has begun.
        replay_played(on): a recording that is shown is to go on, or stand.
        replay_stepped(): it is to go on by one message.
        replay_sped(speed): it is to go so many times as fast as life.
        replay_sought(utc_s): it is to be where its wall clock says so.
        replay_searched(): it is to go on to the next alert.
        recorder_sized(mb): the flight recorder is to keep so many megabytes; 0: nothing.
        versions(): earlier versions of the shown list are to be shown, as the relay keeps them.
        recording_saved(): the last minutes are to be kept in a file.
        quit(): end the program; also asked when the last window is to be closed.
    """

    retry = Signal()
    window = Signal()
    settings = Signal()
    diagnostics = Signal()
    report = Signal()
    origins = Signal()
    markets = Signal()
    demo = Signal()
    token = Signal()
    token_of = Signal(str)
    plan_seen = Signal(object)
    fetching_stopped = Signal()
    trend = Signal(object)
    candles = Signal(object, int, int)
    alert_at = Signal(object, float)
    alert_moved = Signal(str, float)
    alert_log = Signal(object)
    front = Signal(object, object)
    told = Signal(object)
    welcomed = Signal()
    replay_played = Signal(bool)
    replay_stepped = Signal()
    replay_sped = Signal(float)
    replay_sought = Signal(float)
    replay_searched = Signal()
    recorder_sized = Signal(int)
    versions = Signal()
    recording_saved = Signal()
    quit = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plans_seen: set[int | None] = set()
        self.groups = LinkGroups(self)
        self.strip = StripChoice(self)
        self.urls = UrlChoice(self)
