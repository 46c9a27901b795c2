"""Tables: the symbol column is found by its values, whatever the header says."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk import formats
from quotedesk.formats import table
from quotedesk.formats.base import Aside, Label, Named, Symbol


def read(text: str, known=None) -> list[Symbol | Label | Aside]:
    return [entry for entry in formats.entries([text], known) if entry is not None]


def symbols(text: str, known=None) -> list[tuple[str, str]]:
    return [
        (each.ticker, each.venue)
        for each in read(text, known)
        if isinstance(each, Symbol) and not each.why_not and not each.doubt
    ]


def tickers(text: str, known=None) -> list[str]:
    return [ticker for ticker, _ in symbols(text, known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Symbol,Last\nAAPL.US,1\n\nV.US,2\n", [("AAPL.US", ""), ("V.US", "")]),
        ('"Ticker";"Exchange"\r\n"AAPL";"NASDAQ"\r\n', [("AAPL", "NASDAQ")]),
        ("Name\tSYMBOL\nApple\tNASDAQ:AAPL\n", [("AAPL", "NASDAQ")]),
        ("No.|Code\n1|700.HK\n", [("700.HK", "")]),
        ("My list\nSymbol,x\nKO,1\n", [("KO", "")]),
        ('Symbol,Name\nKO,"two\nlines"\nPEP,x\n', [("KO", ""), ("PEP", "")]),
        ("AAPL,NASDAQ,STOCK,USD,0.01,Apple\n", [("AAPL", "NASDAQ")]),
        ("Name,Symbol (NYSE),Last\nVisa,V,1\n", [("V", "")]),
        ("Watchlist mine\n\n\nSymbol,Last,Net Chng\nAAPL,1,2\n", [("AAPL", "")]),
        ("Symbol\nA\nB\n", [("A", ""), ("B", "")]),
        ("Symbol,Exchange\n858,SZSE\n1,SSE\n700,Hong Kong\n", [("858", "SZSE"), ("1", "SSE"), ("700", "HKEX")]),
        ("Symbol,Exchange\n858.0,SZSE\n700.0,HKEX\n", [("858", "SZSE"), ("700", "HKEX")]),
        ("股票代码,交易所\n1,深圳\n600519,上海\n", [("1", "SZSE"), ("600519", "SSE")]),
        ("Symbol,Exch\nBTC-USD,CCC\nKO,NYQ\nSAP,XETRA\n", [("BTC-USD", ""), ("KO", "NYQ"), ("SAP", "XETRA")]),
        ("代码,名称\n=\"600519\",茅台\n='000858,五粮液\n".replace("='", "'"), [("600519", ""), ("000858", "")]),
        ("Symbol;Preis\nAAPL;\"1.234,50\"\nKO;60,10\n", [("AAPL", ""), ("KO", "")]),
        ("종목코드,종목명\n005930,삼성전자\n", [("005930", "KRX")]),
        ("コード,銘柄名\n7203,トヨタ\n", [("7203", "TSE")]),
        ("Symbol,Market,Last\nKO,Equities,60\n", [("KO", "")]),
        ("AAPL,MSFT\nSymbol,Name\nKO,Coca\n", [("AAPL", ""), ("MSFT", ""), ("KO", "")]),
        ("Symbol;Exchange\nKO;NYSE\nAAPL,NVDA\n", [("KO", "NYSE"), ("AAPL", ""), ("NVDA", "")]),
        ("Symbol,Name\nKO,Coca\nAAPL,NVDA,SPY\n", [("KO", ""), ("AAPL", ""), ("NVDA", ""), ("SPY", "")]),
        ('Name,Symbols\nTech,"AAPL,MSFT"\n', [("AAPL", ""), ("MSFT", "")]),
        ("Symbol,Name\nBRK B,Berkshire\nAAPL US Equity,Apple\n", [("BRK B", ""), ("AAPL", "US")]),
        ("Ticker\nCODE\nICE\nUSD\n", [("CODE", ""), ("ICE", ""), ("USD", "")]),
        ("Symbol,Name\nKO,Coca\nSymbol,Name\nPEP,Pepsi\n", [("KO", ""), ("PEP", "")]),
    ],
)  # fmt: skip
def test_a_table_with_a_header_is_read(text: str, expected: list, known) -> None:
    assert symbols(text, known) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AAPL,190.12\nMSFT,410.50\n", ["AAPL", "MSFT"]),
        ("KO\t60,10\nPEP\t150,20\nORCL\t190\n", ["KO", "PEP", "ORCL"]),
        ("AAPL,100,150.25\n", ["AAPL"]),
        ("KO 60.10\nPEP 150.20 +1%\n", ["KO", "PEP"]),
        ("AAPL Apple Inc.\nKO Coca-Cola Co\n", ["AAPL", "KO"]),
        ("Apple,AAPL,190\nCoca-Cola,KO,60\n", ["AAPL", "KO"]),
        ("1;AAPL;Apple\n2;KO;Coca-Cola\n", ["AAPL", "KO"]),
        ("28.11.2026;KO;Kauf;100;60,10\n28.11.2026;PEP;Kauf;10;150,20\n", ["KO", "PEP"]),
        ("600519,贵州茅台,1500.00\n000858,五粮液,130.10\n", ["600519", "000858"]),
        ("AAPL,USD,10\nMSFT,USD,20\nKO,USD,30\nPEP,USD,40\n", ["AAPL", "MSFT", "KO", "PEP"]),
        ("AAPL,STK,10\nMSFT,STK,20\nKO,STK,30\nPEP,STK,40\n", ["AAPL", "MSFT", "KO", "PEP"]),
        ("Wert,Kürzel X,Betrag\nCoca,KO,60\nPepsi,PEP,150\n", ["KO", "PEP"]),
        ("Price,What\n190,AAPL\n60,KO\n", ["AAPL", "KO"]),
        ("Symbol,Price\n190.12,AAPL\n60.10,KO\n", ["AAPL", "KO"]),
        ("ISIN;Papier;Menge\nUS0378331005;AAPL;10\nUS5949181045;MSFT;20\n", ["AAPL", "MSFT"]),
        ("ticker price\nAAPL 190\nKO 60\n", ["AAPL", "KO"]),
        ("KO,NYSE\nPEP,NASDAQ\n", ["KO", "PEP"]),
        ("CODE 123.4\nAAPL 190\n", ["CODE", "AAPL"]),
        ("KO 60,10\nPEP 150,20\n", ["KO", "PEP"]),
        ("My Portfolio\nAAPL 10 shares @ 190.12\nKO 20 shares @ 60.10\n", ["AAPL", "KO"]),
        ("| Symbol | Last |\n|---|---|\n| AAPL | 190.1 |\n", ["AAPL"]),
        ("| AAPL | 190.1 |\n| KO | 60.2 |\n", ["AAPL", "KO"]),
        ("AAPL,1.5\nTOTAL,2.5\nKO,3.5\n", ["AAPL", "KO"]),
        ("KO,60.1\nPEP,150.2\nTotal,210.3\n", ["KO", "PEP"]),
        ("Tech: AAPL, MSFT\nDrinks: KO, PEP\n", ["AAPL", "MSFT", "KO", "PEP"]),
        ('["AAPL", "MSFT", "KO"]', ["AAPL", "MSFT", "KO"]),
        ("AAPL.US, KO # these two", ["AAPL.US", "KO"]),
        ("AAPL; KO,", ["AAPL", "KO"]),
        ("AAPL,|KO,|PEP,", ["AAPL", "KO", "PEP"]),
        ("AAPL, MSFT KO", ["AAPL", "MSFT", "KO"]),
        ("AAPL, MSFT # a\nNVDA, TSLA # b\n", ["AAPL", "MSFT", "NVDA", "TSLA"]),
        ("AAPL\tApple Inc.\t190", ["AAPL"]),
        ('["AAPL", "MSFT",\n "KO", "PEP"]', ["AAPL", "MSFT", "KO", "PEP"]),
    ],
)
def test_without_a_header_that_is_known_the_values_say_which_column_it_is(text: str, expected: list, known) -> None:
    assert tickers(text, known) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Name,Price\nApple,190\nMicrosoft,400\n",
        "Code,Price\n190.12,200\n13.1,300\n",
        "10,20\n30,40\n",
        "ISIN,Name\nUS0378331005,Apple\n",
        "Date,Amount\n2026-11-28,100\n2026-11-29,200\n",
        "100 @ 150.25\n200 @ 13\n",
        "NYSE,10\nNASDAQ,20\n",
        "Mon;1,5\nTue;2,5\n",
        "US,1\nDE,2\nJP,3\n",
        "Region,Value\nUS,1\nEU,2\n",
        "Symbol,Last\nTOTAL,100\n",
        "Symbol,Last\nAAPL  261128C00200000,5\n",
        "KO is up\nPEP is down\n",
        "Account Number,Symbol\nZ123,SPAXX**\nZ123,Pending\nZ124,Cash\n",
        "Q1,FY25\n10-K,8-K\n",
        "I bought KO\nA friend sold PEP\n",
        "APPLE INC\nMICROSOFT CORP\n",
    ],
)
def test_no_price_no_quantity_and_no_name_becomes_a_symbol(text: str, known) -> None:
    assert tickers(text, known) == []
    assert all(each.why_not or each.doubt for each in read(text, known) if isinstance(each, Symbol))


def test_a_titled_column_with_few_symbols_stays_the_one(known) -> None:
    text = "Account Number,Symbol,Value\nZ123,SPAXX**,500\nZ123,KO,60\nZ123,Pending Activity,\n"
    assert tickers(text, known) == ["KO"]


def test_where_two_columns_may_be_it_each_row_is_not_sure(known) -> None:
    entries = [each for each in read("KO,COCA,60.1\nPEP,PEPSI,150\n", known) if isinstance(each, Symbol)]
    assert [each.doubt for each in entries] == ["not sure which of the columns holds the symbols"] * 2


def test_lines_are_told_by_number_and_what_is_no_symbol_is_named() -> None:
    text = 'Symbol,Name\nA,"two\nlines"\n,total\n# note\nB,x\nTotal,1\n'
    assert read(text) == [
        Aside(1, "Symbol,Name", "the header"),
        Symbol(2, "A", "A"),
        Aside(4, ",total", "a line without a symbol"),
        Aside(5, "# note", "a comment"),
        Symbol(6, "B", "B"),
        Symbol(7, "Total", "Total", why_not="It does not look like a symbol"),
    ]


def test_a_section_column_begins_a_section_where_it_changes() -> None:
    labels = [each.name for each in read("Symbol,Group\nA,x\nB,x\nC,\nD,y\nE,x\n") if isinstance(each, Label)]
    assert labels == ["x", "y", "x"]


def test_the_files_of_nasdaq_trader_are_read_with_their_letters_test_issues_and_footer() -> None:
    listed = (
        "Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF|NextShares\n"
        "AAPL|Apple Inc. - Common Stock|Q|N|N|100|N|N\nZVZZT|NASDAQ TEST STOCK|G|Y|N|100|N|N\n"
        "File Creation Time: 1128202518:02|||||||\n"
    )
    other = (
        "ACT Symbol|Security Name|Exchange|CQS Symbol|ETF|Round Lot Size|Test Issue|NASDAQ Symbol\n"
        "A|Agilent Technologies|N|A|N|100|N|A\nSPY|SPDR S&P 500|P|SPY|Y|100|N|SPY\n"
        "File Creation Time: 1128202518:02||||||\n"
    )
    assert symbols(listed) == [("AAPL", "NASDAQ")]
    assert symbols(other) == [("A", "NYSE"), ("SPY", "ARCA")]
    assert [each.why for each in read(listed) if isinstance(each, Aside)] == [
        "the header",
        "a test issue",
        "the footer",
    ]
    assert read(other)[-1] == Aside(4, "File Creation Time: 1128202518:02||||||", "the footer")


cells = st.sampled_from(
    ["AAPL", "KO", "1.5", "700", "Apple", "", "###x", "NYSE", '"', '"a', 'b"', "#", "x,y", "苹果", "Symbol", "12:30"]
)


@given(
    st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"])
)
def test_every_row_is_told(rows: list[list[str]], delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in rows)
    told = {each.line for each in read(text)}
    lines = [number for number, line in enumerate(text.split("\n"), 1) if any(map(str.isalnum, line))]
    assert '"' in text or told.issuperset(lines)


@given(st.text(min_size=1, max_size=12))
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text: str) -> None:
    row = Named("A.US", "NASDAQ", "A", {"Note": text, "Chg": "\N{MINUS SIGN}1.25"})
    _, (code, note, change) = csv.reader(io.StringIO(table.write([row]), newline=""))
    assert (code, change) == ("A.US", "-1.25")
    bare = text.replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(r"[+-]?[0-9.,]+%?", bare):
        assert note == bare
    else:
        assert note in (text, f"'{text}")
        first = note.strip("\n\r\t \u3000\u00a0\ufeff\u200b")[:1]
        assert first not in tuple("=+-@＝＋－＠|%") or note.startswith("'")


@pytest.mark.parametrize("before", ["", " ", "\n", "\r\n\t", "\u00a0", "\u3000", "\ufeff", "\u200b", "'"])
@pytest.mark.parametrize("sign", list("=+-@＝＋－＠|%"))
def test_a_formula_is_guarded_whatever_stands_before_it(before: str, sign: str) -> None:
    row = Named("A.US", "NASDAQ", "A", {"Note": f"{before}{sign}cmd()"})
    _, (_, note) = csv.reader(io.StringIO(table.write([row]), newline=""))
    assert note == f"'{before}{sign}cmd()"


def test_guards_are_taken_off_again() -> None:
    rows = [Named("-A", "QUOTEDESK", "-A", is_clear=False), "=1+1"]
    text = table.write(rows)
    assert [each for each in read(text) if not isinstance(each, Aside)] == [
        Symbol(2, "QUOTEDESK:-A", "-A", "QUOTEDESK"),
        Label(3, "###=1+1", "=1+1"),
    ]
