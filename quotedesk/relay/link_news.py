"""What becomes of the relay's connections, in lines for whoever runs it."""

from collections.abc import Iterable

from quotedesk.market.states import LinkState, LinkStatus

_WORDS = {LinkState.UP: "connected", LinkState.WAITING: "lost", LinkState.DENIED: "not let in"}


class LinkNews:
    """Says each change once: a loss that lasts is one line, however often it is tried."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}  # link -> its word

    def lines(self, links: Iterable[LinkStatus]) -> list[str]:
        """What is new since the last call; links of which the same is told share a line."""
        before, self._told = self._told, {}
        names: dict[str, list[str]] = {}
        for link in links:
            known = before.get(link.name, "")
            word = known if link.state is LinkState.CONNECTING else _WORDS.get(link.state, "")
            self._told[link.name] = word
            if word != known and word:
                names.setdefault(f"{word}{link.reason and f': {link.reason}'}.", []).append(link.name)
        return [f"{', '.join(who)} {words}" for words, who in names.items()]
