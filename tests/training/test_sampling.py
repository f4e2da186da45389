"""Batches: functions of seed and step alone, lifted to the level that they announce; no TensorFlow needed."""

import subprocess
import sys

import numpy as np
import pytest

from lowlight_core.errors import DatasetError
from lowlight_core.networks import exposure
from lowlight_core.training import sampling
from lowlight_core.training.pairs import TrainingPair
from tests.tiny_networks import dark, scene

PLAIN = sampling.Augmentation(exposure=0, level=0, level_share=0)


@pytest.fixture
def sources():
    pairs = [TrainingPair.of(str(n), dark(scene(seed=n)), scene(seed=n)) for n in range(3)]
    return [sampling.Source(0.7, pairs), sampling.Source(0.3, photos=[scene(seed=9)])]


def test_a_batch_depends_on_seed_and_step_only(sources):
    first, again, other = (sampling.batch(1, step, sources, 32, 4, sampling.Augmentation()) for step in (5, 5, 6))
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not np.array_equal(first["image"], other["image"])
    assert first["image"].shape == first["target"].shape == (4, 32, 32, 3)
    assert first["thumbnail"].shape == (4, 64, 64, 3) and first["context"].shape == (4, 2)


def test_the_picture_is_lifted_to_the_level_of_the_truth():
    pair = TrainingPair.of("a", dark(scene(64, 64)), scene(64, 64))
    sample = sampling.sample(np.random.default_rng(0), [sampling.Source(1, [pair])], 64, PLAIN)
    assert (sample["image"] @ exposure.GRAY).mean() == pytest.approx(pair.level, abs=0.01)
    assert (sample["target"] @ exposure.GRAY).mean() == pytest.approx(pair.level, abs=0.001)


def test_crops_of_dark_and_bright_are_the_same_place():
    image = scene(64, 64)
    pair = TrainingPair.of("a", image, image)
    for step in range(5):
        sample = sampling.sample(np.random.default_rng(step), [sampling.Source(1, [pair])], 32, PLAIN)
        assert np.allclose(sample["image"], sample["target"], atol=1e-3)


def test_photographs_of_other_colours_keep_their_grays_and_their_level():
    photo = scene(48, 48)
    more, same = (sampling.saturated(photo, factor).astype(int) for factor in (1.6, 1.0))
    inside = ((more > 0) & (more < 255)).all(-1)
    assert np.array_equal(same, photo)
    assert np.ptp(more[inside], axis=-1).mean() == pytest.approx(
        1.6 * np.ptp(photo[inside].astype(int), axis=-1).mean(), rel=0.03
    )
    assert np.allclose((more @ exposure.GRAY)[inside], (photo @ exposure.GRAY)[inside], atol=1)
    gray = np.full((4, 4, 3), 77, np.uint8)
    assert np.array_equal(sampling.saturated(gray, 2.5), gray)


def test_without_their_share_of_chance_colours_and_light_are_what_they_were(sources):
    plain, colourful = (
        sampling.batch(1, 3, sources[1:], 32, 4, sampling.Augmentation(saturation=s, warmth=w))
        for s, w in ((0, 0.8), (0.5, 1.2))
    )
    assert np.array_equal(plain["image"], sampling.batch(1, 3, sources[1:], 32, 4, sampling.Augmentation())["image"])
    assert not np.array_equal(plain["image"], colourful["image"])


def test_crops_larger_than_a_picture_fail_at_once(sources):
    with pytest.raises(DatasetError, match="80x64 is smaller than the crop of 96: .*--crop"):
        sampling.check_sizes(sources, 96)


def test_prefetch_hands_on_errors_and_order():
    assert list(sampling.prefetch(lambda step: {"step": step}, 2, 6)) == [{"step": n} for n in range(2, 6)]
    with pytest.raises(ZeroDivisionError):
        list(sampling.prefetch(lambda step: 1 / 0, 0, 3))


def test_the_pipeline_imports_no_framework():
    code = (
        "import sys, lowlight_core.training.sampling, lowlight_core.training.dataset; "
        "assert not {'tensorflow', 'keras', 'torch'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
