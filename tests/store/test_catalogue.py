"""What a typed text means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.store.catalogue import Catalogue

KNOWN = Catalogue(
    {"NVDA.US": "NVIDIA", "BRK.B.US": "Berkshire B", "Silver": "Silver spot", "5.HK": "HSBC", "V.US": "Visa"}
    | {"AB.US": "", "AB.HK": "", "GOLD": "Gold spot", "GOLD.US": "Gold mine", ".DJI.US": "Dow Jones"}
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NVDA.US", "NVDA.US"),
        ("nvda", "NVDA.US"),
        ("Nvda.us", "NVDA.US"),
        ("brk.b", "BRK.B.US"),
        ("SILVER", "Silver"),
        ("5", "5.HK"),
        ("v", "V.US"),
        (".dji", ".DJI.US"),
        ("gold", "GOLD"),  # a whole code before a part of another
        ("ab", "ab"),  # two would fit
        ("ABRpD.US", "ABRpD.US"),  # not known: never another case
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_a_typed_text_is_the_one_code_it_can_stand_for(typed: str, meant: str) -> None:
    assert KNOWN.spelled(typed) == meant


codes = st.text("aAbB.1", min_size=1, max_size=5)


@given(st.dictionaries(codes, st.just("")), codes)
def test_the_answer_is_a_known_code_or_the_text_and_asking_again_changes_nothing(
    names: dict[str, str], typed: str
) -> None:
    catalogue = Catalogue(names)
    meant = catalogue.spelled(typed)
    assert meant == typed or (meant in names and meant.casefold().startswith(typed.casefold()))
    assert catalogue.spelled(meant) == meant
    assert all(catalogue.spelled(code) == code for code in names)


def test_a_code_that_is_not_known_has_no_name() -> None:
    assert KNOWN.name("NVDA.US") == "NVIDIA"
    assert KNOWN.name("nvda.us") == KNOWN.name("X") == ""
