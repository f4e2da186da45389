"""The Train page: its form, and what it shows of a run at work, ended, interrupted or unknown."""

import json
import os
import shutil
from functools import partial

import pytest
from conftest import ROOT, page_at, texts

from lowlight_core import samples
from lowlight_core.image import write
from lowlight_core.networks import NETWORKS
from lowlight_core.settings import Settings
from lowlight_core.training import background, builtin
from pages.parts import train_form
from pages.parts.train_form import label

page = partial(page_at, "train")


def finished_run(home, token="t" * 22):
    """A run on disk that has ended, without any training."""
    run = background.TrainingRun(token, background.home() / token)
    run.folder.mkdir(parents=True)
    order = {"network": "skip_cnn", "minutes": 1.0, "data": "", "data_label": background.BUILT_IN}
    (run.folder / "order.json").write_text(json.dumps(order))
    status = {"state": "done", "step": 50, "steps": 50, "seconds": 60.0, "remaining_seconds": 0.0,
              "best_validation_psnr": 25.0}  # fmt: skip
    (run.folder / "status.json").write_text(json.dumps(status))
    (run.folder / "log.csv").write_text("step,loss,psnr,validation_psnr\n25,0.2,20,\n50,0.1,22,25.0\n")
    return run


def test_the_page_opens_with_an_example_and_all_networks(home):
    test = page()
    assert not test.exception and not test.error
    assert len(test.selectbox(key="network").options) == len(NETWORKS)
    assert [button.label for button in test.button if not button.disabled] == ["Start"]


@pytest.mark.parametrize(("untrained", "verdict"), [("23.5", "Untrained it was 23.50 dB."), ("28.4", "has cost more")])
def test_an_ended_run_says_whether_it_is_better_than_no_training(home, untrained, verdict):
    run = finished_run(home)
    log = (run.folder / "log.csv").read_text().replace("25,0.2", f"0,,,{untrained}\n25,0.2")
    (run.folder / "log.csv").write_text(log)
    test = page(run=run.token)
    assert not test.exception and verdict in test.success[0].value
    assert ("has cost more" in test.success[0].value) == (float(untrained) > 25)


def test_choices_stand_in_the_address(home):
    builtin.write_pairs(home / "data" / "lol")
    test = page(network="skip_cnn", pairs="lol", minutes="1.5")
    assert (test.selectbox(key="pairs").value, test.slider(key="minutes").value) == ("lol", 1.5)
    assert page(pairs="elsewhere").selectbox(key="pairs").value == background.BUILT_IN


def test_a_click_does_not_search_the_data_root_again(home, monkeypatch):
    looks, look = [], background.data_sets
    monkeypatch.setattr(background, "data_sets", lambda: looks.append(1) or look())
    test = page()
    test.slider(key="minutes").set_value(2.0).run()
    assert not test.exception and len(looks) == 1


@pytest.mark.parametrize("limit", [0.2, 0.5, 0.7, 30.0])
def test_any_limit_of_the_operator_leaves_a_choice_of_budgets_within_it(home, monkeypatch, limit):
    monkeypatch.setattr(train_form, "settings", lambda: Settings(train_minutes=limit))
    test = page()
    budget = test.slider(key="minutes")
    assert not test.exception and 0 < budget.min < budget.max == limit and budget.value == min(3.0, limit)


def test_who_waits_for_somebody_elses_run_may_start_as_soon_as_it_has_ended(home, monkeypatch):
    answers = [True, False, False]  # at work when the page is made, at its end when it is looked at again
    monkeypatch.setattr(background, "busy", lambda: answers.pop(0))
    test = page()
    assert not answers and not test.exception and "Somebody else's" not in texts(test)
    assert [button.label for button in test.button if not button.disabled] == ["Start"]


def test_after_a_run_the_form_speaks_of_what_each_button_would_train(home, monkeypatch):
    run = finished_run(home)
    (run.folder / "checkpoint.npz").write_bytes(b"")
    test = page(run=run.token, network="unet")
    resume = next(button.label for button in test.button if button.label.startswith("Resume"))
    assert resume == f"Resume {label('skip_cnn')}" and f"**{label('unet')}**" in texts(test)
    monkeypatch.setattr(background.TrainingRun, "running", True)
    assert f"**{label('skip_cnn')}**" in texts(page(run=run.token, network="unet")), "while it runs, what runs"


def test_a_run_at_work_says_that_it_loads_and_that_it_is_asked_to_stop(home, monkeypatch):
    run = finished_run(home)
    monkeypatch.setattr(background.TrainingRun, "running", True)
    os.utime(run.folder / "order.json", (2e9, 2e9))  # resumed: its status is still that of before
    test = page(run=run.token)
    assert "loading" in test.get("progress")[0].proto.text
    test.button(key="stop").click().run()
    assert test.button(key="stop").label == "Stopping…" and test.button(key="stop").disabled


def test_the_first_picture_stands_beside_the_truth_not_beside_itself(home, monkeypatch):
    run, shown = finished_run(home), []
    monkeypatch.setattr("pages.shared.viewer.compare", lambda *sides, labels, **more: shown.append(labels))
    for name in ("dark.png", "truth.png", "000000.jpg"):
        write(run.folder / "previews" / name, samples.load("cat").low)
    page(run=run.token)
    assert shown == [("Step 0 (untrained)", "its truth")]


