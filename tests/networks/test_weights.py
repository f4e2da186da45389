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
    weights.save(tmp_path / "damaged.weights.h5", [np.zeros(3)])
    whole = (tmp_path / "damaged.weights.h5").read_bytes()
    (tmp_path / "damaged.weights.h5").write_bytes(whole.replace(b"SNOD", b"XXXX"))  # its table of contents
    for name in ("junk", "keras", "link", "missing", "damaged"):
        with pytest.raises(WeightsError) as caught:
            weights.read(tmp_path / f"{name}.weights.h5")
        assert "\n" not in str(caught.value)


def test_weights_of_another_network_do_not_fit(tmp_path):
    model = networks.get("skip_cnn").build(width=4)
    weights.save(tmp_path / "a.weights.h5", model.get_weights()[:-1])
    with pytest.raises(WeightsError, match="does not fit the network 'skip_cnn'"):
        weights.load(model, tmp_path / "a.weights.h5")


def foreign(kind: str, path) -> None:
    """A file with one dataset that is no plain array of floats in it."""
    with h5py.File(path, "w") as file:
        if kind == "external":
            file.create_dataset("0000", (2,), "f4", external=[("/etc/hostname", 0, 8)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((2,), "f4")
            layout[:] = h5py.VirtualSource(path.with_name("other.h5"), "0000", (2,))
            file.create_virtual_dataset("0000", layout)
        elif kind == "whole numbers":
            file["0000"] = np.arange(3)
        elif kind == "text":
            file["0000"] = "text"
        elif kind == "group":
            file.create_group("0000")
        elif kind == "declared only":
            file.create_dataset("0000", (10**13,), "f4")
        elif kind == "compressed":
            file.create_dataset("0000", data=np.zeros(10**6, "f4"), compression="gzip")


@pytest.mark.parametrize(
    "kind", ["external", "virtual", "whole numbers", "text", "group", "declared only", "compressed"]
)
def test_only_plain_arrays_are_read(tmp_path, kind):
    foreign(kind, tmp_path / "a.weights.h5")
    with pytest.raises(WeightsError, match="something else than plain arrays") as caught:
        weights.read(tmp_path / "a.weights.h5")
    assert "\n" not in str(caught.value)


def test_shapes_are_compared_before_a_value_is_read(tmp_path, monkeypatch):
    model = networks.get("skip_cnn").build(width=4)
    weights.save(tmp_path / "a.weights.h5", [np.zeros(10), *model.get_weights()[1:]])
    monkeypatch.setattr(h5py.Dataset, "__getitem__", lambda *_: pytest.fail("a value was read"))
    with pytest.raises(WeightsError, match="does not fit the network 'skip_cnn'"):
        weights.load(model, tmp_path / "a.weights.h5")
