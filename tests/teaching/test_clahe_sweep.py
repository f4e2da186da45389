"""A sweep tries every combination, scores it as the metrics do, and suggests the best one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lowlight_core import enhancers, measure, samples
from lowlight_core.errors import ImageError, ParameterError
from lowlight_core.image import fit_within
from lowlight_core.teaching.clahe_sweep import NOISE_PRICE, SCORES, balance, default_score, scores_of, suggest, sweep

LIMITS, TILES = (1.0, 4.0), (2, 8, 16)


@pytest.fixture(scope="module")
def pair():
    sample = samples.load("cat")
    return fit_within(sample.low, 200), fit_within(sample.high, 200)


@pytest.fixture(scope="module")
def scored(pair):
    return sweep(*pair, clip_limits=LIMITS, tiles=TILES)


def test_rows_are_tiles_and_columns_clip_limits(scored, pair):
    assert all(values.shape == (3, 2) for values in scored.scores.values())
    output = enhancers.get("clahe")(pair[0], clip_limit=4.0, tiles=8)
    assert scored.scores["psnr"][1, 1] == measure(output, pair[1], ["psnr"])["psnr"]
    assert np.array_equal(scored.thumbnails[1][1], output)
    assert scored.size == (200, 133)


def test_without_a_reference_there_are_other_scores(pair):
    result = sweep(pair[0], clip_limits=LIMITS, tiles=TILES)
    assert not result.has_reference and list(result.scores) == ["balance", "entropy", "noise"]
    assert default_score(result) == "balance"


def test_parallel_equals_serial(pair, scored):
    with ThreadPoolExecutor(1) as executor:
        serial = sweep(*pair, clip_limits=LIMITS, tiles=TILES, executor=executor)
    assert all(np.array_equal(serial.scores[name], scored.scores[name]) for name in SCORES)


@pytest.mark.parametrize("score", list(SCORES))
def test_the_suggestion_is_the_best_cell(scored, score):
    found = suggest(scored, score)
    values = scored.scores[score]
    assert found.value == (values.min() if score == "noise" else values.max())
    assert values[TILES.index(found.tiles), LIMITS.index(found.clip_limit)] == found.value


def test_with_a_reference_psnr_decides(scored):
    assert suggest(scored).score == "psnr"


def test_balance_by_hand():
    assert balance(7.0, 5.0) == 7.0 - 5 * NOISE_PRICE
    assert balance(1.0, float("nan")) == 1.0


def test_the_untouched_picture_is_scored_too(scored, pair):
    assert scored.before == scores_of(*pair)


def test_large_pictures_are_reduced_first():
    large = np.random.default_rng(1).integers(0, 60, (30, 2000, 3), np.uint8)
    assert sweep(large, clip_limits=(2.0,), tiles=(2,)).size == (800, 12)


def test_a_single_pixel_is_no_trouble():
    result = sweep(np.full((1, 1, 3), 7, np.uint8), clip_limits=(2.0,), tiles=(4,))
    assert suggest(result).tiles == 4


def test_errors_say_what_came(pair):
    with pytest.raises(ParameterError, match="at least one clip limit"):
        sweep(pair[0], tiles=())
    with pytest.raises(ParameterError, match=r"clip_limit must be in \[0.5, 10\], got 99"):
        sweep(pair[0], clip_limits=(1, 99), tiles=(2,))
    with pytest.raises(ParameterError, match="tiles must be a whole number, got 2.5"):
        sweep(pair[0], clip_limits=(1,), tiles=(2.5,))
    with pytest.raises(ImageError, match="of the same size, got 200 x 133 and 10 x 10"):
        sweep(pair[0], np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(ParameterError, match="score must be one of .*, got 'beauty'"):
        suggest(sweep(pair[0], clip_limits=(1,), tiles=(1,)), "beauty")
