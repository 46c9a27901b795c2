"""What serve refuses; what it serves is in tests/serve."""

import pytest

from tests.fakes.shell import User

BAD = {
    "a port that is none": (["serve", "--port", "x"], "0 to 65535"),
    "a port that is too big": (["serve", "--port", "70000"], "0 to 65535"),
    "a relay that is none": (["--relay", "nonsense", "serve", "A"], "HOST:8447"),
    "a feed of nobody": (["serve", "--feed", "nasdaq"], "alltick_action"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])
