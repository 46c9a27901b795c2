"""Link groups: parts of windows that show the same symbol. Eight of them, each with a number and a colour."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from quotedesk.config.window_file import MOST_GROUPS, GroupLink
from quotedesk.market.instrument import Instrument


class LinkGroups(QObject):
    """Carries what is chosen in one part to those of its group that follow. Shared by all windows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: list[LinkPart] = []
        self._symbols: dict[int, Instrument] = {}
        self._telling: set[int] = set()  # the groups that a symbol is on its way to: it does not come back

    def join(self, part: "LinkPart") -> None:
        """Take part; see LinkPart."""
        self._parts.append(part)

    def leave(self, part: "LinkPart") -> None:
        """The window of that part goes."""
        if part in self._parts:
            self._parts.remove(part)

    def symbol(self, group: int) -> Instrument | None:
        """What was chosen last in a group."""
        return self._symbols.get(group)

    @property
    def is_telling(self) -> bool:
        """Is a choice on its way, so that what changes by it was not chosen by hand?"""
        return bool(self._telling)

    def send(self, sender: "LinkPart", instrument: Instrument) -> None:
        """Let those of the sender's group that follow show it; a symbol that comes back on its way goes no further."""
        group = sender.link.group
        if not group or not sender.link.sends or group in self._telling:
            return
        self._symbols[group] = instrument
        self._telling.add(group)
        try:
            for part in list(self._parts):
                if part is not sender and part.link.group == group and part.link.follows:
                    part.chosen.emit(instrument)
        finally:
            self._telling.discard(group)

    def catch_up(self, part: "LinkPart") -> None:
        """A part that follows is new in its group: it shows what was chosen there last."""
        instrument = self._symbols.get(part.link.group)
        if instrument is not None and part.link.follows and part.link.group not in self._telling:
            self._telling.add(part.link.group)
            try:
                part.chosen.emit(instrument)
            finally:
                self._telling.discard(part.link.group)

    def keep_only(self, instruments: Iterable[Instrument]) -> None:
        """These are in lists: what was chosen and is in none any more is forgotten, and no chart goes on showing it."""
        if not self._symbols:
            return
        here = set(instruments)
        gone = {group for group, instrument in self._symbols.items() if instrument not in here}
        for group in gone:
            del self._symbols[group]
        for part in list(self._parts):
            if part.link.group in gone:
                part.forgotten.emit()

    def restore(self, kept: Mapping[int, tuple[str, str]]) -> None:
        """What was chosen at the end of the run before."""
        self._symbols = {group: Instrument(*said) for group, said in kept.items() if 0 < group <= MOST_GROUPS}

    def symbols_to_keep(self) -> dict[int, tuple[str, str]]:
        """The other way round."""
        return {group: (each.feed, each.code) for group, each in sorted(self._symbols.items())}


class LinkPart(QObject):
    """One part of a window: its list, its chart, or the mini strip.

    Attributes:
        name: what it is called: "list", "chart", "strip".
        link: how it takes part; see `choose`.
        lacks: what was chosen in the group and cannot be shown here; None: nothing.

    Signals:
        chosen(instrument): it is to be shown, as it was chosen in another part.
        forgotten(): what was chosen is in no list any more.
        changed(): it takes part in another way, or lacks something else.
    """

    chosen = Signal(object)
    forgotten = Signal()
    changed = Signal()

    def __init__(self, groups: LinkGroups, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        self.link = GroupLink()
        self.lacks: Instrument | None = None
        self._groups = groups
        groups.join(self)

    @property
    def is_telling(self) -> bool:
        """See LinkGroups."""
        return self._groups.is_telling

    def choose(self, link: GroupLink) -> None:
        """Take part like this from now on. Who follows shows at once what its group shows."""
        if link != self.link:
            self.link = link
            self.lacks = None
            self.changed.emit()
            self._groups.catch_up(self)

    def send(self, instrument: Instrument) -> None:
        """It was chosen here."""
        self.note(None)
        self._groups.send(self, instrument)

    def note(self, lacks: Instrument | None) -> None:
        """It cannot be shown here; None: what was chosen is shown."""
        if lacks != self.lacks:
            self.lacks = lacks
            self.changed.emit()

    def release(self) -> None:
        """Its window goes."""
        self._groups.leave(self)
