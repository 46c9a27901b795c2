"""Names of lists."""

from quotedesk.lists.saved import free_name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("Metals", set()) == "Metals"
    assert free_name("Metals", {"Metals"}) == "Metals 2"
    assert free_name(" Metals,\n", {"Metals;", "Metals; 2"}) == "Metals; 3"
