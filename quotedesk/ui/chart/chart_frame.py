"""Where what a chart shows lies on screen. Pure."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChartFrame:
    """Where what is in view lies: `box` in pixels, from the place `left` to `right`, from the price `low` to `high`.

    In percent where lines are compared. `width`: of all, with the axis; `tag_y`: of the last price at the axis.
    """

    width: float
    box: QRectF
    left: float
    right: float
    low: float
    high: float
    tag_y: float = math.nan

    @property
    def place_px(self) -> float:
        """The width of a place."""
        return self.box.width() / (self.right - self.left)

    def x_of(self, places: Floats) -> Floats:
        result: Floats = self.box.left() + (places - self.left) * self.place_px
        return result

    def y_of(self, prices: Floats) -> Floats:
        result: Floats = self.box.bottom() - (prices - self.low) / (self.high - self.low) * self.box.height()
        return result

    def y(self, price: float) -> float:
        return self.box.bottom() - (price - self.low) / (self.high - self.low) * self.box.height()

    def x(self, place: float) -> float:
        return self.box.left() + (place - self.left) * self.place_px

    def place_at(self, x: float) -> float:
        return self.left + (x - self.box.left()) / self.place_px

    def arrow_to(self, price: float) -> str:
        """An arrow to where a price is that is out of view; "" for one in view."""
        return "\N{UPWARDS ARROW}" if price > self.high else "\N{DOWNWARDS ARROW}" if price < self.low else ""

    def price_at(self, y: float) -> float:
        return self.low + (self.box.bottom() - y) / self.box.height() * (self.high - self.low)
