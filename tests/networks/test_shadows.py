"""Shadows are found where a picture is bright elsewhere, lifted without turning tones around, and else left alone."""

import numpy as np
import pytest
from skimage import data

from lowlight_core import enhancers
from lowlight_core.networks import exposure, shadows
from lowlight_core.video.level import SteadyLevel


@pytest.fixture(scope="module")
def backlit() -> np.ndarray:
    """A dark wall before a bright sky, with an edge between that is not straight."""
    wall = np.repeat(data.brick()[:256, :384, None] // 8 + 4, 3, axis=2).astype(np.uint8)
    sky = np.linspace(250, 170, 256).astype(np.uint8)[:, None, None] * np.ones((1, 384, 1), np.uint8)
    sky = sky - np.array([60, 30, 0], np.uint8)
    rows, columns = np.mgrid[:256, :384]
    return np.where((rows > 120 + 25 * np.sin(columns / 20))[..., None], wall, sky)


def lifted(picture: np.ndarray, strength: float) -> np.ndarray:
    """As `inference` does it, with the exposure curve in the network's place."""
    found = shadows.find(picture, picture, 1.0, strength)
    if not found:
        return picture
    return shadows.lift(picture, shadows._exposed(picture, found.gain), found)


def test_a_frame_of_a_video_looks_as_a_photograph_does(backlit):
    """There the level is held steady by the knob ``brightness``: it must be that of the picture with its shadows."""
    method = enhancers.default()
    frame = method(backlit, **SteadyLevel(method, method.defaults())(backlit, 0.0))
    assert np.abs(frame.astype(int) - method(backlit)).mean() < 3, "the network itself misses a level by so much"


def test_shadows_come_up_and_the_light_stays(backlit):
    before, after = (picture.astype(float).mean(2) for picture in (backlit, lifted(backlit, 0.5)))
    wall, sky = np.s_[160:], np.s_[:80]
    assert after[wall].mean() > 1.6 * before[wall].mean()
    assert np.abs(after - before)[sky].max() <= 1
    assert after[wall].std() > before[wall].std(), "what is in the shadow has more contrast than before"


def test_no_halo_along_the_edge(backlit):
    """Around the edge the wall and the sky look as they do far from it."""
    after = lifted(backlit, 1.0).astype(float).mean(2)
    sky = backlit[..., 2] >= 165
    edge = np.abs(np.diff(sky.astype(int), axis=0)).astype(bool)
    distance = np.abs(np.arange(256)[:, None] - np.argmax(np.vstack([edge, edge[:1]]), axis=0))
    near, far = ((distance > low) & (distance < high) & ~sky for low, high in ((3, 9), (40, 80)))
    assert after[near].mean() == pytest.approx(after[far].mean(), rel=0.15)
    assert np.abs(after - backlit.astype(float).mean(2))[(distance > 3) & sky].max() < 8


@pytest.mark.parametrize("gain", [1.02, 1.5, 2.5, 5.0, 9.0])
def test_what_is_brighter_stays_brighter(gain):
    values = exposure.VALUES
    share = shadows._share(gain)
    tone = values + share * (exposure.lift(values, gain) - values)
    assert (np.diff(tone) > 0).all() and share[0] > 0.9
    assert np.allclose(tone[values > shadows.BRIGHT], values[values > shadows.BRIGHT])


def test_more_strength_lifts_more_in_small_steps(backlit):
    levels = np.array([lifted(backlit, s).mean() for s in np.linspace(0, 1, 21)])
    assert (np.diff(levels) >= 0).all() and np.diff(levels).max() < 5 and levels[-1] > levels[0] + 10


def test_pictures_dark_all_over_bright_all_over_or_already_lifted_have_none(backlit):
    assert shadows.find(backlit // 6, backlit // 6, 1.0, 1.0) is None, "dark all over"
    assert shadows.find(255 - backlit // 3, 255 - backlit // 3, 1.0, 1.0) is None, "bright all over"
    assert shadows.find(backlit, backlit, shadows.MOST_GAIN, 1.0) is None, "lifted as far as it goes"
    assert shadows.find(backlit, backlit, 1.0, 0.0) is None
    for flat in (0, 90, 255):
        picture = np.full((40, 50, 3), flat, np.uint8)
        assert shadows.find(picture, picture, 1.0, 1.0) is None


def test_the_default_method_lifts_them_and_keeps_its_promises(backlit):
    method = enhancers.default()
    off, on = method(backlit, shadows=0), method(backlit)
    assert on[160:].mean() > 1.3 * off[160:].mean() and np.abs(on[:80].astype(int) - off[:80]).max() <= 2
    assert (on == 255).mean() <= (backlit == 255).mean() + 0.01
    told = method(backlit, brightness=120)
    assert 255 * exposure.mean_level(exposure.histogram(told)) == pytest.approx(120, rel=0.03)
    one_row = method(backlit[100:101])
    assert one_row.shape == (1, 384, 3)


@pytest.mark.parametrize("black", [0.3, 0.7, 1.0])
def test_a_level_that_no_gain_reaches_does_not_make_the_picture_white(backlit, black):
    """Black bars around a picture stay black under any curve, and so does a picture taken with the cap on."""
    barred = (backlit // 16).copy()
    barred[: int(256 * black)] = 0
    assert shadows.level_before(barred, 0.6, 0.5) < 0.62
    output = enhancers.default()(barred, brightness=150)
    assert output.mean(2).mean() == pytest.approx(150, abs=3)
