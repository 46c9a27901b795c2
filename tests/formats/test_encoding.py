"""Bytes become text in whatever encoding, or are refused with a reason."""

import codecs
import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.base import NotAListError
from quotedesk.formats.encoding import decoded, encoding_of, parts, text_parts

TEXT = "NASDAQ:AAPL,###Öl & Gas\r\nHKEX:700\n"

NATIONAL = {
    "gb18030": [
        "代码,名称,现价\r\n600519,贵州茅台,1500.00\r\n000858,五粮液,130.10\r\n",
        "601318,中国平安\n",
        "600036;招商银行;35.2\n000001;平安银行;11\n",
        "证券代码\t证券简称\n300750\t宁德时代\n",
    ],
    "big5": [
        "代號,名稱,收盤價\r\n2330,台積電,1000\r\n2317,鴻海,200\r\n",
        "700.HK,騰訊控股\n5.HK,匯豐控股\n",
        "名稱;代碼\n友邦保險;1299.HK\n小米集團;1810.HK\n",
    ],
    "shift_jis": [
        "コード,銘柄名,現在値\r\n7203,トヨタ自動車,2500\r\n6758,ソニーグループ,13000\r\n",
        "AAPL,アップル\nMSFT,マイクロソフト\n",
        "NVDA;エヌビディア\n",
    ],
    "euc_kr": [
        "종목코드,종목명,현재가\r\n005930,삼성전자,70000\r\n000660,SK하이닉스,120000\r\n",
        "AAPL,애플\nNVDA,엔비디아\n",
        "테슬라;TSLA\n",
    ],
    "cp1251": [
        "Тикер;Название;Цена\r\nAAPL;Эппл;190,12\r\nMSFT;Майкрософт;410,50\r\n",
        "GAZP;Газпром\nSBER;Сбербанк\n",
        "NVDA,Энвидиа\n",
    ],
    "cp1252": [
        "Symbol;Bezeichnung;Börse\r\nSAP;Übersicht AG;Xetra\r\nALV;Allianz München;Xetra\r\n",
        "MC,Moët Hennessy\nOR,L’Oréal\n",
        "Símbolo;Nombre\nTEF;Telefónica\nSAN;España\n",
        "KO,Coca-Cola™\nNESN,Nestlé\n",
    ],
}


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("cp1252"),
    ],
)
def test_a_text_in_any_usual_encoding_is_read(data: bytes) -> None:
    assert decoded(data) == TEXT


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in NATIONAL.items() for text in texts])
def test_what_spreadsheets_write_in_other_countries_is_told_apart(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding)) == text
    assert decoded(("AAPL,Apple\n" * 5000 + text * 50).encode(encoding)).endswith(text)


def test_a_long_text_comes_in_parts_which_cut_no_letter() -> None:
    text = "贵州茅台,600519\n" * 20_000
    for encoding in ("utf-8", "gb18030", "utf-16"):
        some = list(parts(text.encode(encoding)))
        assert len(some) > 10
        assert "".join(some) == text
    assert max(map(len, text_parts(text))) < 10_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "not a text file"),
        (b"PK\x03\x04" + bytes(range(32)) * 9, "not a text file"),
        (b"; expert\nLots=0.1\nMagic=77\nTrail=3\n", "file of settings"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotAListError, match=why):
        parts(data)


@pytest.mark.parametrize("before", ["", "茅台\t", "Moutai ", "1\t"])
def test_text_guards_are_no_settings(before: str) -> None:
    text = "".join(f'{before}="{code}"\t1.2\n' for code in ("600519", "000858", "300750"))
    assert decoded(text.encode()) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotAListError):
        assert isinstance(decoded(data), str)
    encoding, skipped = encoding_of(data)
    assert codecs.lookup(encoding)
    assert 0 <= skipped <= 4


@pytest.mark.parametrize("name", list(NATIONAL))
def test_a_mistake_in_the_middle_stops_nothing(name: str) -> None:
    text = "".join(itertools.chain(NATIONAL[name])) * 20
    data = text.encode(name)
    assert decoded(data[: len(data) // 2] + b"\xff\x80\n" + data[len(data) // 2 :])
