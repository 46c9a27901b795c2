"""The tooltip of a row's state: step by step, what proves that it is subscribed."""

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.clock import Clock
from quotedesk.ui.looks.word_panel import Word, WordPanel
from quotedesk.ui.table.columns import RowSnapshot
from quotedesk.ui.table.row_text import continued, proven, still

_STEP_PX = 98
_WHEN_PX = 92


class StatusTip(WordPanel):
    """Says what the plain tooltip says, in columns."""

    def tell(
        self,
        reading: RowSnapshot,
        trace: Trace,
        continuity: Continuity | None,
        others_tick: bool,
        clock: Clock,
    ) -> None:
        """Show a row's trace; see row_text.tip for the arguments."""
        title = [Word(reading.code, "t1", is_strong=True, gap_px=10), Word(still(reading, others_tick), "t2")]
        steps = [
            [
                Word("", "t2", mark="pending" if when.startswith("none") else "check"),
                Word(step, "t2", column_px=_STEP_PX),
                Word(when.removeprefix("none in "), "t1", column_px=-_WHEN_PX, gap_px=12),
                Word(note, "t3"),
            ]
            for step, when, note in proven(trace, reading.now_s, clock)
        ]
        self.say([title, *steps, [Word(continued(continuity, reading.now_s), "t3")] if continuity else []])
