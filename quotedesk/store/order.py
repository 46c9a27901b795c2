"""The order of rows by a column's true values."""

import numpy as np
from numpy.typing import NDArray


def ranked(values: NDArray[np.float64], *, is_descending: bool = False) -> NDArray[np.intp]:
    """The places of the values in order; what is unknown (NaN) comes last either way, equal ones stay as they are."""
    unknown = np.isnan(values)
    keys = np.where(unknown, 0.0, -values if is_descending else values)
    return np.lexsort((keys, unknown))
