"""How the mini strip is to be."""

from quotedesk.ui.window.strip_choice import StripChoice


def test_it_opens_hides_and_closes() -> None:
    choice, told = StripChoice(), list[tuple[bool, bool]]()
    choice.changed.connect(lambda: told.append((choice.state.is_open, choice.is_hidden)))
    choice.toggle()
    choice.hide(True)
    choice.hide(True)
    choice.toggle()  # what is hidden is shown before it is closed
    choice.toggle()
    choice.hide(True)  # the hide key opens what is not there
    assert told == [(True, False), (True, True), (True, False), (False, False), (True, False)]


def test_opacities_and_corners_go_round() -> None:
    choice = StripChoice()
    seen = []
    for _ in range(5):
        choice.next_opacity()
        seen.append(choice.state.opacity)
    assert seen == [85, 70, 55, 40, 100]
    corners = []
    for _ in range(4):
        choice.next_corner()
        corners.append(choice.state.edges)
    assert len(set(corners)) == 4
    assert corners[-1] == ("right", "bottom")
    choice.note(edges=("left",))
    choice.next_corner()
    assert choice.state.edges == ("right", "bottom")


def test_what_is_noted_is_told_to_nobody() -> None:
    choice, told = StripChoice(), list[int]()
    choice.changed.connect(lambda: told.append(1))
    choice.note(place_px=(1, 2))
    choice.choose(place_px=(1, 2))
    choice.show_column("Bid", True)
    choice.show_column("Last", False)
    assert told == [1, 1]
    assert choice.state.columns == ("Chg %", "Bid")
