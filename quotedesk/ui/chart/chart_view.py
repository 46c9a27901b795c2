"""Which part of a chart is in view. Pure; places are those of a SlotAxis."""

from quotedesk.ui.chart.chart_series import ChartSeries

LEAST_BARS = 8.0  # in view
MOST_PLACES = 200_000.0
FEWEST_FIT = 24.0  # places that a range takes at least
_MARGIN = 0.03  # of the width, after the newest bar
_ZOOM_STEP = 1.25


class ChartView:
    """From the place `left` to the place `right`.

    Attributes:
        is_fitted: it shows all of the range, and goes on doing so.
        is_at_now: its right edge goes along with the newest bar.
    """

    def __init__(self) -> None:
        self.left, self.right = 0.0, FEWEST_FIT
        self.is_fitted = self.is_at_now = True
        self._newest = 0.0  # place of the newest bar

    @property
    def width(self) -> float:
        """How many places are in view."""
        return self.right - self.left

    def follow(self, shown: ChartSeries) -> None:
        """Bars came, or they are another instrument's: the zoom stays, and so does the distance from now."""
        before, self._newest = self._newest, self._last_of(shown)
        if self.is_fitted:
            self.fit(shown)
        elif self.is_at_now:
            self._end_at_now(self.width)
        else:
            self._move(self._newest - before if len(shown) else 0.0)

    def stay(self, shown: ChartSeries, first_moved: float) -> None:
        """The same bars have other places, `first_moved` further on: what is in view stays so."""
        self._newest = self._last_of(shown)
        self._move(first_moved)

    def fit(self, shown: ChartSeries) -> None:
        """Show all of the range."""
        self.is_fitted = self.is_at_now = True
        self._newest = self._last_of(shown)
        begin = shown.axis.x_of(shown.begin_s) if len(shown) else 0.0
        width = max(self._newest - max(begin, -0.5) + 0.5, FEWEST_FIT)
        self._end_at_now(width / (1 - _MARGIN))

    def zoom(self, steps: float, at: float | None = None) -> None:
        """Nearer (above 0) or farther, around a place that stays where it is; None: the newest bar, or the middle."""
        width = min(max(LEAST_BARS, self.width / _ZOOM_STEP**steps), MOST_PLACES)
        self.is_fitted = False
        if at is None and self.is_at_now:
            self._end_at_now(width)
            return
        anchor = (self.left + self.right) / 2 if at is None else at
        share = (anchor - self.left) / self.width
        self.left = anchor - share * width
        self.right = self.left + width
        self._move(0.0)
        self._look_where()

    def pan(self, places: float) -> None:
        """Go on to later bars (above 0) or back; there is always a bar in view."""
        self.is_fitted = False
        self._move(places)
        self._look_where()

    def back_to_now(self) -> None:
        """The newest bar is at the right again, with the zoom as it is."""
        self.is_at_now = True
        self._end_at_now(self.width)

    def _last_of(self, shown: ChartSeries) -> float:
        return float(shown.axis.xs[-1]) if len(shown) else 0.0

    def _end_at_now(self, width: float) -> None:
        self.right = self._newest + 0.5 + _MARGIN * width
        self.left = self.right - width

    def _move(self, places: float) -> None:
        width = self.width
        self.left = min(max(self.left + places, 2.0 - width), self._newest - 2.0 if self._newest > 4 else self._newest)
        self.right = self.left + width

    def _look_where(self) -> None:
        self.is_at_now = self.left <= self._newest <= self.right and abs(self.right - self._newest) < 0.15 * self.width
