"""The automatic level: both guesses, their files, and how the network beside the regression is trained."""

import numpy as np
import pytest
import skimage.data

from lowlight_core.errors import WeightsError
from lowlight_core.networks import exposure, level, level_network
from tests.tiny_networks import dark, scene


def test_a_guess_is_the_mean_of_both_and_the_same_every_time():
    image = dark(scene())
    shares, small = exposure.histogram(image), level.overview(image)
    picture, gain = level.lit(shares, small)
    regression = level.LevelPredictor.load().predict(level.features(picture, gain))
    both = regression**0.75 * level_network.shipped().predict(picture, gain) ** 0.25
    assert level.guessed(shares, small) == pytest.approx(both, rel=1e-5)
    assert level.guessed(shares, small) == level.guessed(shares, small)


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket"])
def test_guesses_are_levels_of_photographs(name):
    image = dark(getattr(skimage.data, name)())
    assert 0.1 < level.guessed(exposure.histogram(image), level.overview(image)) < 0.7


def test_missing_weights_are_said_in_one_sentence(tmp_path):
    (tmp_path / "damaged.npz").write_bytes(b"no archive")
    for name in ("none.npz", "damaged.npz"):
        with pytest.raises(WeightsError, match="install the package again"):
            level_network.LevelNetwork.load(tmp_path / name)


def test_training_learns_levels_and_folds_its_normalisation(tmp_path):
    from lowlight_core.training import level_network as training

    bright, dim = scene(), (scene() * 0.4).astype(np.uint8)  # what the truth of a dark picture looks like decides
    noise = np.random.default_rng(0).integers(0, 255, scene().shape, np.uint8)
    examples = [training.example(dark(bright), bright), training.example(dark(noise), dim)]
    network, curve = training.train([examples], [1], seed=0, steps=50)
    assert [step for step, _ in curve] == [50]
    network.save(tmp_path / "network.npz")
    loaded = level_network.LevelNetwork.load(tmp_path / "network.npz")

    def guess(which, low):
        return which.predict(*level.lit(exposure.histogram(low), level.overview(low)))

    assert guess(network, dark(bright)) > guess(network, dark(noise))
    assert guess(loaded, dark(bright)) == pytest.approx(guess(network, dark(bright)), rel=0.01)


def test_the_folded_network_equals_the_one_that_was_trained():
    from lowlight_core.training import level_network as training

    model = training._build()
    random = np.random.default_rng(1)
    model.set_weights([w + random.normal(0, 0.05, w.shape) for w in model.get_weights()])
    lit, gain = random.uniform(size=(80, 120, 3)).astype(np.float32), 3.0
    told = np.array([[np.log(gain) * level_network.GAIN_SCALE]], np.float32)
    expected = float(np.exp(model.predict_on_batch([level_network.view(lit)[None], told])[0, 0]))
    assert training._folded(model).predict(lit, gain) == pytest.approx(expected, rel=1e-3)
