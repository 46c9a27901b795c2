"""To whom quotes may go: own devices, and more only with a sentence that somebody dated."""

import datetime
from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.licence import Licence, allowed

TODAY = datetime.date(2026, 11, 29)
SENTENCE = "Our contract with AllTick allows 2 people of Example Ltd to see these quotes."


def desk(number: int, person: str = "me") -> DeskKey:
    return DeskKey(f"d{number}", f"desk {number}", person, public_key(new_seed(bytes([number]) * 32)))


def confirmed(path: Path, people: int = 2, date: str = "2026-11-28", sentence: str = SENTENCE) -> None:
    path.write_text(
        f'[[confirmed]]\nprovider = "alltick"\nfirm = "Example Ltd"\npeople = {people}\ndate = {date}\n'
        f'sentence = "{sentence}"\n'
    )


def test_three_keys_of_one_person_need_nothing(tmp_path: Path) -> None:
    for feed in ("alltick", "kraken", "demo"):
        licence = Licence(tmp_path / "licence.toml", [FEEDS[feed]])
        assert licence.fault([desk(n) for n in range(3)], TODAY) == ""


def test_more_keys_or_people_need_a_contract(tmp_path: Path) -> None:
    licence = Licence(tmp_path / "licence.toml", [FEEDS["alltick"]])
    assert "4 keys of one person" in licence.fault([desk(n) for n in range(4)], TODAY)
    assert "does not name such a contract" in licence.fault([desk(1), desk(2, "anna")], TODAY)
    confirmed(tmp_path / "licence.toml")
    assert licence.fault([desk(n) for n in range(9)], TODAY) == ""
    assert licence.fault([desk(1), desk(2, "anna")], TODAY) == ""
    assert "is for 2 people" in licence.fault([desk(n, f"p{n}") for n in range(3)], TODAY)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"sentence": "Yes."}, "its sentence is not: Our contract with AllTick allows 2 people"),
        ({"date": "2027-01-01"}, "its date is yet to come"),
        ({"date": '"soon"'}, "cannot be read"),
        ({"people": 99}, "its sentence is not"),
    ],
)
def test_a_confirmation_must_be_whole(tmp_path: Path, how: dict, why: str) -> None:
    confirmed(tmp_path / "licence.toml", **how)
    licence = Licence(tmp_path / "licence.toml", [FEEDS["alltick"]])
    assert why in licence.fault([desk(1), desk(2, "anna")], TODAY)


def test_public_venues_are_for_ones_own_devices_whatever_is_confirmed(tmp_path: Path) -> None:
    confirmed(tmp_path / "licence.toml")
    licence = Licence(tmp_path / "licence.toml", [FEEDS["alltick"], FEEDS["kraken"]])
    assert "Kraken" in licence.fault([desk(1), desk(2, "anna")], TODAY)


def test_made_up_prices_may_go_to_anybody(tmp_path: Path) -> None:
    licence = Licence(tmp_path / "licence.toml", [FEEDS["demo"]])
    assert licence.fault([desk(n, f"p{n}") for n in range(200)], TODAY) == ""


def test_of_too_many_desks_the_first_are_let_in(tmp_path: Path) -> None:
    licence = Licence(tmp_path / "licence.toml", [FEEDS["alltick"]])
    taken, why = allowed(licence, [desk(1), desk(2, "anna"), desk(3), desk(4), desk(5)], TODAY)
    assert [each.id for each in taken] == ["d1", "d3", "d4"]
    assert why
