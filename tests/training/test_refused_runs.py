"""Runs that cannot start, or go wrong later: one sentence each, and nothing of another run is touched."""

import argparse
import errno
import os

import numpy as np
import pytest

from lowlight_core import cli
from lowlight_core.errors import DatasetError, OutputError, ParameterError, TrainingError
from lowlight_core.training.command import add_arguments
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.lock import alone_in
from tests.tiny_networks import write_pairs
from tests.tiny_runs import config

pytest.importorskip("keras")
from lowlight_core.training import fit, objective  # noqa: E402


@pytest.mark.parametrize(
    "other",
    [{"seed": 9}, {"rate": 0.1}, {"network": "skip_cnn", "settings": {}}, {"crop": 48}, {"settings": {"widths": [8]}}],
)
def test_a_folder_with_another_run_is_left_alone(pairs, begun, other):
    before = {path.name: path.read_bytes() for path in begun.iterdir()}
    with pytest.raises(TrainingError, match=f"{next(iter(other))} was .* choose another output folder"):
        fit.train(config(pairs, begun, steps=8, **other))
    assert {path.name: path.read_bytes() for path in begun.iterdir()} == before


def test_a_folder_in_which_a_run_is_at_work_is_left_alone(pairs, begun):
    before = {path.name: path.read_bytes() for path in begun.iterdir()}
    with alone_in(begun), pytest.raises(TrainingError, match="another run is at work in .*: wait for its end"):
        fit.train(config(pairs, begun, steps=4))
    assert {path.name: path.read_bytes() for path in begun.iterdir()} == before
    assert fit.train(config(pairs, begun, steps=4))["state"] == "done"


def test_a_folder_in_which_another_run_began_meanwhile_is_left_alone(pairs, tmp_path, monkeypatch):
    """It was empty when this run looked, and free again when this run had read its data."""
    load = fit.TrainingData.load

    def slow(own):
        if own.seed == 9:
            fit.train(config(pairs, tmp_path, steps=1))
        return load(own)

    monkeypatch.setattr(fit.TrainingData, "load", slow)
    with pytest.raises(TrainingError, match="seed was 0 and is now 9"):
        fit.train(config(pairs, tmp_path, steps=2, seed=9))
    assert TrainingConfig.load(tmp_path / "config.json").seed == 0


def test_fewer_steps_than_are_done_are_refused(pairs, begun):
    with pytest.raises(TrainingError, match="is at step 2 already: expected at least so many steps, got 1"):
        fit.train(config(pairs, begun, steps=1))


def test_a_run_that_diverges_says_so_and_saves_nothing(pairs, tmp_path, monkeypatch):
    monkeypatch.setattr(objective.Paired, "step", lambda self, batch: {"loss": float("nan"), "psnr": 0.0})
    with pytest.raises(TrainingError, match="became nan at step 1: try a lower rate than 0.0005"):
        fit.train(config(pairs, tmp_path))
    assert not list(tmp_path.glob("*.h5")) and not (tmp_path / "checkpoint.npz").exists()


def test_a_full_disk_is_one_sentence_and_costs_nothing_that_was_saved(pairs, begun, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = {path.name: path.read_bytes() for path in begun.iterdir()}
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OutputError, match="cannot be written: No space left on device"):
            fit.train(config(pairs, begun, steps=4))
    assert {path.name: path.read_bytes() for path in begun.iterdir()} == before
    assert fit.train(config(pairs, begun, steps=4))["state"] == "done"


def test_damaged_files_of_a_run_are_one_sentence(pairs, begun):
    whole = (begun / "checkpoint.npz").read_bytes()
    middle = len(whole) // 2
    damages = [whole[:1000], b"no archive", whole[:middle] + bytes(99) + whole[middle + 99 :]]
    place = whole.index(b"PK\1\2")  # the first entry of the table of contents: its compression becomes an unknown one
    damages.append(whole[: place + 10] + b"\x63" + whole[place + 11 :])
    for damaged in damages:
        (begun / "checkpoint.npz").write_bytes(damaged)
        with pytest.raises(TrainingError, match="checkpoint.npz is damaged: delete it"):
            fit.train(config(pairs, begun))
    (begun / "config.json").write_text("{")
    with pytest.raises(TrainingError, match="config.json is damaged: choose another"):
        fit.train(config(pairs, begun))


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"seed": -1}, "seed must not be below 0"),
        ({"shares": (0.0,)}, "shares must not be below 0 nor all be 0"),
        ({"shares": (-1.0,)}, "shares must not be below 0"),
        ({"shares": (1.0, 2.0)}, "shares must be 1, one for each data set, got 2"),
        ({"ema": 5.0}, "ema must lie between 0 and 1"),
        ({"rate": float("inf")}, "rate must be a finite number"),
        ({"losses": {"l1": float("nan")}}, "the loss l1 must be a finite number"),
        ({"losses": {"magic": 1.0}}, "magic"),
        ({"losses": {"vgg": 1.0}}, "no loss is left to train with: vgg was asked for"),
        (
            {"network": "zero_dce", "settings": {}, "losses": {"l1": 1.0}},
            "no loss 'l1': choose of spatial",
        ),
    ],
)
def test_numbers_that_make_no_sense_are_refused(pairs, tmp_path, wrong, sentence):
    with pytest.raises((ParameterError, TrainingError), match=sentence):
        fit.train(config(pairs, tmp_path, **wrong))


def test_numbers_that_make_no_sense_are_wrong_usage(pairs, tmp_path, capsys):
    words = ["train", "unet", "--data", str(pairs), "--output", str(tmp_path / "out")]
    assert cli.main([*words, "--steps", "0"]) == 2 and "steps must be above 0" in capsys.readouterr().err
    assert cli.main([*words, "--share", "1", "--share", "2"]) == 2 and "one for each" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"train": ["0"]}', '{"train": 3, "validation": 4}'])
def test_a_file_that_is_no_split_is_one_sentence(pairs, tmp_path, text):
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(DatasetError, match="split.json .*expected JSON with lists of names"):
        fit.train(config(pairs, tmp_path / "run", split=str(tmp_path / "split.json")))


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
    [
        ({"steps": 0}, "above 0, got 0"),
        ({"warmth_jitter": -1.0}, "below 0, got -1.0"),
        ({"crop": 40}, "16"),
        ({"batch": 10**8}, "at most 262,144 at a crop of 32, got 100,000,000"),
    ],
)
def test_numbers_with_which_no_run_can_start_are_refused(tmp_path, number, says):
    with pytest.raises(ParameterError, match=f"{next(iter(number))} .*{says}"):
        config([], tmp_path, **number).check()


def test_weights_in_the_output_folder_are_nothing_to_start_from(tmp_path):
    with pytest.raises(ParameterError, match="outside the output folder.*choose another"):
        config([], tmp_path, start_from=str(tmp_path / "unet.weights.h5")).check()


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda folder: None, "smaller than the crop of 96"),
        (lambda folder: [p.unlink() for p in (folder / "high").iterdir()], "finds its partner .*: high holds none"),
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
