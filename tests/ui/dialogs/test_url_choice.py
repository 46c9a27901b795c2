"""The user's URL templates."""

from quotedesk.lists.url_template import UrlTemplate
from quotedesk.ui.dialogs.url_choice import UrlChoice

A, B, C = (UrlTemplate(name, f"https://example.com/{name}/{{code}}") for name in "ABC")


def test_one_takes_the_place_of_another() -> None:
    choice, told = UrlChoice(), list[int]()
    choice.changed.connect(lambda: told.append(1))
    choice.replace(None, A)
    choice.replace(None, B)
    choice.replace(A, C)
    assert choice.templates == (C, B)
    choice.replace(B, B)
    choice.replace(A, None)  # one that is gone already
    assert len(told) == 3
    choice.replace(C, None)
    assert choice.templates == (B,)
