"""Colour: the difference that eyes see (CIEDE2000), and the cast of a whole picture.

CIELAB from sRGB under D65. A picture's 8-bit values give 16.8 million colours, so nothing is tabulated; strips keep
the temporary arrays small.
"""

import math

import cv2
import numpy as np

from lowlight_core.metrics.metric import strips

_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65, 2 degrees
_TO_RELATIVE_XYZ = (_TO_XYZ / _WHITE[:, None]).astype(np.float32)
_KNEE, _SLOPE = np.float32(216 / 24389), np.float32(841 / 108)
_25_TO_7 = 25.0**7


def _linear_table() -> np.ndarray:
    """Linear light of the 256 sRGB levels (IEC 61966-2-1), float32."""
    level = np.arange(256) / 255
    return np.where(level > 0.04045, ((level + 0.055) / 1.055) ** 2.4, level / 12.92).astype(np.float32)


_LINEAR = _linear_table()


def lab(image: np.ndarray) -> np.ndarray:
    """CIELAB of RGB uint8 (H, W, 3) as float32: L in 0..100, a and b about -128..127."""
    xyz = cv2.transform(cv2.LUT(image, _LINEAR), _TO_RELATIVE_XYZ)
    f = np.cbrt(np.maximum(xyz, _KNEE)) + _SLOPE * np.minimum(xyz - _KNEE, 0)  # a line below the knee
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000(image: np.ndarray, reference: np.ndarray) -> float:
    """Mean CIEDE2000 colour difference over pixels: 0 for identical images; about 1 can just be seen.

    Source: Sharma, Wu, Dalal, The CIEDE2000 Color-Difference Formula, Color Research and Application 30(1), 2005.
    """
    total = 0.0
    for rows in strips(image.shape):
        total += float(delta_e_2000(lab(image[rows]), lab(reference[rows])).sum(dtype=np.float64))
    return total / (image.shape[0] * image.shape[1])


def color_cast(image: np.ndarray) -> float:
    """Distance of the picture's mean colour from neutral gray in the a-b plane of CIELAB; 0 for a gray picture.

    A cast or simply a colourful scene: a wood is green. Compare the same scene before and after.
    """
    total = np.zeros(2)
    for rows in strips(image.shape):
        total += cv2.sumElems(lab(image[rows]))[1:3]
    return float(np.hypot(*total) / (image.shape[0] * image.shape[1]))


def delta_e_2000(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """CIEDE2000 of two arrays of CIELAB colours (..., 3), weights kL = kC = kH = 1; shape (...).

    Written with what processors do in vectors: `numpy.hypot`, powers and remainders take most of the time otherwise.
    """
    l1, a1, b1 = np.moveaxis(first, -1, 0)
    l2, a2, b2 = np.moveaxis(second, -1, 0)
    stretch = 1 + 0.5 * (1 - _saturation((_length(a1, b1) + _length(a2, b2)) / 2))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, h1 = _length(a1, b1), np.arctan2(b1, a1)
    c2, h2 = _length(a2, b2), np.arctan2(b2, a2)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    gray = c1 * c2 == 0  # one of both has no hue, its angle is 0
    turn = _wrapped(h2 - h1) * ~gray
    hue = h1 + turn / 2 + h2 * gray
    t = (
        1
        - 0.17 * np.cos(hue - math.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + math.radians(6))
        - 0.20 * np.cos(4 * hue - math.radians(63))
    )
    off = (lightness - 50) ** 2
    dl = (l2 - l1) / (1 + 0.015 * off / np.sqrt(20 + off))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * chroma * t)
    turns = hue / (2 * math.pi)
    from_blue = (360 * (turns - np.floor(turns)) - 275) / 25  # degrees
    angle = math.radians(60) * np.exp(-(from_blue * from_blue))
    rotation = -2 * _saturation(chroma) * np.sin(angle)
    return np.sqrt(np.maximum(dl * dl + dc * dc + dh * dh + rotation * dc * dh, 0))


def _length(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(a * a + b * b)


def _wrapped(angle: np.ndarray) -> np.ndarray:
    """The same angle within half a turn of zero, in radians."""
    return angle - 2 * math.pi * np.rint(angle / (2 * math.pi))


def _saturation(chroma: np.ndarray) -> np.ndarray:
    """``sqrt(c^7 / (c^7 + 25^7))``, which goes from 0 for grays to 1 for vivid colours."""
    square = chroma * chroma
    seventh = square * square * square * chroma
    return np.sqrt(seventh / (seventh + _25_TO_7))
