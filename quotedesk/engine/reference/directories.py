"""The directory of a feed's symbols: fetched page by page where it is old, kept, and looked up for the rows."""

import asyncio
import logging
import math
from collections.abc import Iterator, Sequence

from quotedesk.codec.base import Page, Request
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.engine.reference.feed_context import STREAM_S, FeedContext, FetchJob
from quotedesk.engine.reference.wanted_rows import RETRY_S
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.listing import Listing
from quotedesk.market.quote import Status

DIRECTORY_S = 86_400.0
_MOST_PAGES = 500
_WHAT = "the symbols"

log = logging.getLogger("quotedesk")


class FeedDirectory:
    """For one feed."""

    def __init__(self, context: FeedContext) -> None:
        self._context = context
        self._unlisted: set[str] = set()  # codes that were not looked up in the directory yet
        self._look_s = math.inf  # when it is to be looked whether it is old
        self._pages: list[Request] = []
        self._listings: list[Listing] = []
        self._pages_read = 0
        self._etag = ""

    def want(self, new: Sequence[str], now_s: float) -> None:
        """These rows are new."""
        self._unlisted.update(new)
        if self._context.rows.codes and self._look_s == math.inf:
            self._look_s = now_s + STREAM_S

    def need(self) -> bool:
        """A search wants it; is it looked for now because of that?"""
        if self._look_s != math.inf:
            return False
        self._look_s = self._context.clock.now_s()
        return True

    def cancel(self, now_s: float) -> None:
        """What is missing now is not wanted."""
        self._pages.clear()
        self._listings.clear()
        self._look_s = now_s + DIRECTORY_S if self._look_s <= now_s else self._look_s

    def pending(self, now_s: float) -> int:
        """1 while it is to be fetched, else 0."""
        return int(self._look_s <= now_s or bool(self._pages))

    def next_s(self, now_s: float) -> float:
        """When it is to be looked at next, unless that is now."""
        return self._look_s if self._look_s > now_s else math.inf

    def jobs(self) -> Iterator[FetchJob]:
        """The next page."""
        if self._pages:
            yield FetchJob(_WHAT, self._pages[0], self._context.reference.read_directory, self._came)

    def known_etag(self, job: FetchJob) -> str:
        """The ETag of a directory in one page: only of that it is known what the server has said before."""
        is_whole = job.what == _WHAT and len(self._context.reference.directory()) == 1 and not self._pages_read
        return self._etag if is_whole else ""

    def has_etag(self, job: FetchJob, etag: str) -> None:
        """An answer had this ETag; it matters if it is of the directory."""
        if job.what == _WHAT:
            self._etag = etag

    async def look(self, now_s: float) -> None:
        """Begin to fetch it where it is missing, old, or of another server."""
        context = self._context
        directories, wishes = context.owner.directories, context.reference.directory()
        if now_s < self._look_s or self._pages:
            return
        if directories is None or not wishes:
            self._look_s = now_s + DIRECTORY_S
            return
        kept_utc_s = await asyncio.to_thread(directories.fetched_utc_s, context.feed.name)
        source = await asyncio.to_thread(directories.source, context.feed.name)
        age_s = context.clock.utc_s(now_s) - kept_utc_s if kept_utc_s is not None else math.inf
        try:
            base = (await context.source.find_web()).url
        except QuotedeskError:
            self._look_s = now_s + RETRY_S
            return
        if 0 <= age_s < DIRECTORY_S and source == base:
            self._look_s = now_s + DIRECTORY_S - age_s
            return
        if source != base:
            self._etag = ""
        self._pages = list(wishes)
        self._listings.clear()
        self._pages_read = 0

    async def look_up(self) -> None:
        """What the directory says of the decimals of rows, and of how they trade."""
        context, name = self._context, self._context.feed.name
        directories, quotes = context.owner.directories, context.services.quotes
        codes, self._unlisted = [code for code in context.rows.codes if code in self._unlisted], set()
        if not codes or directories is None or quotes is None or not context.reference.directory():
            return

        def find() -> list[Listing]:
            return [found for code in codes if (found := directories.listing(name, code)) is not None]

        found = [listing for listing in await asyncio.to_thread(find) if listing.code in context.rows.wanted]
        for listing in found:
            if listing.tick_size.is_known:
                instrument = context.instrument(listing.code)
                quotes.set_tick_size(instrument, listing.tick_size)
                if (recorder := context.services.recorder) is not None:
                    recorder.has_tick_size(instrument, listing.tick_size)
        if found:
            context.owner.listed(name, [Status(listing.code, listing.condition) for listing in found])

    def _came(self, job: FetchJob, page: Page[Listing] | None, rest_s: float) -> None:
        now_s = self._context.clock.now_s()
        if rest_s:
            return  # once more, later
        if page is None or (page.fault and not page.items) or self._pages_read >= _MOST_PAGES:
            self._pages.clear()
            self._listings.clear()
            self._look_s = now_s + RETRY_S
            return
        if not self._pages or self._pages[0] is not job.request:  # cancelled
            return
        self._pages_read += 1
        self._pages[:1] = [page.following] if page.following is not None else []
        self._listings += page.items
        if self._pages:
            return
        self._context.done += 1
        self._look_s = now_s + DIRECTORY_S
        listings, self._listings = self._listings, []
        directories = self._context.owner.directories
        if listings and directories is not None:
            self._context.services.tasks.spawn(self._keep(listings, directories), "keep directory")

    async def _keep(self, listings: list[Listing], directories: DirectoryStore) -> None:
        context = self._context
        utc_s = context.clock.utc_s(context.clock.now_s())
        try:
            many = await asyncio.to_thread(directories.replace, context.feed.name, listings, utc_s, context.base)
            log.info("%s: %d symbols", context.feed.name, many)
            self._unlisted.update(context.rows.codes)
            context.woken.set()
        except OSError as fault:
            context.tell_fault(_WHAT, str(fault))
