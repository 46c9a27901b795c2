"""What relay and pair refuse; what they do is in tests/relay and tests/end_to_end."""

import pytest

from tests.fakes.shell import User

BAD = {
    "credentials of no server": (["relay", "--creds", "x"], "name it with --nats"),
    "an address for another's server": (
        ["relay", "--nats", "tls://127.0.0.1:1", "--listen", "127.0.0.1:2"],
        "leave it out",
    ),
    "a feed of nobody": (["relay", "--feed", "nasdaq"], "alltick_action"),
    "a key taken back of nobody": (["relay", "revoke"], "NAME"),
    "a pair with nobody": (["pair", "nonsense", "CODE"], "HOST:8447"),
    "a pair without a code": (["pair", "127.0.0.1:1"], "CODE"),
}


def test_without_a_keyring_no_code_is_spent(user: User) -> None:
    done = user.says("pair", "127.0.0.1:1", "ABCD")
    assert done.code == 2
    assert "Add --print" in done.line
    assert "The code is still good" in done.line


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])
