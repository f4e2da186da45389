"""Retinex against full-size Gaussians, LIME's solver against a direct sparse solver."""

import numpy as np
import pytest
from pictures import dark, plain

from lowlight_core import camera, get, measure, samples
from lowlight_core.enhancers.retinex import _surround, _weight, structure_aware
from lowlight_core.teaching.explanations import explain


@pytest.mark.parametrize("sigma", [9, 13, 40, 120])
def test_the_reduced_surround_is_a_gaussian_average(sigma):
    from scipy.ndimage import gaussian_filter

    light = dark(300, 400).astype(np.float32) + 1
    exact = gaussian_filter(light, (sigma, sigma, 0), mode="reflect", truncate=6)
    assert np.abs(_surround(light, sigma)[0:300] / exact - 1).max() < 0.03


def test_multi_scale_retinex_is_the_formula():
    from scipy.ndimage import gaussian_filter

    image = dark(240, 320)
    light = image.astype(np.float64) + 1
    unit = 320 / 600 * 250
    scales = (0.06 * unit, 0.32 * unit, unit)
    logs = [np.log(light) - np.log(gaussian_filter(light, (s, s, 0), truncate=6)) for s in scales]
    response = sum(logs) / 3
    low, high = np.percentile(response, (1, 99))
    expected = np.clip(255 * (response - low) / (high - low), 0, 255)
    output = get("retinex")(image, color_restoration=0, denoise=0)
    assert np.abs(output - expected).mean() < 2 and np.abs(output - expected).max() < 12


def test_retinex_leaves_a_plain_wall_and_its_noise_alone():
    assert np.abs(get("retinex")(plain(180), denoise=0).astype(int) - 180).max() <= 1
    wall = (180 + np.random.default_rng(0).normal(0, 1, (90, 120, 3))).astype(np.uint8)
    assert get("retinex")(wall, denoise=0).std() < 12


def test_retinex_does_not_depend_on_uneven_light():
    flat = camera.darken(np.repeat(dark(200, 300, seed=3), 1, axis=0) * 6, stops=0, falloff=0, noise=0)
    uneven = camera.darken(dark(200, 300, seed=3) * 6, stops=0, falloff=0.9, noise=0)
    before = np.abs(flat.astype(int) - uneven).mean()
    after = np.abs(get("retinex")(flat, denoise=0).astype(int) - get("retinex")(uneven, denoise=0)).mean()
    assert after < before / 2


@pytest.mark.parametrize(("disc", "ground", "grows"), [(2.0, 1.0, True), (0.5, 1.0, False)])
def test_colour_restoration_does_to_colours_what_its_help_says(disc, ground, grows):
    """A red disc brighter than the red around it gets redder; one that is darker less so, or bluish."""
    rows, columns = np.mgrid[:240, :320]
    inside = (rows - 120) ** 2 + (columns - 160) ** 2 < 30**2
    noise = np.random.default_rng(0).uniform(0.7, 1.4, (240, 320))  # a range of tones, so that none is widened
    light = noise * np.where(inside, disc, ground)
    image = (light[..., None] * (60, 30, 20)).astype(np.uint8)
    plain_retinex, restored = (get("retinex")(image, color_restoration=k, denoise=0)[inside].mean(0) for k in (0, 1))
    assert (restored[0] - restored[2] > plain_retinex[0] - plain_retinex[2]) == grows


def test_all_of_the_illumination_removed_clips_a_third_and_the_default_nearly_nothing():
    dark_coffee = samples.load("coffee").low
    clipped = [
        measure(get("lime")(dark_coffee, illumination_gamma=share), names="clipped_highlights")["clipped_highlights"]
        for share in (0.8, 1)
    ]
    assert clipped[0] < 1 and 20 < clipped[1] < 50


def sparse_system(illumination, smoothness):
    """The normal equations of LIME's weighted least squares, written pixel by pixel."""
    from scipy.sparse import lil_matrix

    height, width = illumination.shape
    matrix = lil_matrix((height * width, height * width))
    matrix.setdiag(1)
    for axis in (0, 1):
        weight = _weight(illumination, axis) * smoothness * 0.1
        for (row, column), value in np.ndenumerate(weight):
            here = row * width + column
            there = here + (width if axis == 0 else 1)
            matrix[here, here] += value
            matrix[there, there] += value
            matrix[here, there] -= value
            matrix[there, here] -= value
    return matrix.tocsc()


@pytest.mark.parametrize("smoothness", [0.02, 0.15, 1.0])
def test_the_illumination_solves_the_weighted_least_squares(smoothness):
    from scipy.sparse.linalg import spsolve

    illumination = (dark(40, 56).max(axis=2) / 255).astype(np.float32)
    exact = spsolve(sparse_system(illumination, smoothness), illumination.ravel().astype(float))
    found = structure_aware(illumination, smoothness)
    assert np.abs(found.ravel() - exact).max() < 2e-3


def test_lambda_is_a_thousandth_of_the_knob_as_the_formula_says():
    assert r"$\lambda$: a thousandth of *smoothness*" in explain("lime").symbols
    flat = np.full((1, 2), 0.5, np.float32)
    flat[0, 1] += 0.001
    gap, smoothness = flat[0, 1] - flat[0, 0], 0.5
    weight = 1 / ((gap + 0.001) * (gap + 0.01))  # W; averaging one gradient alone changes nothing
    left = np.diff(structure_aware(flat, smoothness))[0, 0] / gap
    assert left == pytest.approx(1 / (1 + 2 * smoothness / 1000 * weight), rel=1e-3)


def test_the_weights_follow_the_paper():
    step = np.zeros((20, 20), np.float32)
    step[:, 10:] = 0.5
    weights = _weight(step, 1)
    assert weights.shape == (20, 19)
    assert weights[5, 9] < weights[5, 0] / 100  # an edge may stay
    noise = np.random.default_rng(0).normal(0, 0.05, (20, 20)).astype(np.float32)
    assert np.median(_weight(noise, 1)) > weights[5, 9]  # texture must go


def test_lime_divides_by_the_illumination():
    gray = get("lime")(plain(64, 50, 60), illumination_gamma=1, denoise=0)
    assert gray.min() >= 250  # a plain gray wall is all light and no reflectance
    kept = get("lime")(plain(64, 50, 60), illumination_gamma=0.5, denoise=0)
    assert np.abs(kept.astype(int) - 128).max() <= 2  # 64 / sqrt(64 / 255)


def test_lime_keeps_the_ratio_of_the_channels():
    image = plain((30, 20, 10), 40, 40)
    output = get("lime")(image, denoise=0).astype(float)[20, 20]
    assert output[0] / output[1] == pytest.approx(1.5, rel=0.03) and output[1] / output[2] == pytest.approx(2, rel=0.03)
