"""Settings > Relay, answered: which relay is used, this desk's key for it, and what the relay says."""

import asyncio
import platform
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from quotedesk.app.tools.relay_desk import RelayDesk
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import host_of

if TYPE_CHECKING:
    from quotedesk.ui.dialogs.relay_section import RelaySection
    from quotedesk.ui.dialogs.settings_dialog import SettingsDialog

_ASKING = "Asking the relay\N{HORIZONTAL ELLIPSIS}"


class RelaySettings:
    """Does what the section of the dialog asks for, while there is one."""

    def __init__(self, desk: RelayDesk, tasks: Tasks, redactor: Redactor) -> None:
        self._desk = desk
        self._tasks = tasks
        self._redactor = redactor
        self._section: RelaySection | None = None

    def show_in(self, dialog: "SettingsDialog") -> None:
        """The settings are opened."""
        from quotedesk.ui.dialogs.relay_section import RelaySection

        self._section = section = RelaySection()
        dialog.add_section("Relay", "Rela&y", section, is_of_prices=True)
        section.destroyed.connect(self._forget_section)
        section.slow.setChecked(self._desk.is_slow)
        section.slow.toggled.connect(self._desk.be_slow)
        section.used.connect(lambda address: self._spawn(self._use(address)))
        section.paired.connect(lambda address, code: self._spawn(self._pair(address, code)))
        section.tried.connect(lambda address: self._spawn(self._try(address)))
        section.forgotten.connect(lambda address: self._spawn(self._forget_key(address)))
        section.key_wanted.connect(lambda address: self._spawn(self._look_for_key(address)))
        section.show_address(self._desk.address)

    def ask_for_code(self) -> None:
        """The relay does not let this desk in, or is not trusted: let the user pair it, in the open settings."""
        if self._section is not None:
            self._section.ask_for_code()
            if why := self._desk.why_away:
                self._answer(why, False)

    # Inside

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.spawn(work, "relay of this desk")

    def _forget_section(self) -> None:
        self._section = None

    def _answer(self, words: str, is_good: bool | None) -> None:
        if self._section is not None:
            self._section.show_answer(self._redactor.clean(words), is_good)

    async def _choose(self, address: str) -> None:
        """Raises QuotedeskError where that can be no address."""
        await self._desk.choose(address)
        if self._section is not None:
            self._section.show_address(address)

    async def _use(self, address: str) -> None:
        """Use it, and say at once whether it lets this desk in."""
        try:
            await self._choose(address)
        except QuotedeskError as fault:
            self._answer(str(fault), False)
            return
        if address:
            await self._try(address)
        else:
            self._answer("Prices come from the feeds themselves.", True)

    async def _pair(self, address: str, code: str) -> None:
        """Exchange the code for a key, keep that, and use the relay."""
        from quotedesk.engine.pairing import pair

        if secrets.is_given(secrets.RELAY):
            variable = secrets.variable(secrets.RELAY)
            told = f"{variable} is set here, and counts before any other key. Start without it, then pair."
            self._answer(told, False)
            return
        self._answer(_ASKING, None)
        try:
            source = self._desk.source_at(address)
            key, relay = await pair(source.url, code, platform.node() or "desk")
        except QuotedeskError as fault:
            self._answer(str(fault), False)
            return
        self._redactor.learn(key.text, key.seed)
        kept = "The key is in the keyring."
        try:
            await asyncio.to_thread(secrets.keep_key, source.entry, key.text)
        except NoKeyringError:
            secrets.lend_key(source.entry, key.text)
            kept = "There is no keyring here: the key lasts until you quit."
        if self._section is not None:
            self._section.drop_code()
        await self._choose(address)
        self._answer(f"Paired with {relay}. {kept}", True)

    async def _forget_key(self, address: str) -> None:
        """Take this desk's key out of the keyring; where that relay is in use, it is not paired from now on."""
        is_in_use = address == self._desk.address
        try:
            source = self._desk.source_at(address)
            was_there = await asyncio.to_thread(secrets.forget_relay_key, source.entry, is_in_use=is_in_use)
        except QuotedeskError as fault:
            self._answer(str(fault), False)
            return
        if self._section is not None:
            self._section.ask_for_key()
        whose = f"the relay {host_of(source.url)}"
        if was_there and is_in_use:
            await self._choose(address)
        if secrets.is_given(source.entry):
            self._answer(f"{secrets.variable(source.entry)} still holds a key for {whose}.", False)
        elif was_there:
            told = "The relay itself forgets it by quotedesk relay revoke."
            self._answer(f"This desk's key for {whose} is forgotten. {told}", True)
        else:
            self._answer(f"There was no key for {whose}.", True)

    async def _look_for_key(self, address: str) -> None:
        try:
            entry = self._desk.source_at(address).entry
        except QuotedeskError:  # it may be half an address
            return
        is_in_use = address == self._desk.address
        is_there = await asyncio.to_thread(secrets.has_relay_key, entry, is_in_use=is_in_use)
        if self._section is not None:
            self._section.show_key(address, is_there)

    async def _try(self, address: str) -> None:
        """Ask the relay with the key that is kept."""
        from quotedesk.engine.pairing import greet

        self._answer(_ASKING, None)
        try:
            said = await greet(await self._desk.source_at(address).find_target())
        except QuotedeskError as fault:
            self._answer(str(fault), False)
            return
        feeds = ", ".join(feed.title or feed.name for feed in said.feeds)
        words = f"{said.relay} answered: it knows this desk as {said.desk} of {said.person}, and has {feeds}."
        self._answer(f"{words} {said.advice}".strip(), True)
