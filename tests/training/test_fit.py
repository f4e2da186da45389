"""Training runs: they resume to the same curve, stop when asked, refuse bad data, and leave usable weights."""

import argparse
import csv
import dataclasses
import json
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lowlight_core import cards, networks
from lowlight_core.errors import DatasetError, LowlightError, TrainingError
from lowlight_core.training.card import command
from lowlight_core.training.command import add_arguments, config_of, show
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.pairs import load_pairs
from tests.tiny_networks import SETTINGS, write_pairs

pytest.importorskip("keras")
from lowlight_core.training import fit, objective, score  # noqa: E402

LONGER = {"steps": 40, "checkpoint_every": 3, "validate_every": 20}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    return write_pairs(tmp_path_factory.mktemp("data") / "set")


@pytest.fixture(autouse=True)
def log_every_step(monkeypatch):
    monkeypatch.setattr(fit, "LOG_EVERY", 1)


def config(pairs, output, **more) -> TrainingConfig:
    basic = {"steps": 6, "crop": 32, "batch": 2, "warmup": 2, "validate_every": 3, "checkpoint_every": 2}
    basic |= {"precision": "float32", "settings": SETTINGS["unet"]}
    return TrainingConfig(**{"network": "unet", "data": (str(pairs),), "output": str(output), **basic, **more})


def losses(folder):
    with open(folder / "log.csv", newline="") as file:
        return [(int(row["step"]), float(row["loss"])) for row in csv.DictReader(file)]


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


def test_the_progress_bar_ends_with_what_was_measured_last(pairs, tmp_path, capsys):
    fit.train(config(pairs, tmp_path, steps=2), show)
    lines = [line.strip() for line in capsys.readouterr().err.split("\r")[1:]]
    assert [line.split()[1] for line in lines] == ["1/2", "2/2", "2/2"] and lines[-1] == lines[-2]
    assert f"loss {losses(tmp_path)[-1][1]:.4f} psnr " in lines[-1] and lines[-1].endswith("dB, 0:00 left")
    fit.train(config(pairs, tmp_path, steps=2), show)
    assert "loss" not in capsys.readouterr().err, "nothing was measured: the run was done before"


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


@pytest.mark.parametrize("other", [{"seed": 9}, {"rate": 0.1}, {"network": "skip_cnn", "settings": {}}, {"crop": 48}])
def test_a_folder_with_another_run_is_left_alone(pairs, tmp_path, other):
    fit.train(config(pairs, tmp_path, steps=2))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(TrainingError, match=f"{next(iter(other))} was .* choose another output folder"):
        fit.train(config(pairs, tmp_path, steps=8, **other))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_fewer_steps_than_are_done_are_refused(pairs, tmp_path):
    fit.train(config(pairs, tmp_path, steps=4))
    with pytest.raises(TrainingError, match="is at step 4 already: expected more than 2 steps"):
        fit.train(config(pairs, tmp_path, steps=2))


def test_a_run_that_diverges_says_so_and_saves_nothing(pairs, tmp_path, monkeypatch):
    monkeypatch.setattr(objective.Paired, "step", lambda self, batch: {"loss": float("nan"), "psnr": 0.0})
    with pytest.raises(TrainingError, match="became nan at step 1: try a lower rate than 0.0005"):
        fit.train(config(pairs, tmp_path))
    assert not list(tmp_path.glob("*.h5")) and not (tmp_path / "checkpoint.npz").exists()


def test_a_row_of_the_log_is_the_mean_of_its_steps(pairs, tmp_path, monkeypatch):
    fit.train(config(pairs, tmp_path / "each"))
    monkeypatch.setattr(fit, "LOG_EVERY", 3)
    fit.train(config(pairs, tmp_path / "means"))
    each = [loss for _, loss in losses(tmp_path / "each")]
    assert losses(tmp_path / "means") == [
        (3, pytest.approx(np.mean(each[:3]), rel=1e-3)),
        (6, pytest.approx(np.mean(each[3:]), rel=1e-3)),
    ]


