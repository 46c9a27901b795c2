"""The order of rows by a column's true values."""

import numpy as np
from numpy.typing import NDArray


def ranked(
    values: NDArray[np.float64], labels: NDArray[np.bool_] | None = None, *, is_descending: bool = False
) -> NDArray[np.intp]:
    """The places of the values in order; what is unknown (NaN) comes last either way, equal ones stay as they are.

    Where `labels` is true a section begins: it stays, and the values below it are sorted among themselves.
    """
    unknown = np.isnan(values)
    keys = np.where(unknown, 0.0, -values if is_descending else values)
    if labels is None or not labels.any():
        return np.lexsort((keys, unknown))
    return np.lexsort((keys, unknown, ~labels, np.cumsum(labels)))
