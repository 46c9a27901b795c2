"""pyqtgraph's arrayToQPath without the rest of pyqtgraph.

Its package imports all its widgets, and its Qt module all of Qt's classes: 37 MB and 0.2 s for one function. So both
are stood in for while the module with the function is imported, and are gone afterwards: whoever imports pyqtgraph
later gets all of it. Written for pyqtgraph 0.14; where another one needs more than this, the plain import does.
"""

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType, SimpleNamespace

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtGui import QPainterPath

Floats = NDArray[np.float64]
Drawn = Callable[[Floats, Floats], QPainterPath]

_LIBRARY = "pyqtgraph"
_SAMPLE = np.array([0.0, 1.0, 3.0])


def load() -> Drawn:
    """What makes the path through points from their xs and ys, all finite. Takes a while."""
    if _LIBRARY not in sys.modules:
        with contextlib.suppress(ImportError, AttributeError):
            with _stand_ins():
                drawn = _function()
            if drawn(_SAMPLE, _SAMPLE).elementCount() == len(_SAMPLE):
                return drawn
    return _function()


def _function() -> Drawn:
    to_path = importlib.import_module(f"{_LIBRARY}.functions").arrayToQPath
    return partial(to_path, connect="all", finiteCheck=False)


@contextlib.contextmanager
def _stand_ins() -> Iterator[None]:
    """A package and a Qt module that hold only what pyqtgraph.functions asks them for as it is imported and draws."""
    spec = importlib.util.find_spec(_LIBRARY)
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError(_LIBRARY)
    package, qt = ModuleType(_LIBRARY), ModuleType(f"{_LIBRARY}.Qt")
    package.__path__ = list(spec.submodule_search_locations)
    package.__dict__.update(getConfigOption=lambda name: None, reload=None, Qt=qt)
    compat = SimpleNamespace(
        wrapinstance=shiboken6.wrapInstance,
        unwrapinstance=lambda wrapped: shiboken6.getCppPointer(wrapped)[0],
        voidptr=shiboken6.VoidPtr,
    )
    qt.__dict__.update(QT_LIB="PySide6", QtCore=QtCore, QtGui=QtGui, QtWidgets=QtWidgets, compat=compat)
    qt.__path__ = []
    sys.modules |= {package.__name__: package, qt.__name__: qt}
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == _LIBRARY]:
            del sys.modules[name]