def test_a_damaged_checkpoint_is_one_sentence(pairs, tmp_path):
    fit.train(config(pairs, tmp_path, steps=2))
    (tmp_path / "checkpoint.npz").write_bytes((tmp_path / "checkpoint.npz").read_bytes()[:1000])
    with pytest.raises(TrainingError, match="checkpoint.npz is damaged: delete it"):
        fit.train(config(pairs, tmp_path))


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"seed": -1}, "seed must not be below 0"),
        ({"shares": (0.0,)}, "shares must not be below 0 nor all be 0"),
        ({"shares": (-1.0,)}, "shares must not be below 0"),
        ({"ema": 5.0}, "ema must lie between 0 and 1"),
        ({"rate": float("inf")}, "rate must be a finite number"),
        ({"losses": {"l1": float("nan")}}, "the loss l1 must be a finite number"),
        ({"losses": {"vgg": 1.0}}, "no loss is left to train with: vgg was asked for"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(pairs, tmp_path, wrong, sentence):
    with pytest.raises(TrainingError, match=sentence):
        fit.train(config(pairs, tmp_path, **wrong))


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"train": ["0"]}', '{"train": 3, "validation": 4}'])
def test_a_file_that_is_no_split_is_one_sentence(pairs, tmp_path, text):
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(DatasetError, match="is no split to train with: expected JSON"):
        fit.train(config(pairs, tmp_path / "run", split=str(tmp_path / "split.json")))


def test_log_rows_after_the_checkpoint_are_forgotten(pairs, tmp_path):
    """As after a kill between two checkpoints: the resumed run writes those rows again, once."""
    fit.train(config(pairs, tmp_path, steps=4))
    with open(tmp_path / "log.csv", "a") as file:
        file.write("9,1,1,1,1,\n")
    fit.train(config(pairs, tmp_path, steps=6))
    assert [step for step, _ in losses(tmp_path)] == [1, 2, 3, 4, 5, 6]


def test_a_finished_run_is_usable_and_says_how_it_was_made(pairs, tmp_path):
    from lowlight_core import inference

    fit.train(config(pairs, tmp_path, steps=2))
    card = json.loads((tmp_path / "unet.json").read_text())
    assert card["training"]["config"]["data"] == [f"{pairs.parent.name}/set"]
    assert card["parameters"] > 0 and card["training"]["steps"] == 2 and card["training"]["curve"]
    image = np.full((20, 30, 3), 9, np.uint8)
    assert inference.Runner(tmp_path).enhance(image).shape == image.shape
    assert json.loads((tmp_path / "status.json").read_text())["state"] == "done"


def test_a_perceptual_loss_without_its_features_is_off_and_the_run_says_so(pairs, tmp_path):
    fit.train(config(pairs, tmp_path, steps=1, losses={"l1": 1.0, "lpips": 0.1, "vgg": 0.03}))
    for written in ("unet.json", "status.json"):
        content = json.loads((tmp_path / written).read_text())
        assert content.get("training", content)["losses_off"] == ["vgg"]  # LPIPS's features come with the program


def test_truths_of_the_training_pairs_can_be_darkened_like_photographs(pairs, tmp_path):
    without = TrainingData.load(config(pairs, tmp_path))
    darkened = TrainingData.load(config(pairs, tmp_path, darken_truths=True))
    assert len(without.sources) == 1 and "truths" not in without.counts
    truths = [pair.high for pair in darkened.sources[0].pairs]
    assert darkened.counts["truths"] == {"train": len(truths)}
    assert all(np.array_equal(a, b) for a, b in zip(darkened.sources[1].photos, truths, strict=True))
    fit.train(config(pairs, tmp_path, steps=1, darken_truths=True))


