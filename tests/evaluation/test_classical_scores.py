"""The shipped figures of the classical methods are those of the README."""

import re
from pathlib import Path

from lowlight_core import METHODS
from lowlight_core.enhancers import names
from lowlight_core.evaluation import classical_scores

README = " ".join((Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8").split())
CALLED = {"histogram_equalization": "histogram equalisation", "exposure_fusion": "exposure fusion", "clahe": "CLAHE",
          "lime": "LIME", "retinex": "Retinex"}  # fmt: skip


def test_they_are_those_of_the_readme():
    found = classical_scores.load()
    assert f"`{found['command']}`" in README and f"the same {found['pairs']} pairs" in README
    for name, psnr in found["psnr"].items():
        written = f"{psnr['default']:.2f} and {psnr['best']:.2f}"
        assert re.search(rf"{CALLED.get(name, name)} {re.escape(written)}( dB)?[,.]", README), (name, written)


def test_they_are_of_classical_methods_and_of_the_pairs_of_the_cards():
    """A new method may lack its figures, which take LOL to measure: the page shows none for it."""
    found = classical_scores.load()
    assert {"gamma", *CALLED} <= set(found["psnr"]) <= set(names("classical"))
    validation = METHODS["lumen"].card["validation"]
    assert (found["data"], found["pairs"]) == (validation["data"], validation["pairs"])


def test_only_zero_dce_is_below_some_of_them_as_the_readme_says():
    found = classical_scores.load()["psnr"]
    cards = {name: method.card["validation"]["psnr"] for name, method in METHODS.items() if method.card}
    zero_dce = cards.pop("zero_dce")
    assert min(cards.values()) > max(score["best"] for score in found.values())
    assert zero_dce < min(score["best"] for score in found.values())
    assert {name for name, score in found.items() if score["default"] < zero_dce} == {"clahe", "retinex"}
    assert "it is above CLAHE and Retinex by default and below all six at their best" in README
