"""How much a clip flickers: how far its lightness moves from one frame to the next, in gray levels of 255.

Two figures, both means over all pairs of neighbouring frames that lie in one scene:

* ``mean``: change of the mean lightness of the whole frame;
* ``static``: change of the lightness of static regions, that is of blocks (80 across) whose input changes by a quarter
  of a gray level or less. Where the camera moves as a whole, a block is compared with where it was in the frame before,
  to a fraction of a pixel: its mean comes from the summed-area table (Crow, SIGGRAPH 1984), so that nothing is
  resampled and a picture that only moves does not count as flicker.

A method *adds* what its output has more of than the input. Lightness is BT.601 gray.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from lowlight_core.video.cuts import CutDetector
from lowlight_core.video.motion import CameraMotion

_ACROSS = 80  # blocks in a row
_BLOCK = 4.0  # least side of a block in pixels
STATIC_LIMIT = 0.25


@dataclass(frozen=True)
class Flicker:
    """Mean change from frame to frame in gray levels: of the whole frame, and of static regions."""

    mean: float
    static: float


class FlickerMeter:
    """Compares versions of one clip, frame by frame: ``meter(before, alone=..., smooth=...)``."""

    def __init__(self):
        self._last: dict[str, np.ndarray] = {}
        self._sums: dict[str, np.ndarray] = {}
        self._pairs = 0
        self._cuts, self._motion = CutDetector(), CameraMotion()

    def __call__(self, before: np.ndarray, *, joined: bool = True, **versions: np.ndarray) -> None:
        """Take the next frame of the input and of every version, RGB uint8 (H, W, 3).

        ``joined`` is false where frames were left out since the last call, so that the two are no neighbours.
        """
        light = cv2.cvtColor(before, cv2.COLOR_RGB2GRAY)
        if not joined:
            self._cuts.forget()
            self._motion.forget()
        cut, move = self._cuts(light), self._motion(light)
        now = {name: summed(pixels) for name, pixels in {"input": before, **versions}.items()}
        if joined and not cut:
            self._pairs += 1
            self._compare(now, move)
        self._last = now

    def _compare(self, now: dict[str, np.ndarray], move: tuple[float, float]) -> None:
        changes = {name: _changes(self._last[name], table, *move) for name, table in now.items()}
        static = np.abs(changes["input"]) <= STATIC_LIMIT
        for name, change in changes.items():
            whole = abs(_mean(now[name]) - _mean(self._last[name]))
            still = np.array([whole, np.abs(change[static]).sum(), static.sum()])
            self._sums[name] = self._sums.get(name, 0) + still

    def figures(self) -> dict[str, Flicker]:
        """`Flicker` of the input and of every version; empty before two frames of one scene."""
        return {
            name: Flicker(float(mean / self._pairs), float(still / max(1, count)))
            for name, (mean, still, count) in self._sums.items()
        }


def summed(pixels: np.ndarray) -> np.ndarray:
    """The summed-area table of the lightness of RGB uint8 (H, W, 3): float64 (H + 1, W + 1), exact."""
    return cv2.integral(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), sdepth=cv2.CV_64F)


def _mean(table: np.ndarray) -> float:
    return float(table[-1, -1]) / ((table.shape[0] - 1) * (table.shape[1] - 1))


def _changes(last: np.ndarray, now: np.ndarray, x: float, y: float) -> np.ndarray:
    """Change of the mean of every block that was in the frame before, from ``last``, moved by (x, y), to ``now``."""
    height, width = now.shape[0] - 1, now.shape[1] - 1
    side = max(_BLOCK, width / _ACROSS)
    rows, columns = _edges(height, side, y), _edges(width, side, x)
    return block_means(now, rows, columns) - block_means(last, rows - y, columns - x)


def _edges(length: int, side: float, move: float) -> np.ndarray:
    """Where blocks of about ``side`` pixels begin and end along ``length`` pixels, none of which came in by moving."""
    first, last = max(0.0, move), min(length, length + move)
    return np.linspace(first, last, max(1, round((last - first) / side)) + 1) if last - first > 1 else np.array([])


def block_means(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Means between neighbouring edges, in pixels and fractions of them, from a summed-area table; float64."""
    sums = _between(_between(table.astype(np.float64), rows, 0), columns, 1)
    area = np.outer(np.diff(rows), np.diff(columns))
    return np.diff(np.diff(sums, axis=0), axis=1) / area


def _between(table: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    """The table at fractional ``places`` along an axis, linearly between its entries."""
    below = np.clip(np.floor(places).astype(int), 0, table.shape[axis] - 2)
    part = np.expand_dims(places - below, 1 - axis)
    return table.take(below, axis) * (1 - part) + table.take(below + 1, axis) * part


def removed(figures: dict[str, Flicker], kind: str) -> float | None:
    """Share of what the method added that smoothing took away: 1 is all, ``None`` if the method added nothing.

    ``kind`` is "mean" or "static"; the figures are those of "input", "alone" and "smooth".
    """
    before, alone, smooth = (getattr(figures[name], kind) for name in ("input", "alone", "smooth"))
    return (alone - smooth) / (alone - before) if alone > before + 1e-6 else None
