"""What the server cut is counted, and told of once."""

from quotedesk.relay.cuts import KICKS_APART_S, Cuts
from quotedesk.relay.desks import DeskKey

LAPTOP = DeskKey("d1", "laptop", "anna", "UA")


def test_connections_too_many_are_told_of_once_for_each_key() -> None:
    told: list[str] = []
    cuts = Cuts(told.append)
    for now_s in range(500):
        cuts.count("UA", LAPTOP, "Kicked", now_s)
        cuts.count("UCODE", None, "Kicked", now_s)
        cuts.count("UA", LAPTOP, "Client Closed", now_s)
    assert cuts.kicks == {"d1": 500}
    assert [each.partition(" has ")[0] for each in told] == ["The key of desk laptop", "A pairing code"]
    cuts.count("UA", LAPTOP, "Kicked", 499 + KICKS_APART_S)
    assert len(told) == 3


def test_a_desk_that_does_not_read_is_advised_at_the_second_time() -> None:
    cuts = Cuts([].append)
    said = []
    for _ in range(2):
        cuts.count("UA", LAPTOP, "Slow Consumer (Write Deadline)", 0.0)
        said.append(cuts.advice(LAPTOP))
    assert (said[0], "2 times" in said[1]) == ("", True)
    assert cuts.slow == {"d1": 2}
