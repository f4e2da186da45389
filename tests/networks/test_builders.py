"""Every network: shapes, ranges, parameters, and the defects of widespread ports that are not repeated."""

import numpy as np
import pytest

from lowlight_core import networks
from lowlight_core.errors import UnknownMethodError
from tests.tiny_networks import SETTINGS

keras = pytest.importorskip("keras")


def inputs(model, height: int, width: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    shapes = {"image": (1, height, width, 3), "thumbnail": (1, 64, 64, 3), "context": (1, 2)}
    return [random.random(shapes[tensor.name]).astype(np.float32) for tensor in model.inputs]


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_a_picture_comes_back_in_its_size(name):
    model = networks.get(name).build(**SETTINGS[name])
    given = inputs(model, 48, 80)
    output = keras.ops.convert_to_numpy(model(given, training=False))
    assert output.shape == given[0].shape
    assert output.dtype == np.float32


@pytest.mark.parametrize("name", sorted(set(networks.NETWORKS) - {"zero_dce"}))
def test_training_begins_at_the_identity(name):
    model = networks.get(name).build(**SETTINGS[name])
    given = inputs(model, 32, 32)
    assert np.allclose(keras.ops.convert_to_numpy(model(given, training=False)), given[0], atol=2e-3)


@pytest.mark.parametrize("name, count", [("denoising_cnn", 116_035), ("skip_cnn", 48_003), ("zero_dce", 79_416)])
def test_parameters_are_those_of_the_descriptions(name, count):
    assert networks.get(name).build().count_params() == count


def test_unknown_network_is_named():
    with pytest.raises(UnknownMethodError, match="there is no network 'resnet'.*lumen"):
        networks.get("resnet")


def test_shuffle_undoes_unshuffle():
    from lowlight_core.networks.blocks import shuffle, unshuffle

    image = np.random.default_rng(0).random((1, 8, 12, 3)).astype(np.float32)
    small = unshuffle(keras.ops.convert_to_tensor(image))
    assert tuple(small.shape) == (1, 4, 6, 12)
    assert np.array_equal(keras.ops.convert_to_numpy(shuffle(small)), image)
    assert np.array_equal(keras.ops.convert_to_numpy(small)[0, 1, 2, 6:9], image[0, 3, 4])


def test_mirnet_softmax_runs_over_the_streams():
    model = networks.get("mirnet").build(**SETTINGS["mirnet"])
    softmaxes = [layer for layer in model.layers if isinstance(layer, keras.layers.Softmax)]
    assert softmaxes
    for layer in softmaxes:
        assert layer.axis == 1
        assert layer.output.shape[1] == 3  # every fusion, the last one too, has all three streams


def test_mirnet_of_the_papers_size_can_be_built():
    assert networks.get("mirnet").build(features=64, groups=3, blocks=2, block=1).count_params() == 9_401_806


def test_transformer_attention_does_not_depend_on_the_number_of_pixels():
    from lowlight_core.networks.transformer import ChannelAttention

    layer = ChannelAttention(heads=2)
    x = np.random.default_rng(0).random((1, 6, 8, 4)).astype(np.float32)
    once = keras.ops.convert_to_numpy(layer([x, x, x]))
    twice = keras.ops.convert_to_numpy(layer([np.concatenate([x, x], 1)] * 3))
    assert np.allclose(twice[:, :6], once, atol=1e-4)


def test_a_gated_convolution_of_one_picture_is_that_of_a_batch():
    from lowlight_core.networks import blocks

    layer = blocks.GatedConv(4)
    random = np.random.default_rng(0)
    x, features = (random.normal(size=(2, 6, 7, channels)).astype(np.float32) for channels in (4, 3))
    gates = random.normal(size=(2, 4)).astype(np.float32)
    layer.build([x.shape, features.shape, gates.shape])
    layer.bias.assign(np.arange(4))
    whole = np.asarray(layer([x, features, gates]))
    single = np.concatenate([np.asarray(layer([x[i : i + 1], features[i : i + 1], gates[i : i + 1]])) for i in (0, 1)])
    assert whole == pytest.approx(single, abs=1e-5) and np.abs(whole - x).max() > 0.1
    low = [keras.ops.cast(part, "bfloat16") for part in (x[:1], features[:1])]  # where the kernel itself is gated
    assert np.asarray(keras.ops.cast(layer([*low, gates[:1]]), "float32")) == pytest.approx(whole[:1], abs=0.1)
