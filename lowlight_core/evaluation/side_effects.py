"""What a method does that nobody asked for, on photographs without a reference:
``python -m lowlight_core.evaluation.side_effects PHOTOS --methods lumen,clahe``.

Three figures for every photograph: how many more of its pixels clip, how close it stays to itself (a well-exposed one
should come back as it was), and how far the light's colour moves. A folder of pictures with dark regions asks for the
first, one of good photographs for the second, one of lamp light for the third.
"""

import sys
from collections.abc import Sequence
from functools import partial

import numpy as np

from lowlight_core import batch, enhancers, files
from lowlight_core.commands import options
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.enhancer import Enhancer
from lowlight_core.image import decode
from lowlight_core.metrics import measure

FIGURES = "clipped_points", "psnr", "warmth_stops"


def side_effects(before: np.ndarray, after: np.ndarray) -> dict[str, float]:
    """Compare two RGB uint8 pictures (H, W, 3) of one size.

    Returns:
        ``clipped_points``: percentage points by which the share of clipped highlights grows; ``psnr``: of the result
        against the picture itself, dB; ``warmth_stops``: change of log2 of mean red over mean blue.
    """
    share = [measure(picture, names=["clipped_highlights"])["clipped_highlights"] for picture in (before, after)]
    return {
        "clipped_points": share[1] - share[0],
        "psnr": measure(after, before, ["psnr"])["psnr"],
        "warmth_stops": _warmth(after) - _warmth(before),
    }


def _warmth(image: np.ndarray) -> float:
    red, _, blue = image.reshape(-1, 3).mean(0) + 0.5
    return float(np.log2(red / blue))


def summary(rows: Sequence[dict[str, float]]) -> str:
    """The figures of several photographs in one line: mean and worst of each."""
    clipped, psnr, warmth = (np.array([row[name] for row in rows]) for name in FIGURES)
    changed = psnr[np.isfinite(psnr)]
    back = f", the others {changed.mean():.1f} dB from themselves, {changed.min():.1f} at worst" if len(changed) else ""
    return (
        f"{len(rows)} photographs; clipped highlights {clipped.mean():+.2f} percentage points on average, "
        f"{clipped.max():+.2f} at worst; {len(psnr) - len(changed)} come back unchanged{back}; "
        f"red against blue {warmth.mean():+.2f} stops on average, {warmth[np.abs(warmth).argmax()]:+.2f} at most"
    )


def measured(method: Enhancer, sources: Sequence[files.Source]) -> tuple[list[dict[str, float]], list[str]]:
    """The figures of every photograph that can be read, and a sentence for each that cannot."""
    outcomes = list(batch.run(partial(_one, method), sources))
    rows = [outcome.value for outcome in outcomes if not outcome.error]
    return rows, [outcome.error for outcome in outcomes if outcome.error]


def _one(method: Enhancer, source: files.Source) -> dict[str, float]:
    picture = decode(source.read(), source.name).pixels
    return side_effects(picture, method(picture))


def main() -> int:
    """Print a line for every method."""
    parser = Parser(prog="python -m lowlight_core.evaluation.side_effects", description=__doc__)
    parser.add_argument("photos", nargs="+", type=options.path, help="files, folders or .zip archives of photographs")
    parser.add_argument(
        "--methods", type=options.listed, default=enhancers.default().name, help="which, with commas between"
    )
    args = parser.parse_args()
    methods = [enhancers.get(name) for name in args.methods]  # before any work
    found = files.collect(args.photos)
    failed = [reason for _, reason in found.problems]
    for method in methods:
        rows, unread = measured(method, found.sources)
        failed += unread
        if rows:
            print(f"{method.name}: {summary(rows)}", flush=True)
    told = [*found.notes, *failed]
    print("".join(f"side_effects: {sentence}\n" for sentence in told), end="", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.evaluation.side_effects")
