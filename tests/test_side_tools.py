"""Programs beside the command line end as it does: 0, 1 or 2, and one sentence."""

import errno
import importlib
import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from pictures import photo

from lowlight_core import cli, write
from lowlight_core.console import answered
from lowlight_core.errors import DatasetError, ParameterError
from lowlight_core.evaluation.side_effects import main as side_effects
from lowlight_core.metrics import fit_niqe

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("problem", "status"), [(ParameterError("x"), 2), (DatasetError("x"), 1), (OSError("x"), 1), (ValueError("x"), 1)]
)
def test_every_problem_has_its_status_and_one_sentence(capsys, problem, status):
    def fail():
        raise problem

    assert answered(fail, "tool") == status and answered(lambda: None, "tool") == 0
    error = capsys.readouterr().err
    assert error.startswith("tool: ") and len(error.splitlines()) == 1


def test_score_of_what_is_not_there_is_no_traceback():
    command = [sys.executable, "-m", "lowlight_core.training.score", "nope", "--data", "x"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1 and len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("python -m lowlight_core.training.score: ")


@pytest.mark.parametrize(
    "module, words",
    [
        ("evaluation.best_settings", "data --split a --split b"),
        ("evaluation.side_effects", "photos --methods gamma --methods clahe"),
        ("training.score", "unet --data a --data b --split a --split b"),
        ("training.prune", "lumen --drop a --drop b --output a --output b"),
        ("training.level_folds", "--data a --data b --photos a --photos b"),
        ("training.fit_level", "--data a --seed 1 --seed 2"),
    ],
)
def test_an_option_given_twice_is_wrong_usage(module, words, capsys, monkeypatch):
    if module.startswith("training"):
        pytest.importorskip("keras")
    monkeypatch.setattr("sys.argv", [module, *words.split()])
    main = importlib.import_module(f"lowlight_core.{module}").main
    assert answered(main, module) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"python -m lowlight_core.{module}: {words.split()[-2]} was given twice")
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    "module, words",
    [
        ("metrics.check", [""]),
        ("metrics.fit_niqe", ["", "out.npz"]),
        ("metrics.fit_niqe", ["photos", ""]),
        ("evaluation.best_settings", [""]),
        ("evaluation.side_effects", ["photos", ""]),
        ("training.score", ["unet", "--data", ""]),
        ("training.score", ["", "--data", "data"]),
        ("training.prune", ["lumen", "--data", ""]),
        ("training.level_folds", ["--data", ""]),
        ("training.fit_level", ["--data", "data", "--photos", ""]),
    ],
)
def test_an_empty_path_is_not_this_folder(module, words, capsys, monkeypatch, tmp_path):
    if module.startswith("training"):
        pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [module, *words])
    assert answered(importlib.import_module(f"lowlight_core.{module}").main, module) == 2
    assert "expected a path, got an empty text" in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "module, words, status, told",
    [
        ("evaluation.side_effects", "nowhere --methods gamma,typo", 2, "there is no method 'typo'"),
        ("evaluation.best_settings", "nowhere --methods gamma,typo", 2, "there is no method 'typo'"),
        ("training.score", "skip_cnn --data nowhere --metrics psnr,typo", 2, "there is no metric 'typo'"),
        ("training.score", "skip_cnn typo --data nowhere", 1, "there is no network or folder typo: expected"),
    ],
)
def test_a_misspelled_name_is_told_before_any_work(module, words, status, told, capsys, monkeypatch, tmp_path):
    """As the second of two, after minutes of work on the first; here the data would be what is missing."""
    if module.startswith("training"):
        pytest.importorskip("keras")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [module, *words.split()])
    assert answered(importlib.import_module(f"lowlight_core.{module}").main, module) == status
    error = capsys.readouterr().err
    assert told in error and len(error.splitlines()) == 1


def test_the_model_of_good_photographs_names_what_is_wrong_before_the_work(tmp_path, capsys, monkeypatch):
    (tmp_path / "bad.png").write_bytes(b"no picture")  # would be the complaint, were anything read
    (tmp_path / "there.npz").touch()
    for folder, out, told in (
        (tmp_path / "nope", "out.npz", "nope is no folder: expected one with photographs"),
        (tmp_path / "there.npz", "out.npz", "there.npz is no folder: expected one with photographs"),
        (tmp_path, "there.npz", "there.npz exists already: choose another name, or remove it first"),
    ):
        monkeypatch.setattr("sys.argv", ["fit_niqe", str(folder), str(tmp_path / out)])
        assert answered(fit_niqe.main, "fit_niqe") == 1
        assert told in capsys.readouterr().err


def test_figures_that_cannot_be_written_leave_the_card_as_it_was(tmp_path, capsys, monkeypatch):
    pytest.importorskip("keras")
    from lowlight_core.training import score

    (tmp_path / "unet.weights.h5").touch()
    (tmp_path / "unet.json").write_text('{"network": "unet"}')
    found = {"validation": {}, "bfloat16": {}, "multiply_adds_600x400": 0}
    monkeypatch.setattr(score, "complete", lambda *given: found)
    monkeypatch.setattr("sys.argv", ["score", str(tmp_path), "--data", "data", "--write"])
    with monkeypatch.context() as full:
        full.setattr("os.replace", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        assert answered(score.main, "score") == 1
    assert (tmp_path / "unet.json").read_text() == '{"network": "unet"}'
    assert answered(score.main, "score") == 0 and json.loads((tmp_path / "unet.json").read_text()) == found


def test_blanks_beside_commas_do_not_matter_and_an_archive_that_is_passed_over_is_noted(tmp_path, capsys, monkeypatch):
    write(tmp_path / "a.png", photo(40, 50))
    (tmp_path / "more.zip").touch()
    monkeypatch.setattr("sys.argv", ["side_effects", str(tmp_path), "--methods", "gamma, clahe"])
    assert side_effects() == 0
    told = capsys.readouterr()
    assert [line.split(":")[0] for line in told.out.splitlines()] == ["gamma", "clahe"]
    assert told.err.count("\n") == 1 and "more.zip is an archive inside a folder" in told.err


def test_settings_that_no_network_has_are_wrong_usage_before_data_are_read(tmp_path, capsys):
    pytest.importorskip("keras")
    words = ["train", "unet", "--data", str(tmp_path / "none"), "--output", str(tmp_path / "o"), "--set", "foo=1"]
    assert cli.main(words) == 2
    assert "has no 'foo'" in capsys.readouterr().err.splitlines()[-1] and not (tmp_path / "o").exists()
