"""Every metric of the table under one set of rules: identical, constant, tiny, mixed-size and non-finite input."""

import json
import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lowlight_core import metrics
from lowlight_core.errors import ImageError, ParameterError
from lowlight_core.metrics import COSTLY, METRICS, average, measure
from tests.pictures import dark, photo, plain

CONTRACT = [
    "psnr", "ssim", "psnr_gt_mean", "ssim_gt_mean", "ms_ssim", "lpips", "mae", "ciede2000", "loe", "niqe", "piqe",
    "entropy", "contrast", "noise", "color_cast", "clipped_shadows", "clipped_highlights",
]  # fmt: skip
SMALLEST = {"ssim": 11, "ssim_gt_mean": 11, "ms_ssim": 176, "lpips": 31, "piqe": 16, "noise": 3}
IDENTICAL = {
    "psnr": math.inf, "psnr_gt_mean": math.inf, "ssim": 1, "ssim_gt_mean": 1, "ms_ssim": 1,
    "lpips": 0, "mae": 0, "ciede2000": 0, "loe": 0,
}  # fmt: skip
each = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
COMPARED = {name: metric for name, metric in METRICS.items() if metric.needs_reference}
each_compared = pytest.mark.parametrize("metric", COMPARED.values(), ids=COMPARED)


@pytest.fixture(scope="module")
def pair():
    return dark(200, 240), photo(200, 240)


def test_names_are_the_contract():
    assert list(METRICS) == CONTRACT
    assert all(name == metric.name for name, metric in METRICS.items())


@each
def test_declaration_is_complete(metric):
    assert metric.label and metric.help.endswith(".") and metric.cost in (metrics.CHEAP, metrics.COSTLY)
    assert metric.minimum < metric.maximum and 0 <= metric.decimals <= 4
    assert metric.arrow == {True: "↑", False: "↓", None: ""}[metric.higher_is_better]
    assert metric.heading.startswith(metric.label) and metric.unit in metric.heading


@each
def test_value_is_a_float_in_the_declared_range_and_repeats(metric, pair):
    kept = [pixels.copy() for pixels in pair]
    values = [metric(*pair) for _ in range(2)]
    assert type(values[0]) is float and values[0] == values[1]
    assert metric.minimum <= values[0] <= metric.maximum
    assert all((now == before).all() for now, before in zip(pair, kept, strict=True))


@each_compared
def test_direction_is_as_declared(metric, pair):
    worse, truth = pair
    better = np.clip(worse.astype(int) * 3 // 4 + truth.astype(int) // 4, 0, 255).astype(np.uint8)
    near = np.clip(truth.astype(int) + 3, 0, 255).astype(np.uint8)
    gain = metric(near, truth) - metric(better, truth)
    assert gain > 0 if metric.higher_is_better else gain < 0


@each_compared
def test_identical_images(metric, pair):
    assert metric(pair[1], pair[1].copy()) == pytest.approx(IDENTICAL[metric.name], abs=1e-6)


@each
@pytest.mark.parametrize("level", [0, 128, 255])
def test_constant_images_give_a_defined_value(metric, level):
    value = metric(plain(level, 200, 200), plain(100, 200, 200))
    if metric.name == "niqe":
        assert math.isnan(value)  # no texture, no statistics
    elif metric.name == "piqe":
        assert value == 100
    elif metric.name in ("entropy", "contrast", "noise"):
        assert value == 0
    else:
        assert metric.minimum <= value <= metric.maximum


@each
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (2, 2), (10, 10), (15, 40), (30, 30), (95, 95)])
def test_tiny_images_give_a_value_or_nan_as_documented(metric, size):
    value = metric(dark(*size), photo(*size))
    needed = 97 if metric.name == "niqe" else SMALLEST.get(metric.name, 1)
    if min(size) < needed:
        assert math.isnan(value)
    else:
        assert metric.minimum <= value <= metric.maximum


@pytest.mark.parametrize(("name", "side"), SMALLEST.items())
def test_smallest_size_is_enough(name, side):
    assert math.isfinite(METRICS[name](dark(side, side), photo(side, side)))
    assert str(side) in metrics.__doc__


@each
def test_odd_sizes_rows_that_are_not_contiguous_and_read_only_pixels(metric, pair):
    image, truth = (np.flip(pixels, 1)[1:198, 2:239] for pixels in pair)
    plain_copies = [np.ascontiguousarray(pixels) for pixels in (image, truth)]
    for pixels in plain_copies:
        pixels.setflags(write=False)
    assert metric(image, truth) == pytest.approx(metric(*plain_copies), nan_ok=True)


@each
def test_threads_agree(metric, pair):
    expected = metric(*pair)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: metric(*pair), range(4)))
    assert found == pytest.approx([expected] * 4, nan_ok=True)


def test_cheap_metrics_are_measured_by_default(pair):
    assert list(measure(*pair)) == [m.name for m in METRICS.values() if m.cost != COSTLY]
    assert list(measure(pair[0])) == metrics.names(reference=False, costly=False)
    assert not any(METRICS[name].needs_reference for name in measure(pair[0]))


def test_chosen_metrics_come_in_the_order_asked_for(pair):
    assert list(measure(*pair, names=["mae", "psnr"])) == ["mae", "psnr"]
    assert measure(*pair, names=[]) == {}
    assert measure(*pair, "psnr") == measure(*pair, ["psnr"])


def test_mixed_sizes_are_refused_with_both_sizes_in_the_message():
    with pytest.raises(ImageError, match="30 x 20 and 30 x 21"):
        measure(plain(1, 20, 30), plain(1, 21, 30))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.5])
@pytest.mark.parametrize("side", [0, 1])
def test_values_that_are_not_finite_or_not_8_bit_are_refused(bad, side):
    images = [plain(1), plain(1)]
    images[side] = np.full((20, 30, 3), bad)
    with pytest.raises(ImageError, match="uint8"):
        measure(*images)


def test_unknown_names_and_missing_references_are_refused():
    with pytest.raises(ParameterError, match="psnr"):
        measure(plain(1), names=["psnrr"])
    with pytest.raises(ParameterError, match="ssim"):
        measure(plain(1), names=["entropy", "ssim"])


def test_format_is_readable():
    psnr = METRICS["psnr"]
    assert [psnr.format(v) for v in (23.114, math.inf, math.nan, None)] == ["23.11", "∞", "n/a", "n/a"]


def test_average_counts_apart_what_is_infinite_or_undefined():
    found = average([20.0, 30.0, math.inf, math.nan, None])
    assert (found.mean, found.count, found.infinite, found.undefined) == (25.0, 2, 1, 2)
    assert found.std == pytest.approx(np.std([20, 30], ddof=1))


def test_average_of_nothing_but_identical_images_is_infinite_and_of_nothing_is_nan():
    assert average([math.inf, math.inf]).mean == math.inf
    assert math.isnan(average([]).mean) and math.isnan(average([math.nan]).mean)
    assert average([3.0]).mean == 3.0 and math.isnan(average([3.0]).std)


def test_importing_the_metrics_is_light():
    heavy = ["tensorflow", "keras", "streamlit", "scipy", "skimage", "pandas", "plotly"]
    code = f"import sys, json, lowlight_core.metrics; print(json.dumps([m for m in {heavy} if m in sys.modules]))"
    assert json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) == []
