"""The lists of a profile at the start, as the command line wants them, and how they are kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from quotedesk.app.options import Options
from quotedesk.codec.base import Feed
from quotedesk.config import lists_file
from quotedesk.config.paths import Profile
from quotedesk.lists.saved import FIRST_NAME, Content, ListContent, free_name
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument


class KeptLists:
    """Raises QuotedeskError or OSError where the lists or the recording cannot be used.

    Attributes:
        content: the lists.
        shown: the name of the list that the command line is about; "" where it says nothing of lists.
        report: what the user should know of them; "" for nothing.
    """

    def __init__(
        self,
        profile: Profile,
        options: Options,
        feed: str,
        last_feed: str,
        feeds: Mapping[str, Feed],
        last_shown: Sequence[str] = (),
    ) -> None:
        """`feed` is that of this run, `last_feed` that of the run before; `last_shown`: lists that windows showed."""
        self._profile = profile
        self._feeds = feeds
        self._keeps = options.replay is None
        self.shown = ""
        self.report = ""
        if options.replay is not None:
            self.content = _of_recording(options.replay, feeds)
            return
        # Whose starter list there is, and whose lists keep their tabs where the files of an earlier version are read.
        starts = feed if options.feed is not None or not lists_file.are_kept(profile, feeds) else last_feed
        self.content, self.report = lists_file.load(profile, starts, feeds)
        if options.feed is not None or options.symbols is not None:
            self._open(feed, feeds[feed], last_shown)
        if options.symbols is not None:
            self._replace(options.symbols)
            self.keep(self.content)

    def keep(self, content: Content) -> None:
        """Save the lists. Raises OSError."""
        if self._keeps:
            lists_file.save(self._profile.lists_file, content, self._feeds)

    def _open(self, name: str, feed: Feed, last_shown: Sequence[str]) -> None:
        """See to it that a list of the feed is there and has a tab: the one shown last, else the first."""
        lists = self.content.lists
        own = [each for each in lists if each.feed == name]
        if not own:
            codes = lists_file.starter(feed.provider.resources)
            (made,) = _of_codes(name, codes, free_name(FIRST_NAME, {each.name for each in lists})).lists
            self.content = msgspec.structs.replace(self.content, lists=(*lists, made))
            self.shown = made.name
            return
        by_name = {each.name: each for each in own}
        candidates = [by_name[shown] for shown in last_shown if shown in by_name]
        chosen = next(iter([*candidates, *(each for each in own if each.is_open), *own]))
        self._put(chosen, msgspec.structs.replace(chosen, is_open=True))
        self.shown = chosen.name

    def _replace(self, symbols: Sequence[Instrument]) -> None:
        """The list that is to be shown gets these rows."""
        (shown,) = (each for each in self.content.lists if each.name == self.shown)
        rows = tuple(dict.fromkeys(each if each.feed else Instrument(shown.feed, each.code) for each in symbols))
        self._put(shown, msgspec.structs.replace(shown, rows=rows, folded=frozenset()))

    def _put(self, old: ListContent, new: ListContent) -> None:
        lists = tuple(new if each is old else each for each in self.content.lists)
        self.content = msgspec.structs.replace(self.content, lists=lists)


def _of_codes(feed: str, codes: Sequence[str], name: str = FIRST_NAME) -> Content:
    rows = tuple(Instrument(feed, code) for code in dict.fromkeys(codes))
    return Content((ListContent(name, rows, feed=feed),))


def _of_recording(path: Path, feeds: Mapping[str, Feed]) -> Content:
    """A list of all that was ever wanted in a recording, of the feed that most of it is of."""
    from quotedesk.engine.recorded import open_recorded

    rows = tuple(Instrument(feed, code) for feed, code in open_recorded(path).instruments() if feed in feeds)
    if not rows:
        raise QuotedeskError(f"--replay: no symbol was wanted in {path.name}.")
    ((most, _),) = Counter(row.feed for row in rows).most_common(1)
    return Content((ListContent(path.stem or FIRST_NAME, rows, feed=most),))
