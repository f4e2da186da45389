"""Pairs of pictures in memory, as uint8: what training and validation read."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from lowlight_core import image
from lowlight_core.datasets import Pair, find_pairs
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


def load_pairs(folder: str | Path, names: list[str] | None = None) -> list[TrainingPair]:
    """Read the pairs that `lowlight_core.datasets.find_pairs` sees in ``folder``, or only those called ``names``.

    A name is the pair's in the data set, ``our485/12``, or an end of it that no other pair shares, ``12``; folders
    above the data set may stand before it, and the extension of a picture behind.

    Raises DatasetError if there are none, if one is missing or its name fits several, or if the two pictures of a pair
    differ in size.
    """
    found = {pair.stem: pair for pair in find_pairs(folder).pairs if pair.high}
    wanted = list(found.values()) if names is None else _named(names, found, folder)
    if not wanted:
        raise DatasetError(f"no pairs in {folder}: expected pictures of the same name in its folders 'low' and 'high'")
    return [_load(pair.stem, pair.low, pair.high) for pair in wanted]


def _named(names: list[str], found: dict[str, Pair], folder: str | Path) -> list[Pair]:
    """The pair of each name of a split, of those ``found`` by their whole names."""
    by_end = defaultdict(list)
    for stem in found:
        for end in _ends(stem):
            by_end[end].append(stem)

    def fitting(name: str) -> list[str]:
        return [name] if name in found else by_end[name] or [end for end in _ends(name) if end in found][:1]

    names = [_without_extension(name) for name in names]
    stems = [fitting(name) for name in names]
    missing = [name for name, fits in zip(names, stems, strict=True) if not fits]
    if missing:
        raise DatasetError(f"{folder} lacks {len(missing)} pairs of the split, the first is {missing[0]!r}")
    unclear = [(name, *fits) for name, fits in zip(names, stems, strict=True) if len(fits) > 1]
    if unclear:
        name, first, second, *_ = unclear[0]
        raise DatasetError(
            f"{name!r} of the split fits {first!r} and {second!r} in {folder}: name the pair with its folder"
        )
    return [found[stem] for stem, *_ in stems]


def _ends(name: str) -> list[str]:
    """``a/b/c`` -> ``a/b/c``, ``b/c``, ``c``."""
    parts = name.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _without_extension(name: str) -> str:
    """``12.png`` -> ``12``, but ``scene.1`` as it is."""
    path = PurePosixPath(name)
    return str(path.with_suffix("") if path.suffix.lower() in image.EXTENSIONS else path)


def read_split(path: str | Path) -> dict[str, list[str]]:
    """The names under ``train`` and ``validation`` of a split file. Raises DatasetError if it holds no such lists."""
    try:
        content = json.loads(Path(path).read_text("utf-8"))
        return {part: [str(name) for name in content[part]] for part in ("train", "validation")}
    except (ValueError, KeyError, TypeError):
        raise DatasetError(
            f"{path} is no split to train with: expected JSON with lists of names under train and validation"
        ) from None


def read_rgb(path: Path) -> np.ndarray:
    """A picture file as RGB uint8 (H, W, 3). Raises DatasetError if it is none."""
    try:
        return image.read(path).pixels
    except ImageError as error:
        raise DatasetError(f"{path.name} cannot be trained on: {error}") from None


def _load(name: str, low_path: Path, high_path: Path) -> TrainingPair:
    low, high = read_rgb(low_path), read_rgb(high_path)
    if low.shape != high.shape:
        raise DatasetError(
            f"pair {name!r}: low is {low.shape[1]}x{low.shape[0]} but high is {high.shape[1]}x{high.shape[0]}; "
            "both must have the same size"
        )
    return TrainingPair.of(name, low, high)
