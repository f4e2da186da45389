"""Programs beside the command line end as it does: 0, 1 or 2, and one sentence."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from pictures import photo

from lowlight_core import cli, write
from lowlight_core.console import answered
from lowlight_core.errors import DatasetError, ParameterError
from lowlight_core.evaluation.side_effects import main as side_effects

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
