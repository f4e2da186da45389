"""LPIPS: the distance of two pictures in the features of AlexNet, weighted as people judge. No deep-learning framework.

The five convolutions run in NumPy as matrix products over strips of rows. Only the two feature maps between layers are
ever whole in memory (about 30 MB per megapixel), the result does not depend on how rows were cut, and
there is no state to share: any number of threads may measure at once. Always at full size: nothing is shrunk to save
memory or time.

Source: Zhang, Isola, Efros, Shechtman, Wang, The Unreasonable Effectiveness of Deep Features as a Perceptual Metric,
CVPR 2018, version 0.1, AlexNet. Weights: theirs, float16, under the BSD licence beside them.
"""

import math
from functools import cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).with_name("lpips_alexnet") / "weights.npz"
SMALLEST = 31  # pixels; less leaves nothing for the last layers
_SHIFT = np.array((-0.030, -0.088, -0.188), np.float32)
_SCALE = np.array((0.458, 0.448, 0.450), np.float32)
_LAYERS = ((4, 2, True), (1, 2, True), (1, 1, False), (1, 1, False), (1, 1, False))  # stride, padding, then pooled
_STRIP_VALUES = 8_000_000  # float32 in the largest temporary array: 16 MB


def lpips(image: np.ndarray, reference: np.ndarray) -> float:
    """LPIPS 0.1 (AlexNet) of two RGB uint8 images: 0 for identical ones; above about 0.5 they look unlike.

    Pictures below 31 pixels on the smaller side give ``nan``.
    """
    if min(image.shape[:2]) < SMALLEST:
        return math.nan
    maps = [image, reference]
    total = 0.0
    for (kernel, bias, weight), (stride, padding, pooled) in zip(_network(), _LAYERS, strict=True):
        distance, maps = _layer(maps, kernel, bias, weight, stride, padding, pooled)
        total += distance
    return total


def _layer(maps, kernel, bias, weight, stride, padding, pooled):
    """One convolution with ReLU on both maps: the mean weighted distance, and the two maps that the next layer gets.

    Args:
        maps: two float32 (H, W, in), or the two pictures themselves.
        kernel: float32 (k, k, in, out); bias, weight: float32 (out,).
        pooled: whether a maximum over 3x3, stride 2, follows; the distance is taken before it.
    """
    size = kernel.shape[0]
    height, width = ((side + 2 * padding - size) // stride + 1 for side in maps[0].shape[:2])
    matrix = kernel.reshape(-1, kernel.shape[3])
    rows = max(2, _STRIP_VALUES // (width * len(matrix)) // 2 * 2)
    total, following = 0.0, ([], [])
    for top in range(0, height, rows):
        bottom = min(top + rows + pooled, height)  # pooling looks one row beyond an even strip
        needed = top * stride - padding, (bottom - 1) * stride + size - padding
        strips = [_windows(_padded(each, *needed, padding), size, stride) @ matrix for each in maps]
        strips = [np.maximum(strip + bias, 0).reshape(bottom - top, width, -1) for strip in strips]
        total += _distance(strips[0][:rows], strips[1][:rows], weight)
        for parts, strip in zip(following, strips, strict=True):
            parts.append(_pool(strip) if pooled else strip)
    return total / (height * width), [np.concatenate(parts) for parts in following]


def _padded(features: np.ndarray, first: int, last: int, padding: int) -> np.ndarray:
    """Rows first..last of a map and ``padding`` columns on each side, zero where they lie outside: float32.

    A picture (uint8) is brought to what the network was trained on here, so that it is never whole in float32.
    """
    height, width, channels = features.shape
    inside = features[max(first, 0) : min(last, height)]
    if features.dtype == np.uint8:
        inside = (inside * np.float32(2 / 255) - 1 - _SHIFT) / _SCALE
    rows = np.zeros((last - first, width + 2 * padding, channels), np.float32)
    top = max(-first, 0)
    rows[top : top + len(inside), padding : padding + width] = inside
    return rows


def _windows(rows: np.ndarray, size: int, stride: int) -> np.ndarray:
    """What the kernel sees at each place of padded rows: float32 (places, size * size * in).

    One row of a window is contiguous in memory, so gathering is copying runs of ``size * in`` numbers.
    """
    channels, (row, column, item) = rows.shape[2], rows.strides
    height, width = ((side - size) // stride + 1 for side in rows.shape[:2])
    shape = (height, width, size, size * channels)
    views = np.lib.stride_tricks.as_strided(rows, shape, (row * stride, column * stride, row, item), writeable=False)
    return views.reshape(-1, size * size * channels)


def _distance(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> float:
    """Squared difference of the two maps, each pixel's features at unit length, weighted and summed over all."""
    difference = _unit(first) - _unit(second)
    return float(((difference * difference) @ weight).sum(dtype=np.float64))


def _unit(features: np.ndarray) -> np.ndarray:
    """Features divided by their Euclidean length over channels."""
    return features / (np.sqrt(np.einsum("hwc,hwc->hw", features, features))[..., None] + np.float32(1e-10))


def _pool(rows: np.ndarray) -> np.ndarray:
    """Maximum over 3x3 with stride 2, no padding; what is left over at the end is dropped."""
    height, width = ((side - 3) // 2 + 1 for side in rows.shape[:2])
    down = np.maximum(np.maximum(rows[0:-2:2], rows[1:-1:2]), rows[2::2]) if height else rows[:0]
    return np.maximum(np.maximum(down[:, 0:-2:2], down[:, 1:-1:2]), down[:, 2::2])[:, :width]


@cache
def _network() -> tuple:
    """(kernel, bias, weight) of the five layers, float32."""
    with np.load(WEIGHTS) as stored:
        return tuple(
            tuple(stored[name].astype(np.float32) for name in (f"conv{i}/kernel", f"conv{i}/bias", f"linear{i}"))
            for i in range(1, 6)
        )
