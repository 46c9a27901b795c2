"""How the bytes of a file become text, a part at a time: their encoding, and whether they are text at all."""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from quotedesk.formats import titles
from quotedesk.formats.base import NotAListError

PART = 8_192  # characters or bytes that are read at once
_HEAD = 65_536
_SAMPLE = 32_768  # bytes that say which encoding it is
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As spreadsheets write them where the system's language is another; the last one takes anything.
_NATIONAL = ("gb18030", "big5hkscs", "cp932", "cp949", "cp1251", "cp1252")
_FALLBACK = "cp1252"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_WORDS = re.compile(r"[^\W\d_a-zA-Z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC_WORD = re.compile(r"[А-ЯЁа-яё][а-яё]+|[А-ЯЁ]+")
_PARTING = re.compile(r'[,;\t|"\r\n]+')
_SURE = 0.4  # of the letters that are no ASCII: so many usual ones leave no doubt
_APART = 0.15
# Letters that names of companies and columns are full of, by encoding: of a few lines a detector knows too little.
_USUAL = {
    "gb18030": (
        "中国银行股份有限公司科技集团电子信息医药生物证券保险平安工商农业建设交通招商民生兴业浦发华夏上海深圳北京广州"
        "石油化能源力新材料汽车动机械航空天地产控发展业特钢铁煤炭矿金色稀土锂池光伏太阳水泥家电器美的格海尔康视"
        "威茅台五粮液洋河古井贡酒食品饮料牧原双汇伊利东方财富同花顺宁德时代比亚迪阿里巴巴腾讯百度京网易小米团苹果微软英伟达斯拉谷歌"
        "代码名称现价最新涨跌幅收盘成量额市场股票简基债行板块万长江三一重工紫隆绿药明恒瑞立讯精密信泰"
    ),
    "big5hkscs": (
        "台積電鴻海聯發科中華信富邦金國泰光大立達廣和碩華緯創英業仁寶日月控股份有限公司銀行集團騰訊匯豐友邦保險小米美團"
        "阿里巴巴移動香港交易所比亞迪建設工商農長榮陽明萬統一塑化南亞鋼鐵水泥電子科技產業生物醫藥"
        "代號碼名稱股票證券現價收盤漲跌幅成交量元大玉山永兆第合庫新開彰蘋果微軟輝特斯拉谷歌亞馬遜臉書石油平安"
    ),
    "cp932": (
        "トヨタ自動車ソニーグループ任天堂三菱商事物産日立製作所キーエンス東京エレクロン信越化学工業ソフバンクファスリテイ"
        "本田技研みずほ電信話武薬品伊藤忠ナィカホールデングッ株式会社銘柄名コ証券現在値前比出来高価アマゾメタルマクヌビラ"
        "のはをがでとにのっ産製鉄海運郵船井住友不動保険銀行テレ"
    ),
    "cp949": (
        "삼성전자하이닉스현대차기아카오네버셀트리온바로직포코홀딩화학물산금융신한지주애플엔비디테슬라마크소프트존메타구글"
        "종목코드명현가티커이름시장등락률거래량에너지솔루션생명한국전력항공대중업건설제약은행증권보험우리나"
    ),
    "cp1251": "",  # see _usual
    "cp1252": "äöüßÄÖÜéèêàâçñóíáúôûîëïùøåæØÅÆÉÈÀÇÑãõ’‘“”–—™®€£",
}
_USUAL_SETS = {name: frozenset(letters) for name, letters in _USUAL.items()}


def parts(data: bytes) -> Iterator[str]:
    """The text of a file's bytes, a part at a time. Raises NotAListError for what is no text, before the first."""
    encoding, skipped = encoding_of(data)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    _check(codecs.getincrementaldecoder(encoding)("replace").decode(data[skipped : skipped + _HEAD]))
    return _decoded(data, skipped, decoder)


def text_parts(text: str) -> Iterator[str]:
    """The same of what is text already. Raises NotAListError, too."""
    _check(text[:_HEAD])
    return (text[at : at + PART] for at in range(0, len(text), PART))


def decoded(data: bytes) -> str:
    """The whole text of a short file. Raises NotAListError."""
    return "".join(parts(data))


def encoding_of(data: bytes) -> tuple[str, int]:
    """The encoding of a file's bytes, and how many of them are the mark of it."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name, len(bom)
    head = data[:4000]
    even, odd = head[::2].count(0), head[1::2].count(0)  # UTF-16 has a zero in every other byte
    if odd > len(head) // 5 and even < len(head) // 50:
        return "utf-16-le", 0
    if even > len(head) // 5 and odd < len(head) // 50:
        return "utf-16-be", 0
    if data.isascii():
        return "utf-8", 0
    first = next(at for at in range(0, len(data), _SAMPLE) if not data[at : at + _SAMPLE].isascii())
    begin = max(0, data.rfind(b"\n", 0, first))
    sample = data[begin : begin + _SAMPLE]
    # ASCII says nothing about the encoding, but it makes a detector sure of the wrong one.
    dense = b"\n".join(line for line in sample.splitlines() if not line.isascii())[: _SAMPLE // 2]
    if _fits(dense, "utf-8"):
        return "utf-8", 0
    return _national(dense), 0


def _decoded(data: bytes, skipped: int, decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    for at in range(skipped, len(data), PART):
        yield decoder.decode(data[at : at + PART])
    yield decoder.decode(b"", True)


def _national(sample: bytes) -> str:
    """One of the encodings in which UTF-8 is not written."""
    readable = {name: sample.decode(name, "ignore") for name in _NATIONAL if _fits(sample, name)}
    if not readable:
        return _FALLBACK
    for name, text in readable.items():
        if any(titles.is_any(piece) for piece in _PARTING.split(text) if not piece.isascii()):
            return name
    ranked = sorted(((_usual(name, text), name) for name, text in readable.items()), reverse=True)
    (most, likely), *others = ranked
    if most >= _SURE and (not others or most - others[0][0] >= _APART):
        return likely
    close = [name for share, name in ranked if most - share < _APART]
    best = from_bytes(sample, cp_isolation=close, threshold=0.9).best()
    return best.encoding if best is not None and best.encoding in close else likely


def _usual(encoding: str, text: str) -> float:
    """Which part of the letters beyond ASCII is usual in names, if the text is in that encoding."""
    usual = _USUAL_SETS[encoding]
    beyond = [letter for letter in text if letter > "\x7f"]
    if encoding == "cp1251":  # no word has letters of two alphabets, or capitals within
        found = sum(len(word) for word in _LETTERS.findall(text) if _CYRILLIC_WORD.fullmatch(word))
    else:
        found = sum(letter in usual for letter in beyond)
    if encoding == "cp1252":  # stands between ASCII letters, seldom two in a row
        found -= sum(len(word) for word in _WORDS.findall(text) if len(word) > 2)
    return found / len(beyond) if beyond else 0.0


def _fits(sample: bytes, encoding: str) -> bool:
    """Can it be that? Its end may be cut within a letter."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _check(head: str) -> None:
    """Raises NotAListError for what is no text, and for settings."""
    if len(_CONTROLS.findall(head)) > len(head) // 100:
        raise NotAListError("This is not a text file. Lists are .txt or .csv files")
    settings = listed = 0
    for line in head[:20_000].splitlines():
        if text := line.strip():
            listed += 1
            settings += _is_setting(text)
    if listed > 2 and settings > listed / 2:
        raise NotAListError("This is a file of settings (name=value), not a list of symbols")


def _is_setting(line: str) -> bool:
    name, equals, _ = line.lstrip("; ").partition("=")
    name = name.rstrip()
    return bool(equals) and bool(name) and name.replace("_", "").replace(".", "").isalnum() and not name.isdigit()
