"""Classical methods at their best setting: what is tried, and that it never ends below the default."""

import numpy as np

from lowlight_core import enhancers
from lowlight_core.camera import darken
from lowlight_core.console import answered
from lowlight_core.evaluation import best_settings
from tests.pictures import dark


def test_every_value_that_is_tried_is_allowed():
    for name in enhancers.names("classical"):
        method = enhancers.get(name)
        for param in method.params:
            for value in best_settings.candidates(param):
                assert method.check({param.name: value})[param.name] == value


def test_the_best_setting_is_found_and_beats_the_default():
    truth = dark(60, 80)
    method = enhancers.get("gamma")
    settings, score = best_settings.best(method, [(truth, truth)])
    assert settings["strength"] == 0 or np.array_equal(method(truth, **settings), truth)
    assert score > 40


def test_the_command_scores_a_data_set_and_refuses_an_empty_one(tmp_path, capsys, monkeypatch):
    from lowlight_core.image import write

    for number in range(2):
        (tmp_path / "set" / "low").mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / "high").mkdir(exist_ok=True)
        truth = dark(48, 64)
        write(tmp_path / "set" / "high" / f"{number}.png", truth)
        write(tmp_path / "set" / "low" / f"{number}.png", darken(truth, stops=2, seed=number))
    monkeypatch.setattr("sys.argv", ["best_settings", str(tmp_path / "set"), "--methods", "gamma"])
    assert best_settings.main() == 0
    assert "gamma:" in capsys.readouterr().out
    monkeypatch.setattr("sys.argv", ["best_settings", str(tmp_path / "nowhere")])
    assert answered(best_settings.main, "best_settings") == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
