"""What record refuses; what it keeps is in tests/watch/test_records.py."""

import pytest

from tests.fakes.shell import User

BAD = {
    "a recording of no minutes": (["record", "save", "--minutes", "0"], "more than 0"),
    "a recording of what is no time": (["record", "save", "--minutes", "nan"], "more than 0"),
    "nothing to do with recordings": (["record"], "save|test|check"),
    "a test of nothing": (["record", "test"], "FILE"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])
