"""Another process that holds a profile's token."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quotedesk.config.paths import Profile

_SCRIPT = """
import pathlib, sys
from quotedesk.config import paths, token_lock
lock = token_lock.hold(paths.Profile(pathlib.Path(sys.argv[1])), sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def holding_token(profile: Profile, provider: str = "alltick") -> Iterator[subprocess.Popen[str]]:
    """Until the end of the block, or until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(profile.folder), provider],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()
