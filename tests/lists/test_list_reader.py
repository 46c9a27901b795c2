"""What a text means for a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.list_reader import ListReader, can_be_read_at_once
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.unknown_code import UnknownCodeError, agreed
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, shown

NAMES = {"NVDA.US": "NVIDIA", "GOLD": "Gold spot", "Silver": "Silver spot", "700.HK": "Tencent"}
FEEDS = {"demo": "Demo feed", "alltick": "AllTick", "alltick_action": "AllTick, two at once"}
HERE = ("GOLD", "ABRpD.US", "plain")
OTHER = {"BTC-USD": "Bitcoin", "GOLD": "Gold coin"}


def directories(names: dict[str, str] = NAMES) -> Directories:
    return Directories(FEEDS, lambda feed: SymbolDirectory(names if feed == "demo" else OTHER))


def shown_of(instruments: tuple[Instrument, ...]) -> list[str]:
    return [shown(each, "demo") for each in instruments]


@pytest.fixture
def reader() -> ListReader:
    rows = [*(Instrument("demo", code) for code in HERE), Instrument("alltick", "ABC-d")]
    return ListReader(Watchlist(rows, feed="demo"), directories())


def codes(parsed: ParsedList) -> tuple[list[str], list[str], list[str]]:
    """New, here, bad."""
    return shown_of(parsed.new), shown_of(parsed.here), list(parsed.bad)


@pytest.mark.parametrize(
    ("text", "new", "here", "bad"),
    [
        ("nvda, silver;XYZ", ["NVDA.US", "Silver"], [], ["XYZ"]),
        ("gold plain", [], ["GOLD", "plain"], []),
        ("see chart", [], [], ["see", "chart"]),
        ("ＮＶＤＡ，\u200bsilver\ufeff、\u00a0XYZ", ["NVDA.US", "Silver"], [], ["XYZ"]),
        ('="NVDA.US" "silver" \'XYZ', ["NVDA.US", "Silver"], [], ["'XYZ"]),
        ("$NVDA $xyz", ["NVDA.US"], [], ["$xyz"]),
        ("A.US A.US nvda NVDA.US", ["NVDA.US"], [], ["A.US"]),
        ("a$b gold", [], ["GOLD"], ["a$b"]),
        ("nvda@demo XYZ@demo", ["NVDA.US", "XYZ"], [], []),
        ("nvda@alltick, gold@alltick", ["nvda@alltick", "GOLD@alltick"], [], []),
        ("QUOTEDESK:nvda quotedesk:gold@alltick QUOTEDESK:", ["nvda", "gold@alltick"], [], ["QUOTEDESK:"]),
        ("ABC-d@alltick plain@demo", [], ["ABC-d@alltick", "plain"], []),
        ("A@nowhere B@ @demo a@b@demo", [], [], ["A@nowhere", "B@", "@demo", "a@b@demo"]),
        ("", [], [], []),
    ],
)
def test_typed_pieces_are_symbols_if_somebody_knows_them(reader: ListReader, text: str, new, here, bad) -> None:
    assert codes(reader.typed(text)) == (new, here, bad)


@pytest.mark.parametrize(
    ("text", "new", "here", "bad"),
    [
        ("nvda, silver;XYZ", ["nvda", "silver", "XYZ"], [], []),
        ("gold GOLD", ["gold"], ["GOLD"], []),
        ("ＸＹＺ a$b", ["XYZ"], [], ["a$b"]),
        ("x@alltick QUOTEDESK:y z@nowhere", ["x@alltick", "y"], [], ["z@nowhere"]),
    ],
)
def test_who_insists_gets_the_text_as_it_is(reader: ListReader, text: str, new, here, bad) -> None:
    assert codes(reader.typed(text, insists=True)) == (new, here, bad)


def test_a_piece_that_the_user_chose_is_taken_though_nobody_knows_it(reader: ListReader) -> None:
    assert codes(reader.typed("XYZ ABC", sure={"XYZ"})) == (["XYZ"], [], ["ABC"])


def unknown(reader: ListReader, text: str) -> UnknownCodeError:
    fault = reader.typed(text).fault
    assert isinstance(fault, UnknownCodeError)
    return fault


def test_of_text_that_nobody_knows_the_nearest_code_is_named_and_what_the_keys_would_do(reader: ListReader) -> None:
    fault = unknown(reader, "NVAD.US")
    assert (fault.why, fault.nearest) == ("NVAD.US: no such code. NVDA.US?", "NVDA.US")
    assert fault.advice == "Enter takes NVDA.US, Ctrl+Enter adds NVAD.US as it is."
    assert unknown(reader, "nv").nearest == "NVDA.US"
    fault = unknown(reader, "QCOM.US")
    assert (fault.why, fault.nearest) == ("QCOM.US is not among the symbols of Demo feed that are known here", "")
    assert (fault.made, fault.advice) == ("QCOM.US", "Enter once more adds QCOM.US.")
    fault = unknown(reader, "what_ever")
    assert (fault.why, fault.nearest, fault.made) == ("what_ever: no such code", "", "")


def test_where_a_feed_has_no_directory_nobody_can_judge_and_that_is_said() -> None:
    alone = ListReader(Watchlist(feed="demo"), Directories({"demo": "Demo feed"}, lambda feed: SymbolDirectory()))
    assert unknown(alone, "what_ever").why == "Whether what_ever is a code of Demo feed is not known here"
    assert unknown(alone, "QCOM.US").made == "QCOM.US"


@pytest.mark.parametrize(
    ("text", "new", "here", "bad"),
    [
        ("AMD.US INTC.US AVGO.US GOLD see chart", ["AMD.US", "INTC.US", "AVGO.US"], ["GOLD"], ["see chart"]),
        ("AMD.US\nsee chart\r\nGOLD", ["AMD.US"], ["GOLD"], ["see chart"]),
        ("buy nvda now, and plain", [], [], ["buy", "nvda", "now", "and", "plain"]),
        ("ABRpD.US EURUSD 600519 700", ["EURUSD"], ["ABRpD.US"], ["600519 700"]),
        ("AAPL.US\t229.38\t+0.84%\t-1.5", ["AAPL.US"], [], []),
        ("NVDA.US - NVIDIA Corp.", ["NVDA.US"], [], ["-", "NVIDIA", "Corp."]),
        ("<b>AAPL.US</b>", [], [], ["<b>AAPL.US</b>"]),
        ("me@example.com", [], [], ["me@example.com"]),
        ("Write to ME@EXAMPLE.COM or support@alltick", [], [], ["Write to ME@EXAMPLE.COM or", "support@alltick"]),
        ("buy BTC-USD@alltick now", ["BTC-USD@alltick"], [], ["buy", "now"]),
        ("see ABC-d@alltick or gold@alltick", ["GOLD@alltick"], ["ABC-d@alltick"], ["see", "or"]),
        ("x@alltick\ty@demo", ["x@alltick", "y"], [], []),
        ("QUOTEDESK:gold@alltick,QUOTEDESK:nvda", ["gold@alltick", "nvda"], [], []),
        ("A.US QUOTEDESK:nvda B.US C.US", ["A.US", "nvda", "B.US", "C.US"], [], []),
        ("SYM,x@alltick,QUOTEDESK\n", ["x@alltick"], [], []),
        ("Symbol,Last\nGOLD@alltick,1\nA@nowhere,2\n", ["GOLD@alltick"], [], ["A@nowhere"]),
        ("word", [], [], ["word"]),
        ("nothing to see here.", [], [], ["nothing to see here."]),
        ("\n ;,", [], [], []),
    ],
)
def test_of_a_found_text_prose_and_prices_are_no_symbols(reader: ListReader, text: str, new, here, bad) -> None:
    assert codes(reader.found(text)) == (new, here, bad)


def test_the_first_reason_is_told(reader: ListReader) -> None:
    fault = reader.typed("gold n$o n%o").fault
    assert fault is not None
    assert (fault.symbol, fault.why) == ("n$o", "“$” cannot be part of a symbol")
    fault = reader.found("AMD.US see chart").fault
    assert fault is not None
    assert fault.why == "It does not look like a symbol"
    assert reader.found("AMD.US").fault is None


def test_a_feed_that_is_not_known_is_refused_with_the_ones_there_are(reader: ListReader) -> None:
    fault = reader.typed("A@nowhere").fault
    assert fault is not None
    assert fault.symbol == "A@nowhere"
    assert str(fault) == "There is no feed “nowhere”. After the @ write demo, alltick or alltick_action."
    fault = reader.found("me@example.com").fault
    assert fault is not None
    assert fault.why == "It does not look like a symbol"
    alone = ListReader(Watchlist(feed="demo"), Directories({"demo": "Demo"}, lambda feed: SymbolDirectory()))
    fault = alone.typed("A@x").fault
    assert fault is not None
    assert fault.advice == "The only feed is demo."


def test_of_a_list_of_another_feed_the_same_text_means_that_feed(reader: ListReader) -> None:
    other = reader.beside(Watchlist(feed="alltick"))
    assert other.typed("gold nvda@demo").new == (Instrument("alltick", "GOLD"), Instrument("demo", "NVDA.US"))
    assert reader.feed == "demo"


def suggested(reader: ListReader, text: str) -> list[tuple[str, str, bool]]:
    return [(each.text, each.name, each.is_here) for each in reader.suggestions(text)]


def test_suggestions_are_of_the_feed_that_is_said_else_of_the_list_s(reader: ListReader) -> None:
    assert suggested(reader, "gol") == [("GOLD", "Gold spot", True)]
    assert suggested(reader, "gol@alltick") == [("GOLD@alltick", "Gold coin", False)]
    assert suggested(reader, "nvd@demo") == [("NVDA.US@demo", "NVIDIA", False)]
    assert suggested(reader, "nvd@nowhere") == suggested(reader, "@") == []
    assert suggested(reader, "ABC-d@a") == [
        ("ABC-d@alltick", "AllTick", True),
        ("ABC-d@alltick_action", "AllTick, two at once", False),
    ]


def test_feeds_in_use_are_searched_beside_the_list_s_own_which_stays_first() -> None:
    known = directories()
    known.in_use = lambda: ["alltick", "demo"]
    reader = ListReader(Watchlist(feed="demo"), known)
    assert [each.text for each in reader.suggestions("gold")] == ["GOLD", "GOLD@alltick", "GOLD@alltick_action"][:2]
    assert [each.text for each in reader.suggestions("bitc")] == ["BTC-USD@alltick"]


def test_a_name_of_several_words_is_looked_for_as_a_whole() -> None:
    names = {"BAC.US": "Bank of America", "BK.US": "Bank of New York", "NVDA.US": "NVIDIA"}
    reader = ListReader(Watchlist(feed="demo"), directories(names))
    (found,) = reader.suggestions("nvda, bank of am")
    assert (found.text, found.replaces) == ("BAC.US", "bank of am")
    assert [each.text for each in reader.suggestions("bank o")] == ["BAC.US", "BK.US"]
    assert [each.text for each in reader.suggestions("nvda bank")] == ["BAC.US", "BK.US"]  # the first is a code


def test_what_a_text_is_spelled_for_is_suggested_first(reader: ListReader) -> None:
    assert reader.suggestions("$nvda")[0].text == "NVDA.US"
    assert [(each.text, each.is_guess) for each in reader.suggestions("nvad")] == [("NVDA.US", True)]
    assert reader.suggestions("nothing") == []


def test_where_a_suggestion_stands_is_said_before_it_is_added(reader: ListReader) -> None:
    reader.standing = lambda instrument: f"in list Metals, {instrument.code}"
    assert reader.suggestions("silv")[0].standing == "in list Metals, Silver"
    assert reader.suggestions("gol")[0].standing == ""  # it is here


def test_a_text_that_is_too_long_for_a_list_is_not_read(reader: ListReader) -> None:
    parsed = reader.found("A " * 500_001)
    assert codes(parsed) == ([], [], [])
    assert parsed.words == "Nothing was added, 1,000,002 characters are too many for a list"


@given(
    st.text("aA1. ,\n$<\t%-@", max_size=40)
    | st.lists(st.sampled_from(["a", "A", "@demo", "@alltick", "@", " ", ".", ","]), max_size=12).map("".join)
)
def test_nothing_is_lost_and_nothing_comes_twice(text: str) -> None:
    reader = ListReader(Watchlist([Instrument("demo", "A")]), directories({"aA": "x"}))
    for parsed in (reader.typed(text), reader.typed(text, insists=True), reader.found(text)):
        good = [*parsed.new, *parsed.here]
        assert len(set(good)) == len(good)
        assert len(set(parsed.bad)) == len(parsed.bad)
        assert (parsed.fault is None) == (not parsed.bad)
    typed = reader.typed(text)
    for word in text.replace(",", " ").split():
        assert word in typed.bad or reader.meant(word) in (*typed.new, *typed.here)


@given(
    st.text("NVDAGOLDnvda.US@-/$^:=7 ,", max_size=30)
    | st.lists(st.sampled_from(["nvda", "NVDA.US", "GOLD", "gold@alltick", "x@demo", "QCOM", "APPL.US", "7"])).map(
        " ".join
    )
)
def test_nothing_typed_becomes_a_row_unless_a_directory_knows_it_or_the_text_says_its_feed(text: str) -> None:
    known = directories()
    reader = ListReader(Watchlist(feed="demo"), known)
    parsed = reader.typed(text)
    for each in parsed.new:
        assert known.of(each.feed).has(each.code) or "@" in text or ":" in text
    once_more, sure = agreed(" ".join(parsed.bad), parsed.faults)
    for each in reader.typed(once_more, sure=sure).new:
        assert shown(each, "demo") in {named for fault in parsed.faults for named in told_by(fault)} or "@" in text


def told_by(fault: BadSymbolError) -> tuple[str, ...]:
    """The codes that a refusal offers."""
    return (fault.nearest, fault.made) if isinstance(fault, UnknownCodeError) else ()


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,4}\.(US|HK)", fullmatch=True), unique=True), st.sampled_from(" \n\t,;"))
def test_a_list_of_codes_is_understood_whole_whatever_parts_it(symbols: list[str], separator: str) -> None:
    reader = ListReader(Watchlist(feed="demo"), directories({}))
    text = separator.join(symbols)
    for parsed in (reader.typed(text, insists=True), reader.found(text)):
        assert codes(parsed) == (symbols, [], [])
    assert codes(reader.typed(text)) == ([], [], symbols)


@pytest.mark.parametrize(
    "texts", [("AMD.US,XYZ", "Symbol;Exchange\nGOLD;TVC\nSilver;\n"), ("###a\nA.US", "###b\nB.US")]
)
def test_each_of_several_texts_is_read_in_its_own_format(reader: ListReader, texts: tuple[str, ...]) -> None:
    together = reader.found(*texts)
    assert [line.text for line in together.lines] == [line.text for text in texts for line in reader.found(text).lines]


def test_ten_thousand_codes_are_read_at_once_and_other_long_texts_in_parts(reader: ListReader) -> None:
    codes = "\n".join(f"S{number}.US" for number in range(10_000))
    assert can_be_read_at_once(codes)
    assert len(reader.found(codes).new) == 10_000
    assert not can_be_read_at_once("word " * 3_000)
    assert not can_be_read_at_once(" " * 20_000)
    assert not can_be_read_at_once(codes * 2)


def test_a_text_that_is_no_list_is_refused_with_the_reason(reader: ListReader) -> None:
    parsed = reader.found("Lots=1\nMagic=2\nTrail=3\n")
    assert parsed.new == ()
    assert parsed.fault is not None
    assert "settings" in parsed.fault.why
