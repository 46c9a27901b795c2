"""The flight recorder of a run with a window: a ring in the profile, or the file of --record; what is saved of it."""

import asyncio
from pathlib import Path

from quotedesk.app.process.faults import log
from quotedesk.app.windows import Windows
from quotedesk.config.paths import Profile
from quotedesk.config.recording_store import NoRecordingError, copy_since
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.flight_recording import MB, record
from quotedesk.engine.recorder import Recorder
from quotedesk.engine.services import Services
from quotedesk.engine.tasks import Tasks
from quotedesk.engine.told_recording import told
from quotedesk.quotes.quotes import Quotes

MINUTES = 10


class FlightRecorder:
    """Records from `begin` on, as far as the settings or `whole` want it. Needs the running loop.

    `whole`: a file for the whole run, which takes the place of the ring.
    """

    def __init__(
        self, services: Services, quotes: Quotes, windows: Windows, settings: SettingsFile, profile: Profile
    ) -> None:
        self._services = services
        self._quotes = quotes
        self._windows = windows
        self._settings = settings
        self._profile = profile
        self._whole: Path | None = None
        self._tasks: Tasks = services.tasks
        windows.requests.recording_saved.connect(self.ask)
        windows.requests.recorder_sized.connect(self.set_size)

    def begin(self, whole: Path | None) -> None:
        """Record from now on; to be called before anything is wanted."""
        self._whole = whole
        size_mb = self._settings.chosen.recorder_mb
        if whole is not None:
            self._record(whole, None)
        elif size_mb:
            self._record(self._profile.recording, size_mb * MB)

    def set_size(self, size_mb: int) -> None:
        """The ring is to have that size from now on; 0: there is none, and what was recorded goes."""
        if self._whole is None:
            self._tasks.spawn(self._resize(size_mb), "flight recorder")

    async def close(self) -> None:
        """Write what is left."""
        if (recorder := self._services.recorder) is not None:
            await asyncio.to_thread(recorder.close)

    def ask(self) -> None:
        """Show what the last minutes hold, and ask where to keep them."""
        if self._services.recorder is None:
            self._windows.show_notice("Nothing is recorded: File > Settings, Flight recorder gives it room.")
            return
        self._tasks.spawn(self._ask(self._services.recorder), "save the last minutes")

    def _record(self, path: Path, most_bytes: int | None) -> None:
        def failed(words: str) -> None:
            log.warning("%s", words)
            self._windows.show_notice(words, is_error=True)

        recorder = record(self._services, path, most_bytes, failed)
        for feed, symbols in self._settings.chosen.plans.items():
            recorder.set_plan(feed, symbols)

    async def _resize(self, size_mb: int) -> None:
        """Taps stay with the recorder that gave them: what is connected now is recorded from the next start on."""
        recorder = self._services.recorder
        if size_mb and recorder is not None and not recorder.fault:
            recorder.most_bytes = size_mb * MB
        elif not size_mb and recorder is not None:
            self._services.recorder = None
            self._services.consumers.remove(recorder)
            await asyncio.to_thread(recorder.close)
            for ending in ("", "-wal", "-shm"):
                path = self._profile.recording
                await asyncio.to_thread(path.with_name(path.name + ending).unlink, missing_ok=True)
        elif size_mb:
            self._windows.show_notice("The flight recorder begins with the next start.")

    async def _ask(self, recorder: Recorder) -> None:
        from quotedesk.ui.dialogs.recording_dialog import RecordingDialog  # the first paint need not wait for it

        clock = self._services.clock
        since_utc_s = clock.utc_s(clock.now_s()) - MINUTES * 60
        try:
            await asyncio.to_thread(recorder.flush)
            lines = await asyncio.to_thread(told, recorder.path, since_utc_s)
        except (NoRecordingError, OSError) as fault:
            self._windows.show_notice(f"The recording cannot be read: {fault}.", is_error=True)
            return
        if recorder.fault:
            lines = [*lines, ("Note", recorder.fault)]
        dialog = RecordingDialog(MINUTES, lines, self._windows.front)
        dialog.chosen.connect(lambda path: self._tasks.spawn(self._save(recorder, path, since_utc_s), "save recording"))
        dialog.show()

    async def _save(self, recorder: Recorder, path: Path, since_utc_s: float) -> None:
        try:
            frames = await asyncio.to_thread(copy_since, recorder.path, path, since_utc_s)
        except (NoRecordingError, OSError) as fault:
            words = fault.strerror if isinstance(fault, OSError) else str(fault)
            self._windows.show_notice(
                f"{path.name} could not be saved ({words}). Choose another folder.", is_error=True
            )
            return
        self._windows.show_notice(f"Saved {frames:,} messages as {path}. quotedesk --replay plays them.")
