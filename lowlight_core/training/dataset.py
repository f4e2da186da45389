"""The pictures of a run in memory: what is trained on, and what is only scored."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lowlight_core.datasets.splits import read_split
from lowlight_core.errors import DatasetError
from lowlight_core.image import EXTENSIONS
from lowlight_core.training.card import data_name
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.pairs import TrainingPair, load_pairs, middle, read_rgb
from lowlight_core.training.sampling import Augmentation, Source, check_sizes


@dataclass(frozen=True)
class TrainingData:
    """``sources`` to draw crops from, ``validation`` pairs of the first data set, and how samples are varied."""

    sources: list[Source]
    validation: list[TrainingPair]
    how: Augmentation
    counts: dict

    @classmethod
    def load(cls, config: TrainingConfig):
        """Read everything. Raises DatasetError with one sentence if it cannot be trained on."""
        shares = config.shares or (1.0,) * len(config.data)
        sources, validation, counts = [], [], {}
        for number, (folder, share) in enumerate(zip(config.data, shares, strict=True)):
            train, held_out = divide(Path(folder), config.split if number == 0 else None, config.seed)
            sources.append(Source(share, train))
            validation = validation or [middle(pair) for pair in held_out]
            counts[data_name(folder)] = {"train": len(train), "validation": len(held_out)}
        photos = _photos(Path(config.photos)) if config.photos else []
        if config.darken_truths:
            photos += [pair.high for source in sources for pair in source.pairs]
        if photos:
            sources.append(Source(config.photo_share, photos=photos))
            counts[data_name(config.photos) if config.photos else "truths"] = {"train": len(photos)}
        check_sizes(sources, config.crop)
        how = Augmentation.of(config)
        return cls(sources, validation, how, counts)


def divide(folder: Path, split: str | None, seed: int) -> tuple[list[TrainingPair], list[TrainingPair]]:
    """Training and validation pairs: by the given split, by a ``split.json`` in or above the folder, or every tenth
    at random. Raises DatasetError if that split holds a pair twice, as training pair and as validation pair.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder: expected one with subfolders 'low' and 'high'")
    path = (
        Path(split)
        if split
        else next((p for p in (folder / "split.json", folder.parent / "split.json") if p.is_file()), None)
    )
    if path:
        parts = read_split(path, needed=("train", "validation"))
        train, held_out = load_pairs(folder, parts["train"]), load_pairs(folder, parts["validation"])
        if both := {pair.name for pair in train} & {pair.name for pair in held_out}:
            raise DatasetError(f"{min(both)!r} is under both train and validation of {path}: list each pair once")
        return train, held_out
    pairs = load_pairs(folder)
    if len(pairs) < 2:
        raise DatasetError(f"{folder} has only {len(pairs)} pair: at least 2 are needed, one of them for validation")
    order = np.random.default_rng(seed).permutation(len(pairs))
    cut = max(1, len(pairs) // 10)
    return [pairs[i] for i in order[cut:]], [pairs[i] for i in order[:cut]]


def _photos(folder: Path) -> list[np.ndarray]:
    paths = sorted(p for p in folder.glob("*") if p.suffix.lower() in EXTENSIONS)
    if not paths:
        raise DatasetError(f"no pictures in {folder}: expected {', '.join(EXTENSIONS)}")
    return [read_rgb(path) for path in paths]
