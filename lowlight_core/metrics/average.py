"""The mean of a metric over many images, with what could not be counted said beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Average:
    """Mean and sample standard deviation of the finite values; how many there were, and what was left out.

    ``infinite`` counts outputs identical to their truth (PSNR ``inf``), ``undefined`` images a metric is not defined
    for.
    """

    mean: float
    std: float
    count: int
    infinite: int
    undefined: int


def average(values: Iterable[float | None]) -> Average:
    """Mean over the finite values.

    ``inf`` and ``nan`` (or ``None``) are counted apart. If all that is defined is infinite, the mean is ``inf``; if
    nothing is defined, it is ``nan``. The standard deviation is that of a sample (n - 1), ``nan`` below two values.
    """
    array = np.array([np.nan if value is None else value for value in values], np.float64)
    finite = array[np.isfinite(array)]
    infinite, undefined = int(np.isinf(array).sum()), int(np.isnan(array).sum())
    if finite.size:
        mean = float(finite.mean())
    else:
        mean = float(array[np.isinf(array)].max()) if infinite else float("nan")
    std = float(finite.std(ddof=1)) if finite.size > 1 else float("nan")
    return Average(mean, std, int(finite.size), infinite, undefined)
