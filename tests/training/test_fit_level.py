"""The fit of the automatic level, end to end on a handful of tiny pairs: what it writes, keeps and leaves alone."""

import json
import sys

import pytest

from lowlight_core.image import write
from lowlight_core.networks import level_network, level_regression
from lowlight_core.training import fit_level, level_examples, level_folds
from lowlight_core.training import level_network as training
from lowlight_core.training.pairs import TrainingPair
from tests.tiny_networks import scene, write_pairs

FILES = {level_regression.FILE.name, level_network.FILE.name, fit_level.CARD}


@pytest.fixture
def fitted(tmp_path, monkeypatch):
    """Run the command on 10 pairs and a photograph: a function of further options; returns the output folder.

    How the network is trained is tested beside it (`tests.networks.test_level_guess`): here it is there at once.
    """
    monkeypatch.setattr(level_examples, "CROPS", 10)
    monkeypatch.setattr(training, "train", lambda sources, shares, seed: (level_network.shipped(), [[2, 0.1 * seed]]))
    write_pairs(tmp_path / "set", count=10)
    write(tmp_path / "photos" / "good.png", scene(seed=20))
    output = tmp_path / "fitted"
    output.mkdir()

    def run(*options: str):
        folders = ["--data", tmp_path / "set", "--photos", tmp_path / "photos", "--output", output]
        monkeypatch.setattr(sys, "argv", ["fit_level", *map(str, folders), *options])
        fit_level.main()
        return output

    return run


def test_a_fit_writes_both_guesses_and_what_error_they_leave(fitted, capsys):
    output = fitted()
    assert {path.name for path in output.iterdir()} == FILES
    card = json.loads((output / fit_level.CARD).read_text())
    errors = card["errors"][f"{output.parent.name}/set"]
    assert errors["pairs"] == 1 and 0 <= errors["both"] < 3
    assert "log level off by regression" in capsys.readouterr().out
    points = level_regression.LevelPredictor.load(output / level_regression.FILE.name).points
    assert len(points) == 9 + level_examples.PHOTO_POINTS  # examples that are no points teach, and are not kept


def test_leaving_out_writes_nothing(fitted):
    assert not list(fitted("--leave-out").iterdir())


def test_the_network_there_is_can_be_kept(fitted):
    output = fitted()
    before = (output / level_network.FILE.name).read_bytes()
    how = json.loads((output / fit_level.CARD).read_text())["training"]
    fitted("--keep-network", "--seed", "9")
    assert (output / level_network.FILE.name).read_bytes() == before
    assert json.loads((output / fit_level.CARD).read_text())["training"] == how


def test_every_data_set_gives_as_many_crops_however_few_its_pairs(monkeypatch):
    monkeypatch.setattr(level_examples, "CROPS", 10)
    low, high = scene(seed=1), scene(seed=2)
    many, few = ([TrainingPair.of(name, low, high)] * count for name, count in (("many", 7), ("few", 2)))
    alone = list(level_examples.examples([many, few], []))
    assert len(alone) == 9 + 2 * 10
    assert [owner for owner, _ in alone[9:]] == [*range(7), *range(3), *[7, 8] * 5]
    assert len(list(level_examples.examples([many, few], [high]))) == (
        9 + level_examples.PHOTO_POINTS + 2 * 10 + level_examples.PHOTO_CROPS + 9 * level_examples.DARKENED
    )


def test_folds_keep_a_scene_together():
    truths = [scene(seed=number // 2) // (1 + number % 2) for number in range(24)]
    found = level_folds.folds(truths, 4)
    assert (found[::2] == found[1::2]).all() and set(found) == {0, 1, 2, 3}


def test_the_error_in_folds_is_told_of_every_data_set(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(level_examples, "CROPS", 10)
    monkeypatch.setattr(level_folds, "FOLDS", 2)
    write_pairs(tmp_path / "set", count=10)
    write(tmp_path / "photos" / "good.png", scene(seed=20))
    arguments = ["level_folds", "--data", str(tmp_path / "set"), "--photos", str(tmp_path / "photos")]
    monkeypatch.setattr(sys, "argv", arguments)
    level_folds.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and "set: log level off by" in lines[0] and "over 9 pictures" in lines[0]
