"""A full repaint of 40 rows by quotedesk and by the designs that it replaced: the stock delegate, a PlotWidget a row.

Usage: python -m tests.bench.designs. Prints milliseconds of wall time a repaint, as JSON.
"""

import json
import os
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph
from PySide6.QtWidgets import QApplication, QTableView, QVBoxLayout, QWidget

from tests.bench.paint import Table

ROWS, POINTS, TURNS = 40, 64, 20


def cost_ms(repaint: Callable[[], object]) -> float:
    repaint()
    began_s = time.perf_counter()
    for _ in range(TURNS):
        repaint()
    return (time.perf_counter() - began_s) * 1000 / TURNS


def ours() -> float:
    table = Table()

    def repaint() -> None:
        table.tick()
        table.repaint()

    return cost_ms(repaint)


def stock() -> float:
    """The same model through data() a role and a cell, no sparklines."""
    table, view = Table(), QTableView()
    view.setModel(table.view.model())
    view.resize(table.view.size())
    view.verticalHeader().setDefaultSectionSize(28)
    view.show()
    QApplication.processEvents()

    def repaint() -> None:
        table.tick()
        view.viewport().repaint()

    return cost_ms(repaint)


def plots() -> float:
    """A PlotWidget a row, for the sparklines alone."""
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    lines = []
    for _ in range(ROWS):
        plot = pyqtgraph.PlotWidget()
        plot.setFixedHeight(28)
        plot.hideAxis("left")
        plot.hideAxis("bottom")
        column.addWidget(plot)
        lines.append(plot.plot(np.zeros(POINTS)))
    window.resize(160, ROWS * 28)
    window.show()
    QApplication.processEvents()
    rng = np.random.default_rng(1)

    def repaint() -> None:
        for line in lines:
            line.setData(rng.normal(size=POINTS).cumsum())
        window.repaint()
        QApplication.processEvents()

    return cost_ms(repaint)


if __name__ == "__main__":
    app = QApplication([])
    print(json.dumps({"quotedesk": ours(), "stock delegate": stock(), "a PlotWidget a row": plots()}))
