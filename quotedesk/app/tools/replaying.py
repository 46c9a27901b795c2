"""A run that shows a recording: plays it, and answers what the windows' bars ask."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.app.windows import Windows
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.recorded import open_recorded
from quotedesk.engine.replay import Replay
from quotedesk.engine.services import Consumer, Services
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.clock import Clock
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.window.replay_view import ReplayView

_PLAY_EVERY_S = 0.015
_STAND_S = 0.05  # between two looks at what is wanted, while it stands
_SHOW_EVERY_S = 0.1  # how often bars are told where it is


class Replaying:
    """`real` is the clock of life; what shows and counts goes by `clock`.

    Attributes:
        replay: the recording on its way.
        frames: for Services.
    """

    def __init__(self, path: Path, real: Clock, speed: float, *, loops: bool) -> None:
        """Raises QuotedeskError where the file cannot be played."""
        self.frames = FrameLog()
        self.replay = Replay(open_recorded(path), real, self.frames, speed)
        self._real = real
        self._loops = loops
        self._speed = speed
        self._is_searching = False
        self._sought_utc_s: float | None = None
        self._told = ""
        self._view: ReplayView | None = None
        self._shown_s = 0.0

    @property
    def clock(self) -> Clock:
        """That of the recording."""
        return self.replay.clock

    def begin(self, services: Services, feeds: Feeds, windows: Windows, tasks: Tasks, alerting: Alerting) -> None:
        """Play into these. Needs the running loop."""
        self._windows = windows
        self.replay.attach(services, feeds)
        followers: list[Consumer] = [each for each in services.consumers if isinstance(each, ChartedTicks)]
        self.replay.followers = followers
        self.replay.forgetting += [each.forget for each in followers if isinstance(each, ChartedTicks)]
        alerting.listeners.append(self._fired)
        requests = windows.requests
        requests.replay_played.connect(self.play)
        requests.replay_stepped.connect(self.step)
        requests.replay_sped.connect(self.set_speed)
        requests.replay_sought.connect(self.seek)
        requests.replay_searched.connect(self.search)
        self._show()
        tasks.spawn(self._play(), "replay")

    def play(self, on: bool) -> None:
        """Go on, or stand; at the end go on from the beginning."""
        self._stop_search()
        if on and self.replay.is_over:
            self._sought_utc_s = self.replay.begin_utc_s
        self.replay.is_playing = on
        self._show()

    def step(self) -> None:
        """On to the next message, and stand there."""
        self._stop_search()
        self.replay.is_playing = False
        self.replay.step()
        self._windows.wake()
        self._show()

    def set_speed(self, speed: float) -> None:
        """So many times as fast as life."""
        self._stop_search()
        self._speed = self.replay.speed = speed
        self._show()

    def seek(self, utc_s: float) -> None:
        """Be there soon: of a drag only the newest place counts."""
        self._stop_search()
        self._sought_utc_s = utc_s

    def search(self) -> None:
        """Go on to where an alert fires, as fast as it goes."""
        self._is_searching = self.replay.is_playing = True
        self.replay.speed = float("inf")
        self._show()

    def _fired(self, firings: Sequence[Firing]) -> None:
        if self._is_searching and any(each.kind is not FiringKind.ALREADY for each in firings):
            self._stop_search()
            self.replay.is_playing = False
            self._show()

    def _stop_search(self) -> None:
        self._is_searching = False
        self.replay.speed = self._speed

    async def _play(self) -> None:
        replay = self.replay
        while True:
            if self._sought_utc_s is not None:
                sought_utc_s, self._sought_utc_s = self._sought_utc_s, None
                replay.seek(sought_utc_s)
                self._show()
            is_late = replay.play_on()
            if replay.is_over and replay.is_playing:
                self._end()
            if (now_s := self._real.now_s()) >= self._shown_s + _SHOW_EVERY_S:
                self._shown_s = now_s
                self._show()
            await asyncio.sleep(0.0 if is_late else _PLAY_EVERY_S if replay.is_playing else _STAND_S)

    def _end(self) -> None:
        self._stop_search()
        if self._loops:
            self._sought_utc_s = self.replay.begin_utc_s
        else:
            self.replay.is_playing = False
        self._show()

    def _show(self) -> None:
        replay = self.replay
        view = ReplayView(
            *(replay.name, replay.begin_utc_s, replay.end_utc_s, replay.now_utc_s, self._speed),
            *(replay.is_playing, replay.is_over, self._is_searching),
        )
        if view != self._view:
            self._view = view
            self._windows.show_replay(view)
        if replay.report != self._told:
            self._told = replay.report
            self._windows.show_notice(self._told, is_error=True)
