"""Where things are kept, and what doctor refuses; what it finds is in tests/app/tools/test_doctor.py."""

from pathlib import Path

import pytest

from quotedesk.config.paths import Profile
from tests.fakes.shell import TOKEN, User

BAD = {
    "a doctor for an unknown feed": (["doctor", "--feed", "nasdaq"], "alltick_action"),
    "a doctor with an address of an unknown feed": (["doctor", "--url", "nasdaq=ws://127.0.0.1:9"], "FEED=BASE"),
    "a doctor with another feed's address": (["doctor", "--url", "alltick=ws://127.0.0.1:9"], "Add --feed alltick"),
    "a doctor with a token in an address": (["doctor", "--url", f"wss://example.org/?token={TOKEN}"], "token set"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case], has_profile=False)


def test_where_prints_the_places_that_a_run_uses(user: User) -> None:
    assert user.runs("--quit-after", "0").code == 0
    done = user.says("where", "--profile", user.profile)
    assert done.code == 0
    places = dict(line.split(maxsplit=1) for line in done.out.replace(" of ", "-of-").splitlines())
    named = {"profile", "settings", "window", "log", "lists", "prices-of-demo", "prices-of-alltick", "resources"}
    assert named <= places.keys()
    for name in ("profile", "log", "lists", "resources"):
        assert Path(places[name]).exists()
    kept = [getattr(Profile(user.profile), name) for name, each in vars(Profile).items() if isinstance(each, property)]
    assert {str(place) for place in kept} - set(places.values()) == set(), "all that a profile has a name for"
    assert places["relay"].endswith("relay")
    assert user.says("where").out.splitlines()[0].endswith(str(user.home / "data" / "quotedesk"))