def test_weights_that_cannot_be_put_aside_are_one_sentence(home):
    run = finished_run(home)
    (run.folder / "skip_cnn.weights.h5").write_bytes(b"")
    (run.folder / "skip_cnn.json").write_text(json.dumps({"training": {"steps": 50}}))
    (run.folder / "kept").write_text("in the way")
    test = page(run=run.token)
    next(button for button in test.button if button.label == "Use in Compare").click().run()
    assert not test.exception and [error.value[-16:] for error in test.error] == [" Not a directory"]


@pytest.mark.parametrize(("network", "begins"), [("skip_cnn", "PSNR is high"), ("zero_dce", "PSNR is low")])
def test_the_curve_is_said_to_begin_where_it_does(home, network, begins):
    run = finished_run(home)
    (run.folder / "order.json").write_text(json.dumps(run.order | {"network": network}))
    assert begins in texts(page(run=run.token))


def test_an_ended_run_shows_the_picture_of_the_weights_that_it_gives_away(home, monkeypatch):
    run, shown = finished_run(home), []
    monkeypatch.setattr("pages.shared.viewer.compare", lambda *sides, labels, **more: shown.append(labels))
    for step in (0, 50, 100):
        write(run.folder / "previews" / f"{step:06d}.jpg", samples.load("cat").low)
    page(run=run.token)
    assert shown.pop() == ("Step 0 (untrained)", "Step 100"), "no weights yet"
    (run.folder / "skip_cnn.weights.h5").write_bytes(b"")
    (run.folder / "skip_cnn.json").write_text(json.dumps({"training": {"steps": 50}}))
    test = page(run=run.token)
    assert not test.exception and shown == [("Step 0 (untrained)", "Step 50")]
    assert test.select_slider[0].label == "Compare step 50, whose weights are kept, with step"
    test.select_slider[0].set_value(100).run()
    assert shown[-1] == ("Step 100", "Step 50")


def test_an_unknown_run_is_said_in_words(home):
    test = page(run="nobody")
    assert "not on this server" in test.warning[0].value and "run" not in test.query_params and not test.exception


@pytest.mark.parametrize("token", [None, "", "short", "../../../etc/passwd", "a/b" * 10, "x" * 22])
def test_a_token_that_is_none_finds_nothing(home, token):
    assert background.find(token) is None
    assert not page(**({"run": token} if token else {})).exception


def test_a_finished_run_shows_its_result(home):
    run = finished_run(home)
    test = page(run=run.token)
    assert not test.exception
    assert "25.00 dB" in test.success[0].value
    assert background.find(run.token).rows()[1] == {"step": 50, "loss": 0.1, "psnr": 22, "validation_psnr": 25.0}


@pytest.mark.parametrize("later", ["", "75,0.1,24.3\n"])
def test_a_run_whose_best_step_is_an_early_one_says_how_it_ended(home, later):
    run = finished_run(home)
    (run.folder / "log.csv").write_text(f"step,loss,validation_psnr\n25,0.2,25.0\n{later}")
    (run.folder / "skip_cnn.weights.h5").write_bytes(b"")
    (run.folder / "skip_cnn.json").write_text(json.dumps({"training": {"steps": 25}}))
    told = page(run=run.token).success[0].value
    assert "25.00 dB at step 25, whose weights are kept." in told
    assert ("Later steps scored less: 24.30 dB at step 75" in told) == bool(later)


def test_a_run_stopped_at_its_first_step_is_told_in_the_singular(home):
    run = finished_run(home)
    (run.folder / "status.json").write_text('{"state": "stopped", "step": 1, "steps": 50, "seconds": 0.8}')
    assert "1 step in 0.0 min. Stopped as asked." in page(run=run.token).success[0].value


def test_a_run_whose_process_vanished_is_interrupted(home):
    run = finished_run(home)
    (run.folder / "status.json").write_text(json.dumps({**run.status, "state": "running"}))
    assert run.state == "interrupted"
    test = page(run=run.token)
    assert "ended early" in test.warning[0].value and not test.success, "nothing to be green about"


def test_a_resumed_run_whose_process_vanished_while_it_loaded_is_interrupted(home):
    """Its status still tells that the budget before was used up."""
    run = finished_run(home)
    os.utime(run.folder / "order.json", (2e9, 2e9))
    assert run.state == "interrupted" and "ended early" in page(run=run.token).warning[0].value


def test_an_error_is_one_sentence(home):
    run = finished_run(home)
    (run.folder / "error.txt").write_text("a picture of 20x20 is smaller than the crop of 96")
    test = page(run=run.token)
    assert "smaller than the crop" in test.error[0].value and not test.exception


def test_compare_opens_own_weights_by_an_address_that_a_reload_finds_again(home, monkeypatch):
    run, went = finished_run(home), []
    for kind in ("weights.h5", "json"):
        shutil.copy(ROOT / "lowlight_core" / "weights" / f"skip_cnn.{kind}", run.folder)
    monkeypatch.setattr("streamlit.switch_page", lambda page, query_params: went.append(query_params))
    test = page(run=run.token)
    next(button for button in test.button if button.label == "Use in Compare").click().run()
    reloaded = page_at("compare", **went[0])
    name = went[0]["own"]
    assert reloaded.session_state["methods"] == ["skip_cnn", name] and reloaded.query_params["own"] == name
    assert (reloaded.selectbox(key="b").value, reloaded.selectbox(key="photo").value) == (name, "cat")
    assert "own weights" in str(reloaded.dataframe[0].value["Method"].tolist()) and not reloaded.exception
    gone = page_at("compare", own=name.replace("t" * 22, "u" * 22))
    assert "not on this server any more" in gone.warning[0].value and not gone.exception
