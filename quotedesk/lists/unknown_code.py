"""Typed texts that no directory knows: what is told of them, and what entering them once more agrees to."""

from collections.abc import Sequence

from quotedesk.market.errors import BadSymbolError

_MOST_NAMED = 3


class UnknownCodeError(BadSymbolError):
    """A typed text that no directory knows as a symbol.

    Attributes:
        nearest: what is most likely meant, as it is typed into the list; "" for nothing.
        made: the code that the text would be, as it is typed into the list; "" where it does not look like one, or
            where the feed's directory is whole and has it not.
    """

    def __init__(self, symbol: str, why: str, advice: str, nearest: str, made: str) -> None:
        super().__init__(symbol, why, advice)
        self.nearest = nearest
        self.made = made


def agreed(text: str, faults: Sequence[BadSymbolError]) -> tuple[str, set[str]]:
    """What somebody means who enters a refused text once more: the text, and which of its pieces are sure now.

    The nearest code in the place of the first piece; where nothing is near, all pieces that look like codes.
    """
    first = faults[0] if faults else None
    if not isinstance(first, UnknownCodeError):
        return text, set()
    if first.nearest:
        return text.replace(first.symbol, first.nearest, 1), {first.nearest}
    return text, {each.symbol for each in _made(faults)}


def advice(faults: Sequence[BadSymbolError]) -> str:
    """What to do about a text with these faults: every code that entering it once more adds is named."""
    first, made = faults[0], [each.made for each in _made(faults)]
    if first not in _made(faults) or len(made) == 1:
        return first.advice
    shown, more = made[:_MOST_NAMED], len(made) - _MOST_NAMED
    last = f"{more} more" if more > 0 else shown.pop()
    return f"Enter once more adds {', '.join(shown)} and {last}."


def _made(faults: Sequence[BadSymbolError]) -> list[UnknownCodeError]:
    """Those of texts that look like codes, and like no known one."""
    unknown = [each for each in faults if isinstance(each, UnknownCodeError)]
    return [each for each in unknown if each.made and not each.nearest]
