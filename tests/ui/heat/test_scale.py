"""A change becomes a colour: none for nothing, all of it from the end of the scale on."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.heat.scale import MOST_STRONG, STEPS_PERCENT, full_scale, strength

PERCENTS = st.floats(-1e6, 1e6)


@given(st.lists(PERCENTS))
def test_the_scale_is_one_of_its_steps_and_most_changes_are_within(percents):
    full = full_scale(percents)
    assert full in STEPS_PERCENT
    outside = sum(abs(each) > full for each in percents)
    assert full == STEPS_PERCENT[-1] or outside <= max(1, 0.25 * len(percents))


@given(PERCENTS, PERCENTS, st.sampled_from(STEPS_PERCENT))
def test_a_larger_change_is_never_paler(one, other, full):
    small, large = sorted((abs(one), abs(other)))
    assert strength(small, full) <= strength(large, full) <= MOST_STRONG


def test_what_is_shown_as_nothing_has_no_colour():
    assert strength(0.004, 1.0) == 0.0
    assert strength(-0.006, 1.0) > 0.0
