"""A list's reader for the formats' tests: well-known symbols of the demo feed."""

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config import directory_file
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.watchlist import Watchlist


@pytest.fixture(scope="session")
def known() -> ListReader:
    feeds = {"demo": "Demo", "alltick": "AllTick"}
    directories = Directories(feeds, lambda feed: directory_file.directory_of(FEEDS[feed].provider)[0])
    return ListReader(Watchlist(feed="demo"), directories)
