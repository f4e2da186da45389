"""A small network's guess of a picture's level, in NumPy: what can be learned from the pairs themselves.

AlexNet's features, learned from a million pictures of objects, serve `level_regression`; these are learned from
pairs of dark pictures and their truths alone. ``weights/level.json`` holds what error each leaves, and their mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import alexnet
from lowlight_core.networks import weights

FILE = Path(__file__).parents[1] / "weights" / "level_network.npz"
SIDE = 96
STRIDES = 2, 2, 1, 2, 1, 2, 1, 2
CENTER, GAIN_SCALE = 0.45, 1 / 3


def view(lit: np.ndarray) -> np.ndarray:
    """What the network sees of a lit picture, float32 (H, W, 3) in [0, 1]: (96, 96, 3) around zero."""
    return cv2.resize(lit, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) - np.float32(CENTER)


@dataclass(frozen=True)
class LevelNetwork:
    """3x3 convolutions with ReLU, their means and maxima over the picture, and two dense layers.

    ``convolutions``: (kernel, bias) each, (3, 3, in, out) and (out,), with `STRIDES`; ``dense``: (matrix, bias) each.
    """

    convolutions: Sequence[tuple[np.ndarray, np.ndarray]]
    dense: Sequence[tuple[np.ndarray, np.ndarray]]

    def predict(self, lit: np.ndarray, gain: float) -> float:
        """The level in (0, 1) for a picture lit by ``gain``, float32 (H, W, 3) in [0, 1]."""
        maps = view(lit)
        for (kernel, bias), stride in zip(self.convolutions, STRIDES, strict=True):
            maps = alexnet.convolve(alexnet.padded(maps, -1, len(maps) + 1, 1), kernel, bias, stride)
        (hidden, hidden_bias), (output, output_bias) = self.dense
        described = np.concatenate([maps.mean((0, 1)), maps.max((0, 1)), [np.float32(np.log(gain) * GAIN_SCALE)]])
        return float(np.exp(np.maximum(described @ hidden + hidden_bias, 0) @ output + output_bias)[0])

    def save(self, path: Path) -> None:
        """Write as a NumPy archive in half precision."""
        np.savez_compressed(
            path, *(part.astype(np.float16) for layer in (*self.convolutions, *self.dense) for part in layer)
        )

    @classmethod
    def load(cls, path: Path = FILE):
        """Read what :meth:`save` wrote. Raises WeightsError if it is missing or damaged."""
        with weights.archive(path) as arrays:
            parts = [arrays[f"arr_{index}"].astype(np.float32) for index in range(2 * len(STRIDES) + 4)]
        layers = list(zip(parts[::2], parts[1::2], strict=True))
        return cls(layers[: len(STRIDES)], layers[len(STRIDES) :])


@lru_cache(maxsize=1)
def shipped() -> LevelNetwork:
    """The network that comes with the program."""
    return LevelNetwork.load()
