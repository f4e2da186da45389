"""Each classical method at the setting that suits a data set best:
``python -m lowlight_core.evaluation.best_settings DATASET``.

A network is trained on a data set; to compare it with classical methods at their defaults alone would be unfair. Their
settings are chosen here on the very pairs that are scored, which favours them. Coordinate descent from the defaults:
one knob after the other takes its best value of a short list, twice.
"""

import json
from collections.abc import Iterable
from functools import partial

import numpy as np

from lowlight_core import batch, enhancers
from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.datasets import find_pairs
from lowlight_core.datasets.splits import read_split, stems_of
from lowlight_core.enhancer import Enhancer, Param
from lowlight_core.errors import DatasetError, LowlightError
from lowlight_core.image import read
from lowlight_core.metrics import measure

ROUNDS = 2
VALUES = 5  # tried of a number


def candidates(param: Param) -> list:
    """Values worth trying for one knob: every choice, or a few numbers evenly between its bounds."""
    if param.choices:
        return list(param.choices)
    if param.minimum is None or param.maximum is None:
        return [False, True]
    numbers = np.linspace(param.minimum, param.maximum, VALUES)
    return [round(float(number)) if param.type == "int" else round(float(number), 3) for number in numbers]


def best(method: Enhancer, pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[dict, float]:
    """The best settings found and their mean PSNR in dB over pairs of dark and true pictures, RGB uint8 (H, W, 3)."""
    settings = method.check({})
    score = _mean_psnr(method, settings, pairs)
    for _ in range(ROUNDS):
        before = score
        for param in method.params:
            for value in candidates(param):
                trial = {**settings, param.name: value}
                if trial != settings and (found := _mean_psnr(method, trial, pairs)) > score:
                    settings, score = trial, found
        if score == before:
            break
    return settings, score


def _mean_psnr(method: Enhancer, settings: dict, pairs) -> float:
    outcomes = list(batch.run(partial(_psnr, method, settings), pairs))
    if failed := [outcome.error for outcome in outcomes if outcome.error]:
        raise LowlightError(f"{method.name} failed with {settings}: {failed[0]}")
    return float(np.mean([outcome.value for outcome in outcomes]))


def _psnr(method: Enhancer, settings: dict, pair: tuple[np.ndarray, np.ndarray]) -> float:
    low, high = pair
    return measure(method(low, **settings), high, ("psnr",))["psnr"]


def load(dataset: str, names: Iterable[str] | None = None) -> list[tuple[np.ndarray, np.ndarray]]:
    """The data set's pairs, or those called ``names``. Raises DatasetError if there are none."""
    found = [pair for pair in find_pairs(dataset).pairs if pair.high]
    if names is not None:
        wanted = set(stems_of(names, [pair.stem for pair in found], dataset))
        found = [pair for pair in found if pair.stem in wanted]
    if not found:
        raise DatasetError(f"no pairs to score in {dataset}: expected folders such as low and high, paired by name")
    return [(read(pair.low).pixels, read(pair.high).pixels) for pair in found]


def main() -> int:
    """Print a line for every classical method: the mean PSNR at its defaults, at its best, and which settings those
    are.
    """
    parser = Parser(prog="python -m lowlight_core.evaluation.best_settings", description=__doc__)
    parser.add_argument("dataset", type=options.path, help="folder with subfolders such as low and high")
    parser.add_argument(
        "--split",
        type=options.path,
        metavar="FILE",
        help="JSON file whose list 'validation' names the pairs to score",
    )
    parser.add_argument("--methods", type=options.listed, help="which, with commas between; else all classical ones")
    args = parser.parse_args()
    methods = [enhancers.get(name) for name in args.methods or enhancers.names("classical")]  # before any work
    names = read_split(args.split, needed=["validation"])["validation"] if args.split else None
    pairs = load(args.dataset, names)
    for method in methods:
        default = _mean_psnr(method, method.check({}), pairs)
        settings, score = best(method, pairs)
        print(f"{method.name}: {default:.2f} dB by default, {score:.2f} dB with {json.dumps(settings)}", flush=True)
    return 0


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.evaluation.best_settings")
