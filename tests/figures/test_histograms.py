"""Histograms by hand and against NumPy; one colour and one marker per method."""

import itertools

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


DEFICIENCIES = {  # Machado, Oliveira, Fernandes, 2009, severity 1, for linear RGB
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colours_stay_apart_with_a_colour_vision_deficiency(deficiency):
    from skimage.color import rgb2lab

    codes = np.array([[int(colors.color(name)[i : i + 2], 16) for i in (1, 3, 5)] for name in colors.ORDER]) / 255
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.transpose(DEFICIENCIES[deficiency])).clip(0, 1)
    lab = rgb2lab(np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)[None])[0]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(lab, 2)) > 9
