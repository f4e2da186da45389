"""Training runs that are stopped or killed: they resume to the same curve, and nothing later is left behind."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lowlight_core import cli
from lowlight_core.errors import TrainingError
from lowlight_core.networks import cards
from tests.tiny_runs import config, losses

pytest.importorskip("keras")
from lowlight_core.training import background, budget, fit  # noqa: E402
from lowlight_core.training.builtin import write_pairs  # noqa: E402
from lowlight_core.training.validation import mean_psnr  # noqa: E402

LONGER = {"steps": 40, "checkpoint_every": 3, "validate_every": 20}
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def log_every_step(monkeypatch):
    monkeypatch.setattr(fit, "LOG_EVERY", 1)


def test_a_stopped_run_resumes_to_the_same_curve(pairs, tmp_path):
    fit.train(config(pairs, tmp_path / "whole"))

    def stop_at_three(status):
        if status["step"] == 3:
            (tmp_path / "halves" / "stop").touch()

    status = fit.train(config(pairs, tmp_path / "halves"), stop_at_three)
    assert status["state"] == "stopped" and status["step"] == 4
    assert fit.train(config(pairs, tmp_path / "halves"))["state"] == "done"
    whole, halves = losses(tmp_path / "whole"), losses(tmp_path / "halves")
    assert [step for step, _ in halves] == [1, 2, 3, 4, 5, 6]
    assert np.allclose([loss for _, loss in whole], [loss for _, loss in halves], rtol=1e-3)


@pytest.mark.slow
def test_a_killed_run_resumes_to_the_same_curve(pairs, tmp_path):
    """SIGKILL, at a moment that the run does not choose: what the last checkpoint held goes on as if nothing was."""
    fit.train(config(pairs, tmp_path / "whole", **LONGER))
    program = "import sys; from lowlight_core.training import config, fit; fit.LOG_EVERY = 1; "
    program += "fit.train(config.TrainingConfig.load(sys.argv[1]))"
    config(pairs, tmp_path / "killed", **LONGER).save(tmp_path / "config.json")
    child = subprocess.Popen([sys.executable, "-c", program, tmp_path / "config.json"], cwd=ROOT)
    try:
        deadline = time.monotonic() + 240
        while len(rows := losses(tmp_path / "killed") if (tmp_path / "killed/log.csv").is_file() else []) < 7:
            assert child.poll() is None and time.monotonic() < deadline, rows
            time.sleep(0.02)
    finally:
        child.kill()
        child.wait()
    assert fit.train(config(pairs, tmp_path / "killed", **LONGER))["state"] == "done"
    whole, resumed = losses(tmp_path / "whole"), losses(tmp_path / "killed")
    assert [step for step, _ in resumed] == [step for step, _ in whole]
    assert np.allclose([loss for _, loss in whole], [loss for _, loss in resumed], rtol=1e-3)


def test_ctrl_c_ends_a_run_with_a_checkpoint(pairs, tmp_path):
    def interrupt(status):
        if status["step"] == 3 and status["state"] == "running":
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    status = fit.train(config(pairs, tmp_path), interrupt)
    assert status["state"] == "stopped" and status["step"] == 4, "the step at work is finished first"
    assert json.loads((tmp_path / "status.json").read_text())["state"] == "stopped"
    assert signal.getsignal(signal.SIGINT) == before
    assert fit.train(config(pairs, tmp_path))["state"] == "done"


@pytest.mark.parametrize("name, status", [("SIGTERM", 143), ("SIGINT", 130)])
@pytest.mark.parametrize("when", ["before", "within"])
def test_the_command_ends_with_the_status_of_the_signal(pairs, tmp_path, monkeypatch, capsys, name, status, when):
    """Also before its first step, while data are read."""

    def interrupt(*given):
        if when == "before" or given[1]["step"] == 1:  # a second Ctrl-C would not wait for a checkpoint
            signal.raise_signal(getattr(signal, name))

    if when == "before":
        monkeypatch.setattr(fit.TrainingData, "load", interrupt)
    else:
        monkeypatch.setattr(fit.log, "append", interrupt)
    before = signal.getsignal(getattr(signal, name))
    words = ["--steps", "4", "--batch", "1", "--crop", "32", "--precision", "float32"]
    data = str(config(pairs, tmp_path).data[0])
    assert cli.main(["train", "zero_dce", "--data", data, "--output", str(tmp_path / "o"), *words]) == status
    told = capsys.readouterr()
    assert "interrupted" in told.err if when == "before" else "stopped at step 2" in told.out
    assert (tmp_path / "o" / "checkpoint.npz").is_file() == (when == "within")
    assert signal.getsignal(getattr(signal, name)) == before


def test_log_rows_after_the_checkpoint_are_forgotten(pairs, begun):
    """As after a kill between two checkpoints: the resumed run writes those rows again, once."""
    with open(begun / "log.csv", "a") as file:
        file.write("9,1,1,1,1,\n")
    fit.train(config(pairs, begun, steps=6))
    assert [step for step, _ in losses(begun)] == [2, 3, 4, 5, 6]


def test_weights_that_were_kept_are_known_to_the_run_that_goes_on_after_a_kill(pairs, tmp_path):
    """Else it keeps worse ones in their place, or tells the score of others beside them."""

    def kill_at_four(status):
        if status["step"] == 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit.train(config(pairs, tmp_path, checkpoint_every=100), kill_at_four)
    state = fit.checkpoint.state_of(tmp_path / "checkpoint.npz")
    card = cards.read(tmp_path)["training"]
    assert state["step"] == card["steps"] == 3 and state["validation"] == card["curve"] and state["best"]


def test_more_minutes_are_counted_from_the_checkpoint_not_from_what_was_logged_after_it(begun):
    """As after a kill between two checkpoints: the steps since then are made again, within the new budget."""
    status = json.loads((begun / "status.json").read_text())
    (begun / "status.json").write_text(json.dumps({**status, "state": "running", "step": 27}))
    assert budget.steps_done(begun) == 2 and budget.steps_done(begun / "none") == 0


def test_pictures_of_steps_after_the_checkpoint_are_forgotten(tmp_path):
    """Else the page would show the latest of them as the present one, until the resumed run has passed its step."""
    names = ["dark.png", "000000.jpg", "000050.jpg", "000075.jpg"]
    (tmp_path / "previews").mkdir()
    for name in names:
        (tmp_path / "previews" / name).touch()
    budget.forget_previews(tmp_path, 50)
    assert {path.name for path in (tmp_path / "previews").iterdir()} == set(names[:3])


@pytest.mark.parametrize("problem", [TrainingError("too small"), KeyError("low")])
def test_an_unexpected_error_leaves_its_traceback_for_the_operator(tmp_path, monkeypatch, capsys, problem):
    """A visitor is told one sentence; of a KeyError it says ``'low'``, and nobody could find out where."""

    def fail(*_):
        raise problem

    monkeypatch.setattr(budget, "train", fail)
    monkeypatch.setattr(budget.os, "nice", lambda *_: None)
    (tmp_path / "order.json").write_text("{}")
    assert budget.main(tmp_path) == 1
    expected, traced = (
        ("too small", False) if isinstance(problem, TrainingError) else ("unexpected KeyError: 'low'", True)
    )
    assert (tmp_path / "error.txt").read_text() == expected
    assert ("Traceback" in (err := capsys.readouterr().err) and "in fail" in err) is traced


@pytest.mark.parametrize("given", [False, True])
def test_built_in_pairs_are_varied_more_than_a_data_set(given, tmp_path, monkeypatch):
    """Six pairs are soon known by heart: without that a U-Net was worse after a minute than before the first step."""
    monkeypatch.setattr(budget, "ShownRun", lambda config, *_: (_ for _ in ()).throw(KeyError(config.photo_share)))
    monkeypatch.setattr(budget, "pace_of", lambda *_: {"step": 1, "validation": 1})
    order = {"network": "unet", "minutes": 1, "data": str(write_pairs(tmp_path / "set")) if given else ""}
    with pytest.raises(KeyError):
        budget.train(tmp_path / "run", order)
    made = json.loads((tmp_path / "run" / "config.json").read_text())
    assert made["darken_truths"] is not given and (made["exposure_jitter"] > 0.2) is not given


def test_a_budgets_log_begins_with_the_score_of_the_untrained_network(pairs, tmp_path):
    """Without it nobody sees whether training has brought anything: inputs that are lifted score high already."""
    data = fit.TrainingData.load(config(pairs, tmp_path))
    for _ in range(2):  # a run that was killed before its first checkpoint begins anew
        run = budget.ShownRun(config(pairs, tmp_path), data, tmp_path)
        run.begin()
    (row,) = background.TrainingRun("t" * 22, tmp_path).rows()
    untrained = mean_psnr(run.task.network, "unet", data.validation)
    assert row == {"step": 0, "validation_psnr": pytest.approx(untrained, abs=0.001)}
    run.run()
    run = background.TrainingRun("t" * 22, tmp_path)
    assert [row["step"] for row in run.rows()] == [0, 1, 2, 3, 4, 5, 6]
    assert run.untrained_psnr == row["validation_psnr"]
