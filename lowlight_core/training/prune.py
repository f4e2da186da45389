"""What every residual block of lumen is worth, and lumen without some of them.

    python -m lowlight_core.training.prune FOLDER --data DATASET [--data OTHER]
    python -m lowlight_core.training.prune FOLDER --drop up1.3 --drop down1.3 --output DIR

The first silences one block at a time and prints the PSNR on each set's validation pairs, told the level of the truth.
The second writes the network without the named ones, from where ``train --start-from DIR/lumen.weights.h5`` goes on.
FOLDER: an output folder of ``train``, or ``lumen`` for the weights that ship.
"""

import argparse
import json
import re
from contextlib import contextmanager
from pathlib import Path

from lowlight_core import networks
from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.errors import TrainingError
from lowlight_core.networks import cards, compiled, weights
from lowlight_core.training.dataset import divide

NETWORK = "lumen"


def blocks(model, settings: dict) -> dict:
    """The gated convolution that ends each residual block, by the block's name in the order of computation.

    ``down2.1`` is the first block at the second finest resolution on the way down.
    """
    down, up = settings["down"], settings["up"]
    names = [f"down{level}.{n}" for level, depth in enumerate(down, 1) for n in range(1, depth + 1)]
    back = reversed(list(enumerate(up, 1)))
    names += [f"up{level}.{n}" for level, depth in back for n in range(1, depth + 1)]
    gated = [layer for layer in model.layers if type(layer).__name__ == "GatedConv"]
    return dict(zip(names, gated, strict=True))


@contextmanager
def silenced(block):
    """While it lasts, the model computes as if ``block`` (of :func:`blocks`) were the identity."""
    own = block.get_weights()
    block.set_weights([0 * array for array in own])
    try:
        yield
    finally:
        block.set_weights(own)


def without(model, settings: dict, names: list[str]) -> tuple:
    """(model, settings) of lumen without the named blocks, all other weights kept.

    Raises TrainingError for a name that it does not have.
    """
    there = blocks(model, settings)
    if unknown := [name for name in names if name not in there]:
        raise TrainingError(f"there is no block {unknown[0]!r}: choose from {', '.join(there)}")
    gone = set()
    for name in names:
        _, branch, gate = there[name].input
        gone |= {id(there[name]), *(id(tensor._keras_history.operation) for tensor in (branch, gate))}
    settings = settings | {way: list(settings[way]) for way in ("down", "up")}
    for name in set(names):
        way, level = name[:-3], int(name[-3])
        settings[way][level - 1] -= 1
    smaller = networks.checked(NETWORK, settings)
    kept = [layer for layer in _as_built(model) if id(layer) not in gone]
    for layer, origin in zip(_as_built(smaller), kept, strict=True):
        layer.set_weights(origin.get_weights())
    return smaller, settings


def _as_built(model) -> list:
    """Its layers with weights by kind, each in the order in which they were made, which is what Keras numbers them by.

    ``model.layers`` goes by the distance to the output, which changes where a block is missing.
    """

    def place(layer) -> tuple:
        number = re.search(r"_(\d+)$", layer.name)
        return type(layer).__name__, layer.name == "heads", int(number[1]) if number else 0

    return sorted((layer for layer in model.layers if layer.weights), key=place)


def main() -> int:
    """Print what the blocks are worth, or write the network without some."""
    kind, program = argparse.RawDescriptionHelpFormatter, "python -m lowlight_core.training.prune"
    parser = Parser(prog=program, description=__doc__, formatter_class=kind)
    parser.add_argument("folder", type=options.path, help="output folder of 'train', or lumen")
    parser.add_argument(
        "--data", action="append", type=options.path, default=[], help="data set with low and high; may be repeated"
    )
    parser.add_argument("--drop", action="append", default=[], metavar="BLOCK")
    parser.add_argument("--output", type=options.path, help="where the smaller network goes")
    args = parser.parse_args()
    if bool(args.drop) != bool(args.output) or not (args.drop or args.data):
        parser.error("give --data to measure the blocks, or --drop and --output to leave some out")
    card = cards.read(args.folder)
    if card["network"] != NETWORK:
        raise TrainingError(f"{args.folder} holds the network {card['network']}: only {NETWORK} has such blocks")
    model = compiled.build(card, cards.weights_of(args.folder))
    if args.drop:
        _write(*without(model, card["settings"], args.drop), card, Path(args.output))
    else:
        _measure(model, card["settings"], args.data)
    return 0


def _write(model, settings: dict, card: dict, folder: Path) -> None:
    if folder.exists():
        raise TrainingError(f"{folder} is there already, and nothing is overwritten: name a new folder")
    folder.mkdir(parents=True)
    weights.save(folder / f"{NETWORK}.weights.h5", model.get_weights())
    about = {"network": NETWORK, "settings": settings, "parameters": model.count_params(), "training": card["training"]}
    (folder / f"{NETWORK}.json").write_text(json.dumps(about, indent=1))


def _measure(model, settings: dict, data: list[str]) -> None:
    from lowlight_core.training.validation import mean_psnr

    sets = [divide(Path(folder), None, 0)[1] for folder in data]

    def figures() -> str:
        return ", ".join(f"{mean_psnr(model, NETWORK, pairs):.2f} dB" for pairs in sets)

    print("whole", figures(), flush=True)
    for name, block in blocks(model, settings).items():
        with silenced(block):
            print("without", name, figures(), flush=True)


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.training.prune")
