"""What import and export refuse; what they do is in tests/exchange."""

import pytest

from tests.fakes.shell import User

BAD = {
    "an import of nothing": (["import"], "FILE"),
    "an import that is not there": (["import", "nowhere.txt"], "There is no file nowhere.txt"),
    "an import for a feed of nobody": (["import", "--feed", "nasdaq", "x.txt"], "alltick_action"),
    "an export of nothing": (["export", "--format", "csv"], "LIST"),
    "an export to where nothing can be": (
        ["export", "Watchlist", "--format", "csv", "--to", "/proc/nope.csv"],
        "/proc/nope.csv could not be written (No such file or directory). Name another file with --to.",
    ),
    "an export as nothing": (["export", "Watchlist"], "--format"),
    "an export as something else": (["export", "Watchlist", "--format", "xls"], "choose from tradingview"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_line(case: str, user: User) -> None:
    user.is_refused(*BAD[case])
