"""A provider's key: from an environment variable or the system's keyring, and nowhere else.

The keyring may block on a prompt of the desktop: never call it in the event loop.
"""

import os

import keyring
import keyring.errors

from quotedesk.market.errors import QuotedeskError

_SERVICE = "quotedesk"


class NoKeyringError(QuotedeskError):
    """The system has no keyring that would take a key."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            "This system has no unlocked keyring. "
            f"Set the environment variable {variable(provider)} instead, for as long as you need it."
        )


def variable(provider: str) -> str:
    """The environment variable that holds a provider's key."""
    return f"QUOTEDESK_{provider.upper()}_TOKEN"


def key(provider: str) -> str | None:
    """The key, or None where there is none; the environment variable wins. Raises NoKeyringError."""
    if text := os.environ.get(variable(provider), "").strip():
        return text
    try:
        return keyring.get_password(_SERVICE, provider) or None
    except (keyring.errors.KeyringError, RuntimeError, OSError) as fault:
        raise NoKeyringError(provider) from fault


def keep_key(provider: str, text: str) -> None:
    """Put the key into the keyring. Raises NoKeyringError."""
    try:
        keyring.set_password(_SERVICE, provider, text)
    except (keyring.errors.KeyringError, RuntimeError, OSError) as fault:
        raise NoKeyringError(provider) from fault
