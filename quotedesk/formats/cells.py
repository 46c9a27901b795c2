"""A line of a table as cells. A quote that nobody closes is a sign like others: nothing is lost by it."""

from collections import deque
from collections.abc import Iterator

from quotedesk.formats.base import Line

MOST_JOINED = 20  # lines of one quoted cell
_MOST_CHARACTERS = 8_192


def split(text: str, delimiter: str) -> list[str]:
    """The cells of a line, quotes taken off."""
    if '"' not in text:
        return text.split(delimiter)
    return [
        text[begin + 1 : end].replace('""', '"') if is_quoted else text[begin:end]
        for begin, end, is_quoted in _cells(text, delimiter)
    ]


def records(source: Iterator[Line | None], delimiter: str, columns: int) -> Iterator[Line | None]:
    """Lines, joined where a quoted cell holds their ends. None where `source` says so.

    A quote is taken for a sign where it stays open, or over lines that look like rows of `columns` cells.
    """
    waiting: deque[Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, _END)
        if line is None:
            yield None
            continue
        if line is _END:
            return
        if '"' not in line.text or not _is_open(line.text, delimiter):
            yield line
            continue
        count, characters = 0, len(line.text)
        is_closed = False
        while count < MOST_JOINED and characters < _MOST_CHARACTERS:
            while count == len(waiting):
                following = next(source, _END)
                if following is None:
                    yield None
                    continue
                if following is _END:
                    break
                waiting.append(following)
            if count == len(waiting):
                break
            text = waiting[count].text
            characters += len(text)
            count += 1
            if '"' in text:
                end = _closing(text, 0, delimiter)
                if end >= 0 and _is_open(text[end + 1 :].removeprefix(delimiter), delimiter):
                    continue  # into the next cell
                is_closed = end >= 0
                break
            if columns > 1 and text.count(delimiter) >= columns - 1:
                break
        if is_closed:
            yield Line(line.number, "\n".join([line.text, *(waiting.popleft().text for _ in range(count))]))
        else:
            yield line


_END = Line(-1, "")


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, int, bool]]:
    """Where each cell begins and ends, and whether it is quoted: then its quotes stand there."""
    at, length = 0, len(text)
    while True:
        start = at
        while start < length and text[start] == " ":
            start += 1
        end = _closing(text, start + 1, delimiter) if text.startswith('"', start) else -1
        following = text.find(delimiter, max(at, end))
        if end >= 0:
            yield start, end, True
        else:
            yield at, following if following >= 0 else length, False
        if following < 0:
            return
        at = following + 1


def _closing(text: str, at: int, delimiter: str) -> int:
    """Where the quote stands that closes a cell; -1 where the next one does not."""
    while (at := text.find('"', at)) >= 0:
        if text.startswith('""', at):
            at += 2
            continue
        rest = at + 1
        while rest < len(text) and text[rest] == " " and delimiter != " ":
            rest += 1
        return at if rest == len(text) or text[rest] == delimiter else -1
    return -1


def _is_open(text: str, delimiter: str) -> bool:
    """Does its last cell begin with a quote and have no other?"""
    begin = end = 0
    for begin, end, is_quoted in _cells(text, delimiter):
        if not is_quoted and text[begin:end].lstrip(" ").startswith('"'):
            rest = text[begin:].lstrip(" ")[1:]
            return '"' not in rest.replace('""', "")
    return False
