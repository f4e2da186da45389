"""Mertens' fusion of several exposures: each pixel from where it shows most, blended over a Laplacian pyramid.

OpenCV's own (`cv2.createMergeMertens`) takes the rounding of its arithmetic for contrast: on flat pictures and areas
rounding alone decides which exposure is taken, and patterns appear that are in none of them. Here flat areas have no
contrast; of pictures without any the result is OpenCV's, to the last digit.

Reference: Mertens, Kautz, Van Reeth, *Exposure Fusion*, Pacific Graphics 2007, with all exponents 1.
"""

from collections.abc import Sequence

import cv2
import numpy as np

_ROUNDING = np.float32(2e-6)  # half of the smallest step that 8-bit colours make in gray: 0.001 of a level
_AROUND = np.ones((3, 3), np.uint8)  # a flat area has no contrast around its pixels either
_NOTHING = np.float32(1e-12)  # added to every weight: exposures that show nothing at a pixel count the same


def fuse(exposures: Sequence[np.ndarray]) -> np.ndarray:
    """Fuse pictures RGB uint8 (H, W, 3) of one size, 2 pixels a side or more, with OpenCV's arithmetic.

    Returns:
        float32 (H, W, 3), 0 to 1 and a little beyond.
    """
    weights = [_weight(exposure) for exposure in exposures]
    if all((weight == _NOTHING).all() for weight in weights):
        return sum(_unit(exposure) for exposure in exposures) / np.float32(len(exposures))  # of a plain picture: plain
    total = sum(weights)
    depth = int(np.log2(min(total.shape)))
    fused: list[np.ndarray] = []
    for exposure, weight in zip(exposures, weights, strict=True):
        bands, shares = _bands(exposure, depth), _halvings(weight / total, depth)
        parts = [band * share[..., None] for band, share in zip(bands, shares, strict=True)]
        fused = [before + part for before, part in zip(fused, parts, strict=True)] if fused else parts
    picture = fused.pop()
    while fused:
        picture = _doubled(picture, fused[-1]) + fused.pop()
    return picture


def _weight(exposure: np.ndarray) -> np.ndarray:
    """How much each pixel shows: contrast times saturation times exposedness, float32 (H, W)."""
    unit = _unit(exposure)
    contrast = np.abs(cv2.Laplacian(cv2.cvtColor(unit, cv2.COLOR_RGB2GRAY), cv2.CV_32F))
    contrast[cv2.dilate(contrast, _AROUND) < _ROUNDING] = 0
    red, green, blue = cv2.split(unit)
    mean = (red + green + blue) * np.float32(1 / 3)
    saturation = np.sqrt((red - mean) ** 2 + (green - mean) ** 2 + (blue - mean) ** 2)
    exposed = [cv2.exp((plane - np.float32(0.5)) ** 2 * np.float32(-12.5)) for plane in (red, green, blue)]
    return contrast * saturation * (exposed[0] * exposed[1] * exposed[2]) + _NOTHING


def _unit(exposure: np.ndarray) -> np.ndarray:
    return exposure.astype(np.float32) * np.float32(1 / 255)


def _halvings(array: np.ndarray, depth: int) -> list[np.ndarray]:
    """The array and its pyramid of ``depth`` halvings."""
    halvings = [array]
    for _ in range(depth):
        halvings.append(cv2.pyrDown(halvings[-1]))
    return halvings


def _bands(exposure: np.ndarray, depth: int) -> list[np.ndarray]:
    """The Laplacian pyramid: what each halving loses, and at last what remains."""
    halvings = _halvings(_unit(exposure), depth)
    for level in range(depth):
        halvings[level] -= _doubled(halvings[level + 1], halvings[level])
    return halvings


def _doubled(coarser: np.ndarray, finer: np.ndarray) -> np.ndarray:
    return cv2.pyrUp(coarser, dstsize=(finer.shape[1], finer.shape[0]))
