"""Heat map and contact sheet show every combination and can be clicked."""

import base64

import numpy as np
import pytest

from lowlight_core import decode, samples
from lowlight_core.clahe_sweep import sweep
from lowlight_core.figures.sweep import contact_sheet, heat_map
from lowlight_core.image import fit_within


@pytest.fixture(scope="module")
def result():
    sample = samples.load("cat")
    pair = fit_within(sample.low, 120), fit_within(sample.high, 120)
    return sweep(*pair, clip_limits=(1.0, 4.0, 8.0), tiles=(2, 8))


def test_the_heat_map_holds_the_scores(result):
    figure = heat_map(result, "psnr")
    assert np.array_equal(figure.data[0].z, result.scores["psnr"])
    assert figure.data[0].text[1][2] == f"{result.scores['psnr'][1, 2]:.2f}"
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # few tiles on top, like the contact sheet


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
