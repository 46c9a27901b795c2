"""What is offered at each place of a rule."""

import pytest

from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.rule_suggestions import RuleSuggestions
from tests.fakes.alerting import FakeAlerting
from tests.fakes.windows import book_of


@pytest.fixture
def offered():
    book = book_of("demo", ["NVDA.US", "BTC-USD"])
    book.lists[0].put([new_section("Big tech"), *book.lists[0]])
    source = FakeAlerting(book=book)
    values = {(Instrument("demo", "NVDA.US"), "last"): "120.50"}
    suggest = RuleSuggestions(
        book,
        lambda: source.names(book.lists[0].feed),
        ("chime", "none"),
        lambda instrument, field: values.get((instrument, field), ""),
    )
    return lambda text: [each.text for each in suggest(text)]


def test_each_place_has_words_of_its_own(offered) -> None:
    assert offered("nv") == ["NVDA.US"]
    assert 'section:"Big tech"' in offered("sec")
    assert offered("flag:r")[0] == "flag:red"
    assert offered("* la")[0] == "last"
    assert "change%/5m" in offered("* change")
    assert offered('section:"Big tech" last crosses-') == ["crosses-up", "crosses-down"]
    assert offered("NVDA.US@demo last crosses-up 1") == ["120.50"]
    assert offered("* last crosses-up 5 rep") == ["repeat"]
    assert offered("* last crosses-up 5 sound ") == ["chime", "none"]
    assert offered("* last new-high dai") == ["daily"]


def test_a_clause_is_offered_once(offered) -> None:
    assert "daily" not in offered("* last >= 5 once d")
    assert "for" not in offered("* last >= 5 for 30s f")


def test_text_of_any_length_does_no_harm(offered) -> None:
    assert offered('"' * 1999) == []
    assert offered("x " * 5000) == []
