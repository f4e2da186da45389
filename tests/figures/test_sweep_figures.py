"""Heat map and contact sheet show every combination and can be clicked."""

import base64
from dataclasses import replace

import numpy as np
import pytest
from plotly.colors import sample_colorscale

from lowlight_core import decode, samples
from lowlight_core.figures.sweep import contact_sheet, heat_map
from lowlight_core.image import fit_within
from lowlight_core.teaching.clahe_sweep import sweep


@pytest.fixture(scope="module")
def result():
    sample = samples.load("cat")
    pair = fit_within(sample.low, 120), fit_within(sample.high, 120)
    return sweep(*pair, clip_limits=(1.0, 4.0, 8.0), tiles=(2, 8))


def luminance(rgb: np.ndarray) -> float:
    """Relative luminance of sRGB in [0, 1], as WCAG defines it."""
    return float(np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722))


def test_the_heat_map_holds_the_scores(result):
    figure = heat_map(result, "psnr")
    dark, light = (np.array(figure.data[i].z) for i in range(2))
    assert np.array_equal(np.where(np.isnan(dark), light, dark), result.scores["psnr"])
    assert figure.data[0].text[1][2] + figure.data[1].text[1][2] == f"{result.scores['psnr'][1, 2]:.2f}"
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # few tiles on top, like the contact sheet


@pytest.mark.parametrize("score", ["psnr", "noise"])
def test_the_figures_stand_out_from_their_cells(result, score):
    figure, values = heat_map(result, score), result.scores[score]
    places = (values - values.min()) / np.ptp(values)
    if figure.data[0].reversescale:
        places = 1 - places
    for trace in figure.data[:2]:
        shown = places[~np.isnan(np.array(trace.z))]
        colors = [np.array(rgb) for rgb in sample_colorscale("Cividis", list(shown), colortype="tuple")]
        ink = luminance(np.array([int(trace.textfont.color[1:3], 16) / 255] * 3))
        for color in colors:
            low, high = sorted((ink, luminance(color)))
            assert (high + 0.05) / (low + 0.05) > 4.4


def test_scores_that_are_all_the_same_infinite_or_missing_are_drawn(result):
    for value in (1.0, np.inf, np.nan):
        flat = replace(result, scores={**result.scores, "ssim": np.full((2, 3), value)})
        assert len(heat_map(flat, "ssim").data) == 3


@pytest.mark.parametrize("draw", [lambda r: heat_map(r, "noise"), contact_sheet])
def test_every_cell_can_be_clicked(result, draw):
    marks = draw(result).data[-1]
    assert tuple(marks.customdata[4]) == (4.0, 8)
    assert "clip limit 4, 8 tiles per side" in marks.text[4] and "PSNR" in marks.text[4]


def test_one_tile_is_told_in_the_singular():
    marks = heat_map(sweep(samples.load("cat").low[:40, :60], clip_limits=(2.0,), tiles=(1,)), "noise").data[-1]
    assert "clip limit 2, 1 tile per side" in marks.text[0]


def test_the_chosen_cell_is_framed_and_others_are_not(result):
    frame = heat_map(result, "psnr", (4.0, 8)).layout.shapes[0]
    assert (frame.x0 + frame.x1) / 2 == 1 and (frame.y0 + frame.y1) / 2 == 1
    assert not heat_map(result, "psnr", (3.3, 8)).layout.shapes


def test_the_contact_sheet_holds_the_pictures(result):
    images = contact_sheet(result).layout.images
    assert len(images) == 6 and (images[4].x, images[4].y) == (1, 1)
    pixels = decode(base64.b64decode(images[4].source.split(",")[1])).pixels
    assert np.abs(pixels.astype(int) - result.thumbnails[1][1]).mean() < 6
