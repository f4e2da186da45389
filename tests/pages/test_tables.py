"""Tables of figures: every value in its metric's own words, and none as a word of the program's."""

import math
from dataclasses import replace

import pandas as pd
from data_sets import kept_run, make_pairs

from lowlight_core import metrics
from pages.parts import compare_scores, evaluate_runs
from pages.shared.tables import wide_enough, with_figures

PSNR = metrics.get("psnr")


def shown(styler) -> list[list[str]]:
    """What stands in each line of the table."""
    lines = styler._translate(sparse_index=False, sparse_cols=False)["body"]
    return [[str(cell["display_value"]) for cell in line if cell["type"] == "td"] for line in lines]


def test_an_infinite_figure_is_a_sign_and_a_missing_one_stays_missing():
    rows = [{"Method": "a", "PSNR": math.inf}, {"Method": "b", "PSNR": 20.126}, {"Method": "c", "PSNR": None}]
    made = with_figures(rows, {"PSNR": PSNR})
    assert shown(made) == [["a", "∞"], ["b", "20.13"], ["c", "n/a"]]
    assert made.data["PSNR"].dtype == float and pd.isna(made.data["PSNR"][2])  # sorted as numbers; drawn as missing


def test_the_leaderboard_has_no_word_of_the_program_for_what_is_missing_or_infinite(home, monkeypatch):
    run = kept_run(make_pairs(home / "data", 1))
    for method in run.names:
        assert run.summary[method]["psnr"]["standard_error"] is None, "of a single image"
    equal = {"mean": None, "standard_error": None, "count": 0, "infinite": 1}
    best = replace(run, summary={**run.summary, run.names[-1]: {"psnr": equal}})
    monkeypatch.setattr(evaluate_runs.visitor, "runs_over_the_same", lambda run: [best])
    drawn = []
    monkeypatch.setattr(evaluate_runs.st, "dataframe", lambda rows, **more: drawn.append((rows, more)))
    evaluate_runs.leaderboard(best, "psnr")
    ((rows, more),) = drawn
    assert [line[1:3] for line in shown(rows)][0] == ["∞", "n/a"] and more["placeholder"] == "–"
    assert not any(more["column_config"][name]["type_config"]["format"] for name in ("mean", "error"))


def test_the_columns_of_scores_leave_the_words_to_the_metric():
    columns = compare_scores._columns(("psnr", "ssim"), [])
    assert [columns[metrics.get(name).heading]["type_config"]["format"] for name in ("psnr", "ssim")] == [None, None]


def test_no_name_of_a_method_is_cut_in_the_table_of_compare():
    """Methods that are added, or that follow the tenth, get no width of their own from the browser."""
    rows = [compare_scores.Entry(name, name, "", None) for name in ("CLAHE", "Histogram equalization")]
    assert compare_scores._columns(("psnr",), rows)["Method"]["width"] >= wide_enough([rows[-1].label]) > 150
