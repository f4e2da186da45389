"""The six mistakes really make the mistake, by as much as their text says."""

from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from lowlight_core.figures import lies as figures
from lowlight_core.metrics import METRICS
from lowlight_core.metrics.fidelity import psnr_from_mse
from lowlight_core.metrics.metric import gray
from lowlight_core.teaching import wrong_metrics
from lowlight_core.teaching.wrong_metrics import MISTAKES, Case
from tests.pictures import dark, photo, plain

each = pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])


@pytest.fixture(scope="module")
def case():
    truth = photo(300, 400, level=120)
    low = (truth // 5).astype(np.uint8)
    random = np.random.default_rng(2)
    output = np.clip(low * 3.0 + random.normal(0, 20, low.shape), 0, 255).astype(np.uint8)
    return Case(low, output, truth)


def test_there_are_six_with_all_that_a_lesson_needs():
    assert [m.name for m in MISTAKES] == ["wraparound", "iterate", "peak", "shrinking", "gray", "gt_mean"]
    for mistake in MISTAKES:
        assert wrong_metrics.get(mistake.name) is mistake
        assert "\n" not in mistake.wrong_code and mistake.wrong_code != mistake.right_code
        assert mistake.why.endswith(".") and mistake.seen.endswith(".")


@each
def test_wrong_and_right_measure_the_same_and_differ(mistake, case):
    wrong, right = mistake.wrong(case), mistake.right(case)
    assert wrong.keys() == right.keys() >= {"psnr"}
    assert wrong["psnr"] > right["psnr"]


@each
def test_right_is_what_the_metric_says(mistake, case):
    output = case.iterates[-1] if mistake.name == "iterate" else case.output
    assert mistake.right(case) == {name: METRICS[name](output, case.truth) for name in mistake.right(case)}


def tensorflow_psnr(first, second, max_val):
    return 10 * np.log10(max_val**2 / np.mean((first - second) ** 2))


@each
def test_the_wrong_line_gives_the_wrong_figure_when_pasted(mistake, case):
    """As somebody would paste it below a picture and its truth, in the range that its comment names."""
    case = replace(case, side=128)
    unit = 255 if mistake.name == "peak" else 1
    names = {
        "np": np, "cv2": cv2, "psnr": METRICS["psnr"], "gray": gray, "output": case.output / unit,
        "truth": case.truth / unit, "curves": wrong_metrics.curve_iterates(case.dark, case.curve),
        "tf": SimpleNamespace(image=SimpleNamespace(psnr=tensorflow_psnr)),
        "ssim": lambda *pair: METRICS["ssim"](*(np.repeat(plane[..., None], 3, axis=2) for plane in pair)),
    }  # fmt: skip
    if unit == 1:
        names |= {"output": case.output, "truth": case.truth}
    line, figure = mistake.code_for(case), "ssim" if mistake.name == "gray" else "psnr"
    assert "256, 256" not in line
    try:
        value = eval(line, names)
    except SyntaxError:  # a statement: what it makes is measured
        exec(line, names)
        error = (names["output"] - case.truth.astype(float)) if mistake.name == "gt_mean" else None
        value = psnr_from_mse(names["mse"] if error is None else float(np.mean(error**2)))
    assert value == pytest.approx(mistake.wrong(case)[figure], abs=2e-3)


@each
def test_evidence_is_pictures_of_the_size_of_the_output(mistake, case):
    pictures = mistake.evidence(case)
    assert len(pictures) in (2, 4)
    assert all(pixels.shape == case.output.shape and pixels.dtype == np.uint8 for _, pixels in pictures)


@each
def test_pictures_are_left_as_they_were(mistake, case):
    kept = [pixels.copy() for pixels in (case.dark, case.output, case.truth)]
    mistake.wrong(case), mistake.right(case), mistake.evidence(case)
    assert all((a == b).all() for a, b in zip(kept, (case.dark, case.output, case.truth), strict=True))


def test_any_unrelated_pictures_score_27_9():
    assert wrong_metrics.UNRELATED_MSE == 105.5
    assert pytest.approx(27.898, abs=1e-3) == wrong_metrics.UNRELATED_PSNR
    random = np.random.default_rng(0)
    for _ in range(3):
        one, other = random.integers(0, 256, (2, 300, 400, 3), dtype=np.uint8)
        assert wrong_metrics.wrapped_psnr(one, other) == pytest.approx(27.9, abs=0.05)
    assert wrong_metrics.wrapped_psnr(photo(300, 400), one) == pytest.approx(27.9, abs=0.05)


def test_wrap_around_by_hand():
    wrong, right = wrong_metrics.wrapped_psnr, METRICS["psnr"]
    assert wrong(plain(3), plain(5)) == right(plain(3), plain(5))  # 254 squared wraps to 4, by luck
    assert wrong(plain(0), plain(255)) == right(plain(0), plain(1))  # black is almost white
    assert wrong(plain(0), plain(16)) == np.inf  # 256 wraps to 0: "identical"


def test_the_wrong_peak_adds_48_13_always(case):
    for output in (case.output, case.dark):
        gain = wrong_metrics.psnr_with_peak_255_on_unit_range(output, case.truth) - METRICS["psnr"](output, case.truth)
        assert gain == pytest.approx(20 * np.log10(255), abs=1e-9)
        assert round(gain, 2) == 48.13


def test_the_iterated_curve_scores_better_the_less_it_does():
    low, truth = dark(100, 120), photo(100, 120, level=120)
    cases = [Case(low, low, truth, curve=strength) for strength in (0.0, 0.05, 0.3)]
    mistake = wrong_metrics.get("iterate")
    wrong = [mistake.wrong(case)["psnr"] for case in cases]
    right = [mistake.right(case)["psnr"] for case in cases]
    assert wrong[0] == np.inf and wrong[0] > wrong[1] > wrong[2]
    assert right[0] < right[1] < right[2]


def test_the_iterated_figure_rises_again_near_full_strength_as_the_help_says():
    """What is nearly white before the last step is no other picture after it."""
    wrong = wrong_metrics.get("iterate").wrong
    middle, full = (wrong(Case(dark(), dark(), photo(), curve=a))["psnr"] for a in (0.5, 1.0))
    assert full > middle + 3


def test_the_curve_is_the_published_one():
    image = dark(20, 30)
    x = image / 255
    for _ in range(8):
        x = x + 0.3 * x * (1 - x)
    iterates = wrong_metrics.curve_iterates(image, 0.3)
    assert len(iterates) == 9 and (iterates[0] == image).all()
    assert (iterates[-1] == np.rint(255 * x)).all()
    case = Case(image, image, image)
    assert len(case.iterates) == 2, "of 64 megapixels all of them would take 1.5 GB"
    assert all((one == other).all() for one, other in zip(case.iterates, iterates[-2:], strict=True))


def test_gt_mean_has_the_mean_of_the_truth(case):
    from lowlight_core.metrics.fidelity import mean_gray

    assert mean_gray(wrong_metrics.gt_mean(case.output, case.truth)) == pytest.approx(mean_gray(case.truth), rel=0.03)


def test_a_figure_beyond_70_db_stands_where_its_axis_says():
    """What scores 25 dB scores 73 with the wrong peak: it was drawn at 70."""
    board = figures.scoreboard([("The wrong peak", 73.13, 25.0), ("b", float("inf"), 25.0)])
    figure, infinite = board.data[-1].x
    assert figure == 73.13 < infinite < board.layout.xaxis.range[1]


def test_charts_show_each_figure_and_survive_infinity():
    board = figures.scoreboard([("a", 27.9, 8.0), ("b", float("inf"), 7.5), ("c", 5.0, 9.0)])
    texts = [list(trace.text) for trace in board.data if trace.text]
    assert texts == [["8.00", "7.50", "9.00"], ["27.90", "∞", "5.00"]]
    assert board.layout.xaxis.range == (0, 76) and list(board.data[-1].x) == [27.9, 73, 5.0]
    squares = figures.wrapped_squares()
    assert max(squares.data[0].y) < 256 and "105.5" in squares.data[2].name
