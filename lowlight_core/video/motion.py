"""How the camera moved between two frames: one shift for the whole picture, where there is one.

Found by phase correlation (Kuglin, Hines, *The Phase Correlation Image Alignment Method*, IEEE Conf. Cybernetics and
Society, 1975), refined to a fiftieth of a pixel by maximising the correlation (Evangelidis, Psarakis, *Parametric Image
Alignment Using Enhanced Correlation Coefficient Maximization*, TPAMI 2008).
"""

import math

import cv2
import numpy as np

_SIDE = 160  # the shift is found on pictures of this width
_LEAST = 0.1  # pixels; a smaller shift is none
_GAIN = 0.9  # a shift counts only if the frames differ less with it than this share of without
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 20, 1e-4)


class CameraMotion:
    """Feed it the gray frames of a clip in order; it says how far the picture moved."""

    def __init__(self):
        self._previous: np.ndarray | None = None

    def forget(self) -> None:
        """What comes next is no neighbour of the frame before."""
        self._previous = None

    def __call__(self, gray: np.ndarray) -> tuple[float, float]:
        """Shift (x, y) in pixels from the frame before to this one, uint8 (H, W); (0, 0) if still or unclear."""
        scale = min(1.0, _SIDE / gray.shape[1])
        size = [max(1, round(side * scale)) for side in gray.shape[::-1]]
        small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        previous, self._previous = self._previous, small
        if previous is None or min(small.shape) < 16:
            return 0.0, 0.0
        x, y = _shift(previous, small)
        if max(abs(x), abs(y)) / scale < _LEAST or not _helps(previous, small, x, y):
            return 0.0, 0.0
        return x / scale, y / scale


def _shift(previous: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    window = cv2.createHanningWindow(now.shape[::-1], cv2.CV_32F)
    start, _ = cv2.phaseCorrelate(previous * window, now * window)  # given a window of its own it changes its inputs
    try:
        guess = np.array([[1, 0, start[0]], [0, 1, start[1]]], np.float32)
        _, found = cv2.findTransformECC(previous, now, guess, cv2.MOTION_TRANSLATION, _STEPS)
    except cv2.error:  # it does not converge where there is nothing to hold on to
        return 0.0, 0.0
    return float(found[0, 2]), float(found[1, 2])


def _helps(previous: np.ndarray, now: np.ndarray, x: float, y: float) -> bool:
    """Whether shifting explains the change between two frames, away from the border."""
    margin = min(16, min(now.shape) // 4)
    inner = (slice(margin, -margin), slice(margin, -margin))
    without = cv2.absdiff(previous, now)[inner].mean()
    return cv2.absdiff(shifted(previous, x, y), now)[inner].mean() < _GAIN * without


def shifted(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    """float32 (H, W) or (H, W, 3) moved by (x, y) pixels; what comes in at the border repeats the edge.

    Cubic interpolation (Keys, IEEE Trans. ASSP 1981) along rows and columns, for a quarter of the time of a warp.
    """
    right, down = math.ceil(x), math.ceil(y)
    between = cv2.sepFilter2D(
        picture, cv2.CV_32F, _cubic(right - x), _cubic(down - y), anchor=(1, 1), borderType=cv2.BORDER_REPLICATE
    )
    return _moved(between, right, down)


def _cubic(part: float, sharpness: float = -0.75) -> np.ndarray:
    """Weights of the pixels at -1, 0, 1 and 2 for a place ``part`` of the way from 0 to 1."""
    near, far = np.array([part, 1 - part]), np.array([1 + part, 2 - part])
    inner = ((sharpness + 2) * near - (sharpness + 3)) * near**2 + 1
    outer = ((sharpness * far - 5 * sharpness) * far + 8 * sharpness) * far - 4 * sharpness
    return np.array([outer[0], inner[0], inner[1], outer[1]], np.float32)


def _moved(picture: np.ndarray, right: int, down: int) -> np.ndarray:
    """The picture moved by whole pixels."""
    height, width = picture.shape[:2]
    right, down = min(max(right, 1 - width), width - 1), min(max(down, 1 - height), height - 1)
    if not (right or down):
        return picture
    kept = picture[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)]
    borders = max(0, down), max(0, -down), max(0, right), max(0, -right)
    return cv2.copyMakeBorder(kept, *borders, cv2.BORDER_REPLICATE)
