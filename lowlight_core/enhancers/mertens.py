"""Mertens' fusion of several exposures: each pixel from where it shows most, blended over a Laplacian pyramid.

OpenCV's own (`cv2.createMergeMertens`) takes the rounding of its arithmetic for contrast: on flat pictures and areas
rounding alone decides which exposure is taken, and patterns appear that are in none of them. Here flat areas have no
contrast; of pictures without any the result is OpenCV's, to the last digit.

Reference: Mertens, Kautz, Van Reeth, *Exposure Fusion*, Pacific Graphics 2007, with all exponents 1.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from lowlight_core.enhancers.strips import strips

_ROUNDING = np.float32(2e-6)  # half of the smallest step that 8-bit colours make in gray: 0.001 of a level
_AROUND = np.ones((3, 3), np.uint8)  # a flat area has no contrast around its pixels either
_NOTHING = np.float32(1e-12)  # added to every weight: exposures that show nothing at a pixel count the same


def fuse(exposures: Sequence[np.ndarray]) -> np.ndarray:
    """Fuse pictures RGB uint8 (H, W, 3) of one size, 2 pixels a side or more, with OpenCV's arithmetic.

    Returns:
        float32 (H, W, 3), 0 to 1 and a little beyond.
    """
    shares, plain = _shares(exposures)
    if plain:
        return sum(_unit(exposure) for exposure in exposures) / np.float32(len(exposures))  # of a plain picture: plain
    depth = int(np.log2(min(shares[0].shape)))
    pictures = [[exposure, *_halvings(_half(exposure), depth - 1)] for exposure in exposures]
    weights = [_halvings(share, depth) for share in shares]
    fused = sum(picture[depth] * weight[depth][..., None] for picture, weight in zip(pictures, weights, strict=True))
    for level in reversed(range(depth)):
        bands = [(p[level], p[level + 1], w[level]) for p, w in zip(pictures, weights, strict=True)]
        fused = _with_bands(fused, bands)
    return fused


def _shares(exposures: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bool]:
    """What each exposure contributes to each pixel, float32 (H, W), 1 in all; and whether none shows anything."""
    shares, plain = [np.empty(exposure.shape[:2], np.float32) for exposure in exposures], True
    for rows, around, inner in strips(exposures[0].shape, 2):
        weights = [_weight(exposure[around])[inner] for exposure in exposures]
        plain = plain and all((weight == _NOTHING).all() for weight in weights)
        total = sum(weights)
        for share, weight in zip(shares, weights, strict=True):
            np.divide(weight, total, out=share[rows])
    return shares, plain


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


def _unit(picture: np.ndarray) -> np.ndarray:
    """Levels as float32, 0 to 1, which a half has already."""
    return picture.astype(np.float32) * np.float32(1 / 255) if picture.dtype == np.uint8 else picture


def _half(exposure: np.ndarray) -> np.ndarray:
    """The exposure as float32, halved."""
    height, width = exposure.shape[:2]
    half = np.empty(((height + 1) // 2, (width + 1) // 2, 3), np.float32)
    for rows, around, inner in strips(exposure.shape, 2):
        halved = slice(rows.start // 2, (rows.stop + 1) // 2)
        half[halved] = cv2.pyrDown(_unit(exposure[around]))[inner.start // 2 :][: halved.stop - halved.start]
    return half


def _halvings(array: np.ndarray, depth: int) -> list[np.ndarray]:
    """The array and its pyramid of ``depth`` halvings."""
    halvings = [array]
    for _ in range(depth):
        halvings.append(cv2.pyrDown(halvings[-1]))
    return halvings


def _with_bands(coarse: np.ndarray, bands: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> np.ndarray:
    """The fused picture at twice the size: doubled, and of every exposure the share of what its halving lost.

    ``bands`` are, of each exposure, the picture, its half, and its share of each pixel.
    """
    finer = bands[0][0]
    fused = np.empty(finer.shape, np.float32)
    for rows, _, _ in strips(finer.shape):
        lost = 0
        for picture, half, share in bands:
            band = _unit(picture[rows]) - _doubled(half, rows, finer.shape)
            band *= share[rows][..., None]
            lost = lost + band
        np.add(_doubled(coarse, rows, finer.shape), lost, out=fused[rows])
    return fused


def _doubled(coarse: np.ndarray, rows: slice, shape: tuple[int, ...]) -> np.ndarray:
    """Some rows, the first of them even, of a picture that is doubled to ``shape``."""
    above = max(0, rows.start // 2 - 1)  # a row of neighbours on either side
    part = coarse[above : (rows.stop + 1) // 2 + 1]
    made = cv2.pyrUp(part, dstsize=(shape[1], min(2 * len(part), shape[0] - 2 * above)))
    return made[rows.start - 2 * above :][: rows.stop - rows.start]
