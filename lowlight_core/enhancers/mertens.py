"""Mertens' fusion of several exposures: each pixel from where it shows most, blended over a Laplacian pyramid.

OpenCV's own (`cv2.createMergeMertens`) takes the rounding of its arithmetic for contrast: on flat pictures and areas
rounding alone decides which exposure is taken, and patterns appear that are in none of them. Here flat areas have no
contrast; of pictures without any the result is OpenCV's, to the last digit.

Reference: Mertens, Kautz, Van Reeth, *Exposure Fusion*, Pacific Graphics 2007, with all exponents 1.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from lowlight_core.enhancers.strips import strips

_ROUNDING = np.float32(2e-6)  # half of the smallest step that 8-bit colours make in gray: 0.001 of a level
_AROUND = np.ones((3, 3), np.uint8)  # a flat area has no contrast around its pixels either
_CONTRAST_HALO, _HALVING_HALO = 2, 2  # rows to either side that a weight looks at, and a halving
_NOTHING = np.float32(1e-12)  # added to every weight: exposures that show nothing at a pixel count the same


def fuse(exposures: Sequence[np.ndarray]) -> np.ndarray:
    """Fuse pictures RGB uint8 (H, W, 3) of one size, 2 pixels a side or more, with OpenCV's arithmetic, into RGB uint8.

    What has the full size is made strip by strip: of 48 megapixels each float32 (H, W, 3) takes 576 MB.
    """
    fused = np.empty_like(exposures[0])
    for rows, made in fused_rows(exposures):
        fused[rows] = cv2.convertScaleAbs(np.maximum(made, 0, out=made), alpha=255)
    return fused


def fused_rows(exposures: Sequence[np.ndarray]) -> Iterator[tuple[slice, np.ndarray]]:
    """The fused picture strip by strip: which rows, and those as float32 (h, W, 3), 0 to 1 and a little beyond."""
    shape = exposures[0].shape
    halved, plain = _halved_shares(exposures)
    if plain:
        for rows, _, _ in strips(shape):
            units = [_unit(exposure[rows]) for exposure in exposures]
            yield rows, sum(units) / np.float32(len(exposures))  # of a plain picture: plain
        return
    depth = int(np.log2(min(shape[:2]))) - 1
    pictures = [_halvings(_half(exposure), depth) for exposure in exposures]
    coarse = _fused_halves(pictures, [_halvings(half, depth) for half in halved])
    halves = [picture[0] for picture in pictures]
    for rows, around, inner in strips(shape, _CONTRAST_HALO):
        shares = _shares(_weights(exposures, around, inner))
        yield rows, _with_bands(coarse, rows, exposures, halves, shares)


def _fused_halves(pictures: list[list[np.ndarray]], weights: list[list[np.ndarray]]) -> np.ndarray:
    """The fused picture at half its size, from the pyramid of every exposure and that of its share, by halves.

    The pyramids are used up but for the pictures' first level.
    """
    fused = sum(picture[-1] * weight[-1][..., None] for picture, weight in zip(pictures, weights, strict=True))
    while len(pictures[0]) > 1:
        halves = [picture.pop() for picture in pictures]
        weights = [weight[:-1] for weight in weights]
        finer, shares = [picture[-1] for picture in pictures], [weight[-1] for weight in weights]
        made = np.empty(finer[0].shape, np.float32)
        for rows, _, _ in strips(made.shape):
            made[rows] = _with_bands(fused, rows, finer, halves, [share[rows] for share in shares])
        fused = made
    return fused


def _halved_shares(exposures: Sequence[np.ndarray]) -> tuple[list[np.ndarray], bool]:
    """What each exposure contributes to each pixel, 1 in all, halved: float32; and whether none shows anything."""
    height, width = exposures[0].shape[:2]
    halves = [np.empty(((height + 1) // 2, (width + 1) // 2), np.float32) for _ in exposures]
    plain = True
    for rows, around, inner in strips(exposures[0].shape, _CONTRAST_HALO + _HALVING_HALO):
        weights = _weights(exposures, around, slice(None))
        plain = plain and all((weight[inner] == _NOTHING).all() for weight in weights)
        for half, share in zip(halves, _shares(weights), strict=True):
            _halve(share, rows, inner, half)
    return halves, plain


def _weights(exposures: Sequence[np.ndarray], around: slice, inner: slice) -> list[np.ndarray]:
    """How much each exposure shows at each pixel of some rows, which are ``inner`` of those ``around`` them."""
    return [_weight(exposure[around])[inner] for exposure in exposures]


def _shares(weights: list[np.ndarray]) -> list[np.ndarray]:
    """The weights, divided by what they are in all."""
    total = sum(weights)
    return [weight / total for weight in weights]


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
    for rows, around, inner in strips(exposure.shape, _HALVING_HALO):
        _halve(_unit(exposure[around]), rows, inner, half)
    return half


def _halve(around: np.ndarray, rows: slice, inner: slice, half: np.ndarray) -> None:
    """Put into ``half`` what belongs there of some rows, which are ``inner`` of those given: an even number before."""
    halved = slice(rows.start // 2, (rows.stop + 1) // 2)
    half[halved] = cv2.pyrDown(around)[inner.start // 2 :][: halved.stop - halved.start]


def _halvings(array: np.ndarray, depth: int) -> list[np.ndarray]:
    """The array and its pyramid of ``depth`` halvings."""
    halvings = [array]
    for _ in range(depth):
        halvings.append(cv2.pyrDown(halvings[-1]))
    return halvings


def _with_bands(
    coarse: np.ndarray,
    rows: slice,
    pictures: Sequence[np.ndarray],
    halves: Sequence[np.ndarray],
    shares: Sequence[np.ndarray],
) -> np.ndarray:
    """Some rows of the fused picture at twice the size: doubled, and of every exposure what its halving lost there,
    by its share of each pixel, of which only those rows are given.
    """
    shape, lost = pictures[0].shape, 0
    for picture, half, share in zip(pictures, halves, shares, strict=True):
        band = _unit(picture[rows]) - _doubled(half, rows, shape)
        band *= share[..., None]
        lost = lost + band
    return _doubled(coarse, rows, shape) + lost


def _doubled(coarse: np.ndarray, rows: slice, shape: tuple[int, ...]) -> np.ndarray:
    """Some rows, the first of them even, of a picture that is doubled to ``shape``."""
    above = max(0, rows.start // 2 - 1)  # a row of neighbours on either side
    part = coarse[above : (rows.stop + 1) // 2 + 1]
    made = cv2.pyrUp(part, dstsize=(shape[1], min(2 * len(part), shape[0] - 2 * above)))
    return made[rows.start - 2 * above :][: rows.stop - rows.start]
