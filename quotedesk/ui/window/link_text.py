"""A link in words, plain text: for its lamp, the banner, a notice on the desktop and the window of the feeds."""

import math
from collections.abc import Iterable, Mapping, Sequence

from quotedesk.codec import BUILT_IN, FEEDS
from quotedesk.market.clock import Clock
from quotedesk.market.states import NO_TOKEN, NOT_PAIRED, NOT_TRUSTED, RELAY, LinkState, LinkStatus
from quotedesk.ui.dialogs.feeds_window import FeedLine, LinkLine
from quotedesk.ui.looks.theme import LINK_LOOKS
from quotedesk.ui.table import numbers
from quotedesk.ui.window.feed_view import FeedView

NO_PRICES = "No prices"
_BEFORE = {NO_TOKEN: "there is one", NOT_PAIRED: "it is"}


def name_of(link: LinkStatus) -> str:
    """A link's name as people write it: "Binance", "Bybit linear"."""
    if link.feed not in FEEDS:
        return link.name
    title = "Demo" if link.feed == BUILT_IN else FEEDS[link.feed].provider.title
    return f"{title} {link.endpoint}" if link.endpoint != link.feed else title


def look_of(link: LinkStatus) -> tuple[str, str, str]:
    """A link's mark, the name of its colour, and its word."""
    if link.is_silent:
        return "stale", "warn", NO_PRICES
    if link.lacking:
        colour = "error" if link.lacking == NOT_TRUSTED else "warn"
        return "refused", colour, link.lacking.removesuffix(" yet")
    return LINK_LOOKS[link.state]


def silence(silent: Sequence[LinkStatus], links: Iterable[LinkStatus], clock: Clock) -> str:
    """Since when those of the `links` bring no prices, in one line; they are named where others are in use."""
    used = in_use(links)
    told = []
    for link in silent:
        assert link.silent_since_s is not None
        words = f"connected, but no prices since {numbers.time_of_day(clock.utc_s(link.silent_since_s))}"
        told.append(f"{link.name}: {words}" if len(used) > 1 else f"{words[0].upper()}{words[1:]}")
    return "  ".join(told)


def in_use(links: Iterable[LinkStatus]) -> tuple[LinkStatus, ...]:
    """Those links that something is wanted on."""
    return tuple(link for link in links if link.state is not LinkState.OFF)


def reasons(lost: Sequence[LinkStatus], links: Iterable[LinkStatus]) -> str:
    """Why those of the `links` are lost, in one line. Who is away is said wherever another link is not, or not for it.

    A feed is named as a whole where all its links are lost for the same reason.
    """
    used = in_use(links)
    by_reason: dict[str, list[LinkStatus]] = {}
    for link in lost:
        by_reason.setdefault(link.reason, []).append(link)
    if len(by_reason) == 1 and len(lost) >= len(used):
        return next(iter(by_reason))
    told = []
    for reason, away in by_reason.items():
        names = dict.fromkeys(
            link.feed if all(other in away for other in used if other.feed == link.feed) else link.name for link in away
        )
        named = f"{', '.join(names)}: "
        told.append(reason if reason.casefold().startswith(named) else f"{named}{reason or 'offline'}")
    return "  ".join(told)


def tip(link: LinkStatus, title: str, clock: Clock) -> str:
    """All that is known of a link, a line each: whose it is, its state, why, what comes next, the last sign of life."""
    now_s = clock.now_s()
    lines = [f"{title}, {link.endpoint}" if link.endpoint != link.feed else title]
    if link.is_way_to_relay:
        lines = [_relay(link)]
    elif link.is_relayed:
        lines = [f"{lines[0]}{_through(link)}"]
    lines += filter(None, [link.reason] if link.lacking else [state_line(link, clock), link.reason])
    if link.retry_at_s is not None:
        left_s = link.retry_at_s - now_s
        at = numbers.time_of_day(clock.utc_s(link.retry_at_s))
        lines.append(f"Next try at {at}, in {math.ceil(left_s)} s" if left_s > 0 else "Trying now")
    elif link.state is LinkState.DENIED:
        lines.append(_next_of_denied(link))
    elif link.is_lost:
        lines.append("Trying now")
    if link.proven_s is None:
        lines.append("No sign of life yet")
    else:
        at = numbers.time_of_day(clock.utc_s(link.proven_s))
        lines.append(f"Last sign of life at {at}, {numbers.age(now_s - link.proven_s)} ago")
    return "\n".join(lines)


def _next_of_denied(link: LinkStatus) -> str:
    """What has to be done before it is tried again, and by whom."""
    if link.is_relayed:
        return "The relay makes no further try until it is started again with a token"
    if link.lacking in _BEFORE:
        return f"Nothing is tried before {_BEFORE[link.lacking]}: File > Settings"
    other = "another pairing code" if link.is_way_to_relay else "another token"
    return f"No further try until you ask for one: Retry now, or {other} in File > Settings"


def state_line(link: LinkStatus, clock: Clock) -> str:
    """The state, and since when where that is known: "Connected since 12:04:10"."""
    word, since = LINK_LOOKS[link.state][2], f"since {numbers.time_of_day(clock.utc_s(link.since_s))}"
    if link.silent_since_s is not None and link.is_silent:
        return f"{word} {since}, but no prices since {numbers.time_of_day(clock.utc_s(link.silent_since_s))}"
    if link.lacking:
        return link.lacking
    if link.state is LinkState.CONNECTING:
        return f"{word}, offline {since}" if link.is_lost else word
    return f"{word} {since}"


def overview(titles: Mapping[str, str], view: FeedView, clock: Clock) -> list[FeedLine]:
    """The known feeds, and those that links are of, for their window; `titles`: feed -> title."""
    told = [link for link in view.links if link.state is not LinkState.OFF or link.is_relayed]
    names = dict.fromkeys([*titles, *(link.feed for link in told)])
    by_name = {name: [link for link in told if link.feed == name] for name in names}
    return [
        FeedLine(
            "" if name == RELAY else name,
            _relay(links[0]) if name == RELAY else titles.get(name, name),
            view.origins.get(name, ""),
            tuple(_line_of(link, clock) for link in links),
        )
        for name, links in by_name.items()
    ]


def _line_of(link: LinkStatus, clock: Clock) -> LinkLine:
    shape, colour, _ = look_of(link)
    endpoint = f"{link.endpoint} " if link.endpoint != link.feed else ""
    if link.state is LinkState.OFF:
        return LinkLine("offline", "t3", f"{endpoint}through the relay of {link.through}, which is not heard")
    state = state_line(link, clock)
    reason = link.reason.removeprefix(f"{link.lacking}: ")
    through = _through(link) if link.is_relayed else ""
    words = f"{endpoint}{state[0].lower()}{state[1:]}{through}" + (f": {reason}" if reason else "")
    return LinkLine(shape, colour, words)


def _relay(link: LinkStatus) -> str:
    """The relay, to which that link is the way, by its name as soon as that is known."""
    return f"The relay {link.through}".rstrip()


def _through(link: LinkStatus) -> str:
    return f", through the relay of {link.through}"
