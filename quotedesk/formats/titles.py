"""What the columns of lists are called, in the languages in which such files are met."""

import re

SYMBOL = frozenset(
    {
        *(
            "symbol",
            "symbols",
            "ticker",
            "tickers",
            "code",
            "instrument",
            "stock symbol",
            "ticker symbol",
            "act symbol",
        ),
        *("stock code", "security code", "trading symbol", "tradingsymbol", "root symbol", "symbol code", "stock"),
        *(
            "nasdaq symbol",
            "cqs symbol",
            "yahoo ticker",
            "ric",
            "instrument code",
            "ticker code",
            "pair",
            "symbol root",
        ),
        *(
            "代码",
            "代碼",
            "代號",
            "代号",
            "股票代码",
            "股票代碼",
            "股票代號",
            "股票代号",
            "证券代码",
            "證券代碼",
            "證券代號",
        ),
        *(
            "商品代码",
            "商品代碼",
            "商品代號",
            "交易代码",
            "合约代码",
            "基金代码",
            "品种代码",
            "股号",
            "股號",
            "代码名称",
        ),
        *("コード", "銘柄コード", "証券コード", "ティッカー", "ティッカーシンボル", "シンボル", "銘柄"),
        *("종목코드", "종목번호", "코드", "티커", "심볼", "단축코드", "종목", "표준코드"),
        *("тикер", "символ", "код", "код инструмента", "код бумаги", "инструмент", "тикеры"),
        *("kürzel", "kuerzel", "börsenkürzel", "symbole", "mnémonique", "mnemo", "código", "codigo", "símbolo"),
        *("simbolo", "codice", "símbolos", "clave", "emisora", "papel", "ativo", "kod", "sembol", "kode", "mã"),
    }
)
_SYMBOL_BEGINS = ("symbol ", "ticker ", "symbol(", "symbol/")
VENUE = frozenset(
    {
        *("exchange", "market", "venue", "primary exchange", "listing exchange", "exch", "listing", "exchange code"),
        *("market category", "mic", "exchange name", "stock exchange", "primary exch", "listed on", "market code"),
        *(
            "交易所",
            "市场",
            "市場",
            "市场类型",
            "交易市场",
            "上市地",
            "取引所",
            "上場市場",
            "거래소",
            "시장",
            "시장구분",
        ),
        *("биржа", "рынок", "площадка", "börse", "boerse", "handelsplatz", "markt", "bourse", "place", "marché"),
        *("bolsa", "mercado", "borsa", "mercato", "beurs", "giełda", "rynek", "piyasa"),
    }
)
SECTION = frozenset({"section", "group", "list", "watchlist", "folder", "分组", "自选股", "グループ", "그룹"})
IDENTITY = frozenset(  # their values are written like symbols, and are none
    {"account", "account number", "account name", "account id", "order id", "trade id", "id", "order", "action"}
)
OTHER = frozenset(
    {
        *("name", "company", "company name", "description", "security name", "security", "last", "price", "last price"),
        *("close", "open", "high", "low", "volume", "change", "chg", "% change", "change %", "chg %", "bid", "ask"),
        *(
            "quantity",
            "qty",
            "shares",
            "currency",
            "isin",
            "cusip",
            "sedol",
            "wkn",
            "figi",
            "type",
            "sector",
            "industry",
        ),
        *IDENTITY,
        *("market cap", "date", "time", "etf", "test issue", "round lot size", "#", "no", "no.", "country", "value"),
        *(
            "名称",
            "名稱",
            "股票名称",
            "股票名稱",
            "证券名称",
            "证券简称",
            "證券名稱",
            "现价",
            "現價",
            "最新价",
            "收盘价",
            "收盤價",
        ),
        *(
            "涨跌幅",
            "涨幅%",
            "涨幅",
            "漲跌幅",
            "涨跌",
            "成交量",
            "成交價",
            "股名",
            "公司名稱",
            "序号",
            "數量",
            "数量",
            "行业",
        ),
        *(
            "銘柄名",
            "名称",
            "現在値",
            "株価",
            "前日比",
            "出来高",
            "会社名",
            "終値",
            "数量",
            "종목명",
            "현재가",
            "이름",
            "등락률",
        ),
        *(
            "거래량",
            "전일비",
            "회사명",
            "종가",
            "수량",
            "название",
            "наименование",
            "имя",
            "цена",
            "компания",
            "эмитент",
        ),
        *("изменение", "объем", "объём", "бумага", "количество", "валюта", "bezeichnung", "kurs", "preis", "stück"),
        *("anzahl", "währung", "unternehmen", "société", "nom", "libellé", "cours", "prix", "devise", "nombre"),
        *("empresa", "precio", "último", "cantidad", "nome", "preço", "quantidade", "prezzo", "ultimo", "titolo"),
    }
)
TEST_ISSUE = "test issue"
# Titles of columns whose bare digits are codes of a market that says so nowhere else.
NATIONAL = {
    **dict.fromkeys(("종목코드", "종목번호", "단축코드", "코드", "표준코드", "종목"), "KRX"),
    **dict.fromkeys(("銘柄コード", "証券コード", "コード"), "TSE"),
}
_UPPER_ONLY = re.compile(r"[A-Z]{1,5}")


def folded(text: str) -> str:
    """A cell as titles are compared."""
    return " ".join(text.strip().casefold().split()).strip("*:")


def is_symbol(text: str) -> bool:
    """Is it what a symbol column is called?"""
    return folded(text) in SYMBOL


def may_be_ticker(text: str) -> bool:
    """Can it be a ticker as well? CODE is one."""
    return _UPPER_ONLY.fullmatch(text.strip()) is not None


def begins_symbol(text: str) -> bool:
    """Does it begin like the title of a symbol column, as "Symbol (NYSE)" does?"""
    return folded(text).startswith(_SYMBOL_BEGINS)


def is_any(text: str) -> bool:
    """Is it what any column is called?"""
    title = folded(text)
    return title in SYMBOL or title in OTHER or title in VENUE or title in SECTION
