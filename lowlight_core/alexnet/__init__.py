"""AlexNet's five convolutions in NumPy: what LPIPS compares, and what tells the automatic level which scene it sees.

No deep-learning framework and no state to share: any number of threads may use it at once.

Source: Krizhevsky, Sutskever, Hinton, ImageNet Classification with Deep Convolutional Neural Networks, NIPS 2012.
Weights: those of LPIPS 0.1 (Zhang et al., CVPR 2018), float16, under the BSD licence beside them.
"""

from functools import cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).with_name("weights.npz")
SMALLEST = 31  # pixels; less leaves nothing for the last layers
LAYERS = ((4, 2, True), (1, 2, True), (1, 1, False), (1, 1, False), (1, 1, False))  # stride, padding, then pooled
_SHIFT = np.array((-0.030, -0.088, -0.188), np.float32)
_SCALE = np.array((0.458, 0.448, 0.450), np.float32)


@cache
def network() -> tuple:
    """(kernel, bias, weight) of the five layers, float32: (k, k, in, out), (out,), and LPIPS's weights (out,)."""
    with np.load(WEIGHTS) as stored:
        return tuple(
            tuple(stored[name].astype(np.float32) for name in (f"conv{i}/kernel", f"conv{i}/bias", f"linear{i}"))
            for i in range(1, 6)
        )


def activations(image: np.ndarray) -> list[np.ndarray]:
    """The five layers' maps after ReLU, float32 (H', W', 64 | 192 | 384 | 256 | 256), of a small picture.

    ``image`` is RGB float32 (H, W, 3) in [0, 1], both sides at least `SMALLEST`; whole maps are held in memory.
    """
    maps, given = [], standardised(image)
    for (kernel, bias, _), (stride, padding, pooled) in zip(network(), LAYERS, strict=True):
        rows = padded(given, -padding, len(given) + padding, padding)
        maps.append(convolve(rows, kernel, bias, stride))
        given = pool(maps[-1]) if pooled else maps[-1]
    return maps


def standardised(image: np.ndarray) -> np.ndarray:
    """RGB, uint8 or float in [0, 1], in the units that the network was trained on: float32 of the same shape."""
    scale = np.float32(2 / 255 if image.dtype == np.uint8 else 2)
    return (image * scale - 1 - _SHIFT) / _SCALE


def padded(features: np.ndarray, first: int, last: int, padding: int) -> np.ndarray:
    """Rows first..last of a map (H, W, C) and ``padding`` columns on each side, zero where they lie outside: float32.

    A picture (uint8) is standardised here, so that it is never whole in float32.
    """
    height, width, channels = features.shape
    inside = features[max(first, 0) : min(last, height)]
    if features.dtype == np.uint8:
        inside = standardised(inside)
    rows = np.zeros((last - first, width + 2 * padding, channels), np.float32)
    top = max(-first, 0)
    rows[top : top + len(inside), padding : padding + width] = inside
    return rows


def convolve(rows: np.ndarray, kernel: np.ndarray, bias: np.ndarray, stride: int) -> np.ndarray:
    """Convolution with ReLU of padded rows (h, w, in): one matrix product, float32 (h', w', out)."""
    size = kernel.shape[0]
    height, width = ((side - size) // stride + 1 for side in rows.shape[:2])
    product = _windows(rows, size, stride, height, width) @ kernel.reshape(-1, kernel.shape[3])
    return np.maximum(product + bias, 0).reshape(height, width, -1)


def _windows(rows: np.ndarray, size: int, stride: int, height: int, width: int) -> np.ndarray:
    """What the kernel sees at each place of padded rows: float32 (places, size * size * in).

    One row of a window is contiguous in memory, so gathering is copying runs of ``size * in`` numbers.
    """
    channels, (row, column, item) = rows.shape[2], rows.strides
    shape = (height, width, size, size * channels)
    views = np.lib.stride_tricks.as_strided(rows, shape, (row * stride, column * stride, row, item), writeable=False)
    return views.reshape(-1, size * size * channels)


def pool(rows: np.ndarray) -> np.ndarray:
    """Maximum over 3x3 with stride 2, no padding; what is left over at the end is dropped."""
    height, width = ((side - 3) // 2 + 1 for side in rows.shape[:2])
    down = np.maximum(np.maximum(rows[0:-2:2], rows[1:-1:2]), rows[2::2]) if height else rows[:0]
    return np.maximum(np.maximum(down[:, 0:-2:2], down[:, 1:-1:2]), down[:, 2::2])[:, :width]
