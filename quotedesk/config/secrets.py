"""A provider's key: from an environment variable, lent for this run, or from the system's keyring; nowhere else.

Each relay has a key of its own, and stands where a provider does: see `of_relay`. The keyring may block on a prompt of
the desktop: never call it in the event loop. Its library takes 30 ms to load: it is loaded where a keyring is asked.
"""

import os

from quotedesk.market.errors import QuotedeskError

RELAY = "relay"  # whose key is none of a provider's; one kept under this bare name, as once all were, is for any relay
SERVE = "serve"  # whose key is ours: readers over WebSocket give it
_SERVICE = "quotedesk"
_lent: dict[str, str] = {}  # provider -> key, until the program ends: in memory only


class NoKeyringError(QuotedeskError):
    """The system has no keyring that would take a key, or give one back."""

    def __init__(self, provider: str, *, forgets: bool = False) -> None:
        name = variable(provider)
        advice = f"Set the environment variable {name} instead, for as long as you need it."
        if forgets:
            advice = "Nothing can be forgotten: where one is locked, unlock it, and try again."
            if is_given(provider):
                advice = f"The environment variable {name} holds a key: unset it to forget that. {advice}"
        super().__init__(f"This system has no unlocked keyring. {advice}")


def of_relay(address: str) -> str:
    """Whose key that of a relay is; `address`: HOST:PORT."""
    return f"{RELAY} {address}"


def variable(provider: str) -> str:
    """The environment variable that holds a provider's key: the same one for each relay."""
    kind = provider.partition(" ")[0]
    return f"QUOTEDESK_{kind.upper()}_{'KEY' if kind == RELAY else 'TOKEN'}"


def is_given(provider: str) -> bool:
    """Is the key in the environment variable, which wins over all others?"""
    return bool(os.environ.get(variable(provider), "").strip())


def check_keyring(provider: str) -> None:
    """Raises NoKeyringError where none would take the key of a provider, as far as asking it tells."""
    import keyring

    try:
        keyring.get_password(_SERVICE, provider)
    except Exception:  # noqa: BLE001 - as below
        raise NoKeyringError(provider) from None


def key(provider: str) -> str | None:
    """The key, or None; the environment variable wins, then what was lent. Raises NoKeyringError."""
    if text := os.environ.get(variable(provider), "").strip() or _lent.get(provider, ""):
        return text
    import keyring

    try:
        entries = (provider, RELAY) if provider.startswith(f"{RELAY} ") else (provider,)
        return next(filter(None, (keyring.get_password(_SERVICE, entry) for entry in entries)), None)
    except Exception:  # noqa: BLE001 - a keyring raises what it likes, its bus library's faults as well
        raise NoKeyringError(provider) from None


def look(provider: str) -> tuple[bool, str]:
    """Would `key` find one now, and where, in words for the user."""
    if is_given(provider):
        return True, f"token from {variable(provider)}"
    if provider in _lent:
        return True, "token in use until you quit"
    try:
        return (True, "token from the keyring") if key(provider) else (False, "no token yet")
    except NoKeyringError:
        return False, "no token yet, no unlocked keyring"


def origin(provider: str) -> str:
    """The words of `look`."""
    return look(provider)[1]


def lend_key(provider: str, text: str) -> None:
    """Use the key until the program ends, and keep it nowhere."""
    _lent[provider] = text


def forget_key(provider: str) -> bool:
    """Take the key out of the keyring, and one that was lent out of use; was there one? Raises NoKeyringError."""
    was_lent = _lent.pop(provider, None) is not None
    import keyring

    try:
        if keyring.get_password(_SERVICE, provider) is None:
            return was_lent
        keyring.delete_password(_SERVICE, provider)
    except Exception:  # noqa: BLE001 - as above
        if was_lent:
            return True
        raise NoKeyringError(provider, forgets=True) from None
    return True


def forget_relay_key(relay: str, *, is_in_use: bool) -> bool:
    """The same of a relay's; of the one in use also the key that is for any, where it had none of its own."""
    return forget_key(relay) or (is_in_use and forget_key(RELAY))


def has_relay_key(relay: str, *, is_in_use: bool) -> bool:
    """Is there what `forget_relay_key` would take away?"""
    import keyring

    entries = (relay, RELAY) if is_in_use else (relay,)
    try:
        return any(entry in _lent or keyring.get_password(_SERVICE, entry) is not None for entry in entries)
    except Exception:  # noqa: BLE001 - as above
        return False


def keep_key(provider: str, text: str) -> None:
    """Put the key into the keyring. Raises NoKeyringError, also where the keyring takes a key and keeps none."""
    import keyring

    try:
        keyring.set_password(_SERVICE, provider, text)
        kept = keyring.get_password(_SERVICE, provider)
    except Exception:  # noqa: BLE001 - as above; and its text may hold the key
        raise NoKeyringError(provider) from None
    if kept != text:
        raise NoKeyringError(provider)
    _lent.pop(provider, None)
