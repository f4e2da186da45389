"""Equalisation against OpenCV used as the textbooks use it, and against the formula."""

import cv2
import numpy as np
import pytest
from pictures import dark, photo, plain

from lowlight_core import get
from lowlight_core.enhancers.lightness import lightness, on_lightness, warm_up

SPACES = {  # colour space: OpenCV's codes from and to BGR, channel
    "LAB": (cv2.COLOR_BGR2LAB, cv2.COLOR_LAB2BGR, 0),
    "HSV": (cv2.COLOR_BGR2HSV_FULL, cv2.COLOR_HSV2BGR_FULL, 2),
    "YCrCb": (cv2.COLOR_BGR2YCrCb, cv2.COLOR_YCrCb2BGR, 0),
}


def as_in_the_textbook(image, space, function):
    """Split, treat one channel, merge, in OpenCV's BGR order."""
    there, back, channel = SPACES[space]
    planes = list(cv2.split(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), there)))
    planes[channel] = function(planes[channel])
    return cv2.cvtColor(cv2.cvtColor(cv2.merge(planes), back), cv2.COLOR_BGR2RGB)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("clip_limit, tiles", [(2.0, 8), (4.0, 4), (0.5, 1), (10, 32)])
def test_clahe_equals_the_textbook(space, clip_limit, tiles):
    image = dark(201, 299)
    expected = as_in_the_textbook(image, space, cv2.createCLAHE(clip_limit, (tiles, tiles)).apply)
    assert np.array_equal(get("clahe")(image, clip_limit=clip_limit, tiles=tiles, color_space=space), expected)


def test_clahe_of_each_channel():
    image = dark(120, 160)
    clahe = cv2.createCLAHE(3, (8, 8))
    expected = np.dstack([clahe.apply(np.ascontiguousarray(image[..., channel])) for channel in range(3)])
    assert np.array_equal(get("clahe")(image, clip_limit=3, color_space="RGB"), expected)


def test_clahe_without_a_clipped_bin_is_the_cumulative_histogram():
    gray = np.random.default_rng(0).permutation(np.arange(64 * 64) % 256).astype(np.uint8).reshape(64, 64) // 2
    counts = np.bincount(gray.ravel(), minlength=256)
    assert counts.max() < 10 * gray.size / 256
    curve = np.rint(np.cumsum(counts) * 255 / gray.size).astype(np.uint8)
    image = np.repeat(gray[..., None], 3, axis=2)
    assert np.array_equal(get("clahe")(image, clip_limit=10, tiles=1, color_space="RGB")[..., 0], curve[gray])


@pytest.mark.parametrize("space", SPACES)
def test_equalization_equals_the_textbook(space):
    image = photo(120, 160)
    expected = as_in_the_textbook(image, space, cv2.equalizeHist)
    assert np.array_equal(get("histogram_equalization")(image, color_space=space), expected)


def test_equalization_is_the_formula_of_gonzalez_and_woods():
    gray = dark(120, 160)[..., 0]
    cumulative = np.cumsum(np.bincount(gray.ravel(), minlength=256))
    first = cumulative[gray.min()]
    curve = np.rint(255 * (cumulative - first) / (gray.size - first))
    output = get("histogram_equalization")(np.repeat(gray[..., None], 3, axis=2), color_space="RGB")
    assert np.abs(output[..., 0] - curve[gray]).max() <= 1


def test_equalization_agrees_with_scikit_image():
    from skimage.exposure import equalize_hist

    gray = dark(240, 320)[..., 1]
    output = get("histogram_equalization")(np.repeat(gray[..., None], 3, axis=2), color_space="RGB")[..., 0]
    darkest_share = (gray == gray.min()).mean()
    assert np.abs(output / 255 - equalize_hist(gray)).max() <= darkest_share + 1.5 / 255


@pytest.mark.parametrize("name", ["clahe", "histogram_equalization"])
@pytest.mark.parametrize("space", [*SPACES, "RGB"])
def test_a_picture_without_colours_gets_none(name, space):
    gray = np.repeat(dark(90, 120)[..., :1], 3, axis=2)
    assert np.ptp(get(name)(gray, color_space=space), axis=2).max() == 0


@pytest.mark.parametrize("name", ["clahe", "histogram_equalization"])
def test_tables_of_a_colour_space_are_made_before_the_clock_starts(name):
    warm_up.cache_clear()
    assert get(name).run(dark()).error is None and warm_up.cache_info().misses == 1


@pytest.mark.parametrize("space", ["LAB", "HSV", "YCrCb", "RGB"])
def test_leaving_the_lightness_alone_leaves_the_picture_nearly_alone(space):
    image = photo(90, 120)
    output = on_lightness(image, space, lambda plane: plane)
    assert np.abs(output.astype(int) - image).mean() <= 1.5
    assert lightness(image, space).shape == image.shape[:2]


def test_lightness_of_known_colours():
    assert lightness(plain(255), "LAB").max() == 255 and lightness(plain(0), "LAB").max() == 0
    assert lightness(plain((10, 200, 30)), "HSV")[0, 0] == 200
    assert lightness(plain((255, 0, 0)), "YCrCb")[0, 0] == 76  # 0.299 * 255
    assert lightness(plain((10, 200, 30)), "RGB")[0, 0] == 200


def test_colours_stay_faint_strong_or_shift_as_the_help_of_the_colour_space_says():
    light = np.random.default_rng(0).uniform(0.2, 1, (120, 160))
    image = (light[..., None] * (80, 50, 30)).astype(np.uint8)  # warm light on gray things
    made = {space: get("histogram_equalization")(image, color_space=space) for space in (*SPACES, "RGB")}
    before, *after = (cv2.cvtColor(output, cv2.COLOR_RGB2HSV)[..., 1].mean() for output in (image, *made.values()))
    saturation = dict(zip(made, after, strict=True))
    assert saturation["HSV"] > 0.9 * before and max(saturation["LAB"], saturation["YCrCb"]) < 0.6 * before
    assert saturation["RGB"] < 0.2 * before, "every channel fills the range: the light's own colour is gone"
