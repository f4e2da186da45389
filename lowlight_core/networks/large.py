"""Pictures that are too large for one pass: tiles where a network looks at neighbourhoods, a reduced picture where it
looks at all.

He and Sun, *Fast Guided Filter*, arXiv 1505.00996, 2015.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from lowlight_core.watching import may_stop, step

TILE = 1024
BAND = 64  # rows enlarged at once
RADIUS, EDGE = 8, 1e-3  # pixels of a reduced picture; variance of what it shows below which it explains little


def by_tiles(image: np.ndarray, forward, margin: int, tile: int = TILE) -> np.ndarray:
    """Run ``forward`` on overlapping tiles of RGB uint8 (H, W, 3), keeping the middle of each; equal to one pass but
    for rounding.

    ``margin`` pixels around every tile are computed and thrown away; it must cover what the network looks at and be,
    like ``tile``, a multiple of what pictures are padded to: see `lowlight_core.networks.Network`. Tiles are the steps
    that `lowlight_core.watching` tells of.
    """
    output, (height, width) = None, image.shape[:2]
    corners = [(top, left) for top in range(0, height, tile) for left in range(0, width, tile)]
    for number, (top, left) in enumerate(corners):
        step(number, len(corners))
        bottom, right = min(top + tile, height), min(left + tile, width)
        y, x = max(0, top - margin), max(0, left - margin)
        window = forward(np.ascontiguousarray(image[y : bottom + margin, x : right + margin]))
        output = np.empty(image.shape, window.dtype) if output is None else output
        output[top:bottom, left:right] = window[top - y : bottom - y, left - x : right - x]
    step(len(corners), len(corners))
    return output


def by_reduced(image: np.ndarray, forward, curve: np.ndarray, pixels: int, multiple: int = 1) -> np.ndarray:
    """Run ``forward`` on a reduced picture and carry what it did to full size by a fast guided filter.

    Around every pixel the output is explained as ``a * lifted + b`` per channel; a and b are smooth and are enlarged,
    so edges stay sharp and there are no seams. ``curve`` (256,) float32 is the exposure curve the network sees the
    picture through. The reduced one has about as many ``pixels``, also when padded to a ``multiple``.
    """
    scale = (pixels / (image.shape[0] * image.shape[1])) ** 0.5
    longest = max(1, pixels // multiple)  # of a line, whose other side is padded
    height, width = (min(longest, max(1, round(side * scale))) for side in image.shape[:2])
    reduced = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    slope, offset = explain(curve[reduced], forward(reduced).astype(np.float32) / 255, RADIUS, EDGE)
    output = np.empty_like(image)
    for rows, a, b in bands(image.shape, slope, offset):
        output[rows] = np.rint(np.clip(a * curve[image[rows]] + b, 0, 1) * 255).astype(np.uint8)
    return output


def explain(guide: np.ndarray, target: np.ndarray, radius: int, epsilon: float):
    """Local linear coefficients of ``target`` in ``guide``, per channel: two arrays of their shape, float32."""

    def mean(x):
        return cv2.blur(x, (2 * radius + 1, 2 * radius + 1), borderType=cv2.BORDER_REFLECT)

    center, wanted = mean(guide), mean(target)
    slope = (mean(guide * target) - center * wanted) / (mean(guide * guide) - center**2 + epsilon)
    return mean(slope), mean(wanted - slope * center)


def bands(shape: tuple[int, ...], *parts: np.ndarray) -> Iterator[tuple]:
    """For a picture of ``shape``, from top to bottom: a slice of rows, and these rows of every one of ``parts``
    enlarged to the picture's size. So no array of that size is ever needed in float32. Before each slice whoever waits
    for the picture may stop the work (`lowlight_core.watching`).
    """
    for top in range(0, shape[0], BAND):
        may_stop()
        rows = slice(top, min(top + BAND, shape[0]))
        yield rows, *(_enlarge(part, shape, rows) for part in parts)


def _enlarge(part: np.ndarray, shape: tuple[int, ...], rows: slice) -> np.ndarray:
    """Rows ``rows`` of ``part`` enlarged bilinearly to (shape[0], shape[1]), without ever holding all of it.

    Rows here and columns by OpenCV, since `cv2.remap`, which would do both, stops at 32,766 pixels a side. The
    classical methods' `strips.Enlarged` goes by columns first, as `cv2.resize` does: last digits differ.
    """
    y = (np.arange(rows.start, rows.stop) + 0.5) * len(part) / shape[0] - 0.5
    y = np.clip(y, 0, len(part) - 1)
    above = y.astype(int)
    below = np.minimum(above + 1, len(part) - 1)
    share = (y - above).astype(np.float32).reshape(-1, *[1] * (part.ndim - 1))
    band = part[above] * (1 - share) + part[below] * share
    return cv2.resize(band, (shape[1], len(band)), interpolation=cv2.INTER_LINEAR)
