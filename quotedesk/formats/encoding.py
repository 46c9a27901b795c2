"""How the bytes of a file become text, a part at a time: their encoding, and whether they are text at all."""

import codecs
import re
from collections.abc import Iterator

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
_CYRILLIC_WORD = re.compile(r"[А-ЯЁа-яё][а-яё]+(?:[А-ЯЁ][а-яё]+)?|[А-ЯЁ]+")
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
        "是不了在人我他这大来个到说们为和你出道也年得就那要下以会自着去之过学对可后么心多而好都然没日于起还事只作当想"
        "看文无开手十用主又如前所本见经头面已老从两知样分将外但身些与高意进把法此实回二理点月其种声全己话儿者向情部正"
        "定女问给等几很间什打便位因被走四第门相次政口使教西再真听世气少关并内加由却军入先眼体别处总才师书住员九性目报"
        "件表白应路期叫常提感何更反合放做系计受王亲界及今务制解各任至清象记边共风接许八望直服毛林题南统字请爱让认义元"
        "结六功指思非流每青管夫连远队带快条院变联权往该领传近留红治决周办运武半七必城强步完区即求士转众轻程语派满式李"
        "黄钱持取始历越史千片容研找友站改形委早房音火际首单据导影香专志飞观争究包组造落济喜离切丰港湖福浙云贵川山陕鲁"
        "津冀辽吉黑渝苏杭杨柳泸窖汾迈疗韦芯媒赣锋铜镁铝钛硅晶澳赛轮胎沪凯莱葛洲坝寒纪耀璃"
    ),
    "big5hkscs": (
        "台積電鴻海聯發科中華信富邦金國泰光大立達廣和碩華緯創英業仁寶日月控股份有限公司銀行集團騰訊匯豐友邦保險小米美團"
        "阿里巴巴移動香港交易所比亞迪建設工商農長榮陽明萬統一塑化南亞鋼鐵水泥電子科技產業生物醫藥"
        "代號碼名稱股票證券現價收盤漲跌幅成交量元大玉山永兆第合庫新開彰蘋果微軟輝特斯拉谷歌亞馬遜臉書石油平安"
        "的是不了在人我他這來上個到說們為你地出道也時年得就那要下以會自著去之過家學對可後心多天而能好都然沒於起還事只"
        "作當想看文無手十用主方又如前本見經頭面同已老從兩知民樣將外但身些與高意進把法此實回二理點其種聲全己話者向情部"
        "正定女問給等最間什打便位因重被走四門相次東政口使教西再真聽世氣少關並內加由卻軍入先太眼體別處總才師住員九性目"
        "報件表原白應路期常提感何更反放做系計受王親界及今務制解各任至清象記邊共風接許八望直服林題度字請愛讓認百義結六"
        "功指思非流每青管夫連遠隊帶花快條院變權往該領傳近留紅治決周辦運武半七必城強步完區即求士轉空眾輕程語派滿式李黃"
        "德錢持取始雙歷越史千片容研找站改形委早房音火際首單據導影網專志飛觀爭究包組造落視濟喜離切順湖福江恒基展河娛樂"
        "舜宇踏寧底撈吉利汽車京欣興健鼎奇鋐智瑞昱群旺宏矽格晶圓封測力洲航裕隆味佳穎精密機器備材料源環"
    ),
    "cp932": (
        "トヨタ自動車ソニーグループ任天堂三菱商事物産日立製作所キーエンス東京エレクロン信越化学工業ソフバンクファスリテイ"
        "本田技研みずほ電信話武薬品伊藤忠ナィカホールデングッ株式会社銘柄名コ証券現在値前比出来高価アマゾメタルマクヌビラ"
        "のはをがでとにのっ産製鉄海運郵船井住友不動保険銀行テレ"
        "生命損害火災上大阪古屋北道九州中部関西力瓦斯石油鉱食飲料味素花王資村富士通精機器械重造鋼金属非窯硝子硬紙繊維"
        "旭成帝人積水和鹿島清建設宅ハウ地勢丹百貨店小売流丸紅双空輸倉庫航全情報放送印刷凸版光写真楽野第一新りそなあお"
        "ぞら静岡横浜千葉福山口オケサシセチツネノヒヘミムモヤユワヲガギゲゴザジズゼダヂヅドブベボパピペポゥェォャュョ"
        "いうえかきくけこさしすせたちつてぬねひふへまむめもやゆよるれろわん"
    ),
    "cp949": (
        "삼성전자하이닉스현대차기아카오네버셀트리온바로직포코홀딩화학물산금융신한지주애플엔비디테슬라마크소프트존메타구글"
        "종목코드명현가티커이름시장등락률거래량에너지솔루션생명한국전력항공대중업건설제약은행증권보험우리나"
        "각간강개게격결경계고과관광교군그극근급길김남내넥넷녕농뉴느능니다단달당더덕데도독동두득든들란람랑러럭런레려련"
        "렬령록론료류륙르른를린림립막만말매머면모몬무문미민박반발방배백범법베벤변별병복본부북분불브블빅빈사살상새색서"
        "석선섬세속손송쇼수순숲쉬승식실심쏘씨악안알암앤앱야양어엑엘여역연열영예올와완외요용운원월웨웰위윈유육윤을음의"
        "인일임입작잔재저적절점정조족좌준즈진질집찬참창채처천철청체초총최추축출충치칼캐컴케켓콘콜쿠퀄클키탁탄태터텍텔"
        "템토톡통투특파판팜패팬퍼페편평표푸품퓨피필할함합해핵향허헬협형혜호홈홍환활황회효후훈휴흥히힘톤츠엠릭롯픽"
    ),
    "cp1251": "",  # see _usual
    "cp1252": "äöüßÄÖÜéèêàâçñóíáúôûîëïùøåæØÅÆÉÈÀÇÑãõ’‘“”–—™®€£",
}


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
    from charset_normalizer import from_bytes  # a twentieth of a second, which few files need

    close = [name for share, name in ranked if most - share < _APART]
    best = from_bytes(sample, cp_isolation=close, threshold=0.9).best()
    return best.encoding if best is not None and best.encoding in close else likely


def _usual(encoding: str, text: str) -> float:
    """Which part of the letters beyond ASCII is usual in names, if the text is in that encoding."""
    usual = frozenset(_USUAL[encoding])
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
    name, equals, value = line.lstrip("; ").partition("=")
    if name != name.rstrip() and value.startswith('"'):  # a cell before it: ="600519" is a text guard
        return False
    name = name.rstrip()
    return bool(equals) and bool(name) and name.replace("_", "").replace(".", "").isalnum() and not name.isdigit()
