"""Where a new scene begins: two frames whose coarse pictures differ far more than frames of this clip usually do."""

import cv2
import numpy as np

_SIZE = (32, 18)
_LEAST = 0.25  # share of its light by which a frame must differ
_TIMES = 3.0  # and how many times the usual difference
_FLOOR = 2.0  # gray levels added to the light, so that noise in black is no cut
_MEMORY = 0.1


class CutDetector:
    """Feed it the gray frames of a clip in order; it says which one begins a new scene."""

    def __init__(self):
        self._previous: np.ndarray | None = None
        self._usual = 0.0

    def forget(self) -> None:
        """What comes next is no neighbour of the frame before; what is usual in this clip stays known."""
        self._previous = None

    def __call__(self, gray: np.ndarray) -> bool:
        """Whether uint8 (H, W) begins a new scene; so does the first frame."""
        coarse = cv2.resize(gray, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        previous, self._previous = self._previous, coarse
        if previous is None:
            return True
        change = difference(previous, coarse)
        cut = change > max(_LEAST, _TIMES * self._usual)
        if not cut:
            self._usual += _MEMORY * (change - self._usual)
        return cut


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean difference of two coarse gray pictures as a share of their light, 0 (equal) to 2."""
    light = (float(first.mean()) + float(second.mean())) / 2 + _FLOOR
    return float(np.abs(first - second).mean()) / light
