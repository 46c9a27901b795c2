"""What stands at the axes: round prices, and times by a market's own clock. Pure."""

import math
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quotedesk.ui.chart.slot_axis import SlotAxis

Floats = NDArray[np.float64]

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200, 86_400)
_MOST_STEPS = 200
_DAY_S = 86_400
_FAR_S = 200 * _DAY_S  # across, from here on months stand at the axis


def round_prices(low: float, high: float, most: int, least_step: float = 0.0) -> list[float]:
    """Round prices from one to the other, at most so many, with 1, 2 or 5 as their step's first digit.

    least_step: what is nearer would have the same label.
    """
    if not (math.isfinite(low) and math.isfinite(high) and high > low and most > 0):
        return []
    rough = max((high - low) / most, least_step)
    scale: float = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * each for each in (1, 2, 5, 10) if scale * each >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > _MOST_STEPS or step < abs(high) * 1e-14:
        return []
    return [number * step for number in range(first, last + 1)]


def times_at(axis: SlotAxis, left: float, right: float, most: int, zone: tzinfo | None) -> list[tuple[float, str]]:
    """(place, label) of round times between two places, at most so many; a new day says its date."""
    here = axis.within(left, right)
    starts = axis.starts_s[here]
    if len(starts) < 2 or most < 1:
        return [(float(axis.xs[here][0]), told(float(starts[0]), zone, 1))] if len(starts) and most else []
    offsets = np.array([offset_s(hour, zone) for hour in (starts // 3600).tolist()])
    local = starts + offsets
    span_s = float(local[-1] - local[0])
    if span_s > _FAR_S:
        return _months(axis, starts, zone, most)
    in_view = (axis.xs[here] >= left) & (axis.xs[here] <= right)
    finer: tuple[int, Floats, NDArray[np.intp]] | None = None
    for step_s in (*_STEPS_S, *(days * _DAY_S for days in (2, 7, 14, 28))):
        keys = np.floor(local / step_s)
        changes = np.flatnonzero((keys[1:] != keys[:-1]) & in_view[1:]) + 1
        if len(changes) <= most:
            break
        finer = step_s, keys, changes
    if not len(changes) and finer:  # one time of the finer step says more than none
        step_s, keys, changes = finer
        changes = changes[-1:]
    labels = []
    before = float(local[0])
    for place in changes.tolist():
        at_s = float(keys[place]) * step_s - float(offsets[place])
        x = axis.x_of(max(at_s, float(starts[place - 1])))
        is_new_day = local[place] // _DAY_S != before // _DAY_S
        before = float(local[place])
        labels.append((x, _day(at_s, zone) if is_new_day or step_s >= _DAY_S else told(at_s, zone, step_s)))
    return labels


def told(utc_s: float, zone: tzinfo | None, step_s: float) -> str:
    """A time as it stands at an axis whose labels are so far apart."""
    moment = _moment(utc_s, zone)
    if moment is None:
        return ""
    return f"{moment:%H:%M}" if step_s >= 60 else f"{moment:%H:%M:%S}"


def pointed_at(utc_s: float, zone: tzinfo | None, bar_s: float) -> str:
    """A bar's time at the crosshair: as exact as the bar is long, with its day where bars are minutes or more."""
    moment = _moment(utc_s, zone)
    if moment is None:
        return ""
    if bar_s >= _DAY_S:
        return f"{moment.day} {moment:%b %Y}"
    return f"{moment:%H:%M:%S}" if bar_s < 60 else f"{moment.day} {moment:%b %H:%M}"


def elsewhere(utc_s: float, zone: tzinfo | None) -> str:
    """ "New York": whose clock the labels go by; "" where the computer's says the same."""
    if offset_s(utc_s // 3600, zone) == offset_s(utc_s // 3600, None):
        return ""
    moment = _moment(utc_s, zone)
    city = getattr(zone, "key", "").rpartition("/")[2].replace("_", " ")
    return city or ((moment.tzname() or "") if moment else "")


@lru_cache(maxsize=4096)
def offset_s(hour: float, zone: tzinfo | None) -> float:
    """How far a zone's clock is ahead of UTC in an hour, counted since 1970; clocks change at full hours."""
    moment = _moment(hour * 3600, zone)
    offset = moment.utcoffset() if moment else None
    return offset.total_seconds() if offset else 0.0


def _moment(utc_s: float, zone: tzinfo | None) -> datetime | None:
    """None is the computer's own zone; of a time that is none there is no moment."""
    try:
        return datetime.fromtimestamp(utc_s, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None


def _day(utc_s: float, zone: tzinfo | None) -> str:
    moment = _moment(utc_s, zone)
    return f"{moment.day} {moment:%b}" if moment else ""


def _months(axis: SlotAxis, starts: Floats, zone: tzinfo | None, most: int) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    before = None
    for start in starts.tolist():
        moment = _moment(start, zone)
        if moment is None:
            continue
        if before is not None and (moment.year, moment.month) != before:
            found.append((axis.x_of(start), f"{moment:%Y}" if moment.year != before[0] else f"{moment:%b}"))
        before = (moment.year, moment.month)
    return found[:: max(1, math.ceil(len(found) / most))]
