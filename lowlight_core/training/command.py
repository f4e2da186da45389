"""``train NETWORK --data DATASET --output DIR``: the command line's arguments and its progress bar."""

import argparse
import contextlib
import json
import signal
import sys

from lowlight_core import networks
from lowlight_core.commands import options
from lowlight_core.commands.parser import EachOnce
from lowlight_core.console import printable, tell
from lowlight_core.datasets import find_pairs
from lowlight_core.errors import LowlightError
from lowlight_core.training.config import TrainingConfig
from lowlight_core.wording import count

WHOLE_NUMBERS = {
    "steps": "of the whole run",
    "crop": "side of what is cut from each pair, in pixels: a multiple of 16, at least 32",
    "batch": "crops in one step",
    "warmup": "steps in which the learning rate rises to --rate",
    "seed": "of the weights and of everything drawn by chance",
    "validate-every": "steps from one validation to the next",
    "checkpoint-every": "steps from one checkpoint to the next",
}
NUMBERS = {
    "rate": "highest learning rate; it falls as a cosine to 0 at the last step",
    "ema": "decay of the moving average of the weights, 0 to 1, that is validated and kept",
    "weight-decay": "of AdamW",
    "level-share": "share of the crops, 0 to 1, whose truth is made brighter or darker, the wanted level with it",
    "exposure-jitter": "of the dark pictures: standard deviation of the logarithm",
    "level-jitter": "of those truths: standard deviation of the logarithm",
    "saturation-jitter": "of the colours of photographs made dark: standard deviation of the logarithm",
    "warmth-jitter": "of the light on photographs made dark: standard deviation in stops between red and blue",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments on ``parser``. Options left out take the network's recipe."""
    parser.add_argument("network", choices=sorted(networks.NETWORKS), help="which network to train")
    parser.add_argument(
        "--data",
        action="append",
        type=options.path,
        required=True,
        metavar="DATASET",
        help="folder with subfolders low and high, paired by name; may be given several times",
    )
    parser.add_argument(
        "--output",
        type=options.path,
        required=True,
        metavar="DIR",
        help="folder for checkpoint, log and weights; an existing run is resumed",
    )
    parser.add_argument(
        "--share", action="append", type=float, metavar="S", help="how often each data set is drawn from, in order"
    )
    parser.add_argument(
        "--photos",
        type=options.path,
        metavar="DIR",
        help="good photographs, made dark by a camera model or kept as they are",
    )
    parser.add_argument("--photo-share", type=float, metavar="S", help="how often they are drawn from")
    parser.add_argument(
        "--darken-truths",
        action="store_true",
        default=None,
        help="the bright pictures of the training pairs are made dark like photographs too",
    )
    parser.add_argument(
        "--split",
        type=options.path,
        metavar="FILE",
        help="JSON with names under train and validation; else split.json beside the data",
    )
    for name, about in WHOLE_NUMBERS.items():
        parser.add_argument(f"--{name}", type=int, metavar="N", help=about)
    for name, about in NUMBERS.items():
        parser.add_argument(f"--{name}", type=float, metavar="X", help=about)
    parser.add_argument(
        "--loss",
        action=EachOnce,
        type=_loss,
        metavar="NAME=WEIGHT",
        help="replace the recipe's losses; zero_dce: change the weights of its own",
    )
    parser.add_argument(
        "--set",
        action=EachOnce,
        type=_setting,
        metavar="NAME=VALUE",
        help="a setting of the network's builder, value in JSON; else that of the weights to begin with",
    )
    parser.add_argument(
        "--precision",
        choices=("auto", "float32", "mixed_bfloat16"),
        help="of the arithmetic; auto takes bfloat16 where the processor multiplies it",
    )
    parser.add_argument("--start-from", type=options.path, metavar="FILE", help="weights to begin with")
    parser.add_argument(
        "--features", type=options.path, metavar="DIR", help="folder of the feature archives for perceptual losses"
    )


def _loss(text: str) -> tuple[str, float]:
    return _named(text, float, "NAME=WEIGHT, for example l1=1.0")


def _setting(text: str) -> tuple[str, object]:
    return _named(text, json.loads, "NAME=VALUE with the value in JSON, for example widths=[32,64]")


def _named(text: str, read, expected: str) -> tuple:
    name, _, value = text.partition("=")
    try:
        return name, read(value)
    except (ValueError, RecursionError):
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}") from None


def config_of(args: argparse.Namespace):
    """The TrainingConfig that parsed arguments describe, the recipe filling what was left out."""
    from lowlight_core.training.recipes import RECIPES

    names = ["photos", "photo_share", "darken_truths", "split", "precision", "start_from", "features"]
    names += [name.replace("-", "_") for name in (*WHOLE_NUMBERS, *NUMBERS)]
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    if args.loss:
        given["losses"] = args.loss
    if args.set:
        given["settings"] = args.set
    recipe = RECIPES.get(args.network, {})
    return TrainingConfig(args.network, tuple(args.data), args.output, tuple(args.share or ()), **{**recipe, **given})


def main(args: argparse.Namespace) -> int:
    """Train as parsed arguments say; errors of this package go to the caller."""
    from lowlight_core.training.fit import train
    from lowlight_core.training.objective import missing_features

    config = config_of(args)
    if args.set:
        networks.checked(config.network, config.settled().settings)  # wrong usage, said before any data are read
    for name in missing_features(config):
        place = printable(config.features or "this program")
        tell(f"the loss {name!r} is off: its features are not in {place}", sys.stderr)
    for sentence in filter(None, map(left_out, config.data)):
        tell(sentence, sys.stderr)
    status = train(config, progress=show)
    if sys.stderr.isatty():
        tell("", sys.stderr)
    best = status["best_validation_psnr"]
    told = " given the truth's level" if networks.get(config.network).lifted else ""
    score = f"best validation {best:.2f} dB{told}" if best is not None else "not validated yet, so without weights"
    more = "; the same command goes on" if status["state"] != "done" else ""
    print(f"{status['state']} at step {status['step']}, {score}; in {printable(args.output)}{more}")
    return 0 if status["state"] == "done" else 128 + status.get("signal", signal.SIGINT)


def left_out(folder: str) -> str:
    """What to say of a data set some of whose pictures are in no pair; ``""`` where all are, or where it is none."""
    found = []
    with contextlib.suppress(LowlightError):  # training says it
        found = find_pairs(folder).unpaired
    if not found:
        return ""
    first = printable(str(found[0].relative_to(folder)))
    return f"{printable(folder)}: {count(len(found), 'picture')} left out for want of a partner, the first is {first}"


def show(status: dict) -> None:
    """One line that overwrites itself on a terminal, a line of its own in a log: bar, step, loss, PSNR, remaining time.

    A run that was done before it began has no loss to show; Zero-DCE has no truth to measure a PSNR against.
    """
    done = int(24 * status["step"] / status["steps"])
    minutes, seconds = divmod(int(status["remaining_seconds"]), 60)
    loss = f"loss {status['loss']:.4f} " if "loss" in status else ""
    psnr = f"psnr {status['psnr']:.2f} dB, " if status.get("psnr") else ""
    line = (
        f"[{'#' * done}{'.' * (24 - done)}] {status['step']}/{status['steps']} {loss}{psnr}{minutes}:{seconds:02d} left"
    )
    on_terminal = sys.stderr.isatty()
    tell(f"\r{line:<78}" if on_terminal else line, sys.stderr, end="" if on_terminal else "\n")
