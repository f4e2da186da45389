"""Which pictures of a data set show the same scene, and whether a split puts one scene on both sides.

A split by image leaks where scenes repeat: the network has seen the answer. Two pictures count as one scene when their
shapes agree whatever their exposure: the reference (or the only picture) is reduced to 16x16 gray, each pixel replaced
by its rank, which no rising tone curve changes, broad light and shade is taken away, and the correlation is 0.87 or
more. Scenes are the connected groups. Chosen on LOL v1's 485 training pairs and 222 pairs of another camera, against
a known grouping whose two disagreements were decided by eye: all pairs of one scene correlate by 0.905 or more, all
others by 0.837 at most. A camera moved by more than a few per cent of the frame between two shots is not recognised.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import batch
from lowlight_core.datasets import Dataset
from lowlight_core.datasets.splits import read_split, stems_of
from lowlight_core.errors import DatasetError
from lowlight_core.image import read

SIDE, SIMILAR = 16, 0.87
_BLOCK = 1024  # rows of the table of correlations that are in memory at once


@dataclass(frozen=True)
class Leak:
    """One scene that is on several sides of a split: its names by side."""

    members: dict[str, list[str]]

    def __str__(self) -> str:
        return "; ".join(f"{side}: {', '.join(names)}" for side, names in self.members.items())


def signature(image: np.ndarray) -> np.ndarray:
    """What stays of a scene under any exposure: float32 (256,) of unit length, zero for a picture without shape."""
    small = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    _, rank, counts = np.unique(small, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2  # equal levels share one rank, so a flat area stays flat
    ranks = middle[rank].reshape(SIDE, SIDE).astype(np.float32)
    shape = ranks - cv2.GaussianBlur(ranks, (0, 0), SIDE / 8)
    shape = (shape - shape.mean()).ravel()
    length = float(np.linalg.norm(shape))
    return shape / length if length > 1 else np.zeros_like(shape)


def group(names: list[str], signatures: np.ndarray, similar: float = SIMILAR) -> list[list[str]]:
    """Names grouped by scene, both levels in the order in which they came.

    Args:
        names: one per picture.
        signatures: float32 (n, 256), from `signature`.
        similar: correlation, 0 to 1, from which two pictures are one scene.
    """
    label = np.arange(len(names))  # of the first picture of its scene, as far as is known
    for start in range(0, len(names), _BLOCK):
        for alike in signatures[start : start + _BLOCK] @ signatures.T >= similar:
            near = label[alike]
            if len(near) and near.min() != near.max():
                label[np.isin(label, near)] = near.min()
    scenes: dict[int, list[str]] = {}
    for index, name in enumerate(names):
        scenes.setdefault(int(label[index]), []).append(name)
    return list(scenes.values())


def find_scenes(dataset: Dataset, similar: float = SIMILAR) -> list[list[str]]:
    """Scenes of a data set as lists of stems.

    Raises:
        DatasetError: a picture cannot be read.
    """

    def one(pair) -> np.ndarray:
        return signature(read(pair.high or pair.low).pixels)

    found = []
    for outcome in batch.run(one, dataset.pairs):
        if outcome.error:
            raise DatasetError(f"{outcome.item.stem}: {outcome.error}")
        found.append(outcome.value)
    signatures = np.stack(found) if found else np.zeros((0, SIDE * SIDE), np.float32)
    return group([pair.stem for pair in dataset.pairs], signatures, similar)


def find_leaks(scenes: list[list[str]], side_of: dict[str, str]) -> list[Leak]:
    """Scenes whose members are on more than one side; names without a side do not count."""
    leaks = []
    for names in scenes:
        members: dict[str, list[str]] = {}
        for name in names:
            if name in side_of:
                members.setdefault(side_of[name], []).append(name)
        if len(members) > 1:
            leaks.append(Leak(members))
    return leaks


def sides_by_folder(dataset: Dataset) -> dict[str, str]:
    """The side of each stem by its first folder: ``eval15`` for ``eval15/12``; empty where there are no folders."""
    return {pair.stem: pair.stem.split("/")[0] for pair in dataset.pairs if "/" in pair.stem}


def sides_by_file(dataset: Dataset, path: Path) -> dict[str, str]:
    """The side of each stem by a split file (`lowlight_core.datasets.splits`).

    Raises:
        DatasetError: it is no split, or a name of it fits no picture of this data set, or several.
    """
    stems = [pair.stem for pair in dataset.pairs]
    sides: dict[str, str] = {}
    for side, names in read_split(path).items():
        for stem in stems_of(names, stems, dataset.root):
            if sides.setdefault(stem, side) != side:
                raise DatasetError(f"{path} has {stem!r} under {sides[stem]} and under {side}: a picture has one side")
    return sides


def split_by_scene(scenes: list[list[str]], share: float = 0.1, seed: int = 0) -> dict[str, list[str]]:
    """``train`` and ``validation`` lists of names in which no scene is on both sides; the same for the same seed.

    Validation gets whole scenes, drawn at random, each that brings it nearer to ``share`` (0 to 1) of all names. Each
    side gets at least one scene.

    Raises:
        DatasetError: there are not two scenes.
    """
    if len(scenes) < 2:
        raise DatasetError("all pictures show one scene: a split by scene takes at least two")
    order = random.Random(seed).sample(range(len(scenes)), len(scenes))
    wanted, chosen, count = share * sum(map(len, scenes)), set(), 0
    for index in order[:-1]:
        if count + len(scenes[index]) / 2 <= wanted:
            chosen.add(index)
            count += len(scenes[index])
    chosen = chosen or {min(order, key=lambda index: len(scenes[index]))}
    sides = {"train": [], "validation": []}
    for index, names in enumerate(scenes):
        sides["validation" if index in chosen else "train"] += names
    return sides
