"""What the user holds, as one value: what disk keeps and all windows show."""

from collections.abc import Mapping

import msgspec

from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position


class Held(msgspec.Struct, frozen=True):
    """All positions, and how they are shown.

    Attributes:
        positions: by instrument; a symbol keeps its own whichever list it is in, or in none.
        currency: that of totals; "" for the one that most rows have.
        is_hidden: no amount is shown.
    """

    positions: Mapping[Instrument, Position] = {}
    currency: str = ""
    is_hidden: bool = False

    def changed(self, positions: Mapping[Instrument, Position | None]) -> "Held":
        """The same with these; None takes one away."""
        kept = dict(self.positions)
        for instrument, position in positions.items():
            kept.pop(instrument, None)
            if position is not None:
                kept[instrument] = position
        return msgspec.structs.replace(self, positions=kept)
