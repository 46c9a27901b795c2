"""What is held, as one value."""

from decimal import Decimal

from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position

A, B = Instrument("f", "A"), Instrument("f", "B")


def test_a_change_makes_another_value_and_leaves_the_first_one() -> None:
    first = Held({A: Position(Decimal(1))}, "USD", is_hidden=True)
    second = first.changed({A: None, B: Position(Decimal(2))})
    assert (second.positions, second.currency, second.is_hidden) == ({B: Position(Decimal(2))}, "USD", True)
    assert first.positions == {A: Position(Decimal(1))}
    assert second.changed({B: None}).positions == {}
