"""What a relay keeps of a person: compare-and-set, and every version."""

import msgspec

from quotedesk.codec.relay_requests import ListEntry, ListsAnswer


class ListStore:
    """Attributes:
    entries: the newest version of each key.
    history: every version of each key, those that lost too; the oldest first.
    fault: why nothing is kept now; "" where it is.
    """

    def __init__(self) -> None:
        self.entries: dict[str, ListEntry] = {}
        self.history: dict[str, list[ListEntry]] = {}
        self.fault = ""
        self._revision = 0

    def answer(self, what: str, payload: bytes, by: str) -> tuple[list[ListsAnswer], ListEntry | None]:
        """The answers to a request, and the new version that others are to be told of."""
        asked = msgspec.json.decode(payload)
        if self.fault:
            return [ListsAnswer(fault=self.fault)], None
        if what == "get":
            entries = list(self.entries.values())
            cut = len(entries) // 2
            return [ListsAnswer(entries[:cut], more=True), ListsAnswer(entries[cut:])], None
        key = asked["key"]
        if what == "history":
            return [ListsAnswer(self.history.get(key, [])[::-1])], None
        there = self.entries.get(key)
        content = msgspec.Raw(msgspec.json.encode(asked["content"]))
        if asked["revision"] != (there.revision if there else 0):
            self.history.setdefault(key, []).append(ListEntry(key, content=content, by=by, utc_s=1.7e9, lost=True))
            return [ListsAnswer([there] if there else [], conflict=True)], None
        self._revision += 1
        entry = self.entries[key] = ListEntry(key, self._revision, content, by, 1.7e9)
        self.history.setdefault(key, []).append(entry)
        return [ListsAnswer([entry])], entry
