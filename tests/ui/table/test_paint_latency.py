"""Which ticks wait to be painted, and which were overtaken."""

import math

from quotedesk.ui.table.paint_latency import PaintLatency


def test_a_tick_is_owed_once_until_its_row_is_painted() -> None:
    owed = PaintLatency()
    owed.look([])
    owed.look([(3, 1.0, 1), (4, 1.5, 1)])
    assert owed.painted([3, 5]) == [1.0]
    assert owed.painted([3]) == []
    assert owed.painted([4]) == [1.5]


def test_a_change_without_a_tick_owes_nothing() -> None:
    owed = PaintLatency()
    owed.look([])
    owed.look([(3, math.nan, 0)])
    assert owed.painted([3]) == []
    owed.look([(3, 1.0, 1)])
    owed.painted([3])
    owed.look([(3, 1.0, 1)])  # its state changed
    assert owed.painted([3]) == []


def test_ticks_between_two_looks_are_overtaken_but_for_the_newest() -> None:
    owed = PaintLatency()
    owed.look([(3, 1.0, 1), (4, 1.0, 7)])
    assert owed.look([(3, 2.0, 2)]) == 0
    assert owed.look([(3, 3.0, 6), (4, 3.0, 9)]) == 3 + 1
    assert owed.look([(5, 3.0, 100)]) == 0, "what came before a row was first looked at was not in view"


def test_what_came_while_nobody_looked_is_no_news() -> None:
    owed = PaintLatency()
    owed.look([(3, 1.0, 1)])
    owed.forget()
    assert owed.look([(3, 9.0, 500)]) == 0
    assert owed.painted([3]) == []
    assert owed.look([(3, 9.5, 502)]) == 1
    assert owed.painted([3]) == [9.5]


def test_a_row_that_may_be_out_of_sight_owes_nothing() -> None:
    owed = PaintLatency()
    owed.look([])
    owed.look([(3, 1.0, 1)])
    owed.drop()
    assert owed.painted([3]) == []
