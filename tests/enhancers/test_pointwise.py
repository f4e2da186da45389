"""Gamma against its formula and scikit-image."""

import numpy as np
import pytest
from pictures import dark, photo, plain

from lowlight_core import get
from lowlight_core.enhancers.pointwise import automatic_gamma


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.2, 6.0])
def test_the_formula_on_every_level(gamma):
    ramp = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    exact = 255 * (ramp / 255) ** (1 / gamma)
    assert np.abs(get("gamma")(ramp, gamma=gamma) - exact).max() <= 0.5


def test_it_agrees_with_scikit_image():
    from skimage.exposure import adjust_gamma

    image = photo()
    assert np.abs(get("gamma")(image, gamma=2.2).astype(int) - adjust_gamma(image, 1 / 2.2)).max() <= 1


def test_gamma_1_is_the_identity():
    assert np.array_equal(get("gamma")(photo(), gamma=1), photo())


def test_automatic_gamma_takes_the_mean_to_the_middle():
    assert automatic_gamma(plain(64)) == pytest.approx(np.log(64 / 255) / np.log(0.5))
    assert get("gamma")(plain(64))[0, 0, 0] == 128
    assert automatic_gamma(plain(200)) == 1 and automatic_gamma(plain(255)) == 1
    assert automatic_gamma(plain(0)) == 6
    assert get("gamma")(dark(120, 160)).mean() == pytest.approx(127.5, abs=15)
