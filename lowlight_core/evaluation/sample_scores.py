"""The figures of the built-in run, shipped so that a page has them at once:
``python -m lowlight_core.evaluation.sample_scores``.

They carry the settings and weights that made them. Where those are no longer the ones of today, the page computes new
figures beside and shows these meanwhile; a test measures them again.
"""

import json
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from lowlight_core import enhancers
from lowlight_core.commands.parser import Parser
from lowlight_core.console import run_as_program
from lowlight_core.evaluation import evaluate, plan
from lowlight_core.evaluation.pairs import SAMPLES, sample_pairs
from lowlight_core.records import PUBLIC, Run, Store, pack, unpack
from lowlight_core.records.exports import as_json
from lowlight_core.scoring import Row

FILE = Path(__file__).with_suffix(".json")
METHODS = ("clahe", "gamma", "exposure_fusion")  # and the default method
METRICS = ("psnr", "ssim", "psnr_gt_mean", "ssim_gt_mean", "entropy", "noise")
_SAME = ("listing", "methods", "metrics")


def planned() -> Run:
    """The built-in run with the methods and weights of today, not yet begun."""
    methods = dict.fromkeys([enhancers.default().name, *METHODS], {})
    return plan(sample_pairs(), methods, chosen=METRICS, owner=PUBLIC, title="Built-in samples", source=SAMPLES)


def same(run: Run, planned: Run) -> bool:
    """Whether a run was made of the pictures, methods, settings, weights and metrics that another one plans."""
    return all(getattr(run, name) == getattr(planned, name) for name in _SAME)


def load(planned: Run) -> tuple[Run, list[Row]]:
    """The shipped run and its rows; `same` tells whether it is what is planned today."""
    kept = json.loads(FILE.read_text("utf-8"))
    rows = [Row(**{**row, "figures": {name: unpack(v) for name, v in row["figures"].items()}}) for row in kept["rows"]]
    about = {name: kept[name] for name in (*_SAME, "versions", "machine")}
    return replace(planned, id=uuid.uuid4().hex, **about), rows


def save(run: Run, rows: Sequence[Row]) -> None:
    """Write the run to the package."""
    kept = {name: getattr(run, name) for name in (*_SAME, "versions", "machine")}
    kept["rows"] = [{**asdict(row), "figures": {name: pack(v) for name, v in row.figures.items()}} for row in rows]
    FILE.write_text(as_json(kept), "utf-8")


def main() -> None:
    """Measure the built-in run anew, one image at a time so that the seconds mean something, and write it."""
    Parser(prog="python -m lowlight_core.evaluation.sample_scores", description=main.__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/records.sqlite3")
        run = evaluate(store.begin(planned()), sample_pairs(), store=store, workers=1)
        save(run, list(store.rows(run)))
        store.close()
    print(f"{FILE.name}: {', '.join(run.names)} on {run.images} images")


if __name__ == "__main__":
    run_as_program(main, "lowlight_core.evaluation.sample_scores")
