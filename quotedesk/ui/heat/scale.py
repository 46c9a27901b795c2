"""From a change to a colour: how strong, and up to which change."""

from collections.abc import Sequence

STEPS_PERCENT = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 25.0)
MOST_STRONG = 0.54  # of a direction's colour over the table's: text stays readable on it in every theme
_LEAST_STRONG = 0.14  # of a change that is not nothing
_WITHIN = 0.8  # so many of the changes are within the scale


def full_scale(percents: Sequence[float]) -> float:
    """The change, in percent, that has the full colour: the smallest step that has room for most of these."""
    if not percents:
        return STEPS_PERCENT[2]
    sizes = sorted(abs(each) for each in percents)
    wanted = sizes[min(len(sizes) - 1, int(len(sizes) * _WITHIN))]
    return next((step for step in STEPS_PERCENT if step >= wanted), STEPS_PERCENT[-1])


def strength(percent: float, full: float) -> float:
    """How much of the colour a change gets, 0 to MOST_STRONG: none where it is shown as 0.00."""
    size = round(abs(percent), 2)
    if not size:
        return 0.0
    return _LEAST_STRONG + (MOST_STRONG - _LEAST_STRONG) * min(1.0, size / full)
