"""When rules are looked at: the hours of markets, the clauses `between` and `until`, turns of days. To the minute."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from quotedesk.alerts.rule import AlertRule, Between
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.instrument import Instrument

_DAY_S = 86_400.0
_LATEST_S = 250_000_000_000.0


class Schedule:
    """What UTC means for rules, at one moment; asked again and again, each answer is found once."""

    def __init__(self, hours_of: Callable[[str], Hours], utc_s: float) -> None:
        """`hours_of`: those of a feed's markets."""
        self._hours_of = hours_of
        self._utc_s = min(max(utc_s, 0.0), _LATEST_S)  # a calendar has no other times
        self._open: dict[MarketHours, bool] = {}
        self._openings: dict[MarketHours, str] = {}
        self._days: dict[MarketHours, float] = {}
        self._betweens: dict[Between, bool] = {}
        self._dates: dict[str, date] = {}

    def is_open(self, instrument: Instrument) -> bool:
        """Is its market open? True where none is known."""
        market = self._market(instrument)
        if market is None:
            return True
        if market not in self._open:
            self._open[market] = market.is_open(self._utc_s)
        return self._open[market]

    def opens(self, instrument: Instrument) -> str:
        """When its market opens next, by that market's clock: "Mon 09:30 (New York)"; "" where it is open now."""
        market = self._market(instrument)
        if market is None or self.is_open(instrument):
            return ""
        if market not in self._openings:
            local = datetime.fromtimestamp(market.opens_at(self._utc_s), UTC).astimezone(market.zone)
            city = market.zone.key.rpartition("/")[2].replace("_", " ")
            self._openings[market] = f"{local:%a %H:%M} ({city})"
        return self._openings[market]

    def day_start_s(self, instrument: Instrument) -> float:
        """When its trading day began, UTC; at UTC's midnight where no market is known."""
        market = self._market(instrument)
        if market is None:
            return self._utc_s // _DAY_S * _DAY_S
        if market not in self._days:
            self._days[market] = market.day_start(self._utc_s)
        return self._days[market]

    def why_resting(self, rule: AlertRule, instrument: Instrument) -> str:
        """Why a rule is not looked at now, in a few words; "" where it is."""
        if not rule.is_outside_hours and not self.is_open(instrument):
            return "outside the hours of its market"
        if rule.between is not None and not self._is_between(rule.between):
            return f"looked at between {rule.between.text}"
        return ""

    def is_over(self, rule: AlertRule, instrument: Instrument) -> bool:
        """Has its last day passed?"""
        if rule.until is None:
            return False
        if rule.between is not None:
            zone = rule.between.zone
        else:
            market = self._market(instrument)
            zone = market.zone.key if market is not None else "UTC"
        if zone not in self._dates:
            self._dates[zone] = self._local(zone).date()
        return self._dates[zone] > rule.until

    def _is_between(self, between: Between) -> bool:
        if between not in self._betweens:
            local = self._local(between.zone)
            minute = local.hour * 60 + local.minute
            first, last = between.first_min, between.last_min
            is_in = first <= minute < last if first < last else minute >= first or minute < last
            self._betweens[between] = is_in
        return self._betweens[between]

    def _local(self, zone: str) -> datetime:
        return datetime.fromtimestamp(self._utc_s, UTC).astimezone(ZoneInfo(zone))

    def _market(self, instrument: Instrument) -> MarketHours | None:
        return self._hours_of(instrument.feed).market(instrument.code)
