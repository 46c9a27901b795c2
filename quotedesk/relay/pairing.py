"""Pairing codes that are open: each for one person, for two minutes, and for one desk."""

import msgspec

from quotedesk.codec.nkeys import public_key
from quotedesk.codec.relay_key import VALID_S, PairingCode, code_of

# A spent code is let in so long, to hear the answer, and gets no other. It is not taken out at once: a desk that
# connects in the moment in which the server reads its keys anew is refused (2.15.1), and the new one is about to.
ANSWER_S = 60.0
MOST_OPEN = 8  # of more, the oldest is void


class OpenCode(msgspec.Struct, frozen=True):
    """A code that may be used. `key`: the public nkey that it stands for."""

    code: PairingCode
    key: str
    person: str
    until_s: float


class Pairings:
    """All open codes."""

    def __init__(self) -> None:
        self._open: dict[str, OpenCode] = {}
        self._lent: dict[str, float] = {}  # until when

    def new(self, fingerprint: str, secret: bytes, person: str, now_s: float) -> PairingCode:
        """A new code, of random bytes."""
        code = code_of(fingerprint, secret)
        key = public_key(code.pairing_seed)
        self._open[key] = OpenCode(code, key, person, now_s + VALID_S)
        while len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]
        return code

    @property
    def keys(self) -> tuple[str, ...]:
        """The public nkeys that may pair."""
        return tuple({**dict.fromkeys(self._open), **dict.fromkeys(self._lent)})

    def spend(self, key: str, now_s: float) -> OpenCode | None:
        """Use up the code of that public nkey; None where it is none, too old, or used."""
        found = self._open.pop(key, None)
        return found if found and now_s < found.until_s else None

    def lend(self, code: OpenCode, now_s: float) -> None:
        """A spent code stays connected for its answer."""
        self._lent[code.key] = now_s + ANSWER_S

    def elapsed(self, now_s: float) -> bool:
        """Time has passed; is one void by it?"""
        over = [key for key, each in self._open.items() if now_s >= each.until_s]
        for key in over:
            del self._open[key]
        heard = [key for key, until_s in self._lent.items() if now_s >= until_s]
        for key in heard:
            del self._lent[key]
        return bool(over or heard)
