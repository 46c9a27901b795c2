"""Lists of pieces: sections, comments, names and prose around the symbols."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats import pieces
from quotedesk.formats.base import Aside, Label, Line, NothingKnown, Symbol

NONE = pieces.NO_SYMBOL


def told(text: str, known) -> list[tuple[str, str]]:
    """The pieces of some lines, each with what it is."""
    lines = [Line(number, each) for number, each in enumerate(text.split("\n"), 1)]
    manner = pieces.manner([line for line in lines if line.text.strip()], known)
    found = []
    for line in lines:
        for entry in pieces.read(line, known, manner):
            match entry:
                case Symbol():
                    found.append((entry.text, entry.why_not or entry.doubt or "symbol"))
                case Label():
                    found.append((entry.text, f"section {entry.name}"))
                case Aside():
                    found.append((entry.text, entry.why))
    return found


def symbols(*texts: str) -> list[tuple[str, str]]:
    return [(text, "symbol") for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AAPL.US, V.US;700.HK\nBINANCE:BTCUSDT\tKO", symbols("AAPL.US", "V.US", "700.HK", "BINANCE:BTCUSDT", "KO")),
        ("AAPL，MSFT、KO；PEP", symbols("AAPL", "MSFT", "KO", "PEP")),
        ('"AAPL","MSFT",\'KO\'', symbols('"AAPL"', '"MSFT"', "'KO'")),
        ('"BRK B",AAPL', symbols('"BRK B"', "AAPL")),
        ('["AAPL", "MSFT"]', symbols('"AAPL"', '"MSFT"')),
        ("AAPL MSFT KO", symbols("AAPL", "MSFT", "KO")),
        ("### My own\nKO", [("### My own", "section My own"), ("KO", "symbol")]),
        ("NYSE:V,###New,FX:EURUSD", [("NYSE:V", "symbol"), ("###New", "section New"), ("FX:EURUSD", "symbol")]),
        ("NYSE:V;###Tech;NASDAQ:AAPL", [("NYSE:V", "symbol"), ("###Tech", "section Tech"), ("NASDAQ:AAPL", "symbol")]),
        ("###Oil; gas\nNYSE:XOM", [("###Oil; gas", "section Oil; gas"), ("NYSE:XOM", "symbol")]),
        ("###\nNYSE:BRK.B", [("###", "section "), ("NYSE:BRK.B", "symbol")]),
        ("NASDAQ:AAPL,,\n", symbols("NASDAQ:AAPL")),
        ("EURUSD # cheap now\n# all\n// x\nKO // y", [
            ("EURUSD", "symbol"), ("# cheap now", "a comment"), ("# all", "a comment"), ("// x", "a comment"),
            ("KO", "symbol"), ("// y", "a comment"),
        ]),
        ("NYSE:V\nDES,KO,STK,SMART,,,,", symbols("NYSE:V", "DES,KO,STK,SMART,,,,")),
        ("Tech,AAPL,MSFT", [("Tech", "section Tech"), *symbols("AAPL", "MSFT")]),
        ("Banks: JPM BAC", [("Banks", "section Banks"), *symbols("JPM", "BAC")]),
        ("NYSE: BRK.B", symbols("NYSE:BRK.B")),
        ("My watchlist\nAAPL", [("My watchlist", NONE), ("AAPL", "symbol")]),
        ("AAPL US Equity\n700 HK Equity", symbols("AAPL US Equity", "700 HK Equity")),
        ("[Tech]\nKO", [("[Tech]", "section Tech"), ("KO", "symbol")]),
        ("1. KO\n- PEP\n• T", [("1.", "the number of a line"), *symbols("KO", "PEP", "T")]),
        ("贵州茅台(600519)", [("贵州茅台", NONE), ("600519", "symbol")]),
        ("KO 100, PEP 200", [("KO", "symbol"), ("100", NONE), ("PEP", "symbol"), ("200", NONE)]),
        ("AAPL,CODE,MSFT", symbols("AAPL", "CODE", "MSFT")),
        ("CODE\nAAPL", [("CODE", "not sure whether CODE is a symbol or a title"), ("AAPL", "symbol")]),
        ("700\n9988\n00005", symbols("700", "9988", "00005")),
        ("aapl,msft,ko", symbols("aapl", "msft", "ko")),
    ],
)  # fmt: skip
def test_a_list_is_read(text: str, expected: list[tuple[str, str]], known) -> None:
    assert told(text, known) == expected


@pytest.mark.parametrize(
    ("piece", "why"),
    [
        ("190.12", "It is a number, no symbol"),
        ("1,234.56", "It is a number, no symbol"),
        ("60,10", "It is a number, no symbol"),
        ("$12.50", "It is a number, no symbol"),
        ("2026-11-28", "It is a date or a time, no symbol"),
        ("12:30", "It is a date or a time, no symbol"),
        ("NASDAQ", "It is the name of an exchange"),
        ("US0378331005", "It is an ISIN, which no feed here finds symbols by; take a file with tickers"),
        ("Watchlist", NONE),
        ("me@example.com", NONE),
        ("700", "not sure whether 700 is a symbol or a number"),
        ("XETRA", "not sure whether XETRA is a symbol or an exchange"),
        ("USD", "not sure whether USD is a symbol or a currency"),
        ("apple", "not sure whether apple is a symbol or a word"),
        ("TOTAL", "not sure whether TOTAL is a symbol or a word"),
        ("https://example.com/list.txt", "There is no symbol in this address, and nothing is fetched from the web"),
    ],
)
def test_what_is_no_symbol_says_why_and_what_is_not_clear_says_that(piece: str, why: str, known) -> None:
    assert told(f"KO\n{piece}\nPEP", known) == [("KO", "symbol"), (piece, why), ("PEP", "symbol")]


def test_of_prose_only_what_cannot_be_a_word_is_a_symbol(known) -> None:
    text = "I think AAPL and $PLTR beat KO, see (NYSE: BRK.B) or https://finance.yahoo.com/quote/MSFT A gold word. BUY!"
    assert [piece for piece, what in told(text, known) if what == "symbol"] == [
        "AAPL", "$PLTR", "NYSE:BRK.B", "https://finance.yahoo.com/quote/MSFT",
    ]  # fmt: skip
    assert [piece for piece, what in told(text, known) if what.startswith("not sure")] == ["KO", "gold"]


separators = st.sampled_from([",", ";", "\t", " ", "\n", "，", ", ", " # ", "###", ": "])
words = st.sampled_from(
    ["AAPL", "ko", "Tech", "700", "1.5", "NYSE:V", "DES", "SYM", "###x", "#", "word", "(", "http://x", "苹果", "@demo"]
)


@given(st.text(max_size=60) | st.lists(words | separators, max_size=14).map("".join))
def test_each_letter_of_a_line_is_in_a_piece(text: str) -> None:
    for line in text.splitlines():
        found = "".join(entry.text for entry in pieces.read(Line(1, line), NothingKnown()))
        assert "".join(filter(str.isalnum, found)) == "".join(filter(str.isalnum, line))
