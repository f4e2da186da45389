"""Leaving out residual blocks of lumen: the smaller network is the larger one with those blocks silenced."""

import json
from contextlib import ExitStack

import numpy as np
import pytest

from lowlight_core.console import answered
from lowlight_core.errors import TrainingError
from tests.tiny_networks import scene

keras = pytest.importorskip("keras")

from lowlight_core import inference, networks  # noqa: E402
from lowlight_core.networks import cards, weights  # noqa: E402
from lowlight_core.training import prune  # noqa: E402

SETTINGS = {"width": 8, "down": [2, 1], "up": [2]}


@pytest.fixture
def model():
    built = networks.get("lumen").build(**SETTINGS)
    random = np.random.default_rng(1)
    built.set_weights([random.normal(0, 0.2, array.shape) for array in built.get_weights()])
    return built


def output(model) -> np.ndarray:
    random = np.random.default_rng(0)
    shapes = {"image": (1, 32, 48, 3), "thumbnail": (1, 64, 64, 3), "context": (1, 2)}
    given = [random.random(shapes[tensor.name]).astype(np.float32) for tensor in model.inputs]
    return keras.ops.convert_to_numpy(model(given, training=False))


def test_blocks_are_named_from_the_finest_down_and_back(model):
    assert list(prune.blocks(model, SETTINGS)) == ["down1.1", "down1.2", "down2.1", "up1.1", "up1.2"]


@pytest.mark.parametrize("names", [["down1.1"], ["down1.2", "up1.1"], ["up1.2", "up1.1", "down2.1"]])
def test_smaller_network_computes_what_the_silenced_one_does(model, names):
    there, whole = prune.blocks(model, SETTINGS), output(model)
    smaller, settings = prune.without(model, SETTINGS, names)
    assert sum(settings["down"]) + sum(settings["up"]) == 5 - len(names)
    assert smaller.count_params() < model.count_params()
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(prune.silenced(there[name]))
        silenced = output(model)
    assert np.abs(silenced - whole).max() > 1e-3
    assert np.allclose(output(smaller), silenced, atol=1e-5)
    assert np.array_equal(output(model), whole)


def test_unknown_block_is_named_with_those_there_are(model):
    with pytest.raises(TrainingError, match="no block 'up3.1': choose from down1.1"):
        prune.without(model, SETTINGS, ["up3.1"])


def test_written_folder_is_a_network_that_training_goes_on_from(model, tmp_path, monkeypatch, capsys):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    weights.save(before / "lumen.weights.h5", model.get_weights())
    history = {"steps": 10, "hours": 0.1, "curve": [[10, 20.0]], "command": "train"}
    (before / "lumen.json").write_text(json.dumps({"network": "lumen", "settings": SETTINGS, "training": history}))
    monkeypatch.setattr("sys.argv", ["prune", str(before), "--drop", "up1.2", "--output", str(after)])
    assert prune.main() == 0
    card = cards.read(after)
    assert (card["settings"]["up"], card["training"]) == ([1], history)
    assert inference.load(after, "float32").enhance(scene()).shape == scene().shape
    assert answered(prune.main, "prune") == 1
    assert "nothing is overwritten: name a new folder" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["prune", "unet", "--drop", "up1.1", "--output", str(after)])
    assert answered(prune.main, "prune") == 1
    assert "unet holds the network unet: only lumen" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["prune", str(before), "--drop", "up9.9", "--output", str(after)])
    assert answered(prune.main, "prune") == 1
    assert "choose from down1.1" in capsys.readouterr().err
