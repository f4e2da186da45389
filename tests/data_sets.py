"""Small data sets of pairs on disk, and their result tables, for the tests of evaluations."""

import csv
import json
from pathlib import Path

from pictures import photo

from lowlight_core import darken, evaluation, records, write
from lowlight_core.evaluation import pairs as evaluation_pairs

QUICK = ("psnr", "ssim", "psnr_gt_mean", "mae", "contrast")
METHODS = ("clahe", "gamma")


def make_pairs(folder: Path, count: int = 6, height: int = 48, width: int = 64) -> Path:
    """``count`` pairs 0.png, 1.png, ... in ``low`` and ``high`` below ``folder``."""
    for number in range(count):
        high = photo(height, width, seed=number)
        write(folder / "high" / f"{number}.png", high)
        write(folder / "low" / f"{number}.png", darken(high, stops=3, seed=number))
    return folder


def damage(folder: Path) -> None:
    """Make pair 1 of different sizes and the dark picture of pair 3 no picture at all."""
    write(folder / "high" / "1.png", photo(40, 64), overwrite=True)
    (folder / "low" / "3.png").write_bytes(b"this is no picture")


def run_into(output: Path, folder: Path, store: records.Store, **how) -> records.Run:
    """Evaluate `METHODS` on the pairs of ``folder`` by the metrics that are quick, into ``output``."""
    return evaluation.evaluate_dataset(folder, METHODS, output=output, metrics=QUICK, store=store, **how)


def table(output: Path, seconds: bool = False) -> list[dict[str, str]]:
    """``per_image.csv`` as written, without the column that no two runs share."""
    with (output / "per_image.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in [] if seconds else rows:
        del row["seconds"]
    return rows


def summary(output: Path) -> dict:
    """``summary.json``, read strictly: ``NaN`` or ``Infinity`` is an error."""

    def refuse(name):
        raise ValueError(f"{name} is no JSON")

    return json.loads((output / "summary.json").read_text("utf-8"), parse_constant=refuse)


def kept_run(data, owner="a" * 22, kind="upload", done=True, chosen=("psnr", "ssim"), methods=("gamma", "clahe")):
    """A run on record over pairs on disk, begun by ``owner``."""
    pairs, source = evaluation_pairs.folder_pairs(data)
    planned = evaluation.plan(
        pairs, methods, chosen=chosen, owner=owner, title="Night shots",
        source=source | {"kind": kind},
    )  # fmt: skip
    run = records.store().begin(planned)
    return evaluation.evaluate(run, pairs) if done else run
