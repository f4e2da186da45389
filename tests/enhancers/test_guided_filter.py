"""The guided filter against a loop over all windows, and what denoising keeps."""

import numpy as np
import pytest
from pictures import dark, plain, quarters

from lowlight_core.enhancers.smoothing import denoised, guided_filter


def naive_guided_filter(guide, target, radius, eps):
    """He, Sun, Tang 2013, equations 5, 6 and 8, window by window; windows reflect at the border."""
    pad = [np.pad(values.astype(float), radius, mode="symmetric") for values in (guide, target)]
    height, width = guide.shape
    a, b = np.empty((2, height, width))
    for y, x in np.ndindex(height, width):
        i, p = (values[y : y + 2 * radius + 1, x : x + 2 * radius + 1] for values in pad)
        a[y, x] = ((i * p).mean() - i.mean() * p.mean()) / (i.var() + eps)
        b[y, x] = p.mean() - a[y, x] * i.mean()
    pad = [np.pad(values, radius, mode="symmetric") for values in (a, b)]
    means = np.empty((2, height, width))
    for y, x in np.ndindex(height, width):
        means[:, y, x] = [values[y : y + 2 * radius + 1, x : x + 2 * radius + 1].mean() for values in pad]
    return means[0] * guide + means[1]


@pytest.mark.parametrize("radius, eps", [(1, 1e-2), (3, 1e-3), (5, 1e-4)])
def test_guided_filter_equals_the_loop(radius, eps):
    random = np.random.default_rng(0)
    guide = dark(24, 31).max(axis=2).astype(np.float32) / 100
    target = random.random((24, 31), np.float32)
    assert guided_filter(guide, target, radius, eps) == pytest.approx(
        naive_guided_filter(guide, target, radius, eps), abs=2e-4
    )


def test_a_constant_stays_and_eps_decides_what_is_an_edge():
    flat = np.full((20, 20), 0.4, np.float32)
    assert guided_filter(flat, flat, 3, 1e-3) == pytest.approx(flat, abs=1e-6)
    step = np.zeros((20, 20), np.float32)
    step[:, 10:] = 1
    assert np.abs(guided_filter(step, step, 2, 1e-6) - step).max() < 1e-3
    assert np.abs(guided_filter(step, step, 2, 10.0) - step).max() > 0.3


def test_denoising_reduces_noise_more_and_more():
    noise = np.random.default_rng(0).normal(0, 6, (80, 120, 3))
    clean = quarters(80, 120) // 2 + 40
    noisy = np.clip(clean + noise, 0, 255).astype(np.uint8)
    inside = np.s_[14:26, 14:46]
    errors = [np.abs(denoised(noisy, amount)[inside].astype(int) - clean[inside]).mean() for amount in (0, 0.3, 1)]
    assert errors[2] < errors[1] < errors[0] / 2 and errors[2] < errors[0] / 3


def test_denoising_keeps_edges_and_plain_pictures():
    step = plain(60, 40, 60)
    step[:, 30:] = 190
    assert np.abs(denoised(step, 1).astype(int) - step).max() <= 14  # of 130
    assert np.abs(denoised(step, 0.3).astype(int) - step).max() <= 3
    assert denoised(step, 0) is step
    assert np.array_equal(denoised(plain(77), 1), plain(77))


@pytest.mark.parametrize("amount", [1e-9, 1e-7, 1e-4])
def test_next_to_no_denoising_leaves_flat_areas_alone(amount):
    flat = plain(19, 41, 61)
    flat[:] = 19, 4, 44
    assert np.abs(denoised(flat, amount).astype(int) - flat).max() <= 1
    flat[:, 30:] = 208, 166, 233
    assert np.abs(denoised(flat, amount).astype(int) - flat).max() <= 1
