"""Histograms by hand and against NumPy; one colour and one marker per method."""

import numpy as np
import pytest

from lowlight_core import enhancers
from lowlight_core.figures import colors
from lowlight_core.figures.histograms import counts, histograms


def photo(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (37, 53, 3), np.uint8)


def test_counts_of_a_picture_by_hand():
    image = np.zeros((1, 4, 3), np.uint8)
    image[0, 0] = (255, 255, 255)
    image[0, 1] = (255, 0, 0)  # luminance 0.299 * 255 = 76
    shares = counts(image)
    assert shares["Luminance"][[0, 76, 255]].tolist() == [50, 25, 25]
    assert shares["R"][[0, 255]].tolist() == [50, 50] and shares["B"][[0, 255]].tolist() == [75, 25]


def test_counts_agree_with_numpy_and_sum_to_100_percent():
    image = photo()
    for channel, name in enumerate("RGB"):
        expected = np.histogram(image[..., channel], 256, (0, 256))[0] / (37 * 53) * 100
        assert np.allclose(counts(image)[name], expected)
    assert all(share.sum() == pytest.approx(100) for share in counts(image).values())


@pytest.mark.parametrize("cumulative", [False, True])
def test_figure_has_a_line_per_channel_and_picture_and_its_units(cumulative):
    figure = histograms(photo(), photo(1), labels=("Dark", "Bright"), cumulative=cumulative)
    assert len(figure.data) == 8 + 2 * cumulative
    assert [note.text for note in figure.layout.annotations] == ["Dark", "Bright"]
    assert figure.layout.yaxis.title.text == "pixels, %" and "level" in figure.layout.xaxis2.title.text


def test_figure_of_one_flat_colour_is_drawn():
    assert histograms(np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)).layout.yaxis.range[1] > 0


def test_every_method_has_its_own_colour_and_marker():
    names = enhancers.names()
    assert set(names) <= set(colors.ORDER)
    assert len({colors.color(name) for name in names}) == len({colors.symbol(name) for name in names}) == len(names)
    assert colors.color("something new") == colors.color("something new")
