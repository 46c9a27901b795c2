"""What is told of several texts that nobody knows, and what entering them once more agrees to, is the same."""

from quotedesk.lists.unknown_code import UnknownCodeError, advice, agreed
from quotedesk.market.errors import BadSymbolError


def unknown(text: str, *, nearest: str = "", made: str = "") -> UnknownCodeError:
    return UnknownCodeError(text, "why", f"about {text}", nearest, made)


def test_every_code_that_is_agreed_to_is_named() -> None:
    faults = [unknown("abc", made="ABC.US"), BadSymbolError("x#", "why", "no"), unknown("def", made="DEF.US")]
    assert advice(faults) == "Enter once more adds ABC.US and DEF.US."
    assert agreed("abc x# def", faults) == ("abc x# def", {"abc", "def"})
    many = [unknown(letter, made=f"{letter}.US") for letter in "ABCDEF"]
    assert advice(many) == "Enter once more adds A.US, B.US, C.US and 3 more."
    assert advice(many[:3]) == "Enter once more adds A.US, B.US and C.US."
    assert advice(many[:1]) == "about A"


def test_where_the_first_is_like_a_known_one_that_alone_is_taken() -> None:
    faults = [unknown("NVAD", nearest="NVDA.US", made="NVAD.US"), unknown("def", made="DEF.US")]
    assert advice(faults) == "about NVAD"
    assert agreed("NVAD def", faults) == ("NVDA.US def", {"NVDA.US"})


def test_what_is_no_symbol_at_all_is_agreed_to_by_nobody() -> None:
    faults = [BadSymbolError("x#", "why", "no"), unknown("def", made="DEF.US")]
    assert advice(faults) == "no"
    assert agreed("x# def", faults) == ("x# def", set())
