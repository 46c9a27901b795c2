"""The plan: how much room it has, how that is found out, and who is parked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.quota import Quota, edge
from quotedesk.market.states import RowState
from tests.fakes.conversation import Conversation

CODES = tuple(f"S{number}" for number in range(1, 9))
FEEDS = pytest.mark.parametrize("feed", ["alltick", "demo"])


def test_nothing_is_known_at_first() -> None:
    assert (Quota().room, Quota().limit) == (None, None)


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_a_limit_that_the_server_says_is_found_by_halving(plan: int, wanted: int) -> None:
    quota, requests = Quota(), 0
    while True:
        asked = wanted if quota.room is None else min(wanted, quota.room)
        requests += 1
        if asked <= plan:
            quota.took(asked)
            if quota.limit is None or asked == quota.limit:
                break
        else:
            quota.refused(asked)
        assert requests <= 14
    assert asked == min(plan, wanted)


@given(st.integers(1, 50), st.integers(1, 50))
def test_what_the_user_set_holds_and_the_smaller_limit_counts(set_to: int, seen: int) -> None:
    quota = Quota(set_to)
    quota.seen = seen
    assert quota.room == set_to, "what is only seen is still asked for"
    assert quota.limit == min(set_to, seen)
    assert str(quota.limit) in quota.words
    quota.forget()
    assert (quota.room, quota.limit) == (set_to, set_to)


def test_a_plan_that_has_grown_is_noticed() -> None:
    quota = Quota()
    quota.refused(6)
    quota.took(6)
    assert quota.room is None


@given(st.integers(0, 20), st.integers(0, 20))
def test_an_edge_is_where_ticks_end(ticking: int, silent: int) -> None:
    codes = [f"T{n}" for n in range(ticking)] + [f"X{n}" for n in range(silent)]
    found = edge(codes, lambda code: code[0] == "T", lambda code, together: code[0] == "X", lambda code: True)
    assert found == (ticking if ticking and silent else None)


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ("TXTX", None),  # half of those before are silent, too
        ("TTTTTTXTTX", 9),  # one seldom trades
        ("TTCCX", 2),  # two are out of their hours: they may be beyond, or not
        ("TTCC", None),  # none of these should tick
        ("TT?X", None),  # it cannot be told of one yet
    ],
)
def test_an_edge_needs_good_reasons(codes: str, found: int | None) -> None:
    named = [f"{kind}{place}" for place, kind in enumerate(codes)]
    assert edge(named, lambda c: c[0] == "T", lambda c, _: c[0] in "XC", lambda c: c[0] != "C") == found


# In conversation


def ticking(talk: Conversation, for_s: float) -> None:
    """A second at a time, with a tick of whatever is served."""
    for _ in range(int(for_s)):
        talk.run(1)
        talk.tick() if talk.provider.served else talk.pump()


def opened(feed: str, codes: tuple[str, ...], for_s: float = 60, set_to: int | None = None, **manner) -> Conversation:
    talk = Conversation(feed, **manner)
    talk.session.quota.set_to = set_to
    talk.want(*codes)
    talk.run(0.1)
    talk.open()
    ticking(talk, for_s)
    return talk


def parked(talk: Conversation) -> list[str]:
    return [code for code in talk.session.wanted if talk.state(code) is RowState.PARKED]


def live(talk: Conversation) -> list[str]:
    return [code for code in talk.session.wanted if talk.state(code) is RowState.LIVE]


@FEEDS
@pytest.mark.parametrize("says", [False, True])
@pytest.mark.parametrize("clears", [False, True])
def test_codes_beyond_a_plan_nobody_told_of_are_parked_from_the_bottom(feed: str, says: bool, clears: bool) -> None:
    talk = opened(feed, CODES, plan=5, says_plan=says, clears=clears)
    assert live(talk) == list(CODES[:5])
    assert parked(talk) == list(CODES[5:])
    assert "5" in talk.session.status_of("S8", talk.now_s).reason
    before = len(talk.provider.frames)
    ticking(talk, 300)
    assert len([frame for _, frame in talk.provider.frames[before:] if "22004" in str(frame)]) == 0, "and then rests"
    assert talk.provider.breaches == []


@FEEDS
def test_a_plan_that_is_set_is_never_exceeded(feed: str) -> None:
    talk = opened(feed, CODES, for_s=3, set_to=5)
    assert parked(talk) == list(CODES[5:])
    assert set(CODES[5:]).isdisjoint(*(codes for _, codes in talk.sent()))


@FEEDS
@pytest.mark.parametrize("manner", [{}, {"says_plan": True}, {"set_to": 5}], ids=["silent", "said", "set"])
def test_a_code_that_is_dragged_up_comes_in_and_the_last_one_goes(feed: str, manner: dict) -> None:
    talk = opened(feed, CODES, plan=5, **manner)
    kept = list(CODES[:4])
    talk.accepted.clear()
    talk.want("S8", *CODES[:7])
    ticking(talk, 12)
    assert live(talk) == ["S8", *kept]
    assert parked(talk) == ["S5", "S6", "S7"]
    assert all(talk.accepted.count(code) == 12 for code in kept), "nobody else loses a tick"
    assert talk.provider.breaches == []


@FEEDS
@pytest.mark.parametrize("manner", [{}, {"says_plan": True}, {"set_to": 5}], ids=["silent", "said", "set"])
def test_where_room_appears_the_next_comes_in(feed: str, manner: dict) -> None:
    talk = opened(feed, CODES, plan=5, **manner)
    talk.want(*CODES[1:])
    ticking(talk, 12)
    assert live(talk) == list(CODES[1:6])
    assert parked(talk) == list(CODES[6:])


def test_what_was_asked_for_in_vain_twice_is_taken_back_before_it_is_asked_for_anew() -> None:
    talk = opened("demo", CODES, plan=5)
    assert max(talk.provider._asks.values()) == 2
    for gone in range(1, 4):
        talk.want(*CODES[gone:])
        ticking(talk, 12)
        assert live(talk) == list(CODES[gone : gone + 5])
        assert max(talk.provider._asks.values()) <= 2
    assert talk.provider.breaches == []


@FEEDS
def test_ticks_just_after_a_cut_prove_nothing(feed: str) -> None:
    talk = opened(feed, CODES[:5], plan=5)
    talk.want("S8", *CODES[:5])
    talk.run(1)
    talk.tick(*CODES[:5])
    ticking(talk, 100)
    assert parked(talk) == ["S5"]
    assert live(talk) == ["S8", *CODES[:4]]


@FEEDS
def test_one_tick_of_a_parked_code_proves_that_it_is_served(feed: str) -> None:
    talk = opened(feed, CODES, plan=5)
    talk.provider.plan = 0
    ticking(talk, 2)
    assert live(talk) == list(CODES)


@FEEDS
def test_a_code_that_trades_seldom_is_not_parked_while_it_ticks_now_and_then(feed: str) -> None:
    talk = opened(feed, CODES[:6])
    for _ in range(20):
        for _ in range(25):
            talk.run(1)
            talk.tick(*CODES[:5])
        talk.tick("S6")
        assert parked(talk) == []


@FEEDS
def test_parked_wins_over_offline_and_lasts_over_a_reconnect(feed: str) -> None:
    talk = opened(feed, CODES, plan=5)
    talk.session.lost("gone", talk.now_s)
    assert parked(talk) == list(CODES[5:])
    assert {talk.state(code) for code in CODES[:5]} == {RowState.OFFLINE}
    talk.provider.disconnect()
    talk.run(30)
    talk.open()
    ticking(talk, 8)
    assert live(talk) == list(CODES[:5])
    assert parked(talk) == list(CODES[5:])
