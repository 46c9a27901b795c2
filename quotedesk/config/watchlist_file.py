"""A feed's list on disk: its codes, in order."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from quotedesk.config import kept_file
from quotedesk.config.paths import resource
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code, split_codes, unique


class _File(msgspec.Struct):
    feed: str
    codes: list[str]
    format: int = kept_file.FORMAT


def load(path: Path, feed: str) -> tuple[list[Instrument], str]:
    """The list, and a report for the user ("" where all is well). At the first start it is the starter list.

    A file with entries that cannot be symbols gives the others, which are saved, and is kept beside the list under a
    new name. Raises NewerFileError, or OSError where a file cannot be set aside.
    """
    file, report = kept_file.load(path, _File)
    if file is None:
        return [Instrument(feed, code) for code in starter()], report
    codes, bad = [], []
    for code in unique(file.codes):
        try:
            codes.append(check_code(code))
        except BadSymbolError:
            bad.append(code)
    if bad:
        aside = kept_file.set_aside(path if path.exists() else kept_file.previous(path), is_copy=True)
        many = f"{len(bad)} entries that cannot be symbols" if len(bad) > 1 else "1 entry that cannot be a symbol"
        report = f"{report} {path.name} had {many}. A copy is kept as {aside}.".lstrip()
        save(path, feed, [Instrument(feed, code) for code in codes])  # told once, not at every start
    return [Instrument(feed, code) for code in codes], report


def save(path: Path, feed: str, instruments: Iterable[Instrument]) -> None:
    """Write the list. Raises OSError."""
    kept_file.save(path, _File(feed, [instrument.code for instrument in instruments]))


def starter() -> list[str]:
    """The list of a first start: the ten codes that work with a fresh AllTick token."""
    return split_codes(resource("starter.txt").read_text("ascii"))
