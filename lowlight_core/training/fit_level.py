"""Fit the predictor of the automatic level: ``python -m lowlight_core.training.fit_level --data DATASET [...]
--photos DIR``.

Every pair teaches whole and in crops, since a crop of the truth has a level of its own: the log error that this prints
is 0.195 and 0.194 on the two cameras instead of 0.200 and 0.209.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from lowlight_core.networks import level
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.pairs import TrainingPair
from lowlight_core.training.sampling import darkened

CROPS, SMALLEST_CROP = 13, 0.45
PHOTO_TIMES = 3


def main() -> None:
    """Fit on the training pairs and on darkened photographs, write the archive, print the error on each set's
    validation pairs.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", action="append", required=True)
    parser.add_argument("--photos")
    parser.add_argument("--output", default=str(level.FILE))
    args = parser.parse_args()
    sets = [
        TrainingData.load(TrainingConfig("lumen", (folder,), "", photos=args.photos, crop=32)) for folder in args.data
    ]
    whole = [pair for data in sets for pair in data.sources[0].pairs]
    photos = PHOTO_TIMES * sets[0].sources[1].photos if args.photos else []
    examples = [(level.features(p.shares, level.overview(p.low)), p.level) for p in _examples(whole, photos)]
    described, levels = (np.array(column) for column in zip(*examples, strict=True))
    predictor = level.LevelPredictor.fit(described, levels, points=len(whole) + len(photos))
    predictor.save(args.output)
    for folder, data in zip(args.data, sets, strict=True):
        errors = [
            np.log(level.automatic_level(p.shares, level.overview(p.low), predictor) / p.level) for p in data.validation
        ]
        print(
            f"{folder}: log level off by {np.sqrt(np.mean(np.square(errors))):.3f} over {len(errors)} validation pairs"
        )


def _examples(whole: list[TrainingPair], photos: list[np.ndarray]) -> Iterator[TrainingPair]:
    """The pairs, the photographs darkened, then the pairs in crops."""
    random = np.random.default_rng(0)
    yield from whole
    for photo in photos:
        yield darkened(random, [photo])
    for pair in CROPS * whole:
        yield _crop(random, pair)


def _crop(random: np.random.Generator, pair: TrainingPair) -> TrainingPair:
    """A random part of a pair, at least `SMALLEST_CROP` of each side."""
    sides = pair.low.shape[:2]
    height, width = (int(side * random.uniform(SMALLEST_CROP, 1)) for side in sides)
    top, left = random.integers(sides[0] - height + 1), random.integers(sides[1] - width + 1)
    window = np.s_[top : top + height, left : left + width]
    return TrainingPair.of("", *(np.ascontiguousarray(each[window]) for each in (pair.low, pair.high)))


if __name__ == "__main__":
    main()
