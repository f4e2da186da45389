"""The exposure curve, levels found on histograms, and the automatic level."""

import numpy as np
import pytest

from lowlight_core.networks import cast, exposure, level
from tests.tiny_networks import dark, scene


def test_lift_keeps_black_white_and_composes():
    x = np.linspace(0, 1, 11)
    assert np.allclose(exposure.lift(x, 1.0), x)
    assert exposure.lift(x, 7.0)[[0, -1]].tolist() == [0, 1]
    assert np.allclose(exposure.lift(exposure.lift(x, 2.0), 3.0), exposure.lift(x, 6.0))


def test_mean_level_is_bt601():
    image = np.zeros((4, 4, 3), np.uint8)
    image[..., 1] = 255
    assert exposure.mean_level(exposure.histogram(image)) == pytest.approx(0.587)


@pytest.mark.parametrize("wanted", [0.1, 0.45, 0.8])
def test_gain_brings_a_picture_to_the_level(wanted):
    shares = exposure.histogram(dark(scene()))
    gain = exposure.gain_for(shares, wanted)
    assert shares @ exposure.lift(exposure.VALUES, gain) == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("wanted", [0.1, 0.3, 0.6])
def test_to_level_within_three_per_cent(wanted):
    output = exposure.to_level(scene(), wanted)
    assert exposure.mean_level(exposure.histogram(output)) == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("wanted", [0.1, 0.3, 0.6])
def test_a_fine_picture_is_brought_to_the_level_and_rounded_once(wanted):
    exact = np.random.default_rng(0).uniform(0.02, 0.9, (64, 64, 3))
    fine = np.rint(exact * 255 * exposure.FINE).astype(np.uint16)
    output = exposure.from_fine(fine, wanted)
    assert output.dtype == np.uint8 and output.shape == fine.shape
    assert exposure.mean_level(exposure.histogram(output)) == pytest.approx(wanted, rel=0.01)
    gain = exposure.gain_for(exposure.histogram(np.rint(exact * 255).astype(np.uint8)), wanted)
    once = 255 * exposure.lift(exact, gain)
    assert np.abs(output - once).max() < 0.5 + 0.5 / exposure.FINE * max(gain, 1) + 0.02
    twice = exposure.to_level(np.rint(255 * exact).astype(np.uint8), wanted)
    assert np.abs(output - once).mean() <= np.abs(twice - once).mean()


def test_white_is_left_alone():
    shares = exposure.histogram(np.full((4, 4, 3), 255, np.uint8))
    assert exposure.gain_for(shares, 1.0) == exposure.gain_for(shares, 0.4) == 1


def test_black_stays_black():
    assert exposure.to_level(np.zeros((3, 3, 3), np.uint8), 0.5).max() == 0


def test_bright_pictures_keep_their_level_and_dark_ones_rise():
    bright, dim = scene(), dark(scene())
    for image, rises in ((bright, False), (dim, True)):
        own = exposure.mean_level(exposure.histogram(image))
        automatic = level.automatic_level(exposure.histogram(image), image)
        assert (automatic > 2 * own) if rises else automatic == pytest.approx(own)


def test_highlights_limit_the_automatic_level():
    image = np.full((100, 100, 3), 8, np.uint8)
    image[:20] = 220  # a bright sky over a dark street
    shares = exposure.histogram(image)
    gain = exposure.gain_for(shares, level.automatic_level(shares, image))
    assert exposure.lift(220 / 255 * np.ones(1), gain)[0] <= level.NEARLY_WHITE + 0.01


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_dimming_keeps_the_proportions_of_the_channels(share):
    image = scene()
    own = exposure.mean_level(exposure.histogram(image))
    output = exposure.dimmed(image, share * own)
    assert exposure.mean_level(exposure.histogram(output)) == pytest.approx(share * own, abs=0.2 / 255)
    assert np.abs(output - share * image).max() <= 1.5
    assert np.array_equal(exposure.dimmed(image, own), image)
    assert exposure.dimmed(np.full((4, 4, 3), 255, np.uint8), 0.25).mean() == 64, "also where all is white"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_colour_of_the_light_is_kept_as_far_as_asked(share):
    neutral = scene().astype(float)
    neutral *= neutral.mean() / neutral.mean((0, 1))
    neutral = np.clip(neutral, 0, 255).astype(np.uint8)
    warm = np.rint(neutral * (0.12, 0.08, 0.04)).astype(np.uint8)
    output = cast.keep_cast(warm, neutral, share)

    def redness(picture):
        red, _, blue = picture.reshape(-1, 3).mean(0)
        return np.log(red / blue)

    level_before = exposure.mean_level(exposure.histogram(neutral))
    same_level = exposure.to_level(warm, level_before)
    wanted = redness(neutral) + share * (redness(same_level) - redness(neutral))
    assert redness(output) == pytest.approx(wanted, abs=0.12)
    assert exposure.mean_level(exposure.histogram(output)) == pytest.approx(level_before, rel=0.03)
    assert (output == 255).mean() <= (neutral == 255).mean() + 0.001


def test_lost_warmth_is_measured_at_the_same_level():
    neutral = scene().astype(float)
    neutral = np.clip(neutral * neutral.mean() / neutral.mean((0, 1)), 0, 255).astype(np.uint8)
    warm = np.rint(neutral * (0.12, 0.08, 0.04)).astype(np.uint8)
    level_after = exposure.mean_level(exposure.histogram(neutral))
    assert cast.removed(warm, neutral) > cast.NOTABLE
    assert cast.removed(warm, cast.keep_cast(warm, neutral, 1.0)) < 0.12
    assert abs(cast.removed(warm, exposure.to_level(warm, level_after))) < 0.05


@pytest.mark.parametrize(("lamps", "most"), [(0.0, 60), (0.01, 18)])
def test_night_beside_lamps_stays_dark(lamps, most):
    """Nearly black without any light is lifted as far as the guess says; with lamps in it, it is night."""
    shares = np.zeros(256)
    shares[2], shares[200] = 1 - lamps, lamps
    wanted = float(shares @ exposure.lift(exposure.VALUES, 60.0))
    found = level.automatic_level(shares, np.zeros((31, 31, 3), np.uint8), lambda *_: wanted)
    assert exposure.gain_for(shares, found) == pytest.approx(most, rel=0.01)
