"""A feed's lists on disk: one file for all of them, so that an edit that touches two is there whole or not at all."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.paths import provided
from quotedesk.lists.saved import FIRST_NAME, Content, Flag, ListContent, free_name
from quotedesk.lists.section import Row, Section, new_section
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code, split_codes

FORMAT = 2  # 1 held the codes of the only list


class _Label(msgspec.Struct):
    section: str
    folded: bool = False


class _List(msgspec.Struct):
    name: str
    rows: list[str | _Label]
    open: bool = True


class _File(msgspec.Struct):
    lists: list[_List]
    feed: str = ""
    flags: dict[str, Flag] = {}
    notes: dict[str, str] = {}
    format: int = FORMAT


class _First(msgspec.Struct):
    """Format 1."""

    feed: str
    codes: list[str]


def load(path: Path, feed: str) -> tuple[Content, str]:
    """The lists, and a report for the user ("" where all is well). At the first start it is the starter list.

    A file with entries that cannot be symbols gives the others, which are saved, and is kept beside it under a
    new name. Raises NewerFileError, or OSError where a file cannot be set aside.
    """
    file, report = kept_file.load(path, _File, FORMAT, {1: _grown})
    if file is None:
        return of_codes(feed, starter("alltick")), report
    bad: list[str] = []
    lists: list[ListContent] = []
    for each in file.lists:
        rows, folded = _rows(feed, each.rows, bad)
        lists.append(ListContent(free_name(each.name, {one.name for one in lists}), rows, folded, each.open))
    flags, notes = _of(feed, file.flags, bad), _of(feed, file.notes, bad)
    content = Content(tuple(lists) or (ListContent(FIRST_NAME),), flags, notes)
    if bad:
        aside = kept_file.set_aside(path if path.exists() else kept_file.previous(path), is_copy=True)
        many = f"{len(bad)} entries that cannot be symbols" if len(bad) > 1 else "1 entry that cannot be a symbol"
        report = f"{report} {path.name} had {many}. A copy is kept as {aside}.".lstrip()
        save(path, feed, content)  # told once, not at every start
    return content, report


def save(path: Path, feed: str, content: Content) -> None:
    """Write the lists. Raises OSError."""
    lists = [_List(each.name, [_kept(row, each.folded) for row in each.rows], each.is_open) for each in content.lists]
    flags = {instrument.code: flag for instrument, flag in content.flags.items()}
    notes = {instrument.code: note for instrument, note in content.notes.items()}
    kept_file.save(path, _File(lists, feed, flags, notes))


def of_codes(feed: str, codes: Iterable[str]) -> Content:
    """One list of these."""
    return Content((ListContent(FIRST_NAME, tuple(Instrument(feed, code) for code in dict.fromkeys(codes))),))


def starter(folder: str) -> list[str]:
    """The codes of a provider's first list, which work with any key of it; see `paths.provided`."""
    path = provided(folder, "starter.txt")
    return split_codes(path.read_text("ascii")) if path is not None else []


def _grown(data: str) -> _File:
    """A file of format 1 as one of today."""
    first = msgspec.toml.decode(data, type=_First)
    return _File([_List(FIRST_NAME, list(first.codes))], first.feed)


def _kept(row: Row, folded: frozenset[int]) -> str | _Label:
    return _Label(row.name, row.key in folded) if isinstance(row, Section) else row.code


def _rows(feed: str, kept: Iterable[str | _Label], bad: list[str]) -> tuple[tuple[Row, ...], frozenset[int]]:
    """The rows, each symbol once, and the keys of what is folded; what can be none is added to `bad`."""
    rows: dict[Row, None] = {}
    folded: set[int] = set()
    for each in kept:
        if isinstance(each, _Label):
            section = new_section(each.section)
            rows[section] = None
            if each.folded:
                folded.add(section.key)
        elif _is_code(each, bad):
            rows[Instrument(feed, each)] = None
    return tuple(rows), frozenset(folded)


_Said = TypeVar("_Said", Flag, str)


def _of(feed: str, said: dict[str, _Said], bad: list[str]) -> dict[Instrument, _Said]:
    return {Instrument(feed, code): each for code, each in said.items() if _is_code(code, bad)}


def _is_code(text: str, bad: list[str]) -> bool:
    try:
        check_code(text)
    except BadSymbolError:
        bad.append(text)
        return False
    return True
