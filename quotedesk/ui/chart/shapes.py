"""What a chart draws of its bars, in pixels: bodies, wicks, stretches of a line. At most some for each pixel.

QPainter takes lists of hundreds of rectangles and lines in a fraction of a millisecond. More bars than pixels are
gathered into one for each pixel, so that 5,000 cost what 300 do; pyqtgraph and its 0.2 s of import are not needed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_BODY = 0.7  # of a place
_LEAST_BODY_PX = 1.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars in view, at most one for each pixel; prices as they are, places in pixels.

    Attributes:
        xs: of their middles.
        is_partial: no feed has confirmed the bar.
        breaks: the line is broken before.
    """

    xs: Floats
    opens: Floats
    highs: Floats
    lows: Floats
    closes: Floats
    volumes: Floats
    is_partial: Bools
    breaks: Bools
    is_closed: Bools


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles of one colour.

    Attributes:
        wicks: one for each.
        bodies: filled.
        hollow: bodies of bars that no feed has confirmed.
    """

    wicks: list[QLineF]
    bodies: list[QRectF]
    hollow: list[QRectF]


def thinned(columns: Columns) -> Columns:
    """One for each pixel, where there are more."""
    pixels = np.floor(columns.xs)
    is_first = np.concatenate(([True], pixels[1:] != pixels[:-1])) if len(pixels) else np.zeros(0, np.bool_)
    if is_first.all():
        return columns
    first = np.flatnonzero(is_first)
    last = np.append(first[1:], len(pixels)) - 1
    return Columns(
        pixels[first] + 0.5,
        columns.opens[first],
        np.maximum.reduceat(columns.highs, first),
        np.minimum.reduceat(columns.lows, first),
        columns.closes[last],
        np.add.reduceat(np.nan_to_num(columns.volumes), first),
        np.logical_or.reduceat(columns.is_partial, first),
        np.logical_or.reduceat(columns.breaks, first),
        np.logical_and.reduceat(columns.is_closed, first),
    )


def candles(columns: Columns, y_of: Callable[[Floats], Floats], place_px: float) -> tuple[Candles, Candles]:
    """The rising and the falling ones; one that closed where it opened rises. `place_px`: width of a place."""
    width = max(_LEAST_BODY_PX, np.floor(place_px * _BODY))
    lefts = np.floor(columns.xs - width / 2)
    middles = np.floor(columns.xs - 0.5) + 0.5 if width < 2 else lefts + width / 2
    tops, bottoms = y_of(np.maximum(columns.opens, columns.closes)), y_of(np.minimum(columns.opens, columns.closes))
    highs, lows = y_of(columns.highs), y_of(columns.lows)
    heights = np.maximum(bottoms - tops, _LEAST_BODY_PX)
    is_up = columns.closes >= columns.opens
    found = []
    for chosen in (is_up, ~is_up):
        at = np.flatnonzero(chosen)
        wicks = [
            QLineF(x, high, x, low)
            for x, high, low in zip(middles[at].tolist(), highs[at].tolist(), lows[at].tolist(), strict=True)
        ]
        bodies = [
            QRectF(left, top, width, height)
            for left, top, height in zip(lefts[at].tolist(), tops[at].tolist(), heights[at].tolist(), strict=True)
        ]
        hollow = columns.is_partial[at].tolist() if width >= 4 else [False] * len(at)
        found.append(
            Candles(
                wicks,
                [body for body, is_hollow in zip(bodies, hollow, strict=True) if not is_hollow],
                [body for body, is_hollow in zip(bodies, hollow, strict=True) if is_hollow],
            )
        )
    return found[0], found[1]


def stretches(ys: Floats, breaks: Bools) -> list[slice]:
    """The parts of a line that nothing interrupts: neither an unknown value nor a break before a bar."""
    if not len(ys):
        return []
    known = np.isfinite(ys)
    begins = known & (breaks | ~np.concatenate(([False], known[:-1])))
    ends = known & ~np.concatenate((known[1:] & ~breaks[1:], [False]))
    pairs = zip(np.flatnonzero(begins).tolist(), np.flatnonzero(ends).tolist(), strict=True)
    return [slice(first, last + 1) for first, last in pairs]


def held(xs: Floats, ys: Floats, place_px: float) -> tuple[Floats, Floats]:
    """A stretch of a line whose price holds where nothing came: it goes level up to the place before the next bar."""
    silent = np.flatnonzero(np.diff(xs) > 1.5 * place_px)
    return np.insert(xs, silent + 1, xs[silent + 1] - place_px), np.insert(ys, silent + 1, ys[silent])


def volume_bars(columns: Columns, bottom: float, height: float, place_px: float) -> tuple[list[QRectF], list[QRectF]]:
    """Of rising and of falling bars, the highest as high as `height`."""
    known = np.nan_to_num(columns.volumes)
    most = float(known.max()) if len(known) else 0.0
    if not most > 0:
        return [], []
    width = max(_LEAST_BODY_PX, np.floor(place_px * _BODY))
    heights = known / most * height
    is_up = columns.closes >= columns.opens
    both: tuple[list[QRectF], list[QRectF]] = ([], [])
    for x, size, rises in zip(columns.xs.tolist(), heights.tolist(), is_up.tolist(), strict=True):
        if size > 0:
            both[0 if rises else 1].append(QRectF(np.floor(x - width / 2), bottom - size, width, size))
    return both


def spans(chosen: Bools) -> list[tuple[int, int]]:
    """Where it holds, as (first, last)."""
    if not len(chosen):
        return []
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])).astype(np.int8)))
    return [(int(first), int(beyond) - 1) for first, beyond in edges.reshape(-1, 2)]
