"""The list of runs on the page that evaluates: one's own, nobody else's, no two of one title."""

from functools import partial

import pytest
from conftest import page_at, page_of, texts
from data_sets import kept_run, make_pairs
from streamlit.testing.v1 import AppTest

from lowlight_core import records
from lowlight_core.records import OPERATOR
from lowlight_core.settings import settings
from pages.parts import evaluate_runs

page = partial(page_at, "evaluate")


def runs_of(test: AppTest):
    return next(box for box in test.selectbox if box.key and box.key.startswith("run_"))


def test_own_run_is_listed_and_a_strangers_is_not(home):
    make_pairs(home / "data", 3)
    mine, theirs = kept_run(home / "data", "a" * 22), kept_run(home / "data", "b" * 22)
    own = page(mine="a" * 22, run=mine.id)
    assert not own.exception
    listed = own.selectbox(key=next(box.key for box in own.selectbox if box.key.startswith("run_"))).options
    assert sum("Night shots" in option for option in listed) == 1
    stranger = page()
    assert not any(box.key.startswith("run_") for box in stranger.selectbox)
    assert theirs.id not in str(own.query_params) + str(stranger.query_params)


def test_a_run_never_belongs_to_a_token_that_an_address_brought(home):
    """Whoever made up the address would see what its visitor uploads."""

    def begin():
        import streamlit as st

        from pages.parts import evaluate_visitor

        st.text(evaluate_visitor.new_token())

    test = page_of(begin)
    test.query_params["mine"] = "a" * 22
    own = test.run().text[0].value
    assert len(own) == 22 and own != "a" * 22
    assert test.query_params["mine"] == ["a" * 22, own], "both are found again by the visitor's own address"
    assert test.run().text[0].value == own


def test_runs_of_all_visits_are_listed(home):
    make_pairs(home / "data", 3)
    runs = [kept_run(home / "data", owner * 22) for owner in "ab"]
    test = page(mine=["a" * 22, "b" * 22], run=runs[0].id)
    assert sum("Night shots" in option for option in runs_of(test).options) == 2


def test_operator_may_show_all_runs(home, monkeypatch):
    kept_run(make_pairs(home / "data", 2), OPERATOR, "folder")
    assert "Night shots" not in str(page().selectbox)
    monkeypatch.setenv("LOWLIGHT_SHOWN_RUNS", "all")
    settings.cache_clear()
    assert any("Night shots" in str(box.options) for box in page().selectbox)


@pytest.mark.parametrize("name", ["0" * 32, "../../etc/passwd", "x"])
def test_unknown_run_is_said_in_words(home, name):
    test = page(run=name)
    assert not test.exception and "not on record" in texts(test)


def test_two_saved_runs_are_compared(home):
    data = make_pairs(home / "data", 5)
    first, second = kept_run(data, kind="folder"), kept_run(data, kind="folder")
    test = page(run=first.id, mine="a" * 22, show="A against B")
    other = next(box for box in test.selectbox if box.label == "B's run")
    assert len(other.options) == 2
    other.select_index(1).run()
    assert not test.exception and "(other run)" in texts(test)
    assert second.id != first.id


def test_a_run_that_ended_is_another_list_and_stays_open(home):
    """The browser answers with the title that it knows: one that has changed would name no run at all."""
    run = kept_run(make_pairs(home / "data", 2), kind="folder")
    records.store().update(run, state="cancelled")
    test = page(run=run.id, mine="a" * 22)
    before = runs_of(test)
    assert any("stopped" in option for option in before.options)
    records.store().update(run, state="done")
    test.run()
    after = runs_of(test)
    assert after.key != before.key and run.id in test.query_params["run"]
    assert after.value == run.id and not any("stopped" in option for option in after.options)


def test_a_run_is_still_there_on_the_way_back_from_another_page(home):
    run = kept_run(make_pairs(home / "data", 2), kind="folder", done=False)
    test = page(run=run.id, mine="a" * 22)
    test.query_params.clear()  # as the navigation does
    test.run()
    assert "was interrupted after 0 of 2" in texts(test) and run.id in test.query_params["run"]
    records.store().delete(run)
    test.query_params.clear()
    test.run()
    assert "no benchmark" in texts(test) and "not on record" not in texts(test) and not test.exception


def test_runs_of_one_title_are_told_apart(home):
    data = make_pairs(home / "data", 2)
    first, second = kept_run(data, kind="folder"), kept_run(data, kind="folder")
    test = page(run=first.id, mine="a" * 22, show="Leaderboard")
    options = runs_of(test).options
    assert first.id != second.id and len(set(options)) == len(options) == 3
    assert set(test.dataframe[0].value["run"]) < set(options), "on the leaderboard too"
    others = page(run=first.id, mine="a" * 22, show="A against B").selectbox
    compared = next(box for box in others if box.label == "B's run").options
    assert compared[0] == "this one" and compared[1] in set(options) - {options[runs_of(test).index]}


@pytest.mark.parametrize(("lines", "height"), [(2, "content"), (40, 560)])
def test_a_long_leaderboard_does_not_push_the_pictures_away(lines, height, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        evaluate_runs.st, "dataframe", lambda shown, **how: drawn.append((len(shown.index), how["height"]))
    )
    line = {"method": "Gamma", "mean": 12.0, "error": 0.5, "id": "1"}
    evaluate_runs._draw([line] * lines, "psnr")
    assert drawn == [(lines, height)]


@pytest.mark.parametrize("done", [True, False])
def test_its_owner_deletes_a_run_finished_or_not(home, done):
    run = kept_run(make_pairs(home / "data", 2), done=done)
    key = f"delete_{run.id}"
    assert not any(button.key == key for button in page(run=run.id).button), "it is not theirs"
    test = page(run=run.id, mine="a" * 22)
    test.button(key=key).click().run()
    assert records.store().get(run.id) is None and not test.exception and "no benchmark" in texts(test)


def test_a_run_in_a_state_that_this_version_does_not_know_is_shown(home):
    run = kept_run(make_pairs(home / "data", 2), "a" * 22)
    records.store().update(run, state="archived")
    test = page(mine="a" * 22, run=run.id)
    assert not test.exception
    assert any(option.endswith(", archived") for option in runs_of(test).options)


@pytest.mark.parametrize(
    "title, shown",
    [
        ("Night\u202eshots", "Nightshots"),
        ("a\u2069b\u200f", "ab"),
        ("\u05dc\u05d9\u05dc\u05d4", "\u2068\u05dc\u05d9\u05dc\u05d4\u2069"),  # Hebrew: the date would stand in it
        ("Été 夜", "Été 夜"),
    ],
)
def test_a_title_never_turns_the_date_behind_it_around(title, shown):
    run = records.Run("a" * 22, title, {"kind": "upload"}, 2, [], [], "", state="done")
    assert evaluate_runs.title_of(run).startswith(f"{shown}, ")
