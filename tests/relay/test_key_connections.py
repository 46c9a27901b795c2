"""A key has so many connections and no more, whatever was missed while nobody listened."""

import math

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.relay.key_connections import KeyConnections

MOST = 3
_events = st.lists(st.tuples(st.sampled_from(("open", "close", "away", "back")), st.integers(0, 9)), max_size=40)


def test_the_newest_beyond_the_bound_is_too_many_and_whoever_goes_leaves_room() -> None:
    connections = KeyConnections(lambda key: math.inf if key == "own" else MOST)
    assert [connections.opened("a", number) for number in range(5)] == [False, False, False, True, True]
    assert not connections.opened("b", 9)
    assert not any(connections.opened("own", number) for number in range(100, 200))
    connections.closed("a", 3)  # it had no place
    assert connections.opened("a", 10)
    connections.closed("a", 0)
    assert not connections.opened("a", 11)


def test_of_those_that_were_there_before_the_oldest_stay() -> None:
    connections = KeyConnections(lambda key: MOST)
    assert connections.known([("a", 5), ("a", 1), ("b", 2), ("a", 3), ("a", 4)]) == [5]
    assert connections.opened("a", 6)


@given(_events)
def test_what_is_not_closed_is_never_more_than_the_bound_once_all_is_known(events: list[tuple[str, int]]) -> None:
    """The server's side: `open_now`. Events are heard but while the system connection is away."""
    connections, open_now, numbers, is_heard = KeyConnections(lambda key: MOST), list[int](), iter(range(1_000)), True

    def kick(number: int) -> None:
        open_now.remove(number)
        connections.closed("a", number)

    for what, which in events:
        if what == "away":
            is_heard = False
            connections.forget()
        elif what == "back" and not is_heard:
            seen, is_heard = [("a", number) for number in open_now], True
            for _ in range(min(which, len(open_now))):  # they end before the list has come
                kick(open_now[0])
            for number in connections.known(seen):
                kick(number)
        elif what == "open":
            open_now.append(number := next(numbers))
            if is_heard and connections.opened("a", number):
                kick(number)
        elif what == "close" and open_now:
            gone = open_now.pop(which % len(open_now))
            if is_heard:
                connections.closed("a", gone)
    if is_heard:
        assert len(open_now) <= MOST
        room = MOST - len(open_now)
        assert [connections.opened("a", next(numbers)) for _ in range(MOST)] == room * [False] + (MOST - room) * [True]
