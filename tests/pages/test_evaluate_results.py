"""The summary of a run: bold says what the figures say, and what people look for first is not cut off."""

import re
from functools import partial

import pytest
from conftest import page_at
from data_sets import kept_run, make_pairs

from lowlight_core import metrics
from pages.parts import evaluate_picture
from pages.parts.evaluate_results import _cell, _table, abreast

page = partial(page_at, "evaluate")


def summary(metric: str, **means: float) -> dict:
    """A summary in which each method has that mean; ``inf`` as a record keeps it."""
    finite = {name: None if value == float("inf") else value for name, value in means.items()}
    more = {name: {"infinite": int(value is None), "standard_error": None} for name, value in finite.items()}
    return {name: {metric: {"mean": value, **more[name]}} for name, value in finite.items()}


def bold(metric: str, **means: float) -> set[str]:
    found = summary(metric, **means)
    return {name for name in means if 'class="best"' in _cell(name, metrics.get(metric), found)}


def test_figures_that_look_alike_are_bold_alike():
    assert bold("clipped_shadows", gamma=0.0101, clahe=0.0149, lime=0.02) == {"gamma", "clahe"}
    assert bold("psnr", gamma=20.804, clahe=20.796, lime=20.79) == {"gamma", "clahe"}
    assert bold("psnr", gamma=20.81, clahe=20.80) == {"gamma"}


def test_infinite_is_the_best_and_a_figure_without_a_better_end_is_never_bold():
    assert bold("psnr", gamma=float("inf"), clahe=42.0) == {"gamma"}
    assert not bold("entropy", gamma=7.0, clahe=6.0) and not bold("psnr", gamma=20.0)


def test_time_stands_behind_psnr_and_ssim():
    html = _table(["gamma"], ["psnr", "ssim", "noise"], {"gamma": {}}, {"gamma": 0.028})
    headings = [re.sub("<.*", "", text) for text in re.findall(r"<th(?: [^>]*)?>(.*?)</th>", html)]
    assert headings == ["Method", "PSNR ↑", "SSIM ↑", "Time", "Noise ↓"]
    assert re.findall(r"<td>(.*?)</td>", html)[3] == "28 ms"
    assert "Time" not in _table(["gamma"], ["noise"], {"gamma": {}})


@pytest.mark.parametrize("metric", ["psnr", "clipped_highlights"])
def test_many_metrics_are_folded_but_none_that_was_asked_for(metric):
    names = metrics.names()
    first, more = abreast(names, metric)
    assert first[:2] == ["psnr", "ssim"] and len(first) == 8 and sorted(first + more) == sorted(names)
    assert {metric, "lpips", "niqe", "ms_ssim", "piqe"} <= set(first)
    assert abreast(names[:6], metric) == (names[:6], [])


def test_the_page_folds_and_shows_them(home, monkeypatch):
    monkeypatch.setattr("pages.parts.evaluate_results._MAIN", ("psnr",))
    monkeypatch.setattr("pages.parts.evaluate_results._MOST_ABREAST", 1)
    run = kept_run(make_pairs(home / "data", 3), kind="folder")
    test = page(run=run.id, mine="a" * 22)
    assert not test.exception and [expander.label for expander in test.expander] == ["1 more metric"]


def test_the_error_map_beside_the_pictures_has_no_differences(home, monkeypatch):
    drawn = []
    monkeypatch.setattr(evaluate_picture.viewer, "_show", lambda pictures, key, more, *rest: drawn.append(more))
    run = kept_run(make_pairs(home / "data", 2), kind="folder")
    page(run=run.id, mine="a" * 22)
    assert drawn[-1]["coded"] == [False, False, False, True]
