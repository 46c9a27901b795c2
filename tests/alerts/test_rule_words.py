"""The words of a line."""

import pytest

from quotedesk.alerts.rule_words import RuleError, rule_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  a\tb  ", [("a", 2, 1), ("b", 4, 1)]),
        ('list:"My list" x', [("list:My list", 0, 14), ("x", 15, 1)]),
        ("“a b”c", [("a bc", 0, 6)]),
        (r'"a \"b\" \\ \n"', [(r'a "b" \ \n', 0, 15)]),
        ('""', [("", 0, 2)]),
    ],
)
def test_words_with_their_places(text: str, words: list[tuple[str, int, int]]) -> None:
    assert [(each.text, each.at, each.length) for each in rule_words(text)] == words


@pytest.mark.parametrize(("text", "at"), [('a "b', 2), ('“a"', 0), ("a b\x00", 2), ('"a\u202eb"', 0)])
def test_what_cannot_be_words(text: str, at: int) -> None:
    with pytest.raises(RuleError) as caught:
        rule_words(text)
    assert caught.value.at == at
