"""To whom quotes may be relayed: your own devices, or the people whom a contract names, confirmed and dated in a file.

The file, licence.toml in the relay's folder, is written by whoever answers for it:

    [[confirmed]]
    provider = "alltick"
    firm = "Example Ltd"
    people = 12
    date = 2026-11-29
    sentence = "Our contract with AllTick allows 12 people of Example Ltd to see these quotes."
"""

import datetime
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from quotedesk.codec.base import Feed, Relaying
from quotedesk.config import kept_file
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.desks import DeskKey

OWN_KEYS = 3


class Confirmation(msgspec.Struct, frozen=True):
    """What somebody confirmed of one contract."""

    provider: str
    firm: str
    people: int
    date: datetime.date
    sentence: str

    def fault(self, title: str, today: datetime.date) -> str:
        """Why it does not count; "" where it does."""
        wanted = f"Our contract with {title} allows {self.people} people of {self.firm} to see these quotes."
        if " ".join(self.sentence.split()) != wanted:
            return f"its sentence is not: {wanted}"
        if self.date > today:
            return "its date is yet to come"
        return ""


class _LicenceFile(msgspec.Struct):
    confirmed: list[Confirmation] = []
    format: int = kept_file.FORMAT


class Licence:
    """What the file says. It is read anew each time: it is changed by hand while the relay runs."""

    def __init__(self, path: Path, feeds: Iterable[Feed]) -> None:
        self._path = path
        self._feeds = [feed for feed in feeds if not feed.is_built_in]

    def fault(self, desks: Collection[DeskKey], today: datetime.date) -> str:
        """Why these desks may not all see the quotes, as a sentence for people; "" where they may.

        Raises OSError, UntouchedError where the file cannot be read.
        """
        people = {each.person for each in desks}
        for feed in self._feeds:
            provider = feed.provider
            if provider.relaying is Relaying.NEVER:
                return f"{provider.title} allows nobody to relay its quotes"
            if len(desks) <= OWN_KEYS and len(people) <= 1:
                continue
            whose = "one person" if len(people) == 1 else f"{len(people)} people"
            beyond = f"{len(desks)} keys of {whose} are more than {provider.title}'s quotes may go to"
            if provider.relaying is Relaying.OWN_DEVICES:
                return f"{beyond}: {provider.relaying.value}"
            confirmed = self._confirmed()
            if confirmed is None:
                return f"{beyond}, as {self._path} cannot be read: quotedesk/relay/licence.py shows how it is written"
            found = [each for each in confirmed if each.provider == provider.name]
            if not found:
                return f"{beyond}: {provider.relaying.value}. {self._path} does not name such a contract"
            why = found[-1].fault(provider.title, today)
            if why:
                return f"{beyond}: of what {self._path} confirms, {why}"
            if len(people) > found[-1].people:
                return f"{beyond}: the contract confirmed in {self._path} is for {found[-1].people} people"
        return ""

    def fault_now(self, desks: Collection[DeskKey], utc_s: float) -> str:
        """The same at a time; that the file cannot be read is a fault, too."""
        try:
            return self.fault(desks, day_of(utc_s))
        except (QuotedeskError, OSError) as fault:
            return str(fault)

    def _confirmed(self) -> list[Confirmation] | None:
        """What the file says; None where it is no such file."""
        try:
            data = kept_file.read_bytes(self._path)
        except FileNotFoundError:
            return []
        try:
            return msgspec.toml.decode(data, type=_LicenceFile).confirmed
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None


def day_of(utc_s: float) -> datetime.date:
    """The day, in UTC."""
    return datetime.datetime.fromtimestamp(utc_s, datetime.UTC).date()


def allowed(licence: Licence, desks: Iterable[DeskKey], today: datetime.date) -> tuple[list[DeskKey], str]:
    """The desks that may connect, those that were paired first before others, and why it is not all of them."""
    taken: list[DeskKey] = []
    why = ""
    for desk in desks:
        if fault := licence.fault([*taken, desk], today):
            why = fault
        else:
            taken.append(desk)
    return taken, why
