"""What a key of the search costs over 100,000 symbols of four feeds. By hand: .venv/bin/python -m tests.bench.search

Milliseconds of this thread's processor in `ListReader.suggestions` for each beginning of some texts: the search, and
all that a suggestion shows. Issue 24 wants at most 15. Also: how long a directory takes to be kept, what the file
weighs, what memory grew by.
"""

import json
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from quotedesk.codec import FEEDS
from quotedesk.config import directory_file
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.listing import InstrumentKind, Listing
from quotedesk.market.number import number

OTHERS = {"big_a": "", "big_b": "/", "big_c": "-", "big_d": "_"}  # feeds, and how they join a pair
EACH = 25_000
TEXTS = ("btc", "bitcoin", "BTC-USD", "nvda", "APPL.US", "bitcion", "zzzz", "sa so", "kaamki", "e")
REPEATS = 5
_SYLLABLES = (
    "ba be bi co da do fa ga ho in jo ka ko la le li lo ma me mi na no pa re ri ro sa se so ta ti un ve wa xo ze"
)


def listings(join: str, draw: random.Random) -> Iterator[Listing]:
    """Made-up symbols with names of made-up words, and Bitcoin among them."""
    words = ["".join(draw.choices(_SYLLABLES.split(), k=draw.randint(2, 4))).capitalize() for _ in range(20_000)]
    for place in range(EACH):
        base = "BTC" if place == EACH // 2 else "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=5))
        name = "Bitcoin" if base == "BTC" else " ".join(draw.sample(words, draw.randint(1, 3)))
        yield Listing(
            code=f"{base}{join}USDT",
            name=name,
            kind=InstrumentKind.SPOT,
            base=base,
            quote="USDT",
            tick_size=number("0.01"),
        )


def main() -> None:
    """Measure, and print a line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "symbols.sqlite"
        draw, kept_s = random.Random(24), []
        filling = DirectoryStore(path)
        for feed, join in OTHERS.items():
            began_s = time.monotonic()
            filling.replace(feed, listings(join, draw), 0.0)
            kept_s.append(time.monotonic() - began_s)
        symbols = sum(map(filling.count, OTHERS))
        filling.close()
        store = DirectoryStore(path)

        def load(feed: str) -> SymbolDirectory:
            provider = FEEDS["demo"].provider
            return (
                SymbolDirectory(feed=feed, store=store)
                if feed in OTHERS
                else directory_file.directory_of(provider, feed, store)[0]
            )

        directories = Directories({"demo": "Demo feed", **dict.fromkeys(OTHERS, "")}, load, others=list(OTHERS))
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        keys_ms: dict[str, float] = {}
        for own in ("demo", "big_b"):
            reader = ListReader(Watchlist(feed=own), directories)
            for text in (whole[:length] for whole in TEXTS for length in range(1, len(whole) + 1)):
                for _ in range(REPEATS):
                    store.near("forget the last", [])
                    began_s = time.thread_time()
                    reader.suggestions(text)
                    cost_ms = (time.thread_time() - began_s) * 1000
                    keys_ms[f"{own} {text}"] = min(cost_ms, keys_ms.get(f"{own} {text}", cost_ms))
        dearest = max(keys_ms, key=lambda key: keys_ms[key])
        grown_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000 - before_mb
        figures = {
            "symbols": symbols,
            "key_ms": round(statistics.median(keys_ms.values()), 2),
            "longest_ms": round(keys_ms[dearest], 2),
            "dearest": dearest,
            "kept_s": round(max(kept_s), 2),
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "searching_mb": round(grown_mb, 1),
        }
        print(json.dumps(figures))
        store.close()


if __name__ == "__main__":
    main()
