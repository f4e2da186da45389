"""``list``: every method with its knobs, for people or as JSON for programs."""

import argparse
import json

from lowlight_core import enhancers
from lowlight_core.commands.options import methods_text
from lowlight_core.enhancer import Enhancer, Param


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``list``."""
    parser.add_argument("--json", action="store_true", help="a JSON array, one object for each method")


def main(args: argparse.Namespace) -> int:
    """Print the methods."""
    methods = enhancers.METHODS.values()
    if args.json:
        print(json.dumps([described(method) for method in methods], indent=2, ensure_ascii=False))
    else:
        print(methods_text())
        print(f"default: {enhancers.default().name}")
    return 0


def described(method: Enhancer) -> dict:
    """One method as the contract of ``list --json`` has it; ``weights`` and ``card`` only where it is learned."""
    row = {
        "name": method.name,
        "label": method.label,
        "family": method.family,
        "default": method is enhancers.default(),
        "summary": method.summary,
        "reference": method.reference,
        "parameters": [_parameter(param) for param in method.params],
    }
    return row | {"weights": method.weights, "card": method.card} if method.family == "learned" else row


def _parameter(param: Param) -> dict:
    names = ("name", "type", "default", "minimum", "maximum", "choices", "help")
    return {name: getattr(param, name) for name in names}
