"""All lists on disk: one file for all feeds, so that an edit that touches two lists is there whole or not at all.

Before format 3 each feed had a file of its own; where the one file is not there, those are taken over.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from quotedesk.codec.base import Feed
from quotedesk.config import kept_file
from quotedesk.config.paths import Profile, provided
from quotedesk.lists.saved import FIRST_NAME, Content, Flag, ListContent, free_name
from quotedesk.lists.section import Row, Section, new_section
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code, split_codes

FORMAT = 3
_STARTER = "starter.txt"
_FORMAT_PER_FEED = 2  # the last one of which each feed had a file; 1 held the codes of its only list
_FEED = re.compile(r"[A-Za-z0-9_-]{1,32}")


class _Label(msgspec.Struct):
    section: str
    folded: bool = False


class _List(msgspec.Struct):
    """`rows`: "feed:code", a bare code of the list's own feed, or a label."""

    name: str
    rows: list[str | _Label]
    feed: str = ""
    open: bool = True
    columns: list[str] = []


class _File(msgspec.Struct):
    """Symbols are "feed:code". `unknown`: feeds in it that were not known when it was written."""

    lists: list[_List]
    flags: dict[str, Flag] = {}
    notes: dict[str, str] = {}
    unknown: list[str] = []
    format: int = FORMAT


class _OfFeed(msgspec.Struct):
    """Format 2: the lists of one feed. Symbols are bare codes of it."""

    lists: list[_List]
    flags: dict[str, Flag] = {}
    notes: dict[str, str] = {}


class _First(msgspec.Struct):
    """Format 1: the only list of a feed."""

    feed: str
    codes: list[str]


def load(profile: Profile, last_feed: str, feeds: Mapping[str, Feed]) -> tuple[Content, str]:
    """The lists of a profile, and a report for the user ("" where all is well).

    `last_feed` is the one that was used last, `feeds` those that are known. At the first start there is the starter
    list of `last_feed`, and nothing is written. What is told is told once: the lists are saved then. A file with
    entries that cannot be symbols gives the others and is kept beside it under a new name; rows of a feed that is not
    known stay in their lists. Raises UntouchedError, or OSError where a file cannot be set aside or saved.
    """
    path = profile.lists_file
    file, report = kept_file.load(path, _File, FORMAT)
    if file is None:
        return _taken_over(profile, last_feed, feeds, report)
    reading = _Reading(file, last_feed, with_feeds=True)
    content = reading.content
    reports = [report, reading.set_aside(path), _on_unknown(content, {*feeds, *file.unknown})]
    if any(reports[1:]):
        save(path, content, feeds)
    return content, _joined(reports)


def are_kept(profile: Profile, feeds: Iterable[str]) -> bool:
    """Is there any file of lists, readable or not, of this version or of one before?"""
    paths = [profile.lists_file, *map(profile.lists, feeds)]
    return any(path.exists() or kept_file.previous(path).exists() for path in paths)


def save(path: Path, content: Content, feeds: Collection[str]) -> None:
    """Write the lists; `feeds` are the known ones. Raises OSError."""
    lists = [
        _List(each.name, [_kept(row, each.folded) for row in each.rows], each.feed, each.is_open, list(each.columns))
        for each in content.lists
    ]
    flags = {_text(instrument): flag for instrument, flag in content.flags.items()}
    notes = {_text(instrument): note for instrument, note in content.notes.items()}
    unknown = sorted(set(_rows_by_feed(content)).difference(feeds))
    kept_file.save(path, _File(lists, flags, notes, unknown))


def starter(folder: str) -> list[str]:
    """The codes of a provider's first list, which work with any key of it; see `paths.provided`."""
    return _starter(folder)[0]


def _starter(folder: str) -> tuple[list[str], str]:
    """The same, with a report for the user ("" where all is well): a broken file is an empty list."""
    try:
        path = provided(folder, _STARTER)
        if path is None:
            return [], ""
        return [check_code(code) for code in split_codes(kept_file.read_bytes(path).decode("utf-8-sig"))], ""
    except (OSError, UnicodeDecodeError, BadSymbolError):
        return [], f"The first list ({folder}/{_STARTER}) could not be read, so the list is empty."


