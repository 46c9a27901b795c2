"""Lines of pieces: a list as people type, paste and export it, with sections, comments, names and prose around it.

A piece that is written like a symbol is one; of what is not clear the piece says "not sure"; what can be none says why.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from quotedesk.formats import shapes, titles, tws, web_address
from quotedesk.formats.base import (
    SECTION_MARK,
    Aside,
    Entry,
    Known,
    Label,
    Line,
    Symbol,
    bare,
    cleaned,
    shortened,
    symbol,
)
from quotedesk.formats.shapes import SYMBOLS, Shape, shape
from quotedesk.market.symbology import exchange_in_words

NO_SYMBOL = "It does not look like a symbol"
_FIELDS = re.compile(r"[,;\t|，；、｜]")
_BETWEEN = re.compile(r"[,;\t|\s，；、｜]+")
_BESIDE_SECTION = re.compile(r"[,，\t]|;(?=\s*(?:###|＃|[A-Za-z_]+:[^\s:/]))")
_COMMENT = re.compile(r"\s(?:#(?!##)|//)")
_AROUND = "\"'`“”„‟‘’‚«»‹›「」『』()[]{}<>*•·…!?,;:"
IN_PROSE = frozenset(
    {"I", "A", "OK", "US", "USA", "UK", "EU", "AI", "CEO", "CFO", "IPO", "EPS", "PE", "USD", "EUR", "ETF"}
)
_INI_SECTION = re.compile(r"\s{0,99}\[([^][\"',;|]{1,64})\]\s{0,99}")
_LIST_MARK = re.compile(r"\s{0,99}([-*•·–]|[0-9]{1,3}[.)])\s+(?=\S)")
_PARENTHESES = str.maketrans("()（）【】", "      ")
_COMPANY = frozenset({"INC", "CORP", "LTD", "PLC", "LLC", "GROUP", "HLDGS", "TRUST", "CLASS", "COM", "ADR", "CL"})
_LONGEST_NAME = 64
_LONG = 2_000  # characters of a line that is more than a named list
_WORDS = 200  # that are looked at together
_LOWER_TICKER = re.compile(r"[a-z]{1,5}")
_SPACED_EXCHANGE = re.compile(r"([A-Za-z_]{2,16}):\s+([A-Za-z0-9.\-]{1,12})(?=[\s)\]},;.!?]|$)")


class Manner(msgspec.Struct, frozen=True):
    """How a list as a whole is written.

    Attributes:
        has_numbers: its pieces are codes of digits, as those of Hong Kong and China.
        is_lower: its tickers are in small letters.
        title_line: the number of its first line, where that may be a title or a ticker; 0 for none.
    """

    has_numbers: bool = False
    is_lower: bool = False
    title_line: int = 0


USUAL = Manner()
# Formats with lines that mean something by themselves, wherever they stand.
OWN_LINES: tuple[Callable[[Line], Symbol | Aside | None], ...] = (tws.entry,)


def own_line(line: Line) -> Symbol | Aside | None:
    """What a line means that is of one of OWN_LINES; None for any other."""
    return next((entry for read in OWN_LINES if (entry := read(line)) is not None), None)


def manner(head: Sequence[Line], known: Known) -> Manner:
    """The manner of a list that begins so."""
    pieces = [bare(each) for line in head for each in cleaned(line.text).replace(",", " ").replace(";", " ").split()][
        :500
    ]
    if not pieces:
        return Manner()
    if len(head) > 1 and titles.is_symbol(pieces[0]) and all(len(line.text.split()) == 1 for line in head[:2]):
        return Manner(title_line=head[0].number)
    if all(each.isdigit() and each.isascii() for each in pieces):
        likely = sum(shape(each, known) is Shape.SYMBOL or len(each) == 6 or known.is_known(each) for each in pieces)
        return Manner(has_numbers=likely > len(pieces) / 2)
    if all(_LOWER_TICKER.fullmatch(each) for each in pieces):
        return Manner(is_lower=2 * sum(map(known.is_known, pieces)) >= len(pieces))
    return Manner()


def read(line: Line, known: Known, manner: Manner = USUAL) -> Iterator[Entry]:
    """What a line holds."""
    text = line.text
    if shapes.OWN.fullmatch(text) and line.number != manner.title_line:  # most lines of a long list
        yield Symbol(line.number, text, text)
        return
    if not (cleaned(text) if not text.isascii() else text).strip(" \t\r\x0b\x0c"):
        return
    start = cleaned(text[:200]).lstrip()
    if start.startswith(("#", "//")) and not start.startswith(SECTION_MARK):
        yield Aside(line.number, shortened(text.strip()), "a comment")
        return
    if (entry := own_line(line)) is not None:
        yield entry
        return
    comment = ""
    if ("#" in text or "//" in text) and (found := _COMMENT.search(text)):
        text, comment = text[: found.start()], text[found.start() :].strip()
    if line.number == manner.title_line:
        yield _unclear(line.number, text.strip(), bare(text), "a title")
    elif found := _INI_SECTION.fullmatch(text):
        yield from _bracketed(line.number, found[0].strip(), found[1].strip(), known, manner)
    elif SECTION_MARK in text or "＃" in text:
        yield from _with_sections(line.number, text, known, manner)
    else:
        if marked := _LIST_MARK.match(text):  # "- AAPL", "1. AAPL"
            text = text[marked.end() :]
            if marked[1][:1].isdigit():
                yield Aside(line.number, marked[1], "the number of a line")
        yield from _fields(line.number, text, known, manner)
    if comment:
        yield Aside(line.number, shortened(comment), "a comment")


def _bracketed(number: int, text: str, inner: str, known: Known, manner: Manner) -> Iterator[Entry]:
    """[Tech] is a section, ["AAPL"] a symbol."""
    if _is_name(inner, known):
        yield Label(number, shortened(text), inner)
    else:
        yield from _fields(number, text, known, manner)


def single(number: int, text: str, known: Known, manner: Manner = USUAL) -> Entry:
    """A piece that stands for itself: what it is by its shape."""
    if shapes.OWN.fullmatch(text):
        return Symbol(number, text, text)
    piece = bare(text)
    match shape(piece, known):
        case Shape.SYMBOL | Shape.TICKER:
            venue, ticker = shapes.meant(piece)
            return Symbol(number, shortened(text), ticker, venue)
        case Shape.DIGITS if manner.has_numbers:
            return Symbol(number, shortened(text), piece)
        case Shape.DIGITS:
            return _unclear(number, text, piece, "a number")
        case Shape.CURRENCY:
            return _unclear(number, text, piece, "a currency")
        case Shape.EXCHANGE if piece not in ("NASDAQ", "NYSE"):
            return _unclear(number, text, piece, "an exchange")
        case Shape.WORD if _LOWER_TICKER.fullmatch(piece):
            if manner.is_lower:
                return Symbol(number, shortened(text), piece)
            return _unclear(number, text, piece, "a word")
        case Shape.WORD if piece.isupper() and " " not in piece:
            return _unclear(number, text, piece, "a word")
        case Shape.WORD | Shape.OTHER | Shape.BLANK:
            return Symbol(number, shortened(text), piece[:64], why_not=NO_SYMBOL)
        case other:
            return Symbol(number, shortened(text), piece[:64], why_not=f"It is {other.value}")


def address(number: int, text: str) -> Symbol:
    """The symbol in an address of the web, or that there is none."""
    return web_address.entry(number, bare(text))


def _unclear(number: int, text: str, piece: str, other: str) -> Symbol:
    venue, ticker = shapes.meant(piece)
    return Symbol(number, shortened(text), ticker, venue, doubt=f"not sure whether {piece[:32]} is a symbol or {other}")


def _with_sections(number: int, text: str, known: Known, manner: Manner) -> Iterator[Entry]:
    for part in _BESIDE_SECTION.split(text):
        meant = part.strip()
        if not meant.startswith(SECTION_MARK):
            meant = bare(part)
        if meant.startswith(SECTION_MARK):
            yield Label(number, shortened(part.strip()), meant.lstrip("#").strip())
        elif meant:
            yield from _fields(number, part, known, manner)


def _fields(number: int, text: str, known: Known, manner: Manner) -> Iterator[Entry]:
    """The fields of a line, which commas and their like part; a name before them is that of their list."""
    fields = [field for field in _FIELDS.split(text) if field.strip()]
    if len(fields) > 1 and len(text) < _LONGEST_NAME and shape(bare(text), known) is Shape.NUMBER:  # 1,234.56
        fields = [text]
    if fields and len(text) < _LONG and (named := _named_list(fields, known, manner)):
        name, fields = named
        yield Label(number, shortened(name.strip()), bare(name).rstrip(":").strip())
    for field in fields:
        yield from _field(number, field.strip(), known, manner)


def _named_list(fields: list[str], known: Known, manner: Manner) -> tuple[str, list[str]] | None:
    """The name of the list that a line holds, and its other fields; None where it has no name."""
    first, *others = fields
    if "://" in first:
        return None
    if ":" in first or "：" in first:
        name, _, rest = (part.strip() for part in cleaned(first).partition(":"))
        if not rest or len(name) > _LONGEST_NAME or not name:
            return None
        words = name.split()
        if shapes.at_exchange(f"{words[-1]}:{rest.split()[0]}")[0]:
            return None
        if any(shape(bare(word), known) is Shape.SYMBOL for word in words):
            return None
        if _is_name(name, known) and _are_symbols([rest, *others], known, manner):
            return name, [rest, *others]
        return None
    if others and _is_name(first, known) and _are_symbols(others, known, manner):
        return first, others
    return None


def hides_symbols(fields: Sequence[str], known: Known) -> bool:
    """Are symbols in these fields of a column, though none is one: behind a name, in brackets, before a comment?

    In all of them; in one that is alone every word counts, in several the first, which must be well known.
    """
    cells = [_unwrapped(cleaned(field).strip()).rpartition(": ")[2] for field in fields]
    words = [
        [bare(word.strip(_AROUND)) for word in _BETWEEN.split(cell)[:_WORDS] if word.strip(_AROUND)] for cell in cells
    ]
    if len(fields) == 1:
        return any(shape(word, known) in SYMBOLS and word not in _COMPANY and word not in IN_PROSE for word in words[0])
    sure = SYMBOLS if all(": " in field for field in fields) else (Shape.SYMBOL,)
    return all(each and shape(each[0], known) in sure for each in words)


def _is_name(text: str, known: Known) -> bool:
    piece = bare(_unwrapped(text.strip()))
    if not any(map(str.isalpha, piece)) or "/" in piece or titles.is_symbol(piece):
        return False
    if shapes.SPACED_SHARE.fullmatch(piece) or shapes.is_bloomberg(piece):
        return False
    return shape(piece, known) in (Shape.WORD, Shape.OTHER)


def _are_symbols(fields: Sequence[str], known: Known, manner: Manner) -> bool:
    words = [bare(word) for field in fields for word in field.split()]
    return bool(words) and all(
        (found := shape(word, known)) in SYMBOLS or (found is Shape.DIGITS and manner.has_numbers) for word in words
    )


def _field(number: int, field: str, known: Known, manner: Manner) -> Iterator[Entry]:
    if not any(map(str.isspace, field)):
        if "://" in field and web_address.is_one(inner := field.strip(_AROUND)):
            yield web_address.entry(number, inner)
            return
        if not any(each in field for each in "()（）【】"):
            yield single(number, _unwrapped(field), known, manner)
            return
    piece = bare(field)
    if shapes.is_bloomberg(piece):
        venue, ticker = shapes.meant(piece)
        yield Symbol(number, shortened(field), ticker, venue)
        return
    if piece != field and shapes.SPACED_SHARE.fullmatch(piece):
        yield Symbol(number, shortened(field), piece)
        return
    spaced = _SPACED_EXCHANGE.sub(_joined, field) if ":" in field else field
    words = spaced.translate(_PARENTHESES).split()
    if len(words) == 1 and bare(words[0]) == bare(_unwrapped(field)):
        yield single(number, _unwrapped(field), known, manner)
        return
    for begin in range(0, len(words), _WORDS):
        some = words[begin : begin + _WORDS]
        are_tickers = [_is_ticker(_unwrapped(word), known, manner) for word in some]
        if all(are_tickers) and not _COMPANY.intersection(some):
            for word in some:
                yield single(number, _unwrapped(word), known, manner)
        elif are_tickers[0] and _are_numbers(some[1:], known):
            yield single(number, _unwrapped(some[0]), known, manner)
            yield _no_symbols(number, some[1:])
        else:
            yield from _prose(number, some, known)


def _joined(found: re.Match[str]) -> str:
    """NYSE: BRK.B as one word, where that is an exchange."""
    return f"{found[1]}:{found[2]}" if exchange_in_words(found[1]) and len(found[1]) > 1 else found[0]


def _are_numbers(words: Sequence[str], known: Known) -> bool:
    return bool(words) and all(shape(bare(word), known) in (Shape.NUMBER, Shape.DIGITS, Shape.DATE) for word in words)


def _is_ticker(word: str, known: Known, manner: Manner) -> bool:
    found = shape(bare(word), known)
    if found is Shape.DIGITS:
        return manner.has_numbers
    return found in SYMBOLS or (manner.is_lower and _LOWER_TICKER.fullmatch(word) is not None)


def _prose(number: int, words: Sequence[str], known: Known) -> Iterator[Entry]:
    """The symbols among other words one by one, and what stands between them in one piece."""
    passed: list[str] = []
    for word in words:
        entry = _in_prose(number, word, known)
        if entry is None:
            passed.append(word)
            continue
        if passed:
            yield _no_symbols(number, passed)
            passed = []
        yield entry
    if passed:
        yield _no_symbols(number, passed)


def _in_prose(number: int, word: str, known: Known) -> Entry | None:
    """The entry of a word among others; None where it is no more than that."""
    if "://" in word and web_address.is_one(inner := word.strip(_AROUND)):
        return web_address.entry(number, inner)
    piece = bare(cleaned(word).strip(_AROUND).rstrip("."))
    if not piece or piece in IN_PROSE or piece in shapes.NEVER:
        return None
    found = shape(piece, known)
    is_word = shapes.is_prose(piece.partition("@")[0]) and ("@" not in piece or not known.is_known(piece))
    if found is Shape.SYMBOL and not is_word and (not piece.isdigit() or len(piece) > 4):
        venue, ticker = shapes.meant(piece)
        return Symbol(number, shortened(word), ticker, venue)
    if found in SYMBOLS or (found is Shape.WORD and len(piece) > 1 and piece.isalpha() and piece.isupper()):
        return symbol(number, word, piece, f"not sure whether {piece} is a symbol or a word")
    return None


def _no_symbols(number: int, words: Sequence[str]) -> Symbol:
    text = " ".join(words)
    return Symbol(number, shortened(text), text[:64], why_not=NO_SYMBOL)


def _unwrapped(word: str) -> str:
    """A piece without the brackets and quotes that a program's text has around it: ["AAPL"."""
    return word.strip("[](){}").strip() if word[:1] in "[({" or word[-1:] in "])}" else word
