"""Structural similarity, alone and over several scales.

SSIM equals scikit-image's ``structural_similarity(..., gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
channel_axis=-1, data_range=255)`` within 1e-5 (flat areas of a vivid colour: 1e-4), many times faster: four filterings
instead of five (only the sum of the two variances is needed), strip by strip so that the arrays stay in the processor's
cache, in place, and in single precision, which suffices once each strip's mean is taken off: variances and covariances
do not notice it.

Source: Wang, Bovik, Sheikh, Simoncelli, Image Quality Assessment, IEEE TIP 13(4), 2004; Wang, Simoncelli, Bovik,
Multiscale structural similarity, Asilomar 2003.
"""

import math

import cv2
import numpy as np

from lowlight_core.metrics.fidelity import gt_mean_curve
from lowlight_core.metrics.metric import gray, strips

WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_KERNEL = cv2.getGaussianKernel(WINDOW, SIGMA, cv2.CV_32F)
_EDGE = WINDOW // 2


def ssim(image: np.ndarray, reference: np.ndarray) -> float:
    """SSIM of two RGB uint8 images, the mean over channels; -1 to 1, identical images give 1.

    Windows that would reach over the border are left out; pictures smaller than the 11x11 window give ``nan``.
    """
    return _similarity(image, reference)[0]


def ssim_gt_mean(image: np.ndarray, reference: np.ndarray) -> float:
    """SSIM after the image's mean luma was rescaled to the reference's. Never to be mixed with plain SSIM."""
    return _similarity(image, reference, gt_mean_curve(image, reference))[0]


def ms_ssim(image: np.ndarray, reference: np.ndarray) -> float:
    """Multi-scale SSIM on BT.601 gray as in the authors' code: five scales, each the 2x2 mean of the one before.

    Contrast and structure of scales 1 to 5 and the luminance of the fifth, multiplied with exponents that were fitted
    to observers. The product is real only while each factor is positive: a negative factor (an inverted picture) counts
    as 0. The smaller side needs 176 pixels so that the window fits the fifth scale; less gives ``nan``.
    """
    factors = _scales(image, reference)
    return float(np.prod(np.maximum(factors, 0) ** np.array(SCALE_WEIGHTS)))


def ms_ssim_weighted_sum(image: np.ndarray, reference: np.ndarray) -> float:
    """The variant of MS-SSIM in which scales are averaged by weight instead of multiplied (option ``wtd_sum``)."""
    return float(np.dot(_scales(image, reference), SCALE_WEIGHTS) / sum(SCALE_WEIGHTS))


def _scales(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Contrast-structure of scales 1 to 4 and SSIM of the fifth, float64 (5,); ``nan`` for pictures too small."""
    if min(image.shape[:2]) < WINDOW * 2 ** (len(SCALE_WEIGHTS) - 1):
        return np.full(len(SCALE_WEIGHTS), math.nan)
    first, second = gray(image).astype(np.float32), gray(reference).astype(np.float32)
    factors = []
    for scale in range(len(SCALE_WEIGHTS)):
        if scale:
            first, second = _halve(first), _halve(second)
        full, contrast_structure = _similarity(first, second)
        factors.append(contrast_structure if scale < len(SCALE_WEIGHTS) - 1 else full)
    return np.array(factors)


def _similarity(image: np.ndarray, reference: np.ndarray, curve: np.ndarray | None = None) -> tuple[float, float]:
    """Mean SSIM and mean contrast-structure term; ``curve`` (256,) replaces the image's levels on the way."""
    if min(image.shape[:2]) < WINDOW:
        return math.nan, math.nan
    total, structure, count = 0.0, 0.0, 0
    for rows in strips(image.shape, 2**15, 2 * _EDGE):
        part = image[rows] if curve is None else cv2.LUT(image[rows], curve.astype(np.float32))
        luminance, contrast_structure = _terms(part, reference[rows])
        count += luminance.size
        structure += float(contrast_structure.sum(dtype=np.float64))
        luminance *= contrast_structure
        total += float(luminance.sum(dtype=np.float64))
    return min(total / count, 1.0), min(structure / count, 1.0)  # rounding may pass 1


def _terms(image: np.ndarray, reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Luminance and contrast-structure per pixel and channel, float32, where the whole window fits.

    Written in place, since fresh arrays cost as much as the arithmetic.
    """
    (x, middle_x), (y, middle_y) = _centered(image), _centered(reference)
    mean_x, mean_y, covariance = _blur(x), _blur(y), _blur(x * y)
    x *= x
    y *= y
    x += y
    variances = _blur(x)
    covariance -= mean_x * mean_y
    variances -= mean_x * mean_x
    variances -= mean_y * mean_y
    mean_x += middle_x
    mean_y += middle_y
    product = mean_x * mean_y
    mean_x *= mean_x
    mean_y *= mean_y
    mean_x += mean_y
    return _ratio(product, mean_x, C1), _ratio(covariance, variances, C2)


def _centered(strip: np.ndarray) -> tuple[np.ndarray, np.float32]:
    """The strip as float32 around zero, and the whole number that was taken off."""
    values = strip.astype(np.float32)
    middle = np.float32(np.rint(np.mean(cv2.mean(values)[: 1 if values.ndim == 2 else 3])))
    values -= middle
    return values, middle


def _ratio(product: np.ndarray, squares: np.ndarray, constant: float) -> np.ndarray:
    """``(2 product + constant) / (squares + constant)``, written over ``product``."""
    product *= 2
    product += np.float32(constant)
    squares += np.float32(constant)
    product /= squares
    return product


def _blur(plane: np.ndarray) -> np.ndarray:
    """Gaussian 11x11, sigma 1.5, without the border that would need padding."""
    return cv2.sepFilter2D(plane, cv2.CV_32F, _KERNEL, _KERNEL)[_EDGE:-_EDGE, _EDGE:-_EDGE]


def _halve(plane: np.ndarray) -> np.ndarray:
    """The mean of each 2x2 block; an odd last row or column is mirrored first."""
    even = cv2.copyMakeBorder(plane, 0, plane.shape[0] % 2, 0, plane.shape[1] % 2, cv2.BORDER_REFLECT)
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
