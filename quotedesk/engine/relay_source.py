"""Where the relay is, and this desk's key for it."""

import asyncio

from quotedesk.codec.relay_key import read_key
from quotedesk.config import secrets
from quotedesk.engine.redactor import Redactor
from quotedesk.market.states import NOT_PAIRED
from quotedesk.net.address import host_of, relay_urls
from quotedesk.net.client import DeniedError, Target


class RelaySource:
    """`address` as `relay_urls` takes it; `command` is what the user typed to start the program.

    Attributes:
        url: the first to be dialled.
        entry: whose key this desk needs: see secrets.of_relay. It is kept for the first address.
    """

    def __init__(self, address: str, redactor: Redactor, command: str = "quotedesk") -> None:
        self.url, *self._others = relay_urls(address)
        self.entry = secrets.of_relay(host_of(self.url))
        self._address = address
        self._redactor = redactor
        self._command = command

    async def find_target(self) -> Target:
        """Where to dial. Raises DeniedError where this desk has no key."""
        pair = f"{self._command} pair {self._address} CODE"
        advice = f"Get a code there (quotedesk relay code), and give it in File > Settings, or to {pair}"
        try:
            text = await asyncio.to_thread(secrets.key, self.entry)
        except secrets.NoKeyringError as fault:
            variable = secrets.variable(self.entry)
            raise DeniedError(
                f"{NOT_PAIRED}: this desk has no key of the relay. {advice} --print, which prints {variable}=...: "
                "there is no unlocked keyring here"
            ) from fault
        if text is None:
            raise DeniedError(f"{NOT_PAIRED}: this desk has no key of the relay. {advice}")
        key = read_key(text)
        if key is None:
            raise DeniedError(f"What is kept as the relay's key is none. {advice}")
        self._redactor.learn(text, key.seed)
        return Target(self.url, text, key.fingerprint, others=tuple(self._others))
