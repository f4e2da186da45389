"""The automatic level: both guesses, their files, and how the network beside the regression is trained."""

import numpy as np
import pytest
import skimage.data

from lowlight_core.errors import WeightsError
from lowlight_core.networks import exposure, level, level_features, level_network, level_regression
from tests.tiny_networks import dark, scene


def test_a_guess_is_the_mean_of_both_and_the_same_every_time():
    image = dark(scene())
    shares = exposure.histogram(image)
    picture, gain = level_features.lit(shares, image)
    regression = level_regression.shipped().predict(level_features.features(image, picture, gain))
    both = regression**0.75 * level_network.shipped().predict(picture, gain) ** 0.25
    assert level.guessed(shares, image) == pytest.approx(both, rel=1e-5)
    assert level.guessed(shares, image) == level.guessed(shares, image)


@pytest.mark.parametrize("name", ["astronaut", "coffee", "rocket"])
def test_guesses_are_levels_of_photographs(name):
    image = dark(getattr(skimage.data, name)())
    assert 0.1 < level.guessed(exposure.histogram(image), image) < 0.7


def test_grain_is_the_noise_of_each_channel_and_shade():
    random = np.random.default_rng(0)
    flat = np.full((200, 300, 3), (2, 20, 120), np.float64)
    noise = random.normal(0, (0, 1.5, 6), flat.shape)
    grain = level_features.grain(np.clip(np.rint(flat + noise), 0, 255).astype(np.uint8))
    calm, some, much = np.exp(grain.reshape(3, 4)) - 0.05
    assert calm.max() < 0.01
    assert some[2] == pytest.approx(1.5 * np.sqrt(2 / np.pi), rel=0.1)
    expected = 6 * np.sqrt(2 / np.pi)  # in the shade that there is, and in those that do not occur
    assert much == pytest.approx(np.full(4, expected), rel=0.05)


def test_grain_is_measured_at_the_size_of_the_pairs():
    image = np.random.default_rng(0).integers(0, 60, (400, 600, 3), np.uint8)
    twice = image.repeat(2, 0).repeat(2, 1)
    assert level_features.grain(twice) == pytest.approx(level_features.grain(image))


def test_detail_tells_fine_from_coarse():
    y = np.linspace(0, 2 * np.pi, 128)
    fine, coarse = (np.repeat((0.5 + 0.3 * np.sin(times * y))[:, None, None], 96, 1) for times in (40, 3))
    bands = [level_features.detail(np.repeat(each, 3, 2).astype(np.float32))[::2] for each in (fine, coarse)]
    assert bands[0].argmax() < bands[1].argmax()


def test_missing_weights_are_said_in_one_sentence(tmp_path):
    (tmp_path / "damaged.npz").write_bytes(b"no archive")
    (tmp_path / "empty.npz").touch()
    for module, kind in (
        (level_network, level_network.LevelNetwork),
        (level_regression, level_regression.LevelPredictor),
    ):
        whole = module.FILE.read_bytes()
        (tmp_path / "halved.npz").write_bytes(whole[: len(whole) // 2])
        (tmp_path / "changed.npz").write_bytes(whole[:5000] + b"\xff" * 200 + whole[5200:])
        for name in ("none.npz", "damaged.npz", "empty.npz", "halved.npz", "changed.npz"):
            with pytest.raises(WeightsError, match="install the package again"):
                kind.load(tmp_path / name)


def test_predictor_survives_the_disk(tmp_path):
    random = np.random.default_rng(0)
    predictor = level_regression.LevelPredictor.fit(random.normal(size=(20, 40)), random.uniform(0.3, 0.6, 20))
    predictor.save(tmp_path / "level.npz")
    point = random.normal(size=40)
    loaded = level_regression.LevelPredictor.load(tmp_path / "level.npz")
    assert loaded.predict(point) == pytest.approx(predictor.predict(point))


def test_where_photographers_disagree_the_regression_sides_with_most_of_them():
    alike = np.random.default_rng(0).normal(size=(1, 40)).repeat(30, 0)
    levels = np.array([0.25] * 20 + [0.85] * 10)
    guess = level_regression.LevelPredictor.fit(alike, levels).predict(alike[0])
    assert guess == pytest.approx(0.28, abs=0.04)  # the mean is 0.45, that of logarithms 0.38: no one's choice


@pytest.mark.parametrize(("level", "guessed"), [(0.004, 0.025), (0.613, 0.613), (0.999, 0.975)])
def test_the_best_level_lies_between_those_whose_merit_is_learned_and_never_outside(level, guessed):
    alike = np.zeros((5, 40))
    assert level_regression.LevelPredictor.fit(alike, np.full(5, level)).predict(alike[0]) == pytest.approx(
        guessed, abs=0.002
    )


def test_training_learns_levels_and_folds_its_normalisation(tmp_path, monkeypatch):
    from lowlight_core.training import level_network as training

    monkeypatch.setattr(training, "BATCH", 12)  # enough for two examples

    bright, dim = scene(), (scene() * 0.4).astype(np.uint8)  # what the truth of a dark picture looks like decides
    noise = np.random.default_rng(0).integers(0, 255, scene().shape, np.uint8)
    examples = [training.example(dark(bright), bright), training.example(dark(noise), dim)]
    network, curve = training.train([examples], [1], seed=0, steps=50)
    assert [step for step, _ in curve] == [50]
    network.save(tmp_path / "network.npz")
    loaded = level_network.LevelNetwork.load(tmp_path / "network.npz")

    def guess(which, low):
        return which.predict(*level_features.lit(exposure.histogram(low), low))

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
