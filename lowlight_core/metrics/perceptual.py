"""LPIPS: the distance of two pictures in the features of AlexNet, weighted as people judge. No deep-learning framework.

The five convolutions run in NumPy as matrix products over strips of rows. Only the two feature maps between layers are
ever whole in memory (about 30 MB per megapixel), and the result does not depend on how rows were cut. Always at full
size: nothing is shrunk to save memory or time.

Source: Zhang, Isola, Efros, Shechtman, Wang, The Unreasonable Effectiveness of Deep Features as a Perceptual Metric,
CVPR 2018, version 0.1, AlexNet.
"""

import math

import numpy as np

from lowlight_core import alexnet

_STRIP_VALUES = 8_000_000  # float32 in the largest temporary array: 32 MB


def lpips(image: np.ndarray, reference: np.ndarray) -> float:
    """LPIPS 0.1 (AlexNet) of two RGB uint8 images: 0 for identical ones; above about 0.5 they look unlike.

    Pictures below 31 pixels on the smaller side give ``nan``.
    """
    if min(image.shape[:2]) < alexnet.SMALLEST:
        return math.nan
    maps = [image, reference]
    total = 0.0
    for (kernel, bias, weight), (stride, padding, pooled) in zip(alexnet.network(), alexnet.LAYERS, strict=True):
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
    rows = max(2, _STRIP_VALUES // (width * kernel[..., 0].size) // 2 * 2)
    total, following = 0.0, ([], [])
    for top in range(0, height, rows):
        bottom = min(top + rows + pooled, height)  # pooling looks one row beyond an even strip
        needed = top * stride - padding, (bottom - 1) * stride + size - padding
        strips = [alexnet.convolve(alexnet.padded(each, *needed, padding), kernel, bias, stride) for each in maps]
        total += _distance(strips[0][:rows], strips[1][:rows], weight)
        for parts, strip in zip(following, strips, strict=True):
            parts.append(alexnet.pool(strip) if pooled else strip)
    return total / (height * width), [np.concatenate(parts) for parts in following]


def _distance(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> float:
    """Squared difference of the two maps, each pixel's features at unit length, weighted and summed over all."""
    difference = _unit(first) - _unit(second)
    return float(((difference * difference) @ weight).sum(dtype=np.float64))


def _unit(features: np.ndarray) -> np.ndarray:
    """Features divided by their Euclidean length over channels."""
    return features / (np.sqrt(np.einsum("hwc,hwc->hw", features, features))[..., None] + np.float32(1e-10))
