"""What watch refuses; what it shows is in tests/watch."""

import pytest

from tests.fakes.shell import User

BAD = {
    "a watched recording of a recording": (["watch", "--replay", "t.csv", "--record", "r"], "leave out --record"),
    "a loop that is watched": (["watch", "--loop", "--replay", "t.csv"], "There is no option --loop"),
    "a loop before what is watched": (["--loop", "watch", "--replay", "t.csv"], "--loop is for the window"),
    "a speed of nothing": (["watch", "A", "--replay-speed", "2"], "name one with --replay"),
    "a time that is none": (["watch", "A", "--for", "soon"], "seconds, 0 or more"),
    "a rule among symbols": (["watch", "BTCUSDT", "last", "crosses", "1"], "“crosses” is a word of a rule"),
    "two forms": (["watch", "A", "--json", "--csv", "x.csv"], "not allowed with"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])
