"""The symbols of one session: how far each price may be believed, and why. Decided here, once.

Refused and parked win over offline, offline over all.
"""

import itertools
import math
from collections.abc import Collection, Mapping

import msgspec

from quotedesk.feed.quota import LATE_TICK_S, edge
from quotedesk.feed.staleness import Offset, Silence, Staleness
from quotedesk.feed.subscription_trace import Traces
from quotedesk.feed.subscriptions import Subscriptions
from quotedesk.feed.tick_filter import AHEAD_S
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.quote import Condition, Status, Update
from quotedesk.market.states import LinkStatus, RowState, RowStatus

LOOK_EVERY_S = 5.0
BEHIND_S = 60.0  # stamps that fall back by more are told
AFTER_CLOSE_S = 1800.0  # last prices come so long after a close
_STATE_OF = {
    Condition.HALTED: RowState.HALTED,
    Condition.LIMIT_UP: RowState.LIMIT_UP,
    Condition.LIMIT_DOWN: RowState.LIMIT_DOWN,
    Condition.CANCEL_ONLY: RowState.HALTED,
    Condition.PRE_LAUNCH: RowState.HALTED,
    Condition.MAINTENANCE: RowState.HALTED,
    Condition.DELISTED: RowState.HALTED,
}
_WORD_OF = {  # where the state says less
    Condition.CANCEL_ONLY: "Cancel only: orders can but be taken back",
    Condition.PRE_LAUNCH: "Not trading yet",
    Condition.MAINTENANCE: "Maintenance",
    Condition.DELISTED: "Delisted",
}
_CUT_OFF = (RowState.PARKED, RowState.REFUSED)


