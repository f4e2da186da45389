"""The tile's charts show the numbers of the tile."""

import numpy as np
import pytest

from lowlight_core import samples
from lowlight_core.enhancers.lightness import lightness
from lowlight_core.figures.tone import axis_top, tile_histogram, tone_curves
from lowlight_core.teaching.clahe_anatomy import dissect


@pytest.fixture(scope="module")
def tile():
    return dissect(lightness(samples.load("garage").low, "LAB"), 2.0, 8, 3, 4)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_histogram_shows_what_is_kept_cut_and_given_back(tile):
    figure = tile_histogram(tile)
    assert np.array_equal(named(figure, "kept").y, tile.clipped)
    assert np.array_equal(named(figure, "given back").y, tile.final)
    assert np.array_equal(named(figure, "cut off").y, np.maximum(tile.histogram, tile.limit))
    assert figure.layout.shapes[0].y0 == tile.limit


def test_the_note_says_limit_and_share(tile):
    note, key = (annotation.text for annotation in tile_histogram(tile).layout.annotations)
    assert f"{tile.limit:,} pixels" in note and f"{100 * tile.excess_share:.0f} % cut" in note
    assert f"peak: {tile.histogram.max():,} pixels" in note  # it does not fit the axis
    assert all(name in key for name in ("kept", "cut off", "given back"))


def test_the_clip_line_is_never_lost_under_a_peak(tile):
    assert tile.limit / axis_top(tile) > 0.2
    flat = dissect(np.arange(256, dtype=np.uint8).reshape(16, 16), 10.0, 1, 0, 0)
    assert axis_top(flat) == pytest.approx(1.08)  # every level once, nothing is cut


@pytest.mark.parametrize("name", samples.SAMPLES)
@pytest.mark.parametrize(("clip_limit", "tiles"), [(10.0, 1), (10.0, 8), (3.0, 8)])
def test_the_clip_line_does_not_strike_through_the_note(name, clip_limit, tiles):
    plane = lightness(samples.load(name).low, "LAB")
    middle = dissect(plane, clip_limit, tiles, tiles // 2, tiles // 2)
    line = middle.limit / axis_top(middle)
    assert line < 0.61 or line > 1, "the note takes the upper third"


def test_curves_end_where_they_should(tile):
    figure = tone_curves(tile, pixel=20)
    assert np.array_equal(named(figure, "in use").y, tile.curve)
    assert named(figure, "cut").y[-1] == tile.clipped_curve[-1] < 255
    marked = named(figure, "the picked pixel")
    assert (marked.x[0], marked.y[0]) == (20, tile.curve[20])
