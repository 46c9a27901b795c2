"""How much of a provider's plan is used, over all its endpoints: each is a connection with room of its own."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from quotedesk.feed.session import Session


class PlanUse(NamedTuple):
    """Attributes:
    used: codes that hold a place.
    slots: how many there are; None where nobody knows, or where it is room that a market gives to everybody.
    parked: codes that wait for a place.
    """

    used: int
    slots: int | None
    parked: int


def plan_use(sessions: Iterable[Session], counts: Callable[[str], bool] | None = None) -> PlanUse | None:
    """Of the sessions of one feed; None where none is wanted for. `counts`: which codes do, None for all."""
    used, slots, parked = 0, 0, 0
    is_known, is_plan, is_used = True, False, False
    for each in sessions:
        codes = each.wanted if counts is None else [code for code in each.wanted if counts(code)]
        if not codes:
            continue
        is_used = True
        waiting = sum(code in each.parked for code in codes)
        parked += waiting
        used += sum(code not in each.parked and code not in each.refused for code in codes)
        limit = each.quota.limit
        is_known = is_known and limit is not None
        slots += limit or 0
        # Room that a market gives to everybody is more than a list takes: it is no plan to be shown.
        is_plan = is_plan or each.feed.provider.needs_key or waiting > 0 or limit != each.quota.most
    return PlanUse(used, slots if is_known and is_plan else None, parked) if is_used else None
