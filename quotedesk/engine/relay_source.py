"""Where the relay is, and this desk's key for it."""

import asyncio

from quotedesk.codec.relay_key import read_key
from quotedesk.config import secrets
from quotedesk.engine.redactor import Redactor
from quotedesk.feed.relay_session import PROVIDER
from quotedesk.market.states import NOT_PAIRED
from quotedesk.net.address import relay_urls
from quotedesk.net.client import DeniedError, Target


class RelaySource:
    """`address` as `relay_urls` takes it; `command` is what the user typed to start the program."""

    def __init__(self, address: str, redactor: Redactor, command: str = "quotedesk") -> None:
        self.url, *self._others = relay_urls(address)
        self._address = address
        self._redactor = redactor
        self._command = command

    async def find_target(self) -> Target:
        """Where to dial. Raises DeniedError where this desk has no key."""
        pair = f"{self._command} pair {self._address} CODE"
        advice = f"Get a code there (quotedesk relay code), and give it in File > Settings, or to {pair}"
        try:
            text = await asyncio.to_thread(secrets.key, PROVIDER.name)
        except secrets.NoKeyringError as fault:
            variable = secrets.variable(PROVIDER.name)
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
