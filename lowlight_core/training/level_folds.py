"""How far the regression of the automatic level is off on scenes that did not teach it: ``python -m
lowlight_core.training.level_folds --data DATASET [...] --photos DIR``.

Cross-validation over the training pairs and photographs, all pictures of a scene (`datasets.scenes`) in one fold.
The validation pairs are few: what is chosen about the regression is chosen by this, and by them only confirmed.
"""

import numpy as np

from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.datasets import scenes
from lowlight_core.training import level_examples
from lowlight_core.training.card import data_name

FOLDS = 10
TOLD = 28.0  # dB: about what a picture scores when the level is known


def main() -> None:
    """Print, for each data set and for the photographs, the error of the level in ten folds and what it costs."""
    parser = Parser(prog="python -m lowlight_core.training.level_folds", description=__doc__)
    parser.add_argument("--data", action="append", type=options.path, required=True)
    parser.add_argument("--photos", type=options.path)
    args = parser.parse_args()
    sets, photos = level_examples.load(args.data, args.photos)
    pairs = [data.sources[0].pairs for data in sets]
    examples = level_examples.of(pairs, photos)
    fold_of = folds([pair.high for each in pairs for pair in each] + photos, FOLDS)
    guessed = _guessed(examples, fold_of)
    counts = [*map(len, pairs), *([len(photos)] if photos else [])]
    names = [*map(data_name, args.data), "photographs made dark"]
    ends = np.cumsum(counts)
    for name, end, count in zip(names, ends, counts, strict=False):
        part = np.s_[end - count : end]
        print(f"{name}: {_told(guessed[part], examples.levels[part])} over {count} pictures in {FOLDS} folds by scene")


def folds(truths: list[np.ndarray], count: int) -> np.ndarray:
    """The fold of each of RGB uint8 ``truths``, (N,) in 0 to ``count`` - 1: pictures of one scene share one."""
    signatures = np.array([scenes.signature(truth) for truth in truths])
    groups = scenes.group([str(number) for number in range(len(truths))], signatures)
    found = np.empty(len(truths), int)
    for place, chosen in enumerate(np.random.default_rng(5).permutation(len(groups))):
        found[[int(number) for number in groups[chosen]]] = place % count
    return found


def _guessed(examples: level_examples.Examples, fold_of: np.ndarray) -> np.ndarray:
    """The level guessed for every picture's first example by a regression that its fold did not teach."""
    guessed = np.empty(len(fold_of))
    for fold in range(fold_of.max() + 1):
        predictor = examples.fit(fold_of[examples.owners] != fold)
        for number in np.flatnonzero(fold_of == fold):
            guessed[number] = predictor.predict(examples.described[number])
    return guessed


def _told(guessed: np.ndarray, levels: np.ndarray) -> str:
    """The root mean square of the log error, and the decibels lost where PSNR would be `TOLD` without any."""
    off = np.sqrt(np.mean(np.log(guessed / levels) ** 2))
    lost = 10 * np.log10(1 + (guessed - levels) ** 2 * 10 ** (TOLD / 10))
    return f"log level off by {off:.3f}, which costs {lost.mean():.2f} +- {lost.std() / len(lost) ** 0.5:.2f} dB"


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.training.level_folds")
