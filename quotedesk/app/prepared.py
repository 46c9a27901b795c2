"""What a run with a window has before its first widget."""

from dataclasses import dataclass, field

from quotedesk.app.kept_lists import KeptLists
from quotedesk.app.options import Options
from quotedesk.app.process.faults import Faults, log
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.market.clock import Clock


@dataclass(slots=True)
class Prepared:
    """Made by `start`, for the program and its tools.

    Attributes:
        feed: that of new lists.
        reports: what the user should know from the start, line by line.
        crash: what the run before left, where it went wrong; else "".
        is_new: the profile was never used before.
    """

    options: Options
    profile: Profile
    feed: str
    lists: KeptLists
    sources: Sources
    settings: SettingsFile
    redactor: Redactor = field(default_factory=Redactor)
    faults: Faults | None = None
    reports: list[str] = field(default_factory=list)
    crash: str = ""
    is_new: bool = False
    clock: Clock = field(default_factory=SystemClock)

    @property
    def is_live(self) -> bool:
        """Is this run more than a look at a recording? Of one nothing is kept, and nobody is asked for anything."""
        return self.options.replay is None

    def report(self, *lines: str) -> None:
        """Something that the user should know from the start; "" is nothing."""
        for line in filter(None, lines):
            self.reports.append(line)
            log.warning("%s", line)
