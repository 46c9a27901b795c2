"""`quotedesk record`: keep the last minutes, and make a test of a recording."""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import msgspec

from quotedesk.config import settings
from quotedesk.config.paths import Profile
from quotedesk.config.recording_store import NoRecordingError, RecordingReader, copy_since
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument

_EXPECTED = ".expected.json"
_MOST_TOLD = 20  # differences
_MINUTE_S = 60.0
_NO_PROFILE = "no-profile"  # a folder that is not there, and is not made


class _Expected(msgspec.Struct, frozen=True):
    """What comes of a recording. Symbols are CODE@FEED.

    Attributes:
        rules: the alerts that it is played with.
        alerts: what fires, a line each, as `watch --json --alert` prints it.
    """

    rules: list[str]
    symbols: dict[str, str]
    quotes: dict[str, dict[str, str]]
    applied_by_code: dict[str, int]
    alerts: list[str]


def save(profile: Path | None, minutes: float, to: Path | None) -> int:
    """Write the last minutes that the flight recorder of a profile has into a file."""
    ring = Profile(profile).recording
    try:
        with RecordingReader(ring) as reader:
            end_utc_s = reader.pages[-1].to_utc_s
    except NoRecordingError as fault:
        off = "the flight recorder is off, see File > Settings"
        reason = off if not settings.glance(Profile(profile).settings).recorder_mb else str(fault)
        raise QuotedeskError(f"Nothing is recorded in this profile: {reason}.") from fault
    end = datetime.fromtimestamp(end_utc_s, UTC).astimezone()
    path = to or Path(f"quotedesk-{end:%Y%m%d-%H%M%S}.qdrec")
    frames = copy_since(ring, path, end_utc_s - minutes * _MINUTE_S)
    print(f"{path}: {frames:,} messages until {end:%Y-%m-%d %H:%M:%S}")
    return 0


def make_test(path: Path, rules: Sequence[str]) -> int:
    """Play a recording, and write beside it what came of it: from now on `check` compares with that."""
    _check_there(path)
    expected = path.with_name(path.name + _EXPECTED)
    expected.write_bytes(msgspec.json.format(msgspec.json.encode(_play(path, rules)), indent=1) + b"\n")
    print(f"{expected}: what is to come of {path.name}; quotedesk record check {path} says whether it does.")
    return 0


def check(paths: Sequence[Path]) -> int:
    """Play recordings, and compare what comes of them with what `make_test` wrote; 1 where something is other."""
    code = 0
    for path in paths:
        expected_in = path.with_name(path.name + _EXPECTED)
        _check_there(path)
        if not expected_in.exists():
            raise QuotedeskError(f"{path.name} is no test yet. Make it one with: quotedesk record test {path}")
        try:
            expected = msgspec.json.decode(expected_in.read_bytes(), type=_Expected)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            raise QuotedeskError(f"{expected_in} cannot be read: {fault}") from fault
        came = _play(path, expected.rules)
        told = _differences(msgspec.to_builtins(expected), msgspec.to_builtins(came), "")
        print(f"{path.name}: {'as expected' if not told else f'{len(told)} differences'}")
        for line in told[:_MOST_TOLD]:
            print(f"  {line}", file=sys.stderr)
        code = 1 if told else code
    return code


def _check_there(path: Path) -> None:
    if not path.is_file():
        raise QuotedeskError(f"There is no file {path}. Name a recording: quotedesk record save makes one.")


def _play(path: Path, rules: Sequence[str]) -> _Expected:
    """Raises QuotedeskError."""
    from quotedesk.engine.played import play_to_end  # it brings numpy

    lines: list[bytes] = []
    profile = Profile(path.parent / _NO_PROFILE)  # nothing of the user's may count

    def watch(services: Services, sources: Sources, rows: list[Instrument]) -> Callable[[], None]:
        from quotedesk.watch.alerts import WatchAlerts

        (feed, _), *_ = Counter(row.feed for row in rows).most_common(1) or [("demo", 0)]
        alerts = WatchAlerts(rules, feed, rows, profile)
        alerts.begin(services, sources, lines.extend, is_kept=False)
        return alerts.alerting.second

    played = play_to_end(path, profile, watch if rules else None)
    fired = [line.decode().rstrip() for line in lines]
    return _Expected(list(rules), played.symbols, played.quotes, played.applied_by_code, fired)


def _differences(expected: object, came: object, place: str) -> list[str]:
    if isinstance(expected, dict) and isinstance(came, dict):
        names = [*expected, *(name for name in came if name not in expected)]
        return [
            line
            for name in names
            for line in _differences(expected.get(name), came.get(name), f"{place} {name}".strip())
        ]
    if isinstance(expected, list) and isinstance(came, list):
        pairs = enumerate(zip_longest(expected, came), 1)
        return [line for at, pair in pairs for line in _differences(*pair, f"{place} {at}")]
    return [] if expected == came else [f"{place}: {expected!r} expected, {came!r} came"]
