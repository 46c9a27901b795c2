"""Of which feed a code is that names none, where prices come through a relay: one rule for windows and terminals."""

from collections.abc import Sequence

from quotedesk.codec import FEEDS
from quotedesk.engine.pairing import greet
from quotedesk.engine.relay_source import RelaySource
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.client import DeniedError
from quotedesk.net.dial import StrangerError


def relayed_feed(chosen: str, relayed: Sequence[str]) -> str:
    """The feed that was chosen, where the relay has it; else the relay's only one; else "": nobody can know."""
    known = [name for name in relayed if name in FEEDS]
    return chosen if chosen in known else known[0] if len(known) == 1 else ""


async def ask_feed(source: RelaySource, chosen: str, code: str) -> str:
    """The feed of a bare code, by what the relay says that it has. Raises QuotedeskError with what to write instead."""
    try:
        said = await greet(await source.find_target())
    except (DeniedError, StrangerError):  # first the user has to do something
        raise
    except QuotedeskError as fault:
        told = str(fault).removesuffix(".")
        raise QuotedeskError(f"{told}. Written as {code}@FEED it is waited for.") from fault
    names = [feed.name for feed in said.feeds]
    if found := relayed_feed(chosen, names):
        return found
    known = [name for name in names if name in FEEDS]
    if not known:
        raise QuotedeskError(f"The relay {said.relay} has no feed that this quotedesk knows. Write {code}@FEED.")
    raise QuotedeskError(
        f"The relay {said.relay} has {', '.join(known)}: of which is {code}? Write {code}@{known[0]}, or add --feed."
    )
