"""What may be concluded from a table of figures: means with their uncertainty, and paired differences.

Images differ far more from each other than methods do on one image, so methods are compared pair by pair: the mean
of the differences, its confidence interval, and the probability of such a difference if there were none.

References:
    Student, *The Probable Error of a Mean*, Biometrika 1908.
    Wilcoxon, *Individual Comparisons by Ranking Methods*, Biometrics Bulletin 1945.
    Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993 (percentile interval).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from lowlight_core.errors import ParameterError
from lowlight_core.metrics import average


@dataclass(frozen=True)
class Spread:
    """Mean of the finite values with its standard error; ``nan`` where there are too few values.

    ``infinite`` counts outputs identical to their reference, ``undefined`` images a metric is not defined for.
    """

    mean: float
    standard_error: float
    standard_deviation: float
    median: float
    minimum: float
    maximum: float
    count: int
    infinite: int
    undefined: int

    def as_json(self) -> dict:
        """The same as a dict that strict JSON can hold: what is not finite becomes ``None``."""
        return {name: value if math.isfinite(value) else None for name, value in asdict(self).items()}


def spread(values: Iterable[float | None]) -> Spread:
    """Summarise one metric over many images. Standard error: sample standard deviation / sqrt(count)."""
    array = np.array([math.nan if value is None else value for value in values], np.float64)
    mean = average(array)
    finite = array[np.isfinite(array)]
    low, middle, high = np.percentile(finite, [0, 50, 100]).tolist() if finite.size else (math.nan,) * 3
    error = mean.std / math.sqrt(mean.count) if mean.count > 1 else math.nan
    return Spread(mean.mean, error, mean.std, middle, low, high, mean.count, mean.infinite, mean.undefined)


@dataclass(frozen=True)
class PairedDifference:
    """``first - second`` over the images that both have: mean, intervals, and two tests of "there is no difference".

    ``interval`` is Student's, exact for normal differences; ``bootstrap`` is the percentile interval, which assumes
    no shape. ``t_p`` and ``wilcoxon_p`` are two-sided. ``wins``, ``losses`` and ``ties`` are from the first's view.
    """

    count: int
    mean: float
    standard_error: float
    confidence: float
    interval: tuple[float, float]
    bootstrap: tuple[float, float]
    t_p: float
    wilcoxon_p: float
    wins: int
    losses: int
    ties: int

    @property
    def significant(self) -> bool:
        """Whether both tests reject "no difference" at the chosen confidence."""
        level = 1 - self.confidence
        return self.t_p < level and self.wilcoxon_p < level


def paired_difference(
    first: Sequence[float],
    second: Sequence[float],
    *,
    higher_is_better: bool = True,
    confidence: float = 0.95,
    resamples: int = 10_000,
) -> PairedDifference:
    """Compare two methods over the same images, value by value.

    Args:
        first, second: one value per image in the same order; pairs in which one is not finite are left out.
        higher_is_better: of the metric; decides who wins an image.
        confidence: of both intervals, between 0 and 1.
        resamples: of the bootstrap; its seed is fixed, so that the same table gives the same interval.

    Raises:
        ParameterError: the two differ in length, or the confidence or the number of resamples is out of range.
    """
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence must be between 0 and 1, such as 0.95, got {confidence}")
    if resamples < 1:
        raise ParameterError(f"resamples must be 1 or more, got {resamples}")
    if len(first) != len(second):
        raise ParameterError(f"expected two values for every image, got {len(first)} and {len(second)}")
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    both = np.isfinite(first) & np.isfinite(second)
    differences = first[both] - second[both]
    better = np.sign(differences) * (1 if higher_is_better else -1)
    count, mean, error = len(differences), *_mean(differences)
    return PairedDifference(
        count, mean, error, confidence,
        _student_interval(mean, error, count, confidence),
        _bootstrap_interval(differences, confidence, resamples),
        _t_test(mean, error, count),
        _wilcoxon(differences),
        int((better > 0).sum()), int((better < 0).sum()), int((better == 0).sum()),
    )  # fmt: skip


def _mean(differences: np.ndarray) -> tuple[float, float]:
    """Mean and its standard error."""
    count = len(differences)
    mean = float(differences.mean()) if count else math.nan
    return mean, float(differences.std(ddof=1)) / math.sqrt(count) if count > 1 else math.nan


def _student_interval(mean: float, error: float, count: int, confidence: float) -> tuple[float, float]:
    from scipy import stats

    if count < 2:
        return math.nan, math.nan
    half = float(stats.t.ppf(0.5 + confidence / 2, count - 1)) * error
    return mean - half, mean + half


def _bootstrap_interval(differences: np.ndarray, confidence: float, resamples: int) -> tuple[float, float]:
    """Percentiles of the means of samples drawn with replacement; drawn in portions, so that memory stays small."""
    count = len(differences)
    if count < 2:
        return math.nan, math.nan
    random = np.random.default_rng(0)
    portion = max(1, 2_000_000 // count)
    means = [
        differences[random.integers(0, count, (min(portion, resamples - start), count))].mean(axis=1)
        for start in range(0, resamples, portion)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return float(low), float(high)


def _t_test(mean: float, error: float, count: int) -> float:
    """Two-sided p-value of the paired t test; 1 where all differences are zero."""
    from scipy import stats

    if count < 2:
        return math.nan
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean) / error, count - 1))


def _wilcoxon(differences: np.ndarray) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test, zeros left out; exact for few images without ties."""
    from scipy import stats

    if len(differences) < 2:
        return math.nan
    differences = differences[differences != 0]
    if not len(differences):
        return 1.0
    return float(stats.wilcoxon(differences).pvalue)
