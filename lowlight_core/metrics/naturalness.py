"""Statistics of natural pictures that NIQE and PIQE share: locally normalised luminance, cut into blocks.

MSCN (mean subtracted, contrast normalised) coefficients: ``(I - mu) / (sigma + 1)`` with a 7x7 Gaussian window of sigma
7/6, borders repeated. Source: Ruderman, The statistics of natural images, Network 5(4), 1994; Mittal, Moorthy, Bovik,
No-Reference Image Quality Assessment in the Spatial Domain (BRISQUE), IEEE TIP 21(12), 2012.
"""

import math
from functools import cache

import cv2
import numpy as np

_KERNEL = cv2.getGaussianKernel(7, 7 / 6, cv2.CV_64F)


def mscn_blocks(plane: np.ndarray, size: int):
    """MSCN coefficients of a gray plane, one row of blocks at a time, so that large pictures need little memory.

    Args:
        plane: float64 or uint8 (H, W), levels 0..255; what does not fill a block at the right and bottom is left out.
        size: side of a block in pixels.

    Yields:
        ``(coefficients, deviation)``: float64 (n, size, size) for the n blocks of the row, and the mean local standard
        deviation in each, float64 (n,).
    """
    height, width = (side // size * size for side in plane.shape)
    padded = cv2.copyMakeBorder(plane[:height, :width], 3, 3, 3, 3, cv2.BORDER_REPLICATE)
    for top in range(0, height, size):
        strip = padded[top : top + size + 6].astype(np.float64)
        mean = _smooth(strip)
        deviation = np.sqrt(np.abs(_smooth(strip * strip) - mean * mean))
        coefficients = (strip[3:-3, 3:-3] - mean) / (deviation + 1)
        yield _cut(coefficients, size), _cut(deviation, size).mean(axis=(1, 2))


def _smooth(strip: np.ndarray) -> np.ndarray:
    """The Gaussian mean where the whole window lies inside the strip."""
    return cv2.sepFilter2D(strip, cv2.CV_64F, _KERNEL, _KERNEL)[3:-3, 3:-3]


def _cut(strip: np.ndarray, size: int) -> np.ndarray:
    """(size, n * size) -> (n, size, size), contiguous."""
    return np.ascontiguousarray(strip.reshape(size, -1, size).swapaxes(0, 1))


def asymmetric_gaussian(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit an asymmetric generalised Gaussian to each row by matching moments.

    Args:
        values: float64 (n, m).

    Returns:
        shape (``alpha``, 0.2 to 10) and the scales (``beta``) of the left and the right half, each float64 (n,);
        ``nan`` in rows that lack values on one side, as in a constant block.

    Source: Lasmar, Stitou, Berthoumieu, Multiscale skewed heavy tailed model for texture analysis, ICIP 2009.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.sqrt(_mean_square(np.minimum(values, 0)))
        right = np.sqrt(_mean_square(np.maximum(values, 0)))
        ratio = left / right
        moments = np.abs(values).mean(1) ** 2 / (values * values).mean(1)
        target = moments * (ratio**3 + 1) * (ratio + 1) / (ratio**2 + 1) ** 2
    shapes, curve = _shape_table()
    middles = (curve[1:] + curve[:-1]) / 2  # the table rises, so the nearest entry lies between two middles
    alpha = shapes[np.searchsorted(middles, target)]
    alpha[~np.isfinite(target)] = np.nan
    scale = np.sqrt(gamma_ratio(1, 3, alpha))
    return alpha, left * scale, right * scale


def gamma_ratio(first: float, second: float, alpha: np.ndarray) -> np.ndarray:
    """``gamma(first / alpha) / gamma(second / alpha)`` for each shape; ``nan`` stays ``nan``."""
    return np.array([math.exp(math.lgamma(first / a) - math.lgamma(second / a)) if a == a else math.nan for a in alpha])


def _mean_square(one_sided: np.ndarray) -> np.ndarray:
    """Mean square over the entries of each row that are not zero; ``nan`` where there are none."""
    return np.einsum("ij,ij->i", one_sided, one_sided) / np.count_nonzero(one_sided, axis=1)


@cache
def _shape_table() -> tuple[np.ndarray, np.ndarray]:
    """Shapes 0.2, 0.201 ... 10 and ``gamma(2/a)^2 / (gamma(1/a) gamma(3/a))`` for each."""
    shapes = np.arange(200, 10001) / 1000
    curve = [math.exp(2 * math.lgamma(2 / a) - math.lgamma(1 / a) - math.lgamma(3 / a)) for a in shapes]
    return shapes, np.array(curve)
