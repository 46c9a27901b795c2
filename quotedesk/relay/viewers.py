"""Who saw quotes of which feed on which day: vendors ask for the number of distinct people, a day and a month."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from quotedesk.codec.relay_wire import token, untoken
from quotedesk.config import kept_file

_HEAD = "day,feed,person"


class Viewers:
    """A CSV file of day, feed, person: one line for each, the first time that the person sees the feed that day."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = set(self._lines())
        self.fault = ""

    def saw(self, day: str, feed: str, person: str) -> None:
        """Note it. A file that cannot be written to is told in `fault`, and tried again at the next line."""
        line = f"{day},{token(feed)},{token(person)}"
        if line in self._seen:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                if not file.tell():
                    file.write(f"{_HEAD}\n")
                file.write(f"{line}\n")
        except OSError as fault:
            self.fault = fault.strerror or "it cannot be written"
            return
        self.fault = ""
        self._seen.add(line)

    def _lines(self) -> list[str]:
        return [",".join(each) for each in read(self._path)]


def report(rows: Iterable[tuple[str, str, str]]) -> str:
    """Distinct viewers as CSV: period (a day, a month), feed, viewers."""
    people: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for day, feed, person in rows:
        people[day, feed].add(person)
        people[day[:7], feed].add(person)
    lines = [f"{period},{untoken(feed)},{len(seen)}" for (period, feed), seen in sorted(people.items())]
    return "\n".join(["period,feed,viewers", *lines])


def read(path: Path) -> list[tuple[str, str, str]]:
    """The lines of the file that can be read."""
    try:
        text = kept_file.read_bytes(path).decode("utf-8", "replace")
    except OSError:
        return []
    rows = (line.split(",") for line in text.splitlines() if line != _HEAD)
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3 and len(row[0]) == 10]
