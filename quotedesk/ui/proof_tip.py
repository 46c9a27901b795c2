"""The tooltip of a row's state: step by step, what proves that it is subscribed."""

from quotedesk.feed.proof import Continuity, Proof
from quotedesk.market.clock import Clock
from quotedesk.ui.columns import Reading
from quotedesk.ui.row_words import continued, proven, still
from quotedesk.ui.word_panel import Word, WordPanel

_STEP_PX = 98
_WHEN_PX = 92


class ProofTip(WordPanel):
    """Says what the plain tooltip says, in columns."""

    def tell(
        self,
        reading: Reading,
        proof: Proof,
        continuity: Continuity | None,
        reason: str,
        others_tick: bool,
        clock: Clock,
    ) -> None:
        """Show a row's proof; see row_words.tip for the arguments."""
        title = [Word(reading.code, "t1", is_strong=True, gap_px=10), Word(still(reading, reason, others_tick), "t2")]
        steps = [
            [
                Word("", "t2", mark="pending" if when.startswith("none") else "check"),
                Word(step, "t2", column_px=_STEP_PX),
                Word(when.removeprefix("none in "), "t1", column_px=-_WHEN_PX, gap_px=12),
                Word(note, "t3"),
            ]
            for step, when, note in proven(proof, reading.now_s, clock)
        ]
        self.say([title, *steps, [Word(continued(continuity, reading.now_s), "t3")] if continuity else []])
