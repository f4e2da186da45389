"""Fit the predictor of the automatic level: ``python -m lowlight_core.training.fit_level --data DATASET [...]
--photos DIR``.

`level_examples` says what teaches the regression, `level_folds` how well that serves scenes it has not seen.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np

from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.networks import level, level_network, level_regression
from lowlight_core.networks.level_features import features, lit
from lowlight_core.training import level_examples
from lowlight_core.training import level_network as training
from lowlight_core.training.card import data_name
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.pairs import TrainingPair
from lowlight_core.training.sampling import darkened

PHOTO_SHARE = 0.15  # of what the network sees
SEED = 3
CARD = "level.json"


def main() -> None:
    """Fit on the training pairs and on darkened photographs, write both archives, print the errors on each set's
    validation pairs.
    """
    parser = Parser(prog="python -m lowlight_core.training.fit_level", description=__doc__)
    parser.add_argument("--data", action="append", type=options.path, required=True)
    parser.add_argument("--photos", type=options.path)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=level_regression.FILE.parent)
    part = parser.add_mutually_exclusive_group()
    part.add_argument(
        "--leave-out",
        action="store_true",
        help="write nothing; leave every eighth training pair out and print the errors on those: scenes seen before",
    )
    part.add_argument("--keep-network", action="store_true", help="fit the regression alone, keep the network there is")
    args = parser.parse_args()
    sets, photos = level_examples.load(args.data, args.photos)
    judged = [_leave_out(data) if args.leave_out else data.validation for data in sets]
    predictor = level_examples.of([data.sources[0].pairs for data in sets], photos).fit()
    network, how = _kept(args.output) if args.keep_network else _trained(args, sets, photos)

    def regression(shares: np.ndarray, image: np.ndarray) -> float:
        return predictor.predict(features(image, *lit(shares, image)))

    def learned(shares: np.ndarray, image: np.ndarray) -> float:
        return network.predict(*lit(shares, image))

    def both(shares: np.ndarray, image: np.ndarray) -> float:
        return level.mean(regression(shares, image), learned(shares, image))

    guesses = {"regression": regression, "network": learned, "both": both}
    errors = {folder: {} for folder in map(data_name, args.data)}
    for left, pairs in zip(errors.values(), judged, strict=True):
        left |= {name: round(_error(guess, pairs), 4) for name, guess in guesses.items()}
        left["pairs"] = len(pairs)
    card = {
        "what": "root mean square of the logarithm of the automatic level to the truth's, on validation pairs",
        "errors": errors,
        "training": how,
    }
    for folder, left in errors.items():
        figures = ", ".join(f"{name} {left[name]:.3f}" for name in guesses)
        print(f"{folder}: log level off by {figures} over {left['pairs']} pairs")
    if not args.leave_out:
        predictor.save(args.output / level_regression.FILE.name)
        if not args.keep_network:
            network.save(args.output / level_network.FILE.name)
        (args.output / CARD).write_text(json.dumps(card, indent=1))


def _kept(folder: Path) -> tuple[level_network.LevelNetwork, dict]:
    """The network that is there already, and how it was trained."""
    how = json.loads((folder / CARD).read_text())["training"]
    return level_network.LevelNetwork.load(folder / level_network.FILE.name), how


def _trained(
    args: argparse.Namespace, sets: list[TrainingData], photos: list[np.ndarray]
) -> tuple[level_network.LevelNetwork, dict]:
    network, curve = _network(sets, photos, args.seed)
    return network, {"command": _command(args), "seed": args.seed, "steps": training.STEPS, "curve": curve}


def _leave_out(data: TrainingData) -> list[TrainingPair]:
    """Take every eighth pair, in an order of chance, from what is trained on."""
    pairs = data.sources[0].pairs
    taken = set(np.random.default_rng(77).permutation(len(pairs))[::8].tolist())
    left_out = [pairs[number] for number in sorted(taken)]
    pairs[:] = [pair for number, pair in enumerate(pairs) if number not in taken]
    return left_out


def _command(args: argparse.Namespace) -> str:
    data = "".join(f" --data {data_name(folder)}" for folder in args.data)
    photos = f" --photos {data_name(args.photos)}" if args.photos else ""
    return f"python -m lowlight_core.training.fit_level{data}{photos} --seed {args.seed}"


def _network(sets: list[TrainingData], photos: list[np.ndarray], seed: int) -> tuple[level_network.LevelNetwork, list]:
    random = np.random.default_rng(seed)
    sources = [[training.example(p.low, p.high) for p in data.sources[0].pairs] for data in sets]
    shares = [math.sqrt(len(source)) for source in sources]
    if photos:
        truths = [pair.high for data in sets for pair in data.sources[0].pairs]
        darker = (darkened(random, [photo]) for photo in level_examples.PHOTO_POINTS * photos + truths)
        sources.append([training.example(p.low, p.high) for p in darker])
        shares.append(sum(shares) * PHOTO_SHARE / (1 - PHOTO_SHARE))
    return training.train(sources, shares, seed)


def _error(guess, pairs: list[TrainingPair]) -> float:
    """Root mean square of the log of level to truth."""

    found = [level.automatic_level(pair.shares, pair.low, guess) for pair in pairs]
    return float(np.sqrt(np.mean([np.log(one / pair.level) ** 2 for one, pair in zip(found, pairs, strict=True)])))


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.training.fit_level")
