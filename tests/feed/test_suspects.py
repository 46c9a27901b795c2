"""The bad codes among many are found, in few requests, and the others are cleared."""

from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.suspects import Suspects

CODES = tuple(f"S{at}" for at in range(40))


def search(suspects: Suspects, bad: set[str]) -> tuple[set[str], set[str], int]:
    """Ask until nothing is looked at: what was refused, what was taken, and in how many requests."""
    refused: set[str] = set()
    taken: set[str] = set()
    requests = 0
    while suspects:
        asked = suspects.probe()
        rest = suspects.take(asked)
        assert rest is not None
        requests += 1
        if bad.isdisjoint(asked):
            taken |= set(asked)
            suspects.add(rest, is_bad=True)
        else:
            suspects.add(rest, is_bad=False)
            if len(asked) == 1:
                refused |= set(asked)
            else:
                suspects.add(asked, is_bad=True)
    return refused, taken, requests


@given(st.sets(st.sampled_from(CODES)), st.booleans())
def test_every_bad_code_is_found_and_no_other(bad: set[str], is_bad: bool) -> None:
    suspects = Suspects()
    suspects.add(CODES, is_bad=is_bad and bool(bad))
    refused, taken, requests = search(suspects, bad)
    assert (refused, taken) == (bad, set(CODES) - bad)
    assert requests <= 1 + 2 * len(bad) * ceil(log2(len(CODES)))


@given(st.sampled_from(CODES))
def test_one_bad_code_is_found_by_halves(code: str) -> None:
    suspects = Suspects()
    suspects.add(CODES, is_bad=True)
    assert search(suspects, {code})[2] <= 2 * ceil(log2(len(CODES)))


def test_of_a_group_that_lost_a_code_nothing_is_certain_any_more() -> None:
    suspects = Suspects()
    suspects.add(("A", "B", "C", "D"), is_bad=True)
    assert suspects.probe() == ("A", "B")
    suspects.sift(lambda code: code != "C")
    assert suspects.codes == {"A", "B", "D"}
    assert suspects.probe() == ("A", "B", "D"), "as a whole, as C may have been the bad one"
    suspects.sift(lambda code: False)
    assert not suspects


def test_what_came_last_is_looked_at_first_and_other_requests_do_not_disturb_it() -> None:
    suspects = Suspects()
    suspects.add(("A",), is_bad=False)
    suspects.add((), is_bad=True)
    assert suspects.take(("X",)) is None
    suspects.add(("B", "C"), is_bad=True)
    assert suspects.probe() == ("B",)
    assert suspects.take(("A",)) is None
    assert suspects.take(("B",)) == ("C",)
    assert suspects.take(("A",)) == ()
    assert not suspects
    assert suspects.take(("A",)) is None
