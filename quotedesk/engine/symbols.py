"""What symbols of a command line, or of another program, name."""

from collections.abc import Iterable, Mapping, Sequence

from quotedesk.codec import FEEDS
from quotedesk.engine.redactor import escaped
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument, check_code, split_codes, split_feed, unique


def unique_instruments(texts: Iterable[str], feed: str) -> list[Instrument]:
    """What CODE and CODE@FEED name, each once; a bare code is of `feed`.

    Raises BadSymbolError for what cannot be a symbol, QuotedeskError for a feed that is not known.
    """
    found: dict[Instrument, None] = {}
    for text in texts:
        for piece in unique(split_codes(text)) or [""]:
            code, said = split_feed(piece)
            if said and said not in FEEDS:
                feeds = ", ".join(sorted(FEEDS))
                raise QuotedeskError(f"There is no feed “{escaped(said)[:40]}”. Choose from: {feeds}.")
            found[Instrument(said or feed, check_code(code))] = None
    return list(found)


def bare_code(texts: Iterable[str]) -> str:
    """The first code of a command line that names no feed; "" where all do. Raises as `unique_instruments`."""
    return next((each.code for each in unique_instruments(texts, "") if not each.feed), "")


def rows_of(lists: Mapping[str, Sequence[Instrument]], name: str) -> Sequence[Instrument]:
    """The instruments of the saved list of that name. Raises QuotedeskError where there is none, or it is empty."""
    if name not in lists:
        names = ", ".join(f"“{escaped(each)}”" for each in lists)
        raise QuotedeskError(f"There is no list “{escaped(name)[:80]}”. There are: {names}.")
    if not lists[name]:
        raise QuotedeskError(f"The list “{escaped(name)}” is empty.")
    return lists[name]
