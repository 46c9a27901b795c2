"""Link groups: who shows what, and that nothing goes round for ever."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.config.window_file import GroupLink
from quotedesk.market.instrument import Instrument
from quotedesk.ui.window.link_groups import LinkGroups, LinkPart

A, B = Instrument("demo", "A.US"), Instrument("kraken", "BTC/USD")
NONE = GroupLink()
links = st.builds(GroupLink, st.integers(0, 3), st.booleans(), st.booleans())


class Part(LinkPart):
    """Shows what it is told, and sends that on, as a list does whose current row changes."""

    def __init__(self, groups: LinkGroups, link: GroupLink = NONE) -> None:
        super().__init__(groups, "list", groups)
        self.shown: list[Instrument] = []
        self.chosen.connect(self.show)
        self.choose(link)

    def show(self, instrument: Instrument) -> None:
        self.shown.append(instrument)
        self.send(instrument)


def test_a_choice_is_shown_by_those_of_the_group_that_follow() -> None:
    groups = LinkGroups()
    sender = Part(groups, GroupLink(1, follows=False))
    both, deaf = Part(groups, GroupLink(1)), Part(groups, GroupLink(1, follows=False))
    other, none = Part(groups, GroupLink(2)), Part(groups)
    sender.send(A)
    assert [each.shown for each in (sender, both, deaf, other, none)] == [[], [A], [], [], []]
    both.send(B)
    assert sender.shown == [], "it follows nothing"
    mute = Part(groups, GroupLink(1, sends=False))
    assert mute.shown == [B], "who is new shows what the group shows"
    mute.send(A)
    assert both.shown == [A]


@given(st.lists(links, min_size=2, max_size=8), st.data())
@settings(max_examples=60)
def test_whoever_is_linked_how_ever_nothing_goes_round(chosen: list[GroupLink], data: st.DataObject) -> None:
    groups = LinkGroups()
    parts = [Part(groups, link) for link in chosen]
    sender = data.draw(st.sampled_from(parts))
    sender.send(A)
    for part in parts:
        assert len(part.shown) <= 1
        if part is not sender and part.link.follows and part.link.group and part.link.group == sender.link.group:
            assert (part.shown == [A]) is sender.link.sends
    assert not groups.is_telling


def test_what_leaves_all_lists_is_forgotten_and_what_is_kept_comes_back() -> None:
    groups = LinkGroups()
    part, gone = Part(groups, GroupLink(4)), list[int]()
    part.forgotten.connect(lambda: gone.append(1))
    part.send(A)
    Part(groups, GroupLink(5)).send(B)
    assert groups.symbols_to_keep() == {4: ("demo", "A.US"), 5: ("kraken", "BTC/USD")}
    groups.keep_only([B])
    assert gone == [1]
    assert groups.symbol(4) is None
    again = LinkGroups()
    again.restore(groups.symbols_to_keep() | {99: ("demo", "A.US")})
    assert again.symbols_to_keep() == {5: ("kraken", "BTC/USD")}


def test_who_has_gone_is_told_nothing() -> None:
    groups = LinkGroups()
    gone, sender = Part(groups, GroupLink(1)), Part(groups, GroupLink(1))
    gone.release()
    sender.send(A)
    assert gone.shown == []
