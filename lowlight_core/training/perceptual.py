"""Distances between features of networks trained to recognise things: details that look right, not only pixels that
fit.

The features come as NumPy archives (``NAME/kernel``, ``NAME/bias``); where they are missing the loss is off and the
card says so.
"""

import numpy as np
from keras import ops

SHIFT = np.array([-0.030, -0.088, -0.188], np.float32)
SCALE = np.array([0.458, 0.448, 0.450], np.float32)


def _prepare(x):
    return (2 * x - 1 - SHIFT) / SCALE


def _layer(x, archive, name, stride=1, padding="same"):
    kernel, bias = (archive[f"{name}/{part}"].astype(np.float32) for part in ("kernel", "bias"))
    return ops.relu(ops.conv(x, ops.convert_to_tensor(kernel), strides=stride, padding=padding) + bias)


def _pad(x, size):
    return ops.pad(x, ((0, 0), (size, size), (size, size), (0, 0)))


class Lpips:
    """LPIPS 0.1 on AlexNet features as a loss: call it with (truth, output), each (B, H, W, 3) in [0, 1]."""

    def __init__(self, path):
        self.archive = {key: value.astype(np.float32) for key, value in np.load(path).items()}

    def _features(self, x):
        a, outputs = self.archive, []
        x = _layer(_pad(_prepare(x), 2), a, "conv1", stride=4, padding="valid")
        outputs.append(x)
        x = _layer(_pad(ops.max_pool(x, 3, 2, "valid"), 2), a, "conv2", padding="valid")
        outputs.append(x)
        x = ops.max_pool(x, 3, 2, "valid")
        for name in ("conv3", "conv4", "conv5"):
            x = _layer(x, a, name)
            outputs.append(x)
        return outputs

    def __call__(self, truth, output):
        total = 0.0
        for i, (p, q) in enumerate(zip(self._features(truth), self._features(output), strict=True), start=1):
            weights = self.archive[f"linear{i}"].reshape(-1)
            total += ops.mean(ops.sum(ops.square(_unit(p) - _unit(q)) * weights, axis=-1))
        return total


def _unit(x):
    return x / ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True) + 1e-10)


class Vgg:
    """L1 between VGG16's conv3_3 features (scaled to unit mean), on the middle of each crop to keep it affordable."""

    LAYERS = ("conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3")

    def __init__(self, path, window: int = 48):
        self.archive = {key: value.astype(np.float32) for key, value in np.load(path).items()}
        self.window = window

    def _features(self, x):
        top, left = (max(0, side - self.window) // 2 for side in x.shape[1:3])
        x = _prepare(x[:, top : top + self.window, left : left + self.window])
        for name in self.LAYERS:
            x = _layer(x, self.archive, name)
            if name in ("conv1_2", "conv2_2"):
                x = ops.max_pool(x, 2, 2)
        return x

    def __call__(self, truth, output):
        p, q = self._features(truth), self._features(output)
        return ops.mean(ops.abs(p - q)) / (ops.mean(ops.abs(p)) + 1e-3)
