"""How far an image's pixels are from the reference's: PSNR, mean absolute error, and PSNR after GT-mean.

PSNR and MAE are made of exact integer sums of the 8-bit differences, which is what float64 arithmetic gives, without
its temporary arrays.
"""

import math

import cv2
import numpy as np

from lowlight_core.metrics.metric import GRAY_WEIGHTS, strips

PEAK = 255.0
_ROUNDING = 1e-20  # mean square of what the factor of GT-mean misses levels by that it makes equal


def psnr_from_mse(mse: float, peak: float = PEAK) -> float:
    """``10 log10(peak^2 / mse)`` in dB; ``inf`` for ``mse`` 0."""
    return math.inf if mse == 0 else 10 * math.log10(peak * peak / mse)


def psnr(image: np.ndarray, reference: np.ndarray) -> float:
    """Peak signal-to-noise ratio of two RGB uint8 images over all pixels and channels together, peak 255, in dB.

    Identical images give ``inf``. Black against white gives 0, the least there is.
    """
    return max(0.0, psnr_from_mse(cv2.norm(image, reference, cv2.NORM_L2SQR) / image.size))  # not -0 by rounding


def mae(image: np.ndarray, reference: np.ndarray) -> float:
    """Mean absolute difference over all pixels and channels, in 8-bit levels, 0 to 255."""
    return cv2.norm(image, reference, cv2.NORM_L1) / image.size


def mean_gray(image: np.ndarray) -> float:
    """Mean of the unrounded BT.601 luma, in 8-bit levels, 0 to 255."""
    return float(np.dot(cv2.mean(image)[:3], GRAY_WEIGHTS))


def gt_mean_curve(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """GT-mean as a table: what each level 0..255 of ``image`` becomes, float64 (256,), clipped to 0..255, not rounded.

    ``clip(level * mean(gray(reference)) / mean(gray(image)), 0, 255)``. A black image stays black: no factor helps it.
    Source: Liao et al., GT-Mean Loss, ICCV 2025; the rescaling itself came with KinD (Zhang et al., ACM MM 2019).
    """
    mean = mean_gray(image)
    factor = mean_gray(reference) / mean if mean > 0 else 1.0
    return np.clip(np.arange(256) * factor, 0, PEAK)


def psnr_gt_mean(image: np.ndarray, reference: np.ndarray) -> float:
    """PSNR in dB after the image's mean luma was rescaled to the reference's. Never to be mixed with plain PSNR."""
    curve = gt_mean_curve(image, reference)
    squares = 0.0
    for rows in strips(image.shape):
        difference = curve[image[rows]] - reference[rows]
        difference *= difference
        squares += float(difference.sum())
    mse = squares / image.size
    return max(0.0, psnr_from_mse(mse if mse > _ROUNDING else 0.0))