def test_the_precision_check_looks_at_what_the_processor_can_do(pairs, tmp_path, monkeypatch):
    """One that only emulates bfloat16 times nothing and compares the middle of each picture."""
    fit.train(config(pairs, tmp_path, steps=1))
    some = load_pairs(pairs)[:2]
    monkeypatch.setattr(cards, "processor_has_bfloat16", lambda: False)
    emulated = score.precision_check(tmp_path, some)
    assert emulated["pictures"] == 2 and "emulated" in emulated and "milliseconds" not in emulated
    assert emulated["chosen"] == (emulated["largest_difference"] <= 2)
    measured = {**emulated, "largest_difference": 1, "milliseconds": {}}
    assert score.precision_check(tmp_path, some, measured) is measured
    assert score.precision_check(tmp_path, some, {**measured, "weights": "of others"}) == emulated
    monkeypatch.setattr(cards, "processor_has_bfloat16", lambda: True)
    timed = score.precision_check(tmp_path, some)
    assert set(timed["milliseconds"]) == {"float32", "bfloat16"} and "emulated" not in timed


def test_weights_that_went_on_from_others_keep_their_history(pairs, tmp_path):
    fit.train(config(pairs, tmp_path / "first", steps=3, seed=5))
    first = cards.read(tmp_path / "first")["training"]
    start = str(cards.weights_of(tmp_path / "first"))
    fit.train(config(pairs, tmp_path / "second", steps=2, validate_every=2, start_from=start))
    training = cards.read(tmp_path / "second")["training"]
    assert training["steps"] == 5 and [step for step, _ in training["curve"]] == [3, 5]
    assert [stage["steps"] for stage in training["stages"]] == [3, 2]
    assert training["stages"][0]["command"] == first["command"]
    assert "--seed 5" in first["command"] and "--start-from first/unet.weights.h5" in training["command"]


def test_a_card_holds_all_settings_and_what_starts_from_its_weights_takes_them(pairs, tmp_path):
    fit.train(config(pairs, tmp_path / "first", steps=1, network="skip_cnn", settings={"width": 4}))
    start = str(cards.weights_of(tmp_path / "first"))
    fit.train(config(pairs, tmp_path / "second", steps=1, network="skip_cnn", settings={}, start_from=start))
    assert cards.read(tmp_path / "second")["settings"] == {"width": 4}
    assert networks.get("skip_cnn").all_settings({}) == {"width": 32}
    for shipped in cards.WEIGHTS.glob("*.weights.h5"):
        card = json.loads(cards.path_of(shipped).read_text())
        assert card["settings"].keys() == networks.get(card["network"]).all_settings({}).keys()


def test_a_card_without_settings_means_the_defaults_of_its_time(tmp_path):
    (tmp_path / "lumen.json").write_text('{"network": "lumen", "settings": {"width": 8}}')
    assert cards.read(tmp_path / "lumen.json")["settings"] == {"width": 8, "down": [3, 2, 1, 1], "up": [3, 1, 0]}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"depth": 3}, "has no 'depth'"),
        ({"widths": 3}, "not iterable"),
        ({"widths": [0]}, "filters"),
        ({"widths": [100_000]}, "may exceed 1024"),
    ],
)
def test_settings_that_build_no_network_are_refused_in_one_sentence(pairs, tmp_path, settings, says):
    refusal = f"'unet' cannot be built with settings .*{says}.*defaults are .*widths"
    with pytest.raises(TrainingError, match=refusal) as refused:
        fit.train(config(pairs, tmp_path, settings=settings))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("option", [["--set", "widths"], ["--set", "widths=abc"], ["--loss", "l1"], ["--loss", "l1=x"]])
def test_options_that_cannot_be_read_name_what_was_expected(option, capsys):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["unet", "--data", "D", "--output", "O", *option])
    assert ended.value.code == 2 and "expected NAME=" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "says"),
    [({"steps": 0}, "above 0, got 0"), ({"warmth_jitter": -1.0}, "below 0, got -1.0"), ({"crop": 40}, "16")],
)
def test_numbers_with_which_no_run_can_start_are_refused(tmp_path, number, says):
    with pytest.raises(TrainingError, match=f"{next(iter(number))} .*{says}"):
        config([], tmp_path, **number).check()


