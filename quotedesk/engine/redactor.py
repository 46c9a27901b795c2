"""Takes secrets out of what is shown or logged, however they are written."""

import re
from itertools import groupby

_TOKEN_IN_URL = re.compile(r"(?<=token=)[^\s&\"'<>)\]]+", re.IGNORECASE)
_SHOWN = "***"
_LONGEST_LETTER = 16  # characters that one letter may take: four octets, each as \xNN
_JSON_ONLY = {"\b": r"\b", "\f": r"\f"}  # Python writes these in another way
_UNPRINTABLE = re.compile(r"[^ -~]+")  # and some that can be printed


class Redactor:
    """Takes secrets out of text: tokens in URLs, and every secret it was told of."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._pattern = re.compile(r"(?!)")  # matches nothing
        self._longest = 0  # characters that a secret may take
        self._is_plain = True  # are all of them in `_plain`?
        self._plain: tuple[bytes, ...] = ()  # the secrets in small letters, for a quick look

    def learn(self, *secrets: str | None) -> None:
        """From now on these texts are never shown, nor as addresses, JSON or `escaped` write them."""
        if new := {secret for secret in secrets if secret} - self._secrets:
            self._secrets |= new
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_as_written, longest_first)), re.IGNORECASE)
            self._plain = tuple(secret.encode(errors="replace").lower() for secret in longest_first if secret.isascii())
            self._is_plain = len(self._plain) == len(longest_first)
            self._longest = _LONGEST_LETTER * len(longest_first[0])

    def clean_bytes(self, data: bytes) -> bytes:
        """A frame without secrets, the same object where it holds none. Quick, and any thread may ask."""
        if not self.may_be_in(data):
            return data
        text = data.decode(errors="surrogateescape")
        cleaned = self.clean(text)
        return data if cleaned == text else cleaned.encode(errors="surrogateescape")

    def may_be_in(self, data: bytes) -> bool:
        """May there be a secret in it, in whatever way that is written? Quick; it errs on the side of yes."""
        return not self._is_plain or b"\\" in data or b"%" in data or self.is_plainly_in(data)

    def is_plainly_in(self, data: bytes) -> bool:
        """Is there a secret in it as it was told, in small letters or capitals?"""
        small = data.lower()
        return b"token=" in small or any(secret in small for secret in self._plain)

    def clean(self, text: str, *, is_cut: bool = False) -> str:
        """The text without secrets; `is_cut`: of a longer one, so that its end may be the beginning of a secret."""
        cleaned = _TOKEN_IN_URL.sub(_SHOWN, self._pattern.sub(_SHOWN, text))
        return cleaned[: max(0, len(cleaned) - self._longest)] if is_cut else cleaned


def escaped(text: str) -> str:
    """The text in one line that shows what cannot be printed as Python would write it."""
    return text if text.isprintable() else _UNPRINTABLE.sub(lambda found: _escape(found.group()), text)


def _escape(text: str) -> str:
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _as_written(secret: str) -> str:
    """A pattern of all ways to write a secret, each letter for itself."""
    parts = []
    for letter, run in groupby(secret):
        count = len(list(run))
        if letter == "\\":  # once or twice each: said for the run, or the ways to divide it would be countless
            parts.append(rf"(?:\\{{{count},{2 * count}}}|(?:%5c|\\u005c){{{count}}})")
        else:
            parts += [_letter_as_written(letter)] * count
    return "".join(parts)


def _letter_as_written(letter: str) -> str:
    octets = letter.encode(errors="surrogateescape" if "\udc80" <= letter <= "\udcff" else "surrogatepass")
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    ways = [
        re.escape(letter),
        "".join(f"%{octet:02x}" for octet in octets),
        "".join(rf"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)),
    ]
    if letter in '"/':
        ways.append(rf"\\{letter}")
    if octets[0] > 0x7F:
        ways.append("".join(rf"\\x{octet:02x}" for octet in octets))
    if not letter.isprintable():
        ways += [re.escape(escaped(letter)), re.escape(_JSON_ONLY.get(letter, letter))]
    return f"(?:{'|'.join(ways)})"
