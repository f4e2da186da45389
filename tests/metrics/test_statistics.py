"""Statistics against SciPy, against values worked out by hand, and on the cases where arithmetic alone fails."""

import json
import math

import numpy as np
import pytest
from scipy import stats

from lowlight_core.errors import ParameterError
from lowlight_core.metrics.statistics import paired_difference, spread

RANDOM = np.random.default_rng(3)


def test_spread_by_hand():
    found = spread([1.0, 2.0, 3.0, 6.0])
    assert (found.mean, found.median, found.minimum, found.maximum, found.count) == (3.0, 2.5, 1.0, 6.0, 4)
    assert found.standard_deviation == pytest.approx(math.sqrt(14 / 3))
    assert found.standard_error == pytest.approx(math.sqrt(14 / 3) / 2)


def test_spread_counts_what_it_leaves_out():
    found = spread([20.0, math.inf, math.nan, None, 22.0])
    assert (found.mean, found.count, found.infinite, found.undefined) == (21.0, 2, 1, 2)


@pytest.mark.parametrize("values", [[], [5.0], [math.inf], [math.nan, math.nan]])
def test_spread_of_too_few_values_is_valid_json(values):
    json.dumps(spread(values).as_json(), allow_nan=False)
    assert math.isnan(spread(values).standard_error)


def test_paired_difference_agrees_with_scipy():
    second = RANDOM.normal(20, 3, 40)
    first = second + RANDOM.normal(0.5, 1.0, 40)
    found = paired_difference(first, second)
    reference = stats.ttest_rel(first, second)
    assert found.t_p == pytest.approx(reference.pvalue, rel=1e-9)
    assert found.interval == pytest.approx(tuple(reference.confidence_interval(0.95)), rel=1e-9)
    assert found.wilcoxon_p == pytest.approx(stats.wilcoxon(first, second).pvalue, rel=1e-9)
    assert found.mean == pytest.approx((first - second).mean())
    assert (found.wins, found.losses) == ((first > second).sum(), (first < second).sum())


def test_bootstrap_agrees_with_scipy():
    differences = RANDOM.exponential(1.0, 60)
    found = paired_difference(differences, np.zeros(60), confidence=0.9)
    reference = stats.bootstrap(
        (differences,), np.mean, confidence_level=0.9, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval
    assert found.bootstrap == pytest.approx((reference.low, reference.high), abs=0.02)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for _ in range(300):
        found = paired_difference(RANDOM.normal(0.3, 1, 15), np.zeros(15), confidence=0.9, resamples=10)
        held += found.interval[0] <= 0.3 <= found.interval[1]
    assert 0.84 < held / 300 < 0.96


def test_direction_decides_who_wins():
    first, second = [1.0, 2.0, 3.0], [2.0, 1.0, 3.0]
    up, down = paired_difference(first, second), paired_difference(first, second, higher_is_better=False)
    assert (up.wins, up.losses, up.ties) == (1, 1, 1)
    lower = paired_difference([1.0, 1.0], [2.0, 3.0], higher_is_better=False)
    assert (lower.wins, lower.losses) == (2, 0) and (down.wins, down.losses) == (1, 1)


def test_same_method_twice():
    found = paired_difference([20.0, 21.0, 19.0], [20.0, 21.0, 19.0])
    assert (found.mean, found.interval, found.t_p, found.wilcoxon_p, found.ties) == (0, (0, 0), 1, 1, 3)
    assert not found.significant


def test_constant_difference():
    found = paired_difference([21.0] * 8, [20.0] * 8)
    assert found.t_p == 0 and found.wilcoxon_p == pytest.approx(2 / 2**8) and found.significant


def test_values_that_are_not_finite_are_left_out_in_pairs():
    found = paired_difference([math.inf, 2.0, math.nan, 5.0], [1.0, 1.0, 1.0, 3.0])
    assert (found.count, found.mean) == (2, 1.5)


@pytest.mark.filterwarnings("error")
def test_two_infinite_values_are_left_out_without_a_warning():
    assert paired_difference([math.inf, 2.0, 5.0], [math.inf, 1.0, 3.0]).count == 2


@pytest.mark.parametrize("wrong", [{"confidence": value} for value in (0, 1, 95, -1, math.nan)] + [{"resamples": 0}])
def test_what_no_interval_can_be_made_of_is_refused(wrong):
    with pytest.raises(ParameterError, match=f"{next(iter(wrong))} must be"):
        paired_difference([1.0, 2.0], [2.0, 4.0], **wrong)


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_images_conclude_nothing(count):
    found = paired_difference([1.0] * count, [0.5] * count)
    assert (
        math.isnan(found.t_p)
        and math.isnan(found.wilcoxon_p)
        and all(map(math.isnan, found.interval))
        and not found.significant
    )


def test_lengths_must_agree():
    with pytest.raises(ParameterError, match="got 3 and 2"):
        paired_difference([1, 2, 3], [1, 2])
