"""Two methods beside each other: nothing is left out without a word, and no comparison ends in an exception."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import page_at, texts
from data_sets import kept_run, make_pairs

from lowlight_core import enhancers, read, write
from lowlight_core.metrics.statistics import paired_difference
from pages.parts import evaluate_results
from pages.parts.evaluate_compare import differing, evidence, sentence

page = partial(page_at, "evaluate", mine="a" * 22, show="A against B")


def perfect(data, *names: str):
    """Make gamma's output the reference of these pairs."""
    for name in names:
        write(data / "high" / name, enhancers.get("gamma")(read(data / "low" / name).pixels), overwrite=True)


def test_a_run_that_did_not_measure_the_metric_is_said_so(home):
    data = make_pairs(home / "data", 3)
    run, _ = kept_run(data, kind="folder"), kept_run(data, kind="folder", chosen=("psnr",))
    test = page(run=run.id)
    next(box for box in test.selectbox if box.label == "B's run").select_index(1).run()
    test.selectbox(key="metric").set_value("ssim").run()
    assert not test.exception and "did not measure SSIM" in test.info[0].value


def test_images_with_an_infinite_figure_are_named_not_dropped(home):
    data = make_pairs(home / "data", 5)
    perfect(data, "1.png", "2.png")
    said = texts(page(run=kept_run(data, kind="folder").id))
    assert " of 3 images" in said
    assert "Of the 5 images in common 2 can take no part in a mean" in said and "infinite: Gamma on 2." in said


def test_a_method_that_is_perfect_everywhere_has_images_in_common(home):
    data = make_pairs(home / "data", 3)
    perfect(data, "0.png", "1.png", "2.png")
    test = page(run=kept_run(data, kind="folder").id)
    assert "no image in common that both have a finite PSNR on" in test.info[0].value
    assert "Gamma on 3." in texts(test)


def test_runs_made_otherwise_say_in_what(home):
    run = kept_run(make_pairs(home / "data", 2), kind="folder")
    moved = [{**method, "settings": {**method["settings"], "clip_limit": 6.0}} for method in run.methods]
    other = replace(run, id="0" * 32, methods=moved, versions=run.versions | {"numpy": "1.0"})
    said = differing(run, other, "clahe", "clahe")
    assert "This run: default settings. Other run: clip limit 6." in said
    assert f"numpy {run.versions['numpy']} and 1.0" in said and not differing(run, run, "clahe", "gamma")


def test_a_mark_that_a_method_of_the_other_run_won_opens_its_image_as_this_run_made_it(home, monkeypatch):
    """This run has no gamma: any method of it that is quick to show was opened, and named in the address was none."""
    drawn = []
    monkeypatch.setattr("pages.parts.evaluate_compare.chart", lambda figure, key, method: drawn.append(method))
    data = make_pairs(home / "data", 3)
    run, other = (kept_run(data, kind="folder", methods=names) for names in (("clahe", "retinex"), ("gamma",)))
    test = page(run=run.id)
    assert not test.exception and drawn == [None, None], "within a run it is the winner's picture"
    next(box for box in test.selectbox if box.label == "B's run").select_index(1).run()
    first = next(box for box in test.selectbox if box.label == "A").value
    assert not test.exception and drawn[2:] == [first, first] and first in run.names and other.names == ["gamma"]
    point = {"selection": {"points": [{"customdata": ["2.png", "gamma", "2.png"]}]}}
    state = SimpleNamespace(session_state={"chart": point}, query_params={})
    monkeypatch.setattr(evaluate_results, "st", state)
    evaluate_results.clicked("chart", first)
    assert state.query_params == {"image": "2.png", "method": first}


@pytest.mark.parametrize("count, why", [(5, True), (6, False)])
def test_it_is_said_why_few_images_are_never_unlikely_to_be_chance(count, why):
    found = paired_difference(np.arange(count) + 10.0, np.zeros(count))
    assert found.significant is not why
    assert ("never does of fewer than six images that differ" in evidence(found, "psnr")) is why


def test_equal_means_of_unequal_figures_are_neither_higher_nor_lower():
    difference = paired_difference(np.array([1.0, 3.0]), np.array([3.0, 1.0]))
    said = sentence(difference, ("A", "B"), "psnr")
    assert "has the same mean as **B**, which may be chance" in said and "lower" not in said
