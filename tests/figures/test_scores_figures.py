"""Charts of scores: every mark can be clicked, the worst comes first, what is not finite is left out."""

import math

import numpy as np
import pandas
import pytest

from lowlight_core.figures import scores
from lowlight_core.figures.colors import color
from lowlight_core.figures.error_map import error_map
from lowlight_core.metrics.statistics import paired_difference


def table(images: int = 4, methods=("clahe", "gamma")) -> pandas.DataFrame:
    """PSNR 10, 11, ... by CLAHE and twice as far apart by gamma."""
    rows = [
        (position, f"image {position}", method, 10.0 + (index + 1) * position, 1.0 - position / 10)
        for position in range(images) for index, method in enumerate(methods)
    ]  # fmt: skip
    return pandas.DataFrame(rows, columns=["position", "image", "method", "psnr", "mae"])


def test_pivot_keeps_the_order_of_the_data_set_and_leaves_out_infinity():
    frame = table()
    frame.loc[0, "psnr"] = math.inf
    found = scores.pivot(frame, "psnr")
    assert list(found.index) == [f"image {n}" for n in range(4)] and math.isnan(found.loc["image 0", "clahe"])


def test_worst_image_comes_first_whatever_the_direction():
    assert scores.in_order(scores.pivot(table(), "psnr"), "psnr").index[0] == "image 0"
    assert scores.in_order(scores.pivot(table(), "mae"), "mae").index[0] == "image 0"
    assert scores.in_order(scores.pivot(table()[::-1], "psnr"), "psnr", "name").index[0] == "image 0"


def test_where_neither_end_is_better_none_is_called_the_worst():
    frame = table().rename(columns={"mae": "entropy"})
    titles = {name: scores.per_image(frame, name).layout.xaxis.title.text for name in ("psnr", "entropy")}
    assert titles == {"psnr": "images, worst first", "entropy": "images, lowest first"}
    assert "fail" in scores.question("psnr") and "fail" not in scores.question("entropy")


@pytest.mark.parametrize(("images", "kind"), [(4, "bar"), (60, "scattergl")])
def test_few_images_are_bars_many_are_points(images, kind):
    figure = scores.per_image(table(images), "psnr")
    assert {trace.type for trace in figure.data} == {kind}
    assert list(figure.data[0].customdata[0]) == ["image 0", "clahe", "image 0"]
    assert len(figure.data[0].y) == images


@pytest.mark.parametrize(
    ("name", "tick", "hover"),
    [
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("a" * 300, "…" + 27 * "a", "…" + 99 * "a"),
        ("low/1", "low/1", "low/1"),
    ],
)
def test_a_picture_whose_name_is_markup_or_endless_is_shown_letter_by_letter(name, tick, hover):
    frame = table(2).replace("image 1", name)
    drawn = [scores.per_image(frame, "psnr"), scores.distribution(frame, "psnr"),
             scores.differences([name], [2.0], [1.0], paired_difference([2.0], [1.0]), ("A", "B"), ("clahe", "gamma"),
                                "psnr"),
             scores.against([name], [2.0], [1.0], ("A", "B"), ("clahe", "gamma"), "psnr")]  # fmt: skip
    for figure in drawn:
        told, _, text = figure.data[-1].customdata[-1]
        assert told == name, "by which a click finds the picture"
        assert text == hover and "%{customdata[2]}" in figure.data[-1].hovertemplate
    assert drawn[0].data[0].x[-1] == tick


@pytest.mark.parametrize("by", ["value", "name"])
def test_an_image_that_could_not_be_measured_has_no_empty_place(by):
    frame = table(3)
    frame.loc[frame["image"] == "image 1", "psnr"] = math.nan
    frame.loc[frame["image"] == "image 0", "psnr"] = math.inf
    assert list(scores.per_image(frame, "psnr", by).data[0].x) in (["image 2", "image 0"], ["image 0", "image 2"])


def test_bars_of_names_that_differ_where_they_are_cut_stand_apart():
    frame = table(2).replace({"image 0": "a" + 300 * "b", "image 1": "c" + 300 * "b"})
    assert scores.per_image(frame, "psnr").data[0].x[1] == f"…{27 * 'b'} (2)"


def test_methods_keep_their_colours():
    assert scores.per_image(table(), "psnr").data[1].marker.color == color("gamma")
    assert scores.distribution(table(), "psnr").data[0].marker.color == color("clahe")


def test_against_counts_winners():
    figure = scores.against(["a", "b", "c"], [1, 2, 3], [2, 1, 3], ("A", "B"), ("clahe", "gamma"), "psnr")
    assert [trace.name for trace in figure.data[1:]] == ["A is better: 1", "B is better: 1", "equal: 1"]
    lower = scores.against(["a"], [1], [2], ("A", "B"), ("clahe", "gamma"), "mae")
    assert lower.data[1].name == "A is better: 1"
    neither = scores.against(["a"], [1], [2], ("A", "B"), ("clahe", "gamma"), "entropy")
    assert neither.data[1].name == "B is higher: 1"


def test_differences_are_sorted_and_carry_mean_and_interval():
    first, second = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.5])
    found = paired_difference(first, second)
    figure = scores.differences(["a", "b", "c"], first, second, found, ("A", "B"), ("clahe", "gamma"), "psnr")
    assert list(figure.data[0].y) == [-1.0, 0.5, 2.0]
    assert [point[0] for point in figure.data[0].customdata] == ["b", "c", "a"]
    assert len(figure.layout.shapes) == 2 and figure.layout.xaxis.dtick == 1, "no half images on the axis"


def test_nothing_measured_draws_an_empty_chart():
    frame = table(1)
    frame["psnr"] = math.nan
    drawn = [scores.per_image(frame, "psnr"), scores.distribution(frame, "psnr"),
             scores.against([], [], [], ("A", "B"), ("clahe", "gamma"), "psnr")]  # fmt: skip
    marks = [value for figure in drawn for trace in figure.data if trace.type != "scatter" for value in trace.y]
    assert all(map(math.isnan, marks)) and [len(figure.data) for figure in drawn] == [2, 2, 1]


def test_error_map_ends():
    black, white = np.zeros((4, 5, 3), np.uint8), np.full((4, 5, 3), 255, np.uint8)
    none, most = error_map(black, black), error_map(black, white)
    assert none.max() < 8 and most.min() > 100 and most.shape == (4, 5, 3) and most.dtype == np.uint8
    assert np.array_equal(error_map(black, black + 64), error_map(black, white))


def test_an_image_that_a_method_reproduces_exactly_is_not_the_worst():
    frame = table()
    frame.loc[1, "psnr"] = math.inf  # image 0 by gamma; CLAHE has the lowest figure there
    figure = scores.per_image(frame, "psnr")
    assert figure.data[0].customdata[-1][0] == "image 0"
    assert figure.layout.xaxis.title.text == "images, worst first; not drawn: 1 × ∞"
    assert scores.distribution(frame, "psnr").layout.xaxis.title.text.endswith("not drawn: 1 × ∞")
