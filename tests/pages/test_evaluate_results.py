"""The summary of a run: what people look for first is not cut off."""

import shutil
from functools import partial

import numpy as np
import pytest
from conftest import page_at, texts
from data_sets import damage, kept_run, make_pairs
from tiny_networks import save_network

from lowlight_core import enhancers, evaluation, metrics, records
from lowlight_core.evaluation import pairs as evaluation_pairs
from pages.parts import evaluate_picture
from pages.parts.evaluate_results import abreast

page = partial(page_at, "evaluate")


@pytest.mark.parametrize("metric", ["psnr", "clipped_highlights"])
def test_many_metrics_are_folded_but_none_that_was_asked_for(metric):
    names = metrics.names()
    first, more = abreast(names, metric)
    assert first[:2] == ["psnr", "ssim"] and len(first) == 8 and sorted(first + more) == sorted(names)
    assert {metric, "lpips", "niqe", "ms_ssim", "piqe"} <= set(first)
    assert abreast(names[:6], metric) == (names[:6], [])


def test_the_page_folds_and_shows_them(home, monkeypatch):
    monkeypatch.setattr("lowlight_core.evaluation.score_table.FIRST", ("psnr",))
    monkeypatch.setattr("pages.parts.evaluate_results._MOST_ABREAST", 1)
    run = kept_run(make_pairs(home / "data", 3), kind="folder")
    test = page(run=run.id, mine="a" * 22)
    assert not test.exception and [expander.label for expander in test.expander] == ["1 more metric"]
    assert list(test.dataframe[0].value) == ["psnr", "image"], "the figure first: a long name would push it out"


def test_what_is_said_of_a_run_counts_one_as_one_and_only_what_was_measured(home):
    run = kept_run(make_pairs(home / "one", 1), kind="folder")
    said = texts(page(run=run.id)).replace("\\", "")
    assert "Night shots: 1 image, low + high." in said and "standard error over 1 image, best PSNR first" in said
    data = make_pairs(home / "data", 4)
    damage(data)
    said = texts(page(run=kept_run(data, kind="folder").id))
    assert "standard error over 2 images, best PSNR first. 4 results failed, listed below." in said


def test_a_figure_that_does_not_judge_has_no_best_and_no_worst(home):
    photos = make_pairs(home / "data", 2) / "low"
    run = kept_run(photos, kind="folder", chosen=("entropy", "noise"))
    test = page(run=run.id, by="Lowest first")
    said = " ".join([texts(test), *(element.value for element in test.header)])
    assert "How do the images come out? Entropy of every image" in said and "highest Entropy first" in said
    assert test.segmented_control(key="by").options == ["Lowest first", "By name"]
    assert [box.label for box in test.selectbox][-1] == "Lowest images of"
    test.segmented_control(key="by").set_value("name").run()
    test.selectbox(key="metric").set_value("noise").run()
    assert not test.exception and test.segmented_control(key="by").value == "name"
    said = " ".join([texts(test), *(element.value for element in test.header)])
    assert "does each method fail on? Noise" in said and "best Noise first" in said and "Worst images of" in str(test)


def test_the_error_map_beside_the_pictures_has_no_differences(home, monkeypatch):
    drawn = []
    monkeypatch.setattr(evaluate_picture.viewer, "_show", lambda pictures, key, more, *rest: drawn.append(more))
    run = kept_run(make_pairs(home / "data", 2), kind="folder")
    page(run=run.id, mine="a" * 22)
    assert drawn[-1]["coded"] == [False, False, False, True]


def test_the_picture_of_weights_of_ones_own(home, monkeypatch):
    """A run that the command line made: its picture comes from those weights, not from the network that shipped."""
    drawn = []
    monkeypatch.setattr(evaluate_picture.viewer, "_show", lambda pictures, key, more, *rest: drawn.append(pictures))
    save_network(home / "mine", "unet")
    pairs, source = evaluation_pairs.folder_pairs(make_pairs(home / "data", 1))
    planned = evaluation.plan(pairs, [home / "mine"], chosen=["psnr"], owner="a" * 22, title="Mine", source=source)
    run = evaluation.evaluate(records.store().begin(planned), pairs)
    test = page(run=run.id, mine="a" * 22)
    assert not test.exception and "other weights" not in texts(test)
    expected = enhancers.get(home / "mine")(drawn[-1][0][1])
    assert np.array_equal(drawn[-1][1][1], expected)
    drawn.clear()
    save_network(home / "mine", "unet", noise=0.3)
    assert "made with other weights" in texts(page(run=run.id, mine="a" * 22))
    assert not np.array_equal(drawn[-1][1][1], expected), "nor from the weights that were there before"
    shutil.rmtree(home / "mine")
    test = page(run=run.id, mine="a" * 22)
    assert not test.exception and "no longer where they were" in texts(test)
