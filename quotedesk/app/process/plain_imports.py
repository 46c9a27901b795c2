"""Imports as Python has them, for less memory and a sooner window.

PySide6 (6.11) looks for its `__feature__` in the source of every module that is imported after it: all are read, and
linecache keeps their lines. Nothing here uses that. tests/app/process/test_plain_imports.py tells when it looks no
more.
"""

import builtins

import PySide6.QtCore  # noqa: F401 - it has put its own import in place of Python's


def restore() -> None:
    """Let modules be imported without a look at their source. Before there are many."""
    known = vars(builtins)
    if "__orig_import__" in known and known["__import__"] is known.get("__feature_import__"):
        builtins.__import__ = known["__orig_import__"]
