"""Exposure of a whole picture, in NumPy: its mean gray level, and the curve that brings it to a wanted one.

The curve is ``lift(x, gain) = 1 - (1 - x)**gain`` on [0, 1]: slope ``gain`` in the shadows, black stays black and
white stays white, so nothing clips; gain 1 is the identity, below 1 it darkens, and ``lift(lift(x, a), b) == lift(x,
a * b)``. Levels and gains are found on histograms, so they cost the same for any size of picture.
"""

import cv2
import numpy as np

GRAY = np.array([0.299, 0.587, 0.114])
GAIN_RANGE = (0.02, 400.0)
FINE = 16  # parts of a gray level in a picture that is not rounded to levels yet


def lift(x, gain: float):
    """Brighten values in [0, 1] by the curve ``1 - (1 - x)**gain``; same shape and dtype."""
    return 1 - (1 - x) ** np.asarray(gain, dtype=x.dtype)


def smooth_step(x, low: float, high: float):
    """0 below ``low``, 1 above ``high``, smooth between: float or array."""
    x = np.clip((x - low) / (high - low), 0, 1)
    return x * x * (3 - 2 * x)


def histogram(image: np.ndarray) -> np.ndarray:
    """Share of pixels at each value, weighted over the channels as BT.601 gray weighs them: 256 numbers, sum 1.

    ``image`` is RGB uint8 (H, W, 3). Means of curves applied to the picture, in gray, are dot products with it.
    """
    counts = [cv2.calcHist([image], [c], None, [256], [0, 256]).ravel() for c in range(3)]
    return GRAY @ np.array(counts, np.float64) / (image.size / 3)


VALUES = np.arange(256) / 255


def mean_level(shares: np.ndarray) -> float:
    """Mean BT.601 gray of the picture with this histogram, in [0, 1]."""
    return float(shares @ VALUES)


def gain_for(shares: np.ndarray, level: float) -> float:
    """The gain whose curve gives the picture with this histogram the mean ``level`` in (0, 1); the nearest one if
    none does, and 1 where white alone is brighter than that: no gain darkens white.
    """
    if abs(mean_level(shares) - level) < 1e-6 or shares @ lift(VALUES, GAIN_RANGE[0]) > level:
        return 1.0
    low, high = np.log(GAIN_RANGE)
    for _ in range(30):
        middle = (low + high) / 2
        if shares @ lift(VALUES, np.exp(middle)) < level:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))


def context(level: float, gain: float) -> np.ndarray:
    """What a conditioned network is told: log of the wanted level over 0.45, log of the gain over 8; float32 (2,)."""
    return np.array([np.log(max(level, 1e-3) / 0.45), np.log(gain / 8) / 2], np.float32)


def to_level(image: np.ndarray, level: float) -> np.ndarray:
    """RGB uint8 (H, W, 3) brought to the mean gray ``level`` in [0, 1] by the curve, as far as a curve can.

    Unlike `gain_for` it counts what rounding to levels does, and goes as dark as it can where white alone is brighter.
    """
    return _nearest(image, level, lambda log_gain: lift(VALUES, np.exp(log_gain)), *np.log(GAIN_RANGE))


def dimmed(image: np.ndarray, level: float) -> np.ndarray:
    """RGB uint8 (H, W, 3) darkened to the mean gray ``level`` in [0, 1] by one factor, as by a shorter exposure.

    The curve has no bound to its slope at white where it darkens: single levels between channels became bright colours.
    """
    return _nearest(image, level, lambda factor: factor * VALUES, 0.0, 1.0)


def _nearest(image: np.ndarray, level: float, curve, low: float, high: float) -> np.ndarray:
    """The picture through the ``curve``, of one number from ``low`` to ``high``, that comes nearest to ``level``."""
    shares, tables = histogram(image), {}

    def table(number: float) -> np.ndarray:
        return tables.setdefault(number, np.rint(255 * curve(number)).astype(np.uint8))

    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if shares @ table(middle) < 255 * level else (low, middle)
    best = min(tables, key=lambda number: abs(shares @ tables[number] - 255 * level))
    return cv2.LUT(image, tables[best])


def from_fine(fine: np.ndarray, level: float) -> np.ndarray:
    """RGB uint16 (H, W, 3), 0 to 255 * `FINE`, brought to the mean gray ``level`` in (0, 1), as uint8: what `to_level`
    does, but rounded once instead of twice.
    """
    gain = gain_for(histogram(cv2.convertScaleAbs(fine, alpha=1 / FINE)), level)
    table = np.full(2**16, 255, np.uint8)
    table[: 255 * FINE + 1] = np.rint(255 * lift(np.linspace(0, 1, 255 * FINE + 1), gain))
    return cv2.LUT(fine, table)
