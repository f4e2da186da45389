"""The camera model against its formulas, and the built-in pairs."""

import tracemalloc

import numpy as np
import pytest
from pictures import photo, plain

from lowlight_core import camera, samples
from lowlight_core.errors import ImageError, ParameterError

CLEAN = dict(falloff=0, noise=0)


@pytest.mark.parametrize("stops", [0, 1, 3])
def test_stops_halve_the_light(stops):
    exact = 255 * ((180 / 255) ** 2.2 / 2**stops) ** (1 / 2.2)
    assert np.abs(camera.darken(plain(180), stops=stops, **CLEAN).astype(float) - exact).max() <= 0.51


def test_without_any_loss_the_picture_comes_back():
    assert np.array_equal(camera.darken(photo(), stops=0, **CLEAN), photo())


def test_noise_has_the_variance_of_the_model():
    level = 120
    light = (level / 255) ** 2.2 / 2**2
    noisy = camera.darken(plain(level, 400, 400), stops=2, falloff=0, noise=2)
    linear = (noisy / 255) ** 2.2
    slope = 2.2 * (light ** (1 / 2.2)) ** 1.2 / 255  # of quantisation to 8 bits
    expected = 4 * (2e-5 * light + 4e-8) + slope**2 / 12
    assert linear.var() == pytest.approx(expected, rel=0.05)
    assert linear.mean() == pytest.approx(light, rel=0.01)


def test_light_falls_off_towards_one_side():
    image = camera.darken(plain(200, 100, 100), stops=0, falloff=0.8, noise=0, seed=1).astype(float)[..., 0]
    assert image.min() < 0.75 * image.max()
    assert camera.darken(plain(200), stops=0, falloff=0, noise=0).std() == 0


def test_warm_light_is_redder_than_it_is_blue():
    red, green, blue = camera.darken(plain(128), stops=1, warmth=1, **CLEAN)[0, 0].astype(float)
    assert red > green > blue
    assert (red / blue) ** 2.2 == pytest.approx(2, rel=0.05)


def test_the_seed_decides_the_noise():
    first, same, other = (camera.darken(photo(), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, same) and not np.array_equal(first, other)


def test_a_large_picture_is_darkened_in_little_memory_and_as_if_it_were_done_at_once(monkeypatch):
    image = photo(1000, 1501)
    tracemalloc.start()
    dark = camera.darken(image, seed=3)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * image.nbytes, "at once it is twenty times the picture"
    monkeypatch.setattr("lowlight_core.enhancers.strips.PIXELS", image.size)
    assert np.array_equal(camera.darken(image, seed=3), dark)


@pytest.mark.parametrize("wrong", [{"falloff": 2}, {"stops": float("nan")}, {"noise": -1}, {"warmth": float("inf")}])
def test_light_that_cannot_be_is_refused(wrong):
    with pytest.raises(ParameterError, match="expected finite numbers, falloff in .*, got stops="):
        camera.darken(photo(), **wrong)


def test_the_input_is_checked_and_left_alone():
    image, before = photo(), photo()
    camera.darken(image)
    assert np.array_equal(image, before)
    with pytest.raises(ImageError):
        camera.darken(photo()[..., 0])


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_every_sample_is_a_dark_and_a_bright_picture_of_one_size(name):
    sample = samples.load(name)
    assert sample.low.shape == sample.high.shape and sample.low.dtype == sample.high.dtype == np.uint8
    assert sample.low.mean() < 0.6 * sample.high.mean()
    assert sample.title and sample.caption
    with pytest.raises(ValueError):
        sample.low[:] = 0


def test_samples_are_loaded_once_and_listed():
    assert samples.load("cat") is samples.load("cat")
    assert [pair.name for pair in samples.pairs()] == list(samples.SAMPLES)
    assert len({pair.title for pair in samples.pairs()}) == len(samples.SAMPLES)


def test_a_sample_that_does_not_exist_names_those_that_do():
    with pytest.raises(ImageError, match="no sample 'dog': choose one of garage, coffee"):
        samples.load("dog")
