"""What rows show, as quotes: for a checkpoint of a recording."""

from collections.abc import Callable, Sequence

from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Quote
from quotedesk.quotes.quotes import Quotes


def known_of(quotes: Quotes) -> Callable[[Sequence[Instrument]], Callable[[], dict[str, list[Quote]]]]:
    """For Recorder: of some instruments a copy is taken at once, and quotes by feed are made of it in any thread."""

    def take(instruments: Sequence[Instrument]) -> Callable[[], dict[str, list[Quote]]]:
        slots = quotes.slots(instruments).tolist()
        numbers, times = quotes.numbers(), quotes.time_utc_s.tolist()

        def make() -> dict[str, list[Quote]]:
            found: dict[str, list[Quote]] = {}
            for instrument, slot in zip(instruments, slots, strict=True):
                known = {name: column[slot] for name, column in numbers.items() if column[slot].is_known}
                if known:
                    quote = Quote(code=instrument.code, time_utc_s=times[slot], **known)
                    found.setdefault(instrument.feed, []).append(quote)
            return found

        return make

    return take
