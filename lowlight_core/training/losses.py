"""Losses on pictures (B, H, W, 3) in [0, 1], in `keras.ops`: any backend, all in float32.

SSIM: Wang et al., IEEE TIP 2004. Charbonnier: Lai et al., CVPR 2017. Perceptual: Johnson et al., ECCV 2016;
LPIPS: Zhang et al., CVPR 2018.
"""

from functools import lru_cache

import numpy as np
from keras import ops


def l1(truth, output):
    """Mean absolute difference."""
    return ops.mean(ops.abs(output - truth))


def mse(truth, output):
    """Mean squared difference."""
    return ops.mean(ops.square(output - truth))


def charbonnier(truth, output):
    """L1 with a rounded tip: sqrt(d**2 + epsilon**2) with epsilon 0.001."""
    return ops.mean(ops.sqrt(ops.square(output - truth) + 1e-3**2))


def edges(truth, output):
    """L1 between the first differences along rows and columns."""
    difference = output - truth
    return ops.mean(ops.abs(difference[:, 1:] - difference[:, :-1])) + ops.mean(
        ops.abs(difference[:, :, 1:] - difference[:, :, :-1])
    )


@lru_cache(maxsize=16)
def _window(side: int) -> np.ndarray:
    """The 11-tap Gaussian (sigma 1.5) at every second place, as a banded matrix: blurring becomes a matrix product,
    fast everywhere.
    """
    taps = np.exp(-0.5 * (np.arange(-5, 6) / 1.5) ** 2)
    places = range(0, side - 10, 2)
    matrix = np.zeros((len(places), side), np.float32)
    for row, start in enumerate(places):
        matrix[row, start : start + 11] = taps / taps.sum()
    return matrix


def _blur(x):
    """Gaussian mean over 11x11 windows inside the picture, every second one: (B, C, H, W) -> (B, C, (H - 9) // 2, (W
    - 9) // 2).
    """
    rows, columns = _window(x.shape[2]), _window(x.shape[3])
    return ops.matmul(ops.matmul(ops.convert_to_tensor(rows), x), ops.convert_to_tensor(columns.T))


def dssim(truth, output):
    """1 - SSIM, Gaussian window 11x11, sigma 1.5, per channel; sides must be known and above 10."""
    a, b = (ops.transpose(ops.cast(x, "float32"), (0, 3, 1, 2)) for x in (truth, output))
    blurred = _blur(ops.concatenate([a, b, a * a, b * b, a * b], axis=1))
    mean_a, mean_b, aa, bb, ab = (blurred[:, 3 * i : 3 * i + 3] for i in range(5))
    c1, c2 = 0.01**2, 0.03**2
    covariance, variances = ab - mean_a * mean_b, aa - mean_a**2 + bb - mean_b**2
    ssim = (2 * mean_a * mean_b + c1) * (2 * covariance + c2) / ((mean_a**2 + mean_b**2 + c1) * (variances + c2))
    return 1 - ops.mean(ssim)


def psnr(truth, output):
    """Mean PSNR in dB of outputs clipped to [0, 1], for the training log."""
    error = ops.mean(ops.square(ops.clip(output, 0, 1) - truth), axis=(1, 2, 3))
    return ops.mean(-10 * ops.log(error + 1e-10) / np.log(10))
