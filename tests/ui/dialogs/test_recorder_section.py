"""How much the flight recorder keeps is chosen from a few sizes; one that was set by hand stays."""

from quotedesk.ui.dialogs.recorder_section import SIZES, RecorderSection


def test_a_choice_is_told_and_an_odd_size_is_among_them(qtbot) -> None:
    section = RecorderSection(100)
    qtbot.addWidget(section)
    assert section.currentData() == 100
    assert section.count() == len(SIZES) + 1
    sized: list[int] = []
    section.sized.connect(sized.append)
    section.setCurrentIndex(0)
    section.activated.emit(0)
    assert sized == [0]
