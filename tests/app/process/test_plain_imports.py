import builtins
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.app.process import plain_imports


def _is_source_read(folder: Path, before: str) -> bool:
    """Of a module that a new Python imports after that line."""
    (folder / "asked_for.py").write_text("import json\n")
    code = (
        f"import linecache, sys; sys.path.insert(0, {str(folder)!r})\n{before}\nimport asked_for\n"
        "print(asked_for.__file__ in linecache.cache)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip() == "True"


def test_no_source_is_read_for_an_import(tmp_path: Path) -> None:
    restored = "from quotedesk.app.process import plain_imports; plain_imports.restore()"
    assert not _is_source_read(tmp_path, restored)


def test_pyside_would_read_it(tmp_path: Path) -> None:
    """Where this fails PySide6 looks no more, and plain_imports can go."""
    assert _is_source_read(tmp_path, "import PySide6.QtCore")


def test_an_import_that_somebody_else_put_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def own(*_: object) -> None:
        """Import nothing."""

    monkeypatch.setattr(builtins, "__import__", own)
    plain_imports.restore()
    assert builtins.__import__ is own  # type: ignore[comparison-overlap]


def test_the_program_has_neither_sources_nor_libraries_that_it_does_not_need(tmp_path: Path) -> None:
    arguments = ["--profile", str(tmp_path / "p"), "--quit-after", "1.2", "--sort", "Chg %:desc"]
    code = (
        f"import linecache, sys; from quotedesk.cli import main; main({arguments!r})\n"
        "needless = sys.modules.keys() & {'numpy.ma', 'html.entities'}\n"
        "print(sum('quotedesk' in path for path in linecache.cache), needless)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "0 set()", done.stderr
