"""CLAHE taken apart agrees with OpenCV bit for bit, and its parts add up."""

import cv2
import numpy as np
import pytest

from lowlight_core import samples
from lowlight_core.enhancers.lightness import lightness
from lowlight_core.errors import ImageError, ParameterError
from lowlight_core.teaching.clahe_anatomy import count_limit, curves, dissect, layout, mix_at


def blended(plane, clip_limit, tiles):
    """The whole picture from the tiles' curves, by bilinear mixing in float32: what OpenCV should give."""
    where, tables = layout(plane.shape, tiles), curves(plane, clip_limit, tiles).astype(np.float32)

    def axis(length, size, count):
        position = np.arange(length).astype(np.float32) * (np.float32(1) / np.float32(size)) - np.float32(0.5)
        first = np.floor(position).astype(int)
        return np.maximum(first, 0), np.minimum(first + 1, count - 1), position - first.astype(np.float32)

    top, bottom, down = axis(plane.shape[0], where.height, where.rows)
    left, right, across = axis(plane.shape[1], where.width, where.columns)
    down, across = down[:, None], across[None]

    def line(rows):
        start, end = (tables[rows[:, None], columns[None], plane] for columns in (left, right))
        return start * (1 - across) + end * across

    mixed = line(top) * (1 - down) + line(bottom) * down
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def opencv(plane, clip_limit, tiles):
    grid = min(tiles, plane.shape[1]), min(tiles, plane.shape[0])
    return cv2.createCLAHE(clip_limit, grid).apply(plane)


@pytest.mark.parametrize("seed", range(40))
def test_the_curves_rebuild_opencvs_picture_exactly(seed):
    """Any size, divisible or not, any tiles and limit: equal in every pixel."""
    random = np.random.default_rng(seed)
    tiles = int(random.integers(1, 17))
    height, width = (int(side) for side in random.integers(1, 150, 2))
    if seed % 3 == 0:
        height = tiles * int(random.integers(1, 9))
    if seed % 4 == 0:
        width = tiles * int(random.integers(1, 9))
    plane = np.clip(random.normal(60, random.integers(1, 60), (height, width)), 0, 255).astype(np.uint8)
    clip_limit = float(random.choice([0.5, 1, 2, 3.3, 7.7, 10]))
    assert np.array_equal(blended(plane, clip_limit, tiles), opencv(plane, clip_limit, tiles))


def test_one_tile_is_opencvs_table_itself():
    """With one tile per side nothing is mixed, so the output is the curve looked up."""
    plane = lightness(samples.load("garage").low, "LAB")
    assert np.array_equal(dissect(plane, 2.0, 1, 0, 0).curve[plane], opencv(plane, 2.0, 1))


@pytest.mark.parametrize("space", ["LAB", "HSV", "YCrCb", "RGB"])
def test_a_photograph_in_every_colour_space(space):
    plane = lightness(samples.load("cat").low, space)
    assert np.array_equal(blended(plane, 2.5, 8), opencv(plane, 2.5, 8))


def test_the_parts_of_a_tile_add_up():
    plane = lightness(samples.load("coffee").low, "LAB")
    tile = dissect(plane, 2.0, 8, 3, 4)
    assert tile.histogram.sum() == tile.final.sum() == tile.area
    assert tile.clipped.max() <= tile.limit
    assert tile.cut.sum() == tile.given.sum() == tile.excess > 0
    assert tile.given.max() - tile.given.min() <= 1
    assert tile.curve[-1] == 255 and np.all(np.diff(tile.curve.astype(int)) >= 0)
    assert tile.clipped_curve[-1] == pytest.approx(255 * (1 - tile.excess_share))
    assert tile.plain_curve[-1] == pytest.approx(255)


def test_known_values_by_hand():
    """256 pixels, all of level 9: at limit 3 the mean height of 1 allows 3, so 253 are cut and given back, one each."""
    tile = dissect(np.full((16, 16), 9, np.uint8), 3.0, 1, 0, 0)
    assert tile.limit == 3 and tile.excess == 253
    assert tile.final[9] == 4 and tile.final[:9].tolist() == [1] * 9
    assert tile.final[253:].tolist() == [0, 0, 0]
    assert tile.steepest == pytest.approx(4 * 255 / 256)


def test_a_high_limit_cuts_nothing_and_is_plain_equalisation():
    plane = np.arange(256, dtype=np.uint8).reshape(16, 16)
    tile = dissect(plane, 10.0, 1, 0, 0)
    assert tile.excess == 0 and np.array_equal(tile.histogram, tile.final)
    assert np.array_equal(tile.plain_curve, tile.clipped_curve)


def test_limit_in_counts():
    assert count_limit(2.0, 25_600) == 200
    assert count_limit(0.5, 100) == 1  # never less than one pixel
    assert count_limit(0, 100) == 100  # nothing is cut


@pytest.mark.parametrize(("x", "y"), [(0, 0), (5, 170), (123, 45), (299, 199), (150, 100)])
def test_a_pixels_mix_gives_opencvs_level(x, y):
    plane = lightness(samples.load("launch_pad").low, "LAB")[:200, :300]
    mix = mix_at(plane, 3.0, 8, x, y)
    assert mix.before == plane[y, x] and mix.after == opencv(plane, 3.0, 8)[y, x]
    assert sum(weight for *_, weight in mix.tiles) == pytest.approx(1)
    assert 1 <= len(mix.tiles) <= 4


def test_a_corner_listens_to_its_own_tile_only():
    mix = mix_at(np.zeros((80, 80), np.uint8), 2.0, 8, 0, 0)
    assert mix.tiles == ((0, 0, 1.0),)


def test_layout_finds_tiles_and_boxes():
    where = layout((100, 205), 8)
    assert (where.columns, where.rows, where.width, where.height) == (8, 8, 26, 13)
    assert where.tile_at(0, 0) == (0, 0) and where.tile_at(204, 99) == (7, 7) and where.tile_at(-5, 1e6) == (0, 7)
    assert where.box(7, 7) == (182, 91, 205, 100)
    assert layout((3, 2), 8).columns == 2  # never more tiles than pixels


def test_a_side_that_divides_grows_when_the_other_does_not():
    """OpenCV adds a pixel per tile to both sides as soon as one of them does not divide."""
    assert (layout((80, 80), 8).height, layout((80, 81), 8).height) == (10, 11)


def test_a_tile_that_is_all_continuation_has_an_empty_box():
    where = layout((9, 8), 8)  # tiles of 2 x 2 pixels: the fifth column begins beyond the plane
    assert where.box(3, 3) == (6, 6, 8, 8) and where.box(7, 7) == (8, 9, 8, 9)


def test_errors_say_what_came():
    plane = np.zeros((20, 20), np.uint8)
    with pytest.raises(ParameterError, match="no tile 8, 0: the picture has 8 x 8"):
        dissect(plane, 2.0, 8, 8, 0)
    with pytest.raises(ParameterError, match="no pixel 20, 0: the picture is 20 x 20"):
        mix_at(plane, 2.0, 8, 20, 0)
    with pytest.raises(ParameterError, match="at least 1, got 0"):
        layout((10, 10), 0)
    with pytest.raises(ImageError, match="got 5 x 0"):
        layout((0, 5), 8)
