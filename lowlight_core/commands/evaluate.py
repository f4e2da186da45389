"""``evaluate``: methods on a data set of dark and bright pairs, into ``per_image.csv`` and ``summary.json``."""

import argparse
from pathlib import Path

from lowlight_core import enhancers, metrics
from lowlight_core.commands import options
from lowlight_core.commands.progress import Progress
from lowlight_core.console import printable
from lowlight_core.wording import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of ``evaluate``."""
    default = enhancers.default().name
    parser.add_argument(
        "dataset", type=options.path, metavar="DATASET", help="folder with subfolders of dark and bright pictures"
    )
    parser.add_argument(
        "--methods",
        type=_names,
        default=default,
        metavar="A,B",
        help="names, output folders of trainings of your own, or one word: all, classical or learned "
        f"(default: {default})",
    )
    parser.add_argument(
        "--output", required=True, type=options.path, metavar="DIR", help="folder for per_image.csv and summary.json"
    )
    parser.add_argument(
        "--metrics",
        default="cheap",
        metavar="A,B",
        help="cheap, all, or names of metrics (default: cheap)",
    )
    parser.add_argument("--resume", action="store_true", help="continue the run whose results are in the folder")
    options.add_workers(parser)
    parser.epilog = "methods: " + ", ".join(enhancers.METHODS)


def main(args: argparse.Namespace) -> int:
    """Evaluate, name every failure, print the summary; 0 if all was measured, else 1."""
    from lowlight_core import evaluation, records
    from lowlight_core.evaluation import pairs as evaluation_pairs

    options.check_folder(args.output)
    images = len(evaluation_pairs.folder_pairs(args.dataset)[0])
    with Progress(images, "images") as progress:
        run = evaluation.evaluate_dataset(
            args.dataset,
            args.methods,
            output=args.output,
            metrics=args.metrics,
            workers=args.workers,
            processes=True,
            cluster=args.cluster,
            resume=args.resume,
            on_rows=lambda rows: progress(rows[0].position + 1),
        )
        for name in run.source["unpaired"]:
            ambiguous = name in run.source.get("ambiguous", ())  # which older records do not have
            why = "has two candidates for its pair, files that share a stem," if ambiguous else "has no partner"
            progress.say(f"{name} {why} and is left out")
        for row in records.store().rows(run, failed=True):
            progress.say(f"{row.image}, {row.method}: {row.error}")
    print("\n".join(_table(run)))
    left_out = len(run.source["unpaired"])
    parts = [count(run.images, "image"), count(run.failed, "failure")]
    parts += [f"{count(left_out, 'picture')} left out"] if left_out else []
    print(f"{', '.join(parts)}, written to {printable(args.output)}")
    return 1 if run.failed else 0


def _names(text: str) -> list[str | Path]:
    """Names of methods from ``clahe,lumen,runs/mine``, ``all``, ``classical`` or ``learned``."""
    groups = {"all": None, "classical": "classical", "learned": "learned"}
    if text in groups:
        return enhancers.names(groups[text])
    found = [(name, options.method(name)) for name in options.listed(text)]
    return [Path(name) if isinstance(method, Path) else method for name, method in found]  # a path as it was written


def _table(run) -> list[str]:
    """The summary as text: a line for each metric, a column for each method, mean ± standard error."""
    width = max(18, *(len(name) + 2 for name in run.names))
    lines = [f"{'mean ± standard error':<28}" + "".join(f"{name:>{width}}" for name in run.names)]
    for name in run.metrics:
        cells = [_cell(run.summary[method].get(name), metrics.get(name).decimals) for method in run.names]
        lines.append(f"{name:<28}" + "".join(f"{cell:>{width}}" for cell in cells))
    return lines


def _cell(figure: dict | None, decimals: int) -> str:
    """``16.07 ± 0.20``, ``∞`` where all outputs are their references, ``-`` where there is no figure."""
    if not figure or figure.get("mean") is None:
        return "∞" if figure and figure.get("infinite") else "-"
    error = figure.get("standard_error")
    return f"{figure['mean']:.{decimals}f}" + ("" if error is None else f" ± {error:.{decimals}f}")
