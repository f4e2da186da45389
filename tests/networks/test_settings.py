"""Settings that others wrote: what they make of a network's margin, and which are refused."""

import numpy as np
import pytest

from lowlight_core import networks
from lowlight_core.errors import ParameterError
from lowlight_core.networks import large, reach

keras = pytest.importorskip("keras")

BUILT = [
    ("denoising_cnn", {"widths": (4, 4)}),
    ("skip_cnn", {"width": 4}),
    ("unet", {"widths": (4,)}),
    ("unet", {"widths": (4, 4, 4)}),
    ("gan", {"widths": (4,) * 4}),
    ("lumen", {"width": 4}),
    ("lumen", {"width": 4, "down": (1, 0), "up": (1,)}),
    ("lumen", {"width": 4, "down": (2, 2, 2, 4), "up": (2, 2, 2)}),
]


@pytest.mark.parametrize("name, settings", BUILT)
def test_a_network_looks_as_far_as_it_is_said_to(name, settings):
    """Every weight is positive, so all that the bright half of a black picture can reach becomes brighter."""
    model, network = networks.checked(name, settings), networks.get(name)
    model.set_weights([np.full(w.shape, w.ndim > 1) / np.prod(w.shape[:-1]) for w in model.get_weights()])
    far = reach.pixels(name, network.all_settings(settings))
    edge = 16 * (far // 16 + 2)
    image = np.zeros((1, 32, 2 * edge, 3), np.float32)
    image[:, :, :edge] = 1
    given = {"image": image, "thumbnail": np.zeros((1, 64, 64, 3)), "context": np.zeros((1, 2))}
    output = np.asarray(model([given[tensor.name] for tensor in model.inputs], training=False))[0, 16, edge:]
    reached = np.flatnonzero((output > output[-1]).any(-1))
    assert reached.max() + 1 == far <= network.margin_of(settings) < far + network.multiple


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_pictures_are_padded_to_what_every_network_needs(name):
    network = networks.get(name)
    assert network.multiple % reach.multiple(name, network.all_settings({})) == 0
    assert large.TILE % network.multiple == 0


@pytest.mark.parametrize(
    "name, settings, says",
    [
        ("unet", {"widths": [4] * 5}, "multiples of 32 where they are padded to multiples of 16"),
        ("lumen", {"down": [1] * 5, "up": [1] * 4}, "multiples of 32"),
        ("transformer", {"depths": [1] * 4}, "multiples of 16 where they are padded to multiples of 8"),
        ("mirnet", {"streams": 4}, "multiples of 16"),
        ("mirnet", {"block": 3}, "multiples of 12"),
        ("lumen", {"down": [1, 1, 1, 40]}, "look at .* pixels .* take fewer layers"),
        ("lumen", {"down": [1, 1]}, "up must have 1 numbers, one less than down, got 3"),
        ("lumen", {"down": [1, 1, 1, -1]}, "down must not be below 0"),
        ("unet", {"widths": []}, "widths must be a list of whole numbers, got \\[\\]"),
        ("unet", {"widths": [4.5]}, "widths must be a list of whole numbers"),
        ("unet", {"widths": [0]}, "widths counts filters or steps and must be above 0"),
        ("skip_cnn", {"width": True}, "width must be a whole number, got true"),
        ("skip_cnn", {"width": [4]}, "width must be a whole number"),
        ("skip_cnn", {"width": 2000}, "no setting may exceed 1024"),
        ("skip_cnn", {"name": "a"}, "it has no 'name'"),
        ("mirnet", {"streams": 0}, "streams counts filters or steps"),
        ("zero_dce", {"iterations": None}, "iterations must be a whole number, got null"),
    ],
)
def test_settings_that_cannot_be_run_are_refused_in_one_sentence(name, settings, says):
    with pytest.raises(ParameterError, match=f"'{name}' cannot be built .*{says}.*its defaults are") as refused:
        networks.checked(name, settings)
    assert "\n" not in str(refused.value)