class SymbolStatuses:
    """What is known of each wanted code on the present connection. All times are monotonic seconds.

    `listed`: how codes trade by the feed's directory, of those that do not as usual; it may change, see `look_at_all`.
    A directory is up to a day old: what ticks is live all the same.

    Attributes:
        traces: see Traces.
        wall_ahead_s: of the monotonic clock.
    """

    def __init__(self, subscriptions: Subscriptions, hours: Hours, listed: Mapping[str, Status] = {}) -> None:
        self._listed = listed
        self.traces = Traces()
        self.wall_ahead_s = math.nan
        self._list = subscriptions
        self._hours = hours
        self._staleness: dict[str, Staleness] = {}
        self._conditions: dict[str, Status] = {}  # of those that do not trade as usual, by the feed
        self._offset = Offset()
        self._silence = Silence()
        self._distrusted: dict[str, str] = {}  # codes whose newest stamp or price is not believed, and why
        self._fell_back: dict[
            str, float
        ] = {}  # codes whose stamps fell behind on this connection, and how far they are
        self._looked_s = -math.inf
        self._told: dict[str, RowStatus] = {}  # the newest that was given out
        self._due: dict[str, None] = {}  # whose status may have changed
        self._ticked: dict[str, None] = {}  # whose status an update may have changed: looked at first

    def want(self, codes: Collection[str], now_s: float) -> tuple[str, ...]:
        """These are wanted, and no others. Returns those that are not any more."""
        self.traces.want(codes, now_s)
        wanted = set(codes)
        gone = tuple(code for code in self._told if code not in wanted)
        for code in gone:
            del self._told[code]
        for code in self._staleness.keys() - wanted:
            del self._staleness[code]
        for code in self._conditions.keys() - wanted:
            del self._conditions[code]
        for code in self._distrusted.keys() - wanted:
            del self._distrusted[code]
        for code in self._fell_back.keys() - wanted:
            del self._fell_back[code]
        self.look_at_all(codes)
        return gone

    def opened(self, now_s: float) -> None:
        """A connection came up. Its way to the exchange is its own."""
        self.traces.opened(now_s)
        self._offset = Offset()

    def follow(self, before: "SymbolStatuses") -> None:
        """These go on where those of another connection end."""
        self.traces.follow(before.traces)
        self._told = dict(before._told)

    def lost(self, now_s: float) -> None:
        """The connection is gone."""
        self.traces.lost(now_s)
        self._staleness.clear()
        self._conditions.clear()
        self._distrusted.clear()
        self._fell_back.clear()
        self._silence.lost()

    def updated(self, update: Update, now_s: float, count: int = 1) -> None:
        """So many updates of a wanted code were taken, this one last."""
        code = update.code
        staleness = self._staleness.get(code)
        if staleness is None:
            staleness = self._staleness[code] = Staleness()
        wall_s = now_s + self.wall_ahead_s
        behind_s = wall_s - update.time_utc_s
        if behind_s - staleness.behind_s > BEHIND_S:
            self._fell_back[code] = behind_s
            self._ticked[code] = None
        elif self._fell_back and behind_s < self._fell_back.get(code, 0.0) - BEHIND_S:
            del self._fell_back[code]
            self._ticked[code] = None
        staleness.behind_s = behind_s
        staleness.ticked(now_s, self._offset.traded_s(update.time_utc_s, now_s, wall_s), self._silence.total_s)
        self.traces.ticked(code, now_s, count)
        told = self._told.get(code)
        if told is None or told.state is not RowState.LIVE or (self._distrusted and code in self._distrusted):
            self._ticked[code] = None

    def spoke(self, now_s: float) -> None:
        """The link brought updates. To be said before the first of them is."""
        self._silence.ticked(now_s)

    def doubt(self, update: Update, limit_utc_s: float) -> Update:
        """An update whose stamp may not be believed: beyond the limit its time is unknown, and its row says so."""
        if update.time_utc_s > limit_utc_s:
            ahead_s = update.time_utc_s - limit_utc_s + AHEAD_S
            self._distrusted[update.code] = f"the feed's time is {_span(ahead_s)} ahead, so the time of arrival counts"
            return msgspec.structs.replace(update, time_utc_s=math.nan)
        if self._distrusted.pop(update.code, None):
            self._ticked[update.code] = None
        return update

    def unshown(self, code: str) -> None:
        """A price of a wanted code cannot be shown: its row says so until a good one comes."""
        self._distrusted[code] = "the newest price from the feed is none that can be shown"
        self._ticked[code] = None

    @property
    def doubts(self) -> bool:
        """Is a stamp or a price of some code not believed?"""
        return bool(self._distrusted)

    def second(self) -> None:
        """Once a second: which symbols are the quickest now?"""
        self._offset.settle(each.behind_s for each in self._staleness.values())

    def silent_since_s(self, now_s: float) -> float | None:
        """Since when the link brings no updates though it should; None while it does, or nothing is due.

        Markets that closed since they last ticked explain a silence.
        """
        since_s = self._silence.since_s(now_s)
        if since_s is None:
            return None
        is_due = any(not self._has_closed(code, each, now_s) for code, each in self._staleness.items())
        return since_s if is_due else None

    def conditioned(self, status: Status) -> None:
        """The feed says how a wanted code trades."""
        if status.condition is Condition.NORMAL and not status.delay_s:
            self._conditions.pop(status.code, None)
        else:
            self._conditions[status.code] = status
        self._ticked[status.code] = None

    def look_at_all(self, codes: Collection[str]) -> None:
        """Any of these may have changed."""
        self._due.update(dict.fromkeys(codes))

    @property
    def is_due(self) -> bool:
        """May a status have changed that nobody has looked at?"""
        return bool(self._due or self._ticked)

    def collect(self, now_s: float, link: LinkStatus, most: int) -> tuple[list[RowStatus], list[str]]:
        """Look at so many of those that may have changed: the statuses that did, and the codes they cut off."""
        changed: list[RowStatus] = []
        cut: list[str] = []
        told, wanted = self._told, self._list.is_in_list
        for code in self._take_due(most):
            if not wanted(code):
                continue
            status, before = self.status(code, now_s, link), told.get(code)
            if before is None or status.state is not before.state or status.reason != before.reason:
                told[code] = status
                changed.append(status)
                if status.state in _CUT_OFF and (before is None or before.state is not status.state):
                    cut.append(code)
        return changed, cut

    def _take_due(self, most: int) -> list[str]:
        if not self._due and len(self._ticked) <= most:
            codes, self._ticked = list(self._ticked), {}
            return codes
        codes = []
        for due in (self._ticked, self._due):
            codes += itertools.islice(due, most - len(codes))
        for code in codes:
            self._ticked.pop(code, None)
            self._due.pop(code, None)
        return codes

    def look_at_s(self) -> float:
        """When to look where updates end; inf for never."""
        if not self._list.limits.leaves_out:
            return math.inf
        since_s = self._list.unchanged_s
        return max(since_s + self._list.limits.first_tick_s, self._looked_s + LOOK_EVERY_S)

    def look(self, now_s: float) -> bool:
        """See where updates end: beyond is more than the plan has room for. True if that is news."""
        self._looked_s = now_s
        since_s, codes, seen = self._list.unchanged_s, self._list.wire_order, self._list.quota.seen
        staleness_of = self._staleness
        markets: set[MarketHours | None] = set()

        def is_fresh(code: str) -> bool:
            staleness = staleness_of.get(code)
            return staleness is not None and staleness.ticked_s >= since_s + LATE_TICK_S

        def is_silent(code: str, together: int) -> bool:
            # The fewer they are, the more likely they just trade seldom. One that ticked since is served, and quiet.
            staleness = staleness_of.get(code)
            patience_s = self._list.limits.first_tick_s * (1 + 4 / together)
            return now_s >= since_s + patience_s and (staleness is None or staleness.ticked_s < since_s)

        def is_due(code: str) -> bool:
            market = self._hours.market(code)
            return market in markets or market is None or market.is_open(now_s + self.wall_ahead_s)

        markets.update(self._hours.market(code) for code in codes if is_fresh(code))
        size = edge(codes, is_fresh, is_silent, is_due)
        if size is None or size == seen:
            return False
        if seen is not None and size < seen and any(code in staleness_of for code in codes[size:seen]):
            return False  # served on this connection, and quiet
        self._list.ends(size)
        return True

    def status(self, code: str, now_s: float, link: LinkStatus) -> RowStatus:
        """The status of a wanted code, as it is now."""
        trace = self.traces.of(code)
        wanted_s = trace.wanted_s if trace else now_s
        if (words := self._list.refused.get(code)) is not None:
            return RowStatus(code, RowState.REFUSED, wanted_s, words)
        if code in self._list.parked:
            return RowStatus(code, RowState.PARKED, wanted_s, self._list.quota.words)
        if link.is_lost:
            return RowStatus(code, RowState.OFFLINE, link.since_s, link.reason)
        staleness = self._staleness.get(code)
        condition = self._conditions.get(code)
        if staleness is None or not self._list.has_ticked(code):
            if condition is not None and condition.condition in _WORD_OF:  # no tick may ever come
                return RowStatus(code, RowState.HALTED, wanted_s, _told(condition))
            if (listed := self._listed.get(code)) is not None:
                return RowStatus(code, _STATE_OF[listed.condition], wanted_s, _told(listed))
            doubt = self._distrusted.get(code) or self._doubt_of(code, now_s)
            return RowStatus(code, RowState.PENDING, wanted_s, doubt)
        if condition is not None and condition.condition is not Condition.NORMAL:
            return RowStatus(code, _STATE_OF[condition.condition], staleness.traded_s, _told(condition))
        is_quiet = now_s >= staleness.quiet_at_s
        if condition is not None and not (is_quiet and self._has_closed(code, staleness, now_s)):
            return RowStatus(code, RowState.DELAYED, staleness.traded_s, f"{max(1, round(condition.delay_s / 60))} min")
        if not is_quiet:
            return RowStatus(code, RowState.LIVE, staleness.ticked_s, self._doubts_of(code))
        if self._has_closed(code, staleness, now_s):
            return RowStatus(code, RowState.CLOSED, staleness.traded_s)
        if (listed := self._listed.get(code)) is not None:
            return RowStatus(code, _STATE_OF[listed.condition], staleness.traded_s, _told(listed))
        state = RowState.STALE if now_s >= staleness.stale_at_s else RowState.QUIET
        return RowStatus(code, state, staleness.traded_s, self._doubts_of(code))

    def _doubts_of(self, code: str) -> str:
        """What speaks against the newest price of a code that ticks; "" for nothing."""
        if told := self._distrusted.get(code, ""):
            return told
        behind_s = self._fell_back.get(code)
        return "" if behind_s is None else f"the feed's time fell back: it is {_span(behind_s)} behind"

    def _doubt_of(self, code: str, now_s: float) -> str:
        """Why a code that is waited for may not come; "" where nothing tells against it."""
        if self._list.limits.leaves_out or not self._list.is_mute(code, now_s):
            return ""
        return "no price came since it was asked for: perhaps there is no such symbol"

    def _has_closed(self, code: str, staleness: Staleness, now_s: float) -> bool:
        """Does its market's close explain that it is silent? Not of a symbol that went on ticking out of hours."""
        hours = self._hours
        if hours.is_open(code, now_s + self.wall_ahead_s):
            return False
        ticked_utc_s = staleness.ticked_s + self.wall_ahead_s
        told_utc_s = ticked_utc_s - staleness.behind_s if staleness.behind_s == staleness.behind_s else ticked_utc_s
        return staleness.is_first or any(hours.is_open(code, told_utc_s - early_s) for early_s in (0.0, AFTER_CLOSE_S))


def _told(status: Status) -> str:
    """Why a symbol does not trade as usual: our word, where the state says less, and the feed's own."""
    return ": ".join(filter(None, (_WORD_OF.get(status.condition, ""), status.words)))


def _span(seconds: float) -> str:
    """A time span in its largest unit: "8 h", "2 min"."""
    minutes = seconds / 60
    return f"{minutes / 60:.0f} h" if minutes >= 90 else f"{minutes:.0f} min"
