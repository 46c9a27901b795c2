"""Pages and pieces of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk import formats
from quotedesk.formats.base import LONGEST_LINE, Aside, Line, Symbol
from quotedesk.formats.html_page import lines, looks_so

YAHOO = "https://finance.yahoo.com/quote/"


def told(text: str) -> list[Line]:
    return [line for line in lines([text]) if line is not None]


def symbols(text: str, known) -> list[str]:
    return [each.ticker for each in formats.entries([text], known) if isinstance(each, Symbol) and not each.why_not]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<table><tr><th>Symbol</th><th>X</th></tr><tr><td>KO</td><td>60</td></tr></table>", ["Symbol\tX", "KO\t60"]),
        ("<table><tr><th>Symbol<th>Last<tr><td>AAPL<td>190</table>", ["Symbol\tLast", "AAPL\t190"]),
        ("<ul><li>AAPL<li>KO</ul>", ["AAPL", "KO"]),
        ("<p>AT&amp;T\n is <b>T</b></p>", ["AT&T is T"]),
        ("<div>A<br>B</div>", ["A", "B"]),
        ("<html><head><title>AAPL</title></head><script>KO</script><style>X</style><p>V<!-- PEP --></p>", ["V"]),
        (f'<a href="{YAHOO}AAPL">Apple Inc.</a>', [f"Apple Inc. {YAHOO}AAPL"]),
        (f"<a href='{YAHOO}AAPL'>AAPL</a>", ["AAPL"]),
        (f'<tr><td><a href="{YAHOO}KO">Coca-Cola</a></td><td>60</td></tr>', [f"{YAHOO}KO\t60"]),
        ('<a href="https://example.com/x">KO</a>', ["KO"]),
        ("<td>1 < 2", ["1 < 2"]),
        ("<p", ["<p"]),
    ],
)  # fmt: skip
def test_rows_lines_and_links_are_lines(text: str, expected: list[str]) -> None:
    assert [line.text for line in told(text)] == expected
    assert [line.number for line in told(text)] == list(range(1, len(expected) + 1))


def test_a_table_of_a_page_is_read_as_one(known) -> None:
    page = (
        "<!DOCTYPE html><html><body><h1>My list</h1><table><tr><th>Company</th><th>Ticker</th><th>Price</th></tr>"
        f'<tr><td>Apple</td><td><a href="{YAHOO}AAPL">AAPL</a></td><td>190.1</td></tr>'
        f'<tr><td>Berkshire</td><td><a href="{YAHOO}BRK-B">Berkshire</a></td><td>400</td></tr></table></body></html>'
    )
    assert looks_so(page)
    assert symbols(page, known) == ["AAPL", "BRK-B"]
    assert any(isinstance(each, Aside) and each.why == "the header" for each in formats.entries([page], known))


@pytest.mark.parametrize("text", ["AAPL < 200", "<b>x</b> AAPL", "", "< AAPL", "<AAPL>"])
def test_a_text_with_signs_is_no_page(text: str) -> None:
    assert not looks_so(text)


@given(
    st.lists(
        st.sampled_from(["<", ">", "<tr>", "<td>", "</td>", "<a href='", '"', "x", "&amp;", "<!--", "-->", "\n"]),
        max_size=30,
    )
)
def test_any_page_is_read_whichever_way_it_comes_in_parts(tags: list[str]) -> None:
    whole = [line.text for line in told("".join(tags))]
    assert [line.text for line in lines(tags) if line is not None] == whole


@pytest.mark.parametrize("tag", ["<td>x", "<a href='", "x", "<", "<td>", "<b>", "&amp;"])
def test_no_line_of_a_page_is_without_end(tag: str) -> None:
    longest = max((len(line.text) for line in told("<html>" + tag * 50_000)), default=0)
    assert longest <= 2 * LONGEST_LINE
