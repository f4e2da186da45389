"""Where the names of points go, so that names and points that lie close do not cover each other."""

from collections.abc import Sequence

import numpy as np

SIDES = {  # Plotly's textposition: the label's middle seen from the point, in half labels
    "top center": (0, 1), "middle right": (1, 0), "bottom center": (0, -1), "middle left": (-1, 0),
    "top right": (1, 1), "bottom right": (1, -1), "top left": (-1, 1), "bottom left": (-1, -1),
}  # fmt: skip
_LETTER, _LINE, _POINT = 7.0, 16.0, 12.0  # pixels: a letter's width, a line's height, the side of a marker
_SIZE = np.array([700.0, 290.0])  # width and height of the plot in pixels, about
_MARGIN = 0.06  # of the range of the data, that the axes leave free


def sides(places: Sequence[tuple[float, float]], names: Sequence[str]) -> list[str]:
    """Choose a Plotly ``textposition`` for each point, each in its turn where it covers least.

    Args:
        places: (x, y) in units of linear axes.
        names: the labels.
    """
    if not places:
        return []
    points = np.asarray(places, float)
    low, spread = points.min(0), np.ptp(points, 0)
    spread[spread == 0] = 1
    points = (_MARGIN + (1 - 2 * _MARGIN) * (points - low) / spread) * _SIZE
    taken = [_box(point, _POINT, _POINT) for point in points]
    chosen = []
    for point, name in zip(points, names, strict=True):
        width = _LETTER * len(name)
        boxes = {
            side: _box(point + (across * (width + _POINT) / 2, up * (_LINE + _POINT * (across == 0)) / 2), width, _LINE)
            for side, (across, up) in SIDES.items()
        }
        best = min(boxes, key=lambda side: _covered(boxes[side], taken) + _outside(boxes[side]))
        taken.append(boxes[best])
        chosen.append(best)
    return chosen


def _box(middle, width: float, height: float) -> np.ndarray:
    """Left, bottom, right, top."""
    half = np.array([width, height]) / 2
    return np.concatenate([middle - half, middle + half])


def _covered(box: np.ndarray, others: Sequence[np.ndarray]) -> float:
    """Area in square pixels that a box shares with others."""
    others = np.asarray(others)
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    return float(np.prod(np.maximum(sides, 0), axis=1).sum())


def _outside(box: np.ndarray) -> float:
    """Area in square pixels that leaves the plot."""
    inside = np.minimum(box[2:], _SIZE) - np.maximum(box[:2], 0)
    return float(np.prod(box[2:] - box[:2]) - np.prod(np.maximum(inside, 0)))
