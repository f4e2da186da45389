"""Training beside the app: one run at a time, found by its token, stopped, resumed, kept and used at once."""

import io
import json
import os
import shutil
import time
import tomllib
import zipfile
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT, page_at, texts

from lowlight_core import enhancers, samples
from lowlight_core.datasets.splits import read_split
from lowlight_core.errors import BusyError, OutputError, TrainingError, UnknownMethodError
from lowlight_core.image import write
from lowlight_core.networks import NETWORKS
from lowlight_core.settings import Settings
from lowlight_core.training import background, builtin
from pages.parts import method_card, train_form
from pages.parts.train_form import label

page = partial(page_at, "train")


def wait(run, until, seconds=240.0) -> None:
    """Wait until ``until()`` holds; fails with the trainer's own output."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end and run.state != "failed", (run.folder / "output.txt").read_text()[-1500:]
        time.sleep(0.3)


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


def test_small_words_of_a_diagram_stand_out_on_the_page(home):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    for kind, words in method_card._WORDS.items():
        ground = theme[kind]["backgroundColor"]
        bright, dark = sorted((luminance(words), luminance(ground)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 4.5, "the contrast that WCAG asks of small words"


def luminance(color: str) -> float:
    """Relative luminance of ``#RRGGBB`` as WCAG defines it."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return np.dot(
        [0.2126, 0.7152, 0.0722], [s / 12.92 if s <= 0.03928 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    )


def test_an_unknown_run_is_said_in_words(home):
    test = page(run="nobody")
    assert "not on this server" in test.warning[0].value and "run" not in test.query_params and not test.exception


def test_built_in_pairs_whose_writing_was_cut_short_are_written_again(home, monkeypatch):
    """Half a split.json would make every training on them fail from then on."""

    def full(*_):
        raise OSError("no space left")

    with monkeypatch.context() as patched, pytest.raises(OutputError):
        patched.setattr(builtin, "samples", SimpleNamespace(pairs=lambda: [], SAMPLES={}))
        patched.setattr("lowlight_core.atomic.os.replace", full)
        builtin.write_pairs(home / "built-in")
    assert not (home / "built-in" / "split.json").exists()
    assert set(read_split(builtin.write_pairs(home / "built-in") / "split.json", needed=("train",))) >= {"validation"}


def test_folders_with_pairs_below_the_root_are_offered_and_no_others(home):
    builtin.write_pairs(home / "data" / "lol" / "our485")
    (home / "data" / "photos").mkdir()
    assert list(background.data_sets()) == [background.BUILT_IN, "lol/our485"]


def test_what_is_not_on_offer_cannot_be_trained(home):
    for network, data, minutes in (("nothing", background.BUILT_IN, 1), ("unet", "../elsewhere", 1),
                                   ("unet", background.BUILT_IN, 1e6), ("unet", background.BUILT_IN, 0)):  # fmt: skip
        with pytest.raises(TrainingError, match="expected"):
            background.start(network, data, minutes)
    assert not background.busy() and not list(background.home().glob("*/order.json"))


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


def test_the_run_before_is_not_at_work_while_another_is_made_ready(home, monkeypatch):
    """Its page showed its last minutes as if they were now."""
    run, seen = finished_run(home), []
    (background.home() / "lock").write_text(run.token)

    def full(*_):
        seen.append((run.state, background.busy()))
        raise BusyError("no room")

    monkeypatch.setattr(background.room, "check", full)
    with pytest.raises(BusyError, match="no room"):
        background.start("skip_cnn", background.BUILT_IN, 1)
    assert seen == [("done", True)]


def test_an_error_is_one_sentence(home):
    run = finished_run(home)
    (run.folder / "error.txt").write_text("a picture of 20x20 is smaller than the crop of 96")
    test = page(run=run.token)
    assert "smaller than the crop" in test.error[0].value and not test.exception


def test_names_of_own_weights_cannot_be_guessed_or_forged(home):
    for name in ("own-" + "x" * 22 + "-5", "own-../../secrets-00000000-1", "own-", "own-" + "x" * 22):
        with pytest.raises(UnknownMethodError):
            enhancers.get(name)


def test_old_runs_are_forgotten(home, monkeypatch):
    monkeypatch.setattr(background, "KEPT", 2)
    runs = [finished_run(home, f"{number}" * 22) for number in range(4)]
    for age, run in enumerate(runs):
        os.utime(run.folder, (age, age))
    background._forget_old(runs[3])
    assert [run.folder.exists() for run in runs] == [False, True, True, True]


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


@pytest.mark.slow
def test_a_real_run_from_start_to_use(home):
    run = background.start("skip_cnn", background.BUILT_IN, 0.2)
    with pytest.raises(BusyError, match="try again"):
        background.start("unet", background.BUILT_IN, 1)
    assert page().button[0].disabled, "nobody else can start now"
    wait(run, lambda: run.weights and run.previews())
    background.stop(run)
    wait(run, lambda: not run.running)
    assert run.state in ("stopped", "done") and not background.busy()
    assert {"dark.png", "truth.png"} <= {path.name for path in (run.folder / "previews").iterdir()}
    done = run.status["step"]
    _used_at_once(run)
    background.resume(run, 0.1)
    wait(run, lambda: not run.running)
    assert run.state == "done" and run.status["step"] > done
    assert [row["step"] for row in run.rows()] == sorted({row["step"] for row in run.rows()})


def _used_at_once(run) -> None:
    """The weights are a method by their name and nowhere else, and travel as a .zip."""
    method = enhancers.get(background.keep(run))
    dark = samples.load("cat").low
    bright = method(dark)
    assert bright.shape == dark.shape and bright.mean() > dark.mean() + 20
    assert np.array_equal(method(dark, strength=0), dark)
    assert method.name not in enhancers.METHODS and "own weights" in method.label and not method.default
    with zipfile.ZipFile(io.BytesIO(run.archive())) as archive:
        assert {"skip_cnn/skip_cnn.weights.h5", "skip_cnn/skip_cnn.json"} <= set(archive.namelist())
