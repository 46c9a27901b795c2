"""What is in a recording, in a few lines: to be looked over before it is given to somebody."""

from datetime import UTC, datetime
from pathlib import Path

from quotedesk.config.recording import Came, Checkpoint, Linked, Relayed, RelayStood, ToldUpdate, Went
from quotedesk.config.recording_store import HAS_WANTED, RecordingReader, pages_since

_NEWEST = 12  # messages that are shown
_LONGEST = 200  # characters of one
_MOST_NAMED = 40  # symbols


def told(path: Path, since_utc_s: float) -> list[tuple[str, str]]:
    """(name, words) of what was recorded since then. Raises NoRecordingError."""
    with RecordingReader(path) as reader:
        pages = pages_since(reader.pages, since_utc_s)
        links: dict[str, None] = {}
        symbols: dict[str, None] = {}
        for page in pages:
            if page.flags & HAS_WANTED or page.is_key:
                for record in reader.records(page):
                    if isinstance(record, RelayStood) and record.state:
                        links["relay"] = None
                    elif isinstance(record, Linked):
                        links[_link(record.feed, record.endpoint)] = None
                    elif isinstance(record, Checkpoint):
                        links.update(dict.fromkeys(_link(each.feed, each.endpoint) for each in record.links))
                        links.update({"relay": None} if record.relay is not None else {})
                    wanted = record.wanted if isinstance(record, Checkpoint) else getattr(record, "instruments", ())
                    symbols.update(dict.fromkeys(f"{code}@{feed}" for feed, code in wanted))
        newest: list[str] = []
        for page in reversed(pages):
            if len(newest) >= _NEWEST:
                break
            for record in reversed(reader.records(page)):
                if isinstance(record, Came):
                    newest += [f"in   {_line(frame)}" for frame in reversed(record.frames)]
                elif isinstance(record, Relayed):
                    newest += [_relayed(record.feed, each) for each in reversed(record.updates)]
                elif isinstance(record, Went):
                    newest.append(f"out  {_line(record.frame)}")
        names = list(symbols)
        more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
        size_bytes = sum(len(reader.data(page)) for page in pages)
        return [
            ("From", _moment(pages[0].from_utc_s)),
            ("To", _moment(pages[-1].to_utc_s)),
            ("Messages", f"{sum(page.frames for page in pages):,}, {_size(size_bytes)}"),
            ("Connections", ", ".join(links) or "none"),
            ("Symbols", f"{len(names):,}: {', '.join(names[:_MOST_NAMED])}{more}" if names else "none"),
            ("The newest messages", "\n".join(reversed(newest[:_NEWEST])) or "none"),
            *([("Note", reader.report)] if reader.report else []),
        ]


def _link(feed: str, endpoint: str) -> str:
    """The feed, and of several addresses which one."""
    return feed if endpoint == feed else f"{feed} {endpoint}"


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB" if size_bytes >= 1e5 else f"{size_bytes / 1e3:,.0f} kB"


def _moment(utc_s: float) -> str:
    return f"{datetime.fromtimestamp(utc_s, UTC).astimezone():%Y-%m-%d %H:%M:%S %Z}"


def _relayed(feed: str, update: ToldUpdate) -> str:
    said = update.trade or update.quote
    if said is None:
        return "told"
    last = update.trade.price if update.trade is not None else update.quote.last if update.quote is not None else None
    return f"told {said.code}@{feed}{f' {last.text}' if last is not None else ''}"


def _line(frame: bytes) -> str:
    text = frame.decode("utf-8", "backslashreplace")
    shown = "".join(each if each.isprintable() else " " for each in text[:_LONGEST])
    return f"{shown}\N{HORIZONTAL ELLIPSIS}" if len(text) > _LONGEST else shown
