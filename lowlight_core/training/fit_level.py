"""Fit the predictor of the automatic level: ``python -m lowlight_core.training.fit_level --data DATASET [...]
--photos DIR``.
"""

import argparse

import numpy as np

from lowlight_core.networks import level
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.sampling import darkened


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
    random = np.random.default_rng(0)
    pairs = [pair for data in sets for pair in data.sources[0].pairs]
    pairs += [darkened(random, [photo]) for photo in (2 * sets[0].sources[1].photos if args.photos else [])]
    predictor = level.LevelPredictor.fit(
        np.array([level.features(p.shares, level.overview(p.low)) for p in pairs]), np.array([p.level for p in pairs])
    )
    predictor.save(args.output)
    for folder, data in zip(args.data, sets, strict=True):
        errors = [
            np.log(level.automatic_level(p.shares, level.overview(p.low), predictor) / p.level) for p in data.validation
        ]
        print(
            f"{folder}: log level off by {np.sqrt(np.mean(np.square(errors))):.3f} over {len(errors)} validation pairs"
        )


if __name__ == "__main__":
    main()
