"""Somebody with a shell, who runs the program from outside."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "s3cr3t-T0KEN"
LIST = 'format = 3\n[[lists]]\nname = "Watchlist"\nfeed = "demo"\nrows = ["demo:KEPT.US", "demo:ALSO.HK"]\n'


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on standard error."""
        assert self.err.endswith("\n")
        assert self.err.count("\n") == 1, self.err
        assert self.out == ""
        return self.err.strip()


class User:
    """Somebody with a profile and a shell.

    Attributes:
        profile, list: the folder and its lists, of which there is one, of the demo feed.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.profile = folder / "profile"
        self.list = self.profile / "lists.toml"
        self.profile.mkdir()
        self.list.write_text(LIST)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        own = {
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "PYTHONPATH": str(ROOT),
        }
        return {name: value for name, value in {**kept, **own, **more}.items() if value}

    def says(self, *arguments: object, type_in: str | bytes = b"", **environment: str) -> Done:
        """Run without choosing a profile."""
        done = subprocess.run(
            [sys.executable, "-m", "quotedesk", *map(str, arguments)],
            input=type_in.encode() if isinstance(type_in, str) else type_in,
            capture_output=True,
            cwd=self.home,
            env=self.environment(**environment),
            timeout=30,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def runs(self, *arguments: object, **environment: str) -> Done:
        """Run on the profile."""
        return self.says("--profile", self.profile, *arguments, **environment)

    def is_refused(self, arguments: list[str], advice: str, *, has_profile: bool = True) -> None:
        """Nothing runs: one line says what to do, no list is lost, and no secret is repeated."""
        done = self.runs(*arguments) if has_profile else self.says(*arguments)
        assert done.code == 2, done.err
        assert advice in done.line, done.err
        assert done.line.startswith("quotedesk")
        assert TOKEN not in done.err
        assert "Traceback" not in done.err
        assert self.list.read_text() == LIST
        assert [each.name for each in self.profile.iterdir() if each.suffix == ".toml"] == ["lists.toml"]
        assert not (self.profile / "settings.toml").exists(), "a wrong command line is not remembered"
