"""pyqtgraph's path function without the rest of pyqtgraph."""

import subprocess
import sys

import numpy as np
import pytest

from quotedesk.ui.table import qpath as paths

pytestmark = pytest.mark.usefixtures("qapp")

# In a process of its own: what is imported once stays.
LEAN = """
import sys
import numpy as np
from PySide6 import QtWidgets
from quotedesk.ui.table import qpath as paths
drawn = paths.load()
left = [name for name in sys.modules if name.startswith("pyqtgraph")]
assert not left, left
assert not {"PySide6.QtOpenGLWidgets", "PySide6.QtTest"} & set(sys.modules)
import pyqtgraph
from pyqtgraph.functions import arrayToQPath
assert pyqtgraph.PlotWidget, "all of it is there for whoever wants it"
assert drawn.func is not arrayToQPath
rng = np.random.default_rng(1)
for count in (0, 1, 2, 3, 64, 300, 20_000):
    xs, ys = np.arange(count) * 2.0, rng.random(count) * 28
    assert drawn(xs, ys) == arrayToQPath(xs, ys, connect="all", finiteCheck=False), count
"""
BROKEN = """
import sys
from quotedesk.ui.table import qpath as paths
import contextlib
@contextlib.contextmanager
def without():
    raise AttributeError("another pyqtgraph")
    yield
paths._stand_ins = without
import numpy as np
assert paths.load()(np.arange(4.0), np.arange(4.0)).elementCount() == 4
assert "pyqtgraph.widgets" in sys.modules, "the plain import"
"""


@pytest.mark.parametrize("program", [LEAN, BROKEN], ids=["lean", "another pyqtgraph"])
def test_a_fresh_program_draws_the_same_path_as_all_of_pyqtgraph(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_where_pyqtgraph_is_imported_already_that_one_is_used() -> None:
    import pyqtgraph.functions

    drawn = paths.load()
    assert drawn.func is pyqtgraph.functions.arrayToQPath  # type: ignore[attr-defined]
    assert drawn(np.arange(5.0), np.arange(5.0)).elementCount() == 5
