"""What teaches the regression of the automatic level: pairs and photographs made dark, whole and in crops.

Half of the crops are mirrored, and a crop of the truth has a level of its own. Data sets of few pairs give more crops
of each, so that every camera counts alike. Photographs made dark, the truths of the pairs among them, teach what the
pairs of two cameras cannot: what else people photograph, otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lowlight_core import batch
from lowlight_core.networks.level_features import features, lit
from lowlight_core.networks.level_regression import LevelPredictor
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.pairs import TrainingPair
from lowlight_core.training.sampling import darkened

CROPS, SMALLEST_CROP = 11_000, 0.35  # of each data set; of a side
PHOTO_POINTS, PHOTO_CROPS = 3, 30  # of each photograph
DARKENED = 4  # of each truth


@dataclass(frozen=True)
class Examples:
    """Features (N, F), levels (N,) of the truths, and the picture that each is of (N,): pairs are numbered first, then
    photographs. The first ``points``, the pairs whole before all, are what the regression keeps.
    """

    described: np.ndarray
    levels: np.ndarray
    owners: np.ndarray
    points: int

    def fit(self, chosen: np.ndarray | None = None) -> LevelPredictor:
        """The regression taught by all of them, or by those ``chosen``, bool (N,)."""
        chosen = np.ones(len(self.levels), bool) if chosen is None else chosen
        return LevelPredictor.fit(self.described[chosen], self.levels[chosen], int(chosen[: self.points].sum()))


def load(folders: list[str], photos: str | None) -> tuple[list[TrainingData], list[np.ndarray]]:
    """The data sets and the photographs in the folders. Raises DatasetError as `TrainingData.load` does."""
    sets = [TrainingData.load(TrainingConfig("lumen", (folder,), "", photos=photos, crop=32)) for folder in folders]
    return sets, sets[0].sources[1].photos if photos else []


def of(sets: list[list[TrainingPair]], photos: list[np.ndarray]) -> Examples:
    """All examples that data ``sets`` and ``photos``, RGB uint8 each, give; some 30,000 and some minutes."""
    found = (outcome.value for outcome in batch.run(_described, examples(sets, photos)))
    described, levels, owners = (np.array(column) for column in zip(*found, strict=True))
    return Examples(described, levels, owners, sum(map(len, sets)) + PHOTO_POINTS * len(photos))


def _described(example: tuple[int, TrainingPair]) -> tuple[np.ndarray, float, int]:
    owner, pair = example
    return features(pair.low, *lit(pair.shares, pair.low)), pair.level, owner


def examples(sets: list[list[TrainingPair]], photos: list[np.ndarray]) -> Iterator[tuple[int, TrainingPair]]:
    """Each with the number of its picture: first pairs and photographs made dark, whole; then the others."""
    random = np.random.default_rng(0)
    pairs = list(enumerate(pair for each in sets for pair in each))
    dark = list(enumerate(photos, len(pairs)))
    yield from pairs
    for owner, photo in PHOTO_POINTS * dark:
        yield owner, darkened(random, [photo])
    first = 0
    for each in sets:
        for number in range(CROPS):
            owner, pair = pairs[first + number % len(each)]
            yield owner, _crop(random, pair)
        first += len(each)
    for owner, photo in PHOTO_CROPS * dark:
        yield owner, _crop(random, darkened(random, [photo]))
    for owner, pair in DARKENED * pairs if photos else ():
        yield owner, darkened(random, [pair.high])


def _crop(random: np.random.Generator, pair: TrainingPair) -> TrainingPair:
    """A random part of a pair, at least `SMALLEST_CROP` of each side, mirrored or not."""
    sides = pair.low.shape[:2]
    height, width = (int(side * random.uniform(SMALLEST_CROP, 1)) for side in sides)
    top, left = random.integers(sides[0] - height + 1), random.integers(sides[1] - width + 1)
    window = np.s_[top : top + height, left : left + width]
    step = random.choice((1, -1))
    return TrainingPair.of("", *(np.ascontiguousarray(each[window][:, ::step]) for each in (pair.low, pair.high)))
