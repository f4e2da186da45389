"""The figures of the cards, again for anybody who has the data.

    python -m lowlight_core.training.score lumen unet --data DATASET --data OTHER [--write]

Whole pictures through the app's own inference, scored by `lowlight_core.metrics`: once as the app gives them, and once
told the mean level of the truth, as by the knob ``brightness``. ``--write`` puts the figures into the cards.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from lowlight_core import inference, metrics, networks, provenance
from lowlight_core.atomic import write_bytes
from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.enhancers import learned
from lowlight_core.metrics.statistics import spread
from lowlight_core.networks import cards
from lowlight_core.training.card import data_name
from lowlight_core.training.dataset import divide
from lowlight_core.training.pairs import TrainingPair

NAMES = ("psnr", "ssim", "psnr_gt_mean", "lpips")
EMULATED = 128


def score(outputs, pairs: list[TrainingPair], names=NAMES) -> dict[str, float | None]:
    """Mean of each metric over the pairs, and its standard error under ``NAME_error``; None where there is none, as of
    a single pair.
    """
    rows = [metrics.measure(output, pair.high, names) for output, pair in zip(outputs, pairs, strict=True)]
    result = {"pairs": len(pairs)}
    for name in names:
        found = spread(row[name] for row in rows).as_json()
        for key, figure in ((name, "mean"), (f"{name}_error", "standard_error")):
            result[key] = None if found[figure] is None else round(found[figure], 4)
    return result


def validation_scores(runner: inference.Runner, pairs: list[TrainingPair], names=NAMES, **knobs: float) -> dict:
    """Scores as the app works, with ``knobs`` of `inference.Runner.enhance` at the method's defaults; with
    ``given_level`` those of the network told the level of the truth.
    """
    scores = score((runner.enhance(pair.low, **knobs) for pair in pairs), pairs, names)
    if runner.network.lifted:
        scores["given_level"] = score((runner.enhance(p.low, 255 * p.level, **knobs) for p in pairs), pairs, names)
    return scores


def precision_check(path: Path, pairs: list[TrainingPair], known: dict | None = None) -> dict:
    """bfloat16 against float32 on ``pairs``: largest difference in 1/255, and whether it is small enough to be used.

    A processor that multiplies bfloat16 is timed with both as well (milliseconds), and the faster must be bfloat16. One
    that only emulates it takes a hundred times longer: it compares the middle `EMULATED` pixels and times nothing, or
    takes what is ``known`` of the same weights.
    """
    weights = provenance.file_digest(cards.weights_of(path))
    emulated = not cards.processor_has_bfloat16()
    if emulated and known and known.get("weights") == weights:
        return known
    exact, fast = (inference.load(path, precision) for precision in ("float32", "mixed_bfloat16"))
    pictures = [_middle(pair.low, EMULATED) if emulated else pair.low for pair in pairs]
    largest = max(int(np.abs(exact.enhance(p).astype(int) - fast.enhance(p)).max()) for p in pictures)
    found = {"weights": weights, "largest_difference": largest, "pictures": len(pictures), "chosen": largest <= 2}
    if emulated:
        return found | {"emulated": f"the middle {EMULATED}x{EMULATED} pixels"}
    times = {"float32": exact, "bfloat16": fast}
    times = {name: round(1000 * _seconds(runner, pictures[0]), 1) for name, runner in times.items()}
    return found | {"milliseconds": times, "chosen": largest <= 2 and times["bfloat16"] < times["float32"]}


def _middle(image: np.ndarray, side: int) -> np.ndarray:
    top, left = (max(0, (length - side) // 2) for length in image.shape[:2])
    return np.ascontiguousarray(image[top : top + side, left : left + side])


def _seconds(runner: inference.Runner, image: np.ndarray) -> float:
    """The shortest of seven."""
    shortest = np.inf
    for _ in range(7):
        start = time.perf_counter()
        runner.enhance(image)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def size(card: dict) -> dict[str, int]:
    """Parameters, and the multiplications with addition that one picture of 600x400 takes."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    network = networks.get(card["network"])
    model = networks.checked(card["network"], card["settings"])
    height, width = (side + -side % network.multiple for side in (400, 600))
    small = networks.THUMBNAIL
    shapes = {"image": (1, height, width, 3), "thumbnail": (1, small, small, 3), "context": (1, 2)}
    specs = [tf.TensorSpec(shapes[tensor.name], tf.float32) for tensor in model.inputs]
    run = tf.function(lambda *inputs: model(list(inputs), training=False)).get_concrete_function(*specs)
    options = tf.compat.v1.profiler.ProfileOptionBuilder(tf.compat.v1.profiler.ProfileOptionBuilder.float_operation())
    graph = convert_variables_to_constants_v2(run).graph
    profile = tf.compat.v1.profiler.profile(graph, options=options.with_empty_output().build())
    return {"parameters": model.count_params(), "multiply_adds_600x400": profile.total_float_ops // 2}


def complete(name: str, data: list[str], split: str | None = None, names=NAMES) -> dict:
    """The card of ``name`` with all figures recomputed on the validation pairs of every data set."""
    path = cards.path_of(name)
    card = cards.read(path)
    sets = [divide(Path(folder), split if number == 0 else None, 0)[1] for number, folder in enumerate(data)]
    card |= size(card)
    card["bfloat16"] = precision_check(path, sets[0][:12], card.get("bfloat16"))
    runner = inference.load(path, cards.precision(card))
    knobs = {"shadows": learned.from_weights(path).defaults().get("shadows", 0)}
    card["validation"] = {"data": data_name(data[0]), **validation_scores(runner, sets[0], names, **knobs)}
    if len(data) > 1:
        card["other_validation"] = [
            {"data": data_name(folder), **validation_scores(runner, pairs, names, **knobs)}
            for folder, pairs in zip(data[1:], sets[1:], strict=True)
        ]
    return card


def main() -> None:
    """Score the named networks, or folders with weights, and print a line for each."""
    kind, program = argparse.RawDescriptionHelpFormatter, "python -m lowlight_core.training.score"
    parser = Parser(prog=program, description=__doc__, formatter_class=kind)
    parser.add_argument(
        "networks", nargs="+", type=options.path, help="names of shipped networks, or output folders of 'train'"
    )
    parser.add_argument(
        "--data", action="append", type=options.path, required=True, help="data set with low and high; may be repeated"
    )
    parser.add_argument(
        "--split", type=options.path, help="JSON with names under train and validation; else split.json beside the data"
    )
    parser.add_argument("--write", action="store_true", help="put the figures into the cards")
    parser.add_argument("--metrics", type=options.listed, default=",".join(NAMES), help="which, with commas between")
    args = parser.parse_args()
    for find, names in ((cards.read, args.networks), (metrics.get, args.metrics)):  # all, before any work
        for name in names:
            find(name)
    for name in args.networks:
        card = complete(name, args.data, args.split, args.metrics)
        for entry in (card["validation"], *card.get("other_validation", [])):
            print(name, json.dumps(entry), flush=True)
        print(
            name, json.dumps(card["bfloat16"]), f"{card['multiply_adds_600x400'] / 1e9:.1f} G multiply-adds", flush=True
        )
        if args.write:
            write_bytes(cards.path_of(name), json.dumps(card, indent=1).encode(), overwrite=True)


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.training.score")
