"""How much a clip flickers: how far its lightness moves from one frame to the next, in gray levels of 255.

Two figures, both means over all pairs of neighbouring frames that lie in one scene:

* ``mean``: change of the mean lightness of the whole frame;
* ``static``: change of the lightness of static regions, that is of blocks (80 across) whose input changes by a quarter
  of a gray level or less. Where the camera moves as a whole, the frame before is moved along first.

A method *adds* what its output has more of than the input. Lightness is BT.601 gray.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from lowlight_core.video.cuts import CutDetector
from lowlight_core.video.motion import CameraMotion, shifted

_WIDTH = 320  # frames are reduced to this width first
_BLOCK = 4  # side of a block in the reduced frame
_BORDER = 3  # blocks at each side that are left out while the camera moves
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
        cut, move = self._cuts(light), self._motion(light)
        scale = min(1.0, _WIDTH / light.shape[1])
        now = {name: _reduced(pixels, scale) for name, pixels in {"input": before, **versions}.items()}
        if joined and not cut:
            self._pairs += 1
            self._compare(now, move[0] * scale, move[1] * scale)
        self._last = now

    def _compare(self, now: dict[str, np.ndarray], x: float, y: float) -> None:
        changes = {name: _changes(self._last[name], picture, x, y) for name, picture in now.items()}
        static = np.abs(changes["input"]) <= STATIC_LIMIT
        for name, change in changes.items():
            whole = abs(float(now[name].mean()) - float(self._last[name].mean()))
            still = np.array([whole, np.abs(change[static]).sum(), static.sum()])
            self._sums[name] = self._sums.get(name, 0) + still

    def figures(self) -> dict[str, Flicker]:
        """`Flicker` of the input and of every version; empty before two frames of one scene."""
        return {
            name: Flicker(float(mean / self._pairs), float(still / max(1, count)))
            for name, (mean, still, count) in self._sums.items()
        }


def _reduced(pixels: np.ndarray, scale: float) -> np.ndarray:
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _changes(last: np.ndarray, now: np.ndarray, x: float, y: float) -> np.ndarray:
    """Change of every block's mean from ``last``, moved by (x, y) pixels, to ``now``; float32."""
    moved = bool(x or y)
    change = now - (shifted(last, x, y) if moved else last)
    size = max(1, change.shape[1] // _BLOCK), max(1, change.shape[0] // _BLOCK)
    blocks = cv2.resize(change, size, interpolation=cv2.INTER_AREA)
    inner = blocks[_BORDER:-_BORDER, _BORDER:-_BORDER]
    return inner if moved and inner.size else blocks


def removed(figures: dict[str, Flicker], kind: str) -> float | None:
    """Share of what the method added that smoothing took away: 1 is all, ``None`` if the method added nothing.

    ``kind`` is "mean" or "static"; the figures are those of "input", "alone" and "smooth".
    """
    before, alone, smooth = (getattr(figures[name], kind) for name in ("input", "alone", "smooth"))
    return (alone - smooth) / (alone - before) if alone > before + 1e-6 else None
