"""Options that several commands share, and their help made from the declarations of the methods."""

import argparse
import os
from collections.abc import Iterable
from contextlib import nullcontext, suppress
from pathlib import Path

from lowlight_core import batch, enhancers
from lowlight_core.enhancer import Enhancer, Param
from lowlight_core.errors import ParameterError, WeightsError

MOST_WORKERS = 64


def add_method(parser: argparse.ArgumentParser) -> None:
    """``--method`` and ``--set``, with every method and knob listed below the help."""
    default = enhancers.default().name
    parser.add_argument(
        "--method",
        type=method,
        default=default,
        metavar="NAME",
        help=f"how to enhance: a name, or the output folder of a training of your own (default: {default})",
    )
    parser.add_argument(
        "--set", action="append", default=[], dest="knobs", metavar="KNOB=VALUE", help="set one knob; may be repeated"
    )
    parser.epilog = methods_text()


def add_workers(parser: argparse.ArgumentParser) -> None:
    """``--workers`` and ``--cluster``."""
    parser.add_argument(
        "--workers",
        type=workers,
        metavar="N",
        help=f"threads, 1 to {MOST_WORKERS} (default: one per processor, {batch.default_workers()} here)",
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="run on this Dask scheduler, such as tcp://10.0.0.5:8786")


def method(text: str) -> str | Path:
    """The name of a method from the command line, or where weights of ``train`` lie."""
    if text in enhancers.METHODS or not text or not os.path.exists(text):
        return text
    try:
        enhancers.get(found := Path(text).resolve())
    except WeightsError as problem:
        raise argparse.ArgumentTypeError(f"{text!r} is no method, and no weights: {problem}") from None
    return found


def listed(text: str) -> list[str]:
    """The names in ``clahe, lumen`` from the command line."""
    if names := [name.strip() for name in text.split(",") if name.strip()]:
        return names
    raise argparse.ArgumentTypeError(f"expected names with commas between, got {text!r}")


def path(text: str) -> str:
    """A path from the command line; an empty one, as of a shell variable that is not set, would be this folder."""
    if text:
        return text
    raise argparse.ArgumentTypeError("expected a path, got an empty text: write . for this folder")


def check_folder(output: str) -> None:
    """Make sure that ``--output`` can be a folder.

    Raises:
        ParameterError: it is a file.
    """
    if Path(output).exists() and not Path(output).is_dir():
        raise ParameterError(f"--output {output} is a file: expected a folder to write into")


def share(text: str) -> float:
    """A number between 0 and 1 from the command line."""
    with suppress(ValueError):
        if 0 < float(text) < 1:
            return float(text)
    raise argparse.ArgumentTypeError(f"expected a number between 0 and 1, got {text!r}")


def workers(text: str) -> int:
    """A number of workers from the command line."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_WORKERS:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {MOST_WORKERS}, got {text!r}")


def knobs(pairs: Iterable[str]) -> dict[str, str]:
    """``["clip_limit=3", ...]`` as a dictionary of texts; `Enhancer.check` reads the values.

    Raises:
        ParameterError: one has no ``=``, or a knob is set twice.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ParameterError(f"--set expects knob=value, got {pair!r}")
        if name.strip() in found:
            raise ParameterError(f"--set was given {name.strip()!r} twice: give it once")
        found[name.strip()] = value.strip()
    return found


def executor(address: str | None, method: str | Path):
    """A context with the `cluster.Cluster` at that address, or with ``None`` for threads of our own."""
    if address is None:
        return nullcontext()
    from lowlight_core.batch import cluster

    return cluster.connect(address, [method])


def methods_text() -> str:
    """All methods with their knobs, as the end of a help text."""
    blocks = [_method_text(method) for method in enhancers.METHODS.values()]
    return "methods and their knobs (each also has strength, 0 to 1):\n" + "\n".join(blocks)


def _method_text(method: Enhancer) -> str:
    knobs = [f"      {param.name:<20} {values(param)}" for param in method.params if param.name != "strength"]
    return "\n".join([f"  {method.name:<22} {method.label}", *knobs])


def values(param: Param) -> str:
    """What a knob takes, and its default, in a few words: ``0.5 to 10 (default 2): how steep ...``."""
    if param.choices:
        range, default = " | ".join(param.choices), param.default
    else:
        range, default = f"{param.minimum:g} to {param.maximum:g}", f"{param.default:g}"
    return f"{range} (default {default}): {param.help}"
