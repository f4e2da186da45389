"""Methods compared in parallel give what each gives alone, and a failing one is a row with its sentence."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pictures import dark, photo

from lowlight_core import comparison, enhancers, measure
from lowlight_core.enhancer import STRENGTH, Enhancer
from lowlight_core.image import fit_within

METHODS = {"clahe": {"clip_limit": 3.0}, "gamma": {}, "lime": {}}


def test_rows_are_in_order_and_equal_to_single_runs():
    rows = comparison.compare(dark(), METHODS, photo())
    assert [row.result.method for row in rows] == list(METHODS)
    for row, (name, settings) in zip(rows, METHODS.items(), strict=True):
        alone = enhancers.get(name)(dark(), **settings)
        assert np.array_equal(row.result.image, alone)
        assert row.scores == measure(alone, photo(), ["psnr", "ssim", "entropy", "noise"])
        assert row.result.seconds > 0 and not row.result.image.flags.writeable


def test_without_a_reference_only_scores_that_need_none():
    (row,) = comparison.compare(dark(), {"gamma": {}})
    assert list(row.scores) == ["entropy", "noise"]


def test_serial_equals_parallel():
    with ThreadPoolExecutor(1) as executor:
        serial = comparison.compare(dark(), METHODS, executor=executor)
    parallel = comparison.compare(dark(), METHODS)
    assert all(np.array_equal(a.result.image, b.result.image) for a, b in zip(serial, parallel, strict=True))


@pytest.mark.parametrize(
    ("methods", "what"), [({"gamma": {"gamma": 99}}, "must be in"), ({"no_such": {}}, "no method")]
)
def test_a_failing_method_keeps_its_sentence_and_the_others_their_results(methods, what):
    failed, good = comparison.compare(dark(), {**methods, "clahe": {}}, photo())
    assert what in failed.result.error and failed.result.image is None and failed.scores == {}
    assert good.result.error is None and good.scores["psnr"] > 0


def test_scores_are_of_the_full_size_though_the_kept_image_is_reduced():
    (row,) = comparison.compare(dark(), {"clahe": {}}, photo(), keep_side=40)
    whole = enhancers.get("clahe")(dark())
    assert np.array_equal(row.result.image, fit_within(whole, 40)) and row.nbytes == 40 * 30 * 3
    assert row.scores["psnr"] == measure(whole, photo(), ["psnr"])["psnr"]


def test_a_reference_of_another_size_is_said_in_the_row():
    (row,) = comparison.compare(dark(), {"clahe": {}}, photo(30, 30))
    assert "same size" in row.result.error and row.scores == {}


def test_no_method_runs_while_another_one_is_still_being_prepared(monkeypatch):
    """Nothing is timed beside the loading of a network: what a page shows and keeps is a method's own time."""
    done = []

    def method(name):
        def function(image):
            done.append("run")
            return image.copy()

        return Enhancer(name, name, "learned", "", "", function, (STRENGTH,), prepare=lambda: done.append("prepared"))

    monkeypatch.setattr(enhancers, "METHODS", {name: method(name) for name in ("one", "two", "three")})
    rows = comparison.compare(dark(), {"one": {}, "two": {}, "three": {}})
    assert not [row.result.error for row in rows if row.result.error]
    assert done[:3] == ["prepared"] * 3 and done.count("run") == 3


def test_a_metric_that_fails_costs_nobody_the_picture():
    (row,) = comparison.compare(dark(), {"clahe": {}}, photo(30, 30), keep_side=40)
    assert np.array_equal(row.result.image, fit_within(enhancers.get("clahe")(dark()), 40)) and row.result.error
