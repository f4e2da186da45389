"""Pairs of pictures in memory, as uint8: what training and validation read."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lowlight_core import image
from lowlight_core.datasets import find_pairs
from lowlight_core.datasets.splits import stems_of
from lowlight_core.errors import DatasetError, ImageError
from lowlight_core.networks import exposure
from lowlight_core.networks.level import thumbnail


@dataclass(frozen=True)
class TrainingPair:
    """A dark picture and its truth, RGB uint8 (H, W, 3) of one size, with what is known of the whole picture."""

    name: str
    low: np.ndarray
    high: np.ndarray
    thumbnail: np.ndarray
    shares: np.ndarray
    level: float

    @classmethod
    def of(cls, name: str, low: np.ndarray, high: np.ndarray):
        return cls(
            name, low, high, thumbnail(low), exposure.histogram(low), exposure.mean_level(exposure.histogram(high))
        )


def middle(pair: TrainingPair, most: int = 1_600_000) -> TrainingPair:
    """A pair of at most ``most`` pixels: the middle of a larger one, with what is known of the whole picture.

    A network sees a validation picture in one pass, whose memory grows with the pixels.
    """
    height, width = pair.low.shape[:2]
    scale = (most / (height * width)) ** 0.5
    if scale >= 1:
        return pair
    rows, columns = int(height * scale), int(width * scale)
    top, left = (height - rows) // 2, (width - columns) // 2
    part = np.s_[top : top + rows, left : left + columns]
    return replace(pair, low=np.ascontiguousarray(pair.low[part]), high=np.ascontiguousarray(pair.high[part]))


def load_pairs(folder: str | Path, names: list[str] | None = None) -> list[TrainingPair]:
    """Read the pairs that `lowlight_core.datasets.find_pairs` sees in ``folder``, or only those called ``names``.

    Names are those of a split (`lowlight_core.datasets.splits`).

    Raises DatasetError if there are none, if one is missing or its name fits several, or if the two pictures of a pair
    differ in size.
    """
    found = {pair.stem: pair for pair in find_pairs(folder).pairs if pair.high}
    wanted = list(found.values()) if names is None else [found[stem] for stem in stems_of(names, found, folder)]
    if not wanted:
        raise DatasetError(f"no pairs in {folder}: expected pictures of the same name in its folders 'low' and 'high'")
    return [_load(pair.stem, pair.low, pair.high) for pair in wanted]


def read_rgb(path: Path) -> np.ndarray:
    """A picture file as RGB uint8 (H, W, 3). Raises DatasetError if it is none."""
    try:
        return image.read(path).pixels
    except ImageError as error:
        raise DatasetError(f"{path} cannot be trained on: {error}") from None


def _load(name: str, low_path: Path, high_path: Path) -> TrainingPair:
    low, high = read_rgb(low_path), read_rgb(high_path)
    if low.shape != high.shape:
        raise DatasetError(
            f"pair {name!r}: low is {low.shape[1]}x{low.shape[0]} but high is {high.shape[1]}x{high.shape[0]}; "
            "both must have the same size"
        )
    return TrainingPair.of(name, low, high)