def test_weights_in_the_output_folder_are_nothing_to_start_from(tmp_path):
    with pytest.raises(TrainingError, match="outside the output folder.*choose another"):
        config([], tmp_path, start_from=str(tmp_path / "unet.weights.h5")).check()


def test_weights_whose_card_tells_no_history_can_be_started_from(pairs, tmp_path):
    fit.train(config(pairs, tmp_path / "first", steps=1))
    cards.path_of(tmp_path / "first").write_text('{"network": "unet"}')
    start = str(cards.weights_of(tmp_path / "first"))
    fit.train(config(pairs, tmp_path / "second", steps=1, start_from=start))
    assert cards.read(tmp_path / "second")["training"]["steps"] == 1


def test_a_cards_command_says_what_the_run_was(pairs, tmp_path):
    """Parsed again it gives the same configuration, folders shortened."""
    shares, losses = (0.6,), {"l1": 1.0, "edges": 0.25}
    run = config(pairs, "DIR", shares=shares, losses=losses, photos="some/photos", photo_share=0.2, darken_truths=True)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    again = config_of(parser.parse_args(shlex.split(command(run))[4:]))
    expected = dataclasses.replace(run, data=(f"{pairs.parent.name}/set",), settings={"widths": [4, 8]})
    ignored = {"precision", "validate_every", "checkpoint_every", "clip"}  # no part of the command
    assert {k: v for k, v in vars(again).items() if k not in ignored} == {
        k: v for k, v in vars(expected).items() if k not in ignored
    }


@pytest.mark.parametrize("name", ["zero_dce", "gan", "lumen"])
def test_other_ways_of_training_change_the_network(name, pairs, tmp_path):
    from lowlight_core.training.tasks import make_task

    made = config(pairs, tmp_path, settings=SETTINGS[name], losses={"l1": 1.0} if name != "zero_dce" else {})
    made = TrainingConfig(**{**made.__dict__, "network": name})
    task = make_task(made)
    before = [array.copy() for model in task.models for array in model.get_weights()]
    from lowlight_core.training.dataset import TrainingData
    from lowlight_core.training.sampling import batch

    data = TrainingData.load(made)
    for step in range(3):
        for optimizer in task.optimizers:
            optimizer.learning_rate = 1e-3
        logs = task.step(batch(0, step, data.sources, 32, 2, data.how, name != "zero_dce"))
    after = [array for model in task.models for array in model.get_weights()]
    assert np.isfinite(float(logs["loss"]))
    changed = [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]
    assert np.mean(changed) > 0.5
    if name == "gan":
        judge = len(task.judge.get_weights())
        assert all(changed[-judge:])


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda folder: None, "smaller than the crop of 96"),
        (lambda folder: [p.unlink() for p in (folder / "high").iterdir()], "."),
        (lambda folder: write_other_size(folder), "low is 80x64 but high is 40x40"),
        (lambda folder: (folder / "low" / "1.png").write_bytes(b"nothing"), "1.png"),
    ],
)
def test_bad_data_sets_fail_at_once_with_one_sentence(damage, message, tmp_path):
    folder = write_pairs(tmp_path / "bad")
    damage(folder)
    with pytest.raises(DatasetError, match=message) as caught:
        fit.train(config(folder, tmp_path / "out", crop=96))
    assert "\n" not in str(caught.value)


def write_other_size(folder):
    import cv2

    cv2.imwrite(str(folder / "high" / "2.png"), np.zeros((40, 40, 3), np.uint8))


def test_numbers_that_cannot_work_are_refused(pairs, tmp_path):
    for wrong in ({"steps": 0}, {"crop": 33}, {"losses": {"magic": 1.0}}):
        with pytest.raises(TrainingError):
            fit.train(config(pairs, tmp_path, **wrong))


def test_a_folder_of_another_run_is_not_overwritten(pairs, tmp_path):
    fit.train(config(pairs, tmp_path, steps=2))
    with pytest.raises(LowlightError, match="other settings"):
        fit.train(config(pairs, tmp_path, settings={"widths": (8, 8)}, steps=4))
