"""Training runs: what they log, measure and say, and that they leave usable weights."""

import argparse
import dataclasses
import io
import itertools
import json
import shlex
from types import SimpleNamespace

import numpy as np
import pytest

from lowlight_core import cli, networks
from lowlight_core.metrics.fidelity import psnr
from lowlight_core.networks import cards
from lowlight_core.training.card import command
from lowlight_core.training.command import add_arguments, config_of, show
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.dataset import TrainingData
from lowlight_core.training.pairs import load_pairs
from tests.tiny_networks import SETTINGS
from tests.tiny_runs import config, losses

pytest.importorskip("keras")
from lowlight_core.training import fit, score  # noqa: E402


@pytest.fixture(autouse=True)
def log_every_step(monkeypatch):
    monkeypatch.setattr(fit, "LOG_EVERY", 1)


def test_the_progress_bar_ends_with_what_was_measured_last(pairs, tmp_path, capsys):
    fit.train(config(pairs, tmp_path, steps=2), show)
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("[")]
    assert [line.split()[1] for line in lines] == ["1/2", "2/2", "2/2"] and lines[-1] == lines[-2]
    assert f"loss {losses(tmp_path)[-1][1]:.4f} psnr " in lines[-1] and lines[-1].endswith("dB, 0:00 left")
    fit.train(config(pairs, tmp_path, steps=2), show)
    assert "loss" not in capsys.readouterr().err, "nothing was measured: the run was done before"


@pytest.mark.parametrize("terminal, told", [(True, 2 * "\r"), (False, 2 * "\n")])
def test_the_progress_bar_overwrites_itself_on_a_terminal_and_leaves_lines_in_a_log(monkeypatch, terminal, told):
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr("sys.stderr", stream)
    for step in (1, 2):
        show({"step": step, "steps": 2, "remaining_seconds": 0})
    assert "".join(letter for letter in stream.getvalue() if letter in "\r\n") == told


def test_a_resumed_run_foretells_by_what_it_does_itself(pairs, begun, monkeypatch):
    """Not by hours that its first two steps took, on a machine that was busy then."""
    monkeypatch.setattr(fit.checkpoint, "restore", as_if_slow(fit.checkpoint.restore))
    clock = itertools.count(step=4)  # seconds: one look for each step
    monkeypatch.setattr(fit, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    told = []
    fit.train(config(pairs, begun, steps=6), told.append)
    middle = next(status for status in told if status["step"] == 5)
    assert (middle["seconds"], middle["steps_per_second"], middle["remaining_seconds"]) == (7212, 0.25, 4)
    assert told[-1]["remaining_seconds"] == 0


def as_if_slow(restore):
    """``restore`` of checkpoints whose steps took two hours."""
    return lambda *given: restore(*given) | {"seconds": 7200.0}


@pytest.mark.parametrize("network, told", [("unet", True), ("zero_dce", False)])
def test_the_last_line_says_whether_the_network_was_told_the_level(network, told, monkeypatch, capsys):
    monkeypatch.setattr(fit, "train", lambda *_, **__: {"state": "done", "step": 3, "best_validation_psnr": 14.0})
    assert cli.main(["train", network, "--data", "D", "--output", "O\x1b"]) == 0
    line = capsys.readouterr().out
    assert (" dB given the truth's level; in " in line) == told and line.endswith("in O\\x1b\n")


def test_the_last_line_of_a_run_stopped_early_says_why_there_are_no_weights(monkeypatch, capsys):
    monkeypatch.setattr(fit, "train", lambda *_, **__: {"state": "stopped", "step": 3, "best_validation_psnr": None})
    assert cli.main(["train", "unet", "--data", "D", "--output", "O"]) == 130
    told = "stopped at step 3, not validated yet, so without weights; in O; the same command goes on\n"
    assert capsys.readouterr().out == told


def test_a_row_of_the_log_is_the_mean_of_its_steps(pairs, tmp_path, monkeypatch):
    fit.train(config(pairs, tmp_path / "each"))
    monkeypatch.setattr(fit, "LOG_EVERY", 3)
    fit.train(config(pairs, tmp_path / "means"))
    each = [loss for _, loss in losses(tmp_path / "each")]
    assert losses(tmp_path / "means") == [
        (3, pytest.approx(np.mean(each[:3]), rel=1e-3)),
        (6, pytest.approx(np.mean(each[3:]), rel=1e-3)),
    ]


def test_a_finished_run_is_usable_and_says_how_it_was_made(pairs, begun):
    from lowlight_core import inference

    card = json.loads((begun / "unet.json").read_text())
    assert card["training"]["config"]["data"] == [f"{pairs.parent.name}/set"]
    assert card["parameters"] > 0 and card["training"]["steps"] == 2 and card["training"]["curve"]
    image = np.full((20, 30, 3), 9, np.uint8)
    assert inference.Runner(begun, "float32").enhance(image).shape == image.shape
    assert json.loads((begun / "status.json").read_text())["state"] == "done"


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


def test_a_score_has_the_standard_error_of_its_mean_and_of_a_single_pair_none(pairs):
    some = load_pairs(pairs)[:3]
    found = score.score((pair.low for pair in some), some, ["psnr"])
    values = [psnr(pair.low, pair.high) for pair in some]
    assert found["psnr"] == pytest.approx(np.mean(values), abs=1e-4)
    assert found["psnr_error"] == pytest.approx(np.std(values, ddof=1) / 3**0.5, abs=1e-4)
    alone = score.score([some[0].low], some[:1], ["psnr", "lpips"])
    assert alone["psnr"] > 0 and alone["psnr_error"] is None and json.dumps(alone, allow_nan=False)


def test_the_precision_check_looks_at_what_the_processor_can_do(pairs, begun, monkeypatch):
    """One that only emulates bfloat16 times nothing and compares the middle of each picture."""
    some = load_pairs(pairs)[:2]
    monkeypatch.setattr(cards, "processor_has_bfloat16", lambda: False)
    emulated = score.precision_check(begun, some)
    assert emulated["pictures"] == 2 and "emulated" in emulated and "milliseconds" not in emulated
    assert emulated["chosen"] == (emulated["largest_difference"] <= 2)
    measured = {**emulated, "largest_difference": 1, "milliseconds": {}}
    assert score.precision_check(begun, some, measured) is measured
    assert score.precision_check(begun, some, {**measured, "weights": "of others"}) == emulated
    monkeypatch.setattr(cards, "processor_has_bfloat16", lambda: True)
    timed = score.precision_check(begun, some)
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


def test_weights_whose_card_tells_no_history_can_be_started_from(pairs, begun):
    cards.path_of(begun).write_text('{"network": "unet"}')
    start = str(cards.weights_of(begun))
    fit.train(config(pairs, begun / "second", steps=1, start_from=start))
    assert cards.read(begun / "second")["training"]["steps"] == 1


def test_a_cards_command_says_what_the_run_was(pairs, tmp_path):
    """Parsed again it gives the same configuration, folders shortened."""
    shares, losses = (0.6,), {"l1": 1.0, "edges": 0.25}
    run = config(
        pairs, "DIR", shares=shares, losses=losses, photos="some/my photos", photo_share=0.2, darken_truths=True
    )
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