def _taken_over(profile: Profile, last_feed: str, feeds: Mapping[str, Feed], report: str) -> tuple[Content, str]:
    """The lists of the files that each feed had; they stay where they are. Those of `last_feed` come first."""
    reports = [report]
    lists: list[ListContent] = []
    flags: dict[Instrument, Flag] = {}
    notes: dict[Instrument, str] = {}
    without_tab: list[str] = []
    is_any = False
    for feed in dict.fromkeys([last_feed, *feeds]):
        path = profile.lists(feed)
        file, told = kept_file.load(path, _OfFeed, _FORMAT_PER_FEED, {1: _grown})
        reports.append(told)
        if file is None:
            if feed == last_feed:
                codes, doubt = _starter(feeds[feed].provider.resources) if feed in feeds else ([], "")
                reports.append(doubt)
                lists.append(ListContent(FIRST_NAME, tuple(Instrument(feed, code) for code in codes), feed=feed))
            continue
        is_any = True
        reading = _Reading(file, feed, with_feeds=False)
        reports.append(reading.set_aside(path))
        taken = {each.name for each in lists}
        for each in reading.content.lists:
            name = free_name(f"{each.name} ({feed})", taken) if each.name in taken else each.name
            taken.add(name)
            if feed == last_feed:
                lists.append(each)
            else:
                lists.append(msgspec.structs.replace(each, name=name, is_open=False))
                without_tab.append(name)
        flags |= reading.content.flags
        notes |= reading.content.notes
    taken_over = Content(tuple(lists), flags, notes)
    if without_tab:
        were = f"{len(without_tab)} lists of other feeds have" if len(without_tab) > 1 else f"{without_tab[0]} has"
        reports.append(f"{were} no tab yet: List > Open list gives one.")
    if is_any:
        save(profile.lists_file, taken_over, feeds)
    return taken_over, _joined(reports)


def _grown(data: str) -> _OfFeed:
    """A file of format 1 as one of format 2."""
    first = msgspec.toml.decode(data, type=_First)
    return _OfFeed([_List(FIRST_NAME, list(first.codes))])


_Said = TypeVar("_Said", Flag, str)


class _Reading:
    """What a file holds.

    Attributes:
        content: its lists, each under a name of its own; an empty one where there is none.
        bad: the entries that cannot be symbols.
    """

    def __init__(self, file: _File | _OfFeed, feed: str, *, with_feeds: bool) -> None:
        """`feed`: of what does not say one; `with_feeds`: entries may be "feed:code"."""
        self._with_feeds = with_feeds
        self.bad: list[str] = []
        lists: list[ListContent] = []
        for each in file.lists:
            own = each.feed if with_feeds and _FEED.fullmatch(each.feed) else feed
            rows, folded = self._rows(each.rows, own)
            name = free_name(each.name, {one.name for one in lists})
            lists.append(ListContent(name, rows, folded, each.open, own, tuple(dict.fromkeys(each.columns))))
        flags, notes = self._said(file.flags, feed), self._said(file.notes, feed)
        self.content = Content(tuple(lists) or (ListContent(FIRST_NAME, feed=feed),), flags, notes)

    def set_aside(self, path: Path) -> str:
        """Keep a copy of a file that had bad entries; returns what to tell of it, "" where it had none."""
        if not self.bad:
            return ""
        aside = kept_file.set_aside(path if path.exists() else kept_file.previous(path), is_copy=True)
        many = (
            f"{len(self.bad)} entries that cannot be symbols"
            if len(self.bad) > 1
            else "1 entry that cannot be a symbol"
        )
        return f"{path.name} had {many}. A copy is kept as {aside}."

    def _rows(self, kept: Iterable[str | _Label], feed: str) -> tuple[tuple[Row, ...], frozenset[int]]:
        """The rows, each symbol once, and the keys of what is folded."""
        rows: dict[Row, None] = {}
        folded: set[int] = set()
        for each in kept:
            if isinstance(each, _Label):
                section = new_section(each.section)
                rows[section] = None
                if each.folded:
                    folded.add(section.key)
            elif instrument := self._instrument(each, feed):
                rows[instrument] = None
        return tuple(rows), frozenset(folded)

    def _said(self, said: Mapping[str, _Said], feed: str) -> dict[Instrument, _Said]:
        found = {self._instrument(text, feed): each for text, each in said.items()}
        return {instrument: each for instrument, each in found.items() if instrument is not None}

    def _instrument(self, text: str, feed: str) -> Instrument | None:
        """What an entry stands for; None, and a bad one more, where it can be no symbol."""
        said, colon, code = text.rpartition(":") if self._with_feeds else ("", "", text)
        try:
            if colon and not _FEED.fullmatch(said):
                raise BadSymbolError(text, "A feed has no such name", "")
            return Instrument(said or feed, check_code(code))
        except BadSymbolError:
            self.bad.append(text)
            return None


def _kept(row: Row, folded: frozenset[int]) -> str | _Label:
    return _Label(row.name, row.key in folded) if isinstance(row, Section) else _text(row)


def _text(instrument: Instrument) -> str:
    return f"{instrument.feed}:{instrument.code}"


def _rows_by_feed(content: Content) -> dict[str, set[Instrument]]:
    found: dict[str, set[Instrument]] = {}
    for each in content.lists:
        for instrument in each.instruments:
            found.setdefault(instrument.feed, set()).add(instrument)
    return found


def _on_unknown(content: Content, told: Collection[str]) -> str:
    """What to tell of feeds that are not known, but for those that were told of before."""
    lines = []
    for feed, rows in _rows_by_feed(content).items():
        if feed not in told:
            what = "1 symbol stays" if len(rows) == 1 else f"{len(rows)} symbols stay"
            lines.append(f"There is no feed {feed} any more: its {what} in the lists, without prices.")
    return " ".join(lines)


def _joined(reports: Sequence[str]) -> str:
    return " ".join(filter(None, reports))
