"""Weights on disk are arrays and nothing else."""

import h5py
import numpy as np
import pytest

from lowlight_core import networks
from lowlight_core.errors import WeightsError
from lowlight_core.networks import weights


def test_round_trip_in_half_precision(tmp_path):
    arrays = [np.random.default_rng(0).normal(size=(3, 3, 2, 4)), np.zeros(4)]
    weights.save(tmp_path / "a.weights.h5", arrays)
    for before, after in zip(arrays, weights.read(tmp_path / "a.weights.h5"), strict=True):
        assert after.dtype == np.float32
        assert np.allclose(before, after, atol=2e-3)


def test_other_files_are_refused_in_one_sentence(tmp_path):
    (tmp_path / "junk.weights.h5").write_bytes(b"PK\x03\x04 not weights")
    with h5py.File(tmp_path / "keras.weights.h5", "w") as file:
        file.create_group("layers/conv2d").create_dataset("0", data=np.zeros(3))
    with h5py.File(tmp_path / "link.weights.h5", "w") as file:
        file["0000"] = h5py.ExternalLink("/etc/hostname", "/x")
    for name in ("junk", "keras", "link", "missing"):
        with pytest.raises(WeightsError) as caught:
            weights.read(tmp_path / f"{name}.weights.h5")
        assert "\n" not in str(caught.value)


def test_weights_of_another_network_do_not_fit(tmp_path):
    model = networks.get("skip_cnn").build(width=4)
    weights.save(tmp_path / "a.weights.h5", model.get_weights()[:-1])
    with pytest.raises(WeightsError, match="does not fit the network 'skip_cnn'"):
        weights.load(model, tmp_path / "a.weights.h5")
