"""A few training steps for lessons."""

import numpy as np
import pytest

from lowlight_core import samples

keras = pytest.importorskip("keras")
from lowlight_core.training import lesson  # noqa: E402


def test_the_same_seed_gives_the_same_lesson_whatever_was_drawn_before():
    pairs = [samples.load(name) for name in list(samples.SAMPLES)[:2]]
    made = []
    for drawn in (1, 2):
        keras.utils.set_random_seed(drawn)
        made.append(lesson.train("skip_cnn", pairs, steps=1, seed=3))
    first, second = ([weights.copy() for weights in one.model.get_weights()] for one in made)
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(first, second, strict=True))
    assert made[0].rows[0]["loss"] == pytest.approx(made[1].rows[0]["loss"], rel=1e-5)
