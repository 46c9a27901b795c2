"""What a typed text means."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.symbol_directory import Directories, SymbolDirectory

KNOWN = SymbolDirectory(
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
    directory = SymbolDirectory(names)
    meant = directory.spelled(typed)
    assert meant == typed or (meant in names and meant.casefold().startswith(typed.casefold()))
    assert directory.spelled(meant) == meant
    assert all(directory.spelled(code) == code for code in names)


def test_a_code_that_is_not_known_has_no_name() -> None:
    assert KNOWN.name("NVDA.US") == "NVIDIA"
    assert KNOWN.name("nvda.us") == KNOWN.name("X") == ""


def test_the_directory_of_a_feed_is_made_once_and_only_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def load(feed: str) -> SymbolDirectory:
        asked.append(feed)
        return SymbolDirectory({"A": feed})

    directories = Directories({"demo": "Demo", "other": "Other"}, load)
    assert asked == []
    assert directories.of("demo") is directories.of("demo")
    assert [directories.of("demo").name("A"), asked] == ["demo", ["demo"]]
    assert directories.of("gone").names == {}
    assert asked == ["demo"]


# Completion


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nvd", ["NVDA.US"]),
        ("NVIDI", ["NVDA.US"]),
        ("spot", ["GOLD", "Silver"]),
        ("gold", ["GOLD", "GOLD.US"]),  # the whole code first
        ("v", ["V.US"]),
        ("b", ["BRK.B.US"]),
        ("brk.b", ["BRK.B.US"]),
        ("dow", [".DJI.US"]),
        ("vda", []),  # not inside a word
        ("", []),
    ],
)
def test_a_half_typed_text_finds_codes_and_words_of_names(typed: str, found: list[str]) -> None:
    assert KNOWN.matches(typed) == found


texts = st.text("aAbBß1", max_size=3)
names = st.text("aAbBß1& ", max_size=8)


@given(st.dictionaries(codes, names, max_size=12), texts, st.integers(0, 9))
def test_matches_are_all_those_that_begin_so_codes_before_names_and_case_is_nothing(
    known: dict[str, str], typed: str, most: int
) -> None:
    directory = SymbolDirectory(known)
    found = directory.matches(typed, most)
    start = typed.casefold()
    by_code = {code for code in known if code.casefold().startswith(start)}
    by_name = {
        code
        for code, name in known.items()
        for word in [*name.casefold().split(), *re.findall(r"\w+", name.casefold())]
        if word.startswith(start)
    }
    expected = by_code | by_name if typed else set()
    assert len(found) == len(set(found)) == min(most, len(expected))
    assert set(found) <= expected
    is_by_code = [code in by_code for code in found]
    assert is_by_code == sorted(is_by_code, reverse=True)
    assert found == directory.matches(typed.swapcase(), most)
    exact = [code for code in found if code.casefold() == start]
    assert exact == found[: len(exact)]


def test_a_code_is_known_with_or_without_its_ending_in_any_case() -> None:
    directory = SymbolDirectory({"NVDA.US": "NVIDIA", "Silver": "Silver spot"})
    assert [text for text in ("NVDA.US", "nvda", "SILVER", "NVD", "US", "") if directory.knows(text)] == [
        "NVDA.US",
        "nvda",
        "SILVER",
    ]
