"""How much of a plan is used, over the endpoints of a feed."""

from quotedesk.feed.plan_use import plan_use
from quotedesk.market.states import RowState
from tests.fakes.conversation import Conversation


def talk_of(feed: str, *codes: str, plan: int | None = None) -> Conversation:
    talk = Conversation(feed)
    talk.session.set_plan(plan)
    talk.want(*codes)
    talk.run(2)
    talk.open()
    talk.run(10)
    return talk


def test_what_is_refused_or_parked_holds_no_place() -> None:
    talk = talk_of("alltick", "A", "B")
    assert plan_use([talk.session]) == (2, None, 0)
    talk.provider.bad = frozenset({"X"})
    talk.want("A", "B", "X")
    talk.run(10)
    assert talk.state("X") is RowState.REFUSED
    assert plan_use([talk.session]) == (2, None, 0)
    talk.session.set_plan(1)
    talk.want("A", "B", "X")
    talk.run(10)
    assert talk.session.parked == {"B"}
    assert plan_use([talk.session]) == (1, 1, 1)


def test_each_endpoint_has_room_of_its_own_and_one_of_unknown_room_makes_the_sum_unknown() -> None:
    stock, other = talk_of("alltick", *"ABCDEF", plan=5), talk_of("alltick", "X", "Y", plan=5)
    assert plan_use([stock.session, other.session]) == (7, 10, 1)
    free = talk_of("alltick", "X")
    assert plan_use([stock.session, free.session]) == (6, None, 1)
    idle = Conversation("alltick")
    assert plan_use([stock.session, idle.session]) == (5, 5, 1), "nothing is wanted there"
    assert plan_use([idle.session]) is None


def test_only_codes_that_count_are_counted() -> None:
    stock, other = talk_of("alltick", *"ABCDEF", plan=5), talk_of("alltick", "X", plan=5)
    assert plan_use([stock.session, other.session], "AF".__contains__) == (1, 5, 1)
    assert plan_use([stock.session], "Z".__contains__) is None
