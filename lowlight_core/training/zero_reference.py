"""Zero-DCE's losses, which need no truth, and its training step (Guo et al., CVPR 2020, section 3.3).

Illumination smoothness is the mean of squared differences of the curve maps along rows plus that along columns, over
all maps. The paper squares the sum of both absolute differences and adds up the three colours, which is about three
times as much, and the authors' code sums over all maps; the weight of the term must be read with its scale.
"""

import keras
from keras import ops

from lowlight_core.errors import ParameterError
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.objective import compile_options, make_optimizer
from lowlight_core.training.recipes import OWN_LOSSES

WEIGHTS = OWN_LOSSES["zero_dce"]
WELL_EXPOSED = 0.42  # 0.6 in the paper, too bright for LOL


def exposure_loss(image):
    """Mean distance of the gray level of every patch of 16x16 pixels from `WELL_EXPOSED`."""
    return ops.mean(ops.abs(ops.average_pool(_gray(image), 16, 16) - WELL_EXPOSED))


def color_loss(image):
    """Squared differences between the channels' means (gray world)."""
    mean = ops.mean(image, axis=(1, 2))
    return ops.mean(sum(ops.square(mean[:, a] - mean[:, b]) for a, b in ((0, 1), (0, 2), (1, 2))))


def spatial_loss(source, image):
    """How much the contrast between each region of 4x4 pixels and its four neighbours changes."""
    before, after = (ops.average_pool(_gray(x), 4, 4) for x in (source, image))
    total = 0.0
    for a, b in (
        (before[:, 1:] - before[:, :-1], after[:, 1:] - after[:, :-1]),
        (before[:, :, 1:] - before[:, :, :-1], after[:, :, 1:] - after[:, :, :-1]),
    ):
        total += 2 * ops.mean(ops.square(ops.abs(b) - ops.abs(a)))  # twice: every pair is seen from both sides
    return total


def smoothness_loss(curves):
    """Total variation of the curve maps (B, H, W, 3n): (mean square row difference + mean square column difference)
    per map.
    """
    rows = ops.mean(ops.square(curves[:, 1:] - curves[:, :-1]))
    columns = ops.mean(ops.square(curves[:, :, 1:] - curves[:, :, :-1]))
    return rows + columns


def _gray(x):
    return ops.mean(x, axis=-1, keepdims=True)


class ZeroReference:
    """Training without truth: the model is asked for its picture and its curve maps, and both are judged.

    ``losses`` of the configuration change `WEIGHTS`. Raises ParameterError for any other loss: those need a truth.
    """

    def __init__(self, network, config: TrainingConfig):
        if other := [name for name in config.losses if name not in WEIGHTS]:
            allowed = ", ".join(WEIGHTS)
            raise ParameterError(f"Zero-DCE learns without truths and has no loss {other[0]!r}: choose of {allowed}")
        self.network, self.models = network, [network]
        self.optimizers = [make_optimizer(config)]
        self.trained = keras.Model(network.inputs, [network.output, network.get_layer("curves").output])
        weights = {**WEIGHTS, **config.losses}

        def on_picture(source, image):
            return (
                weights["spatial"] * spatial_loss(source, image)
                + weights["exposure"] * exposure_loss(image)
                + weights["color"] * color_loss(image)
            )

        def on_curves(source, curves):
            return weights["smoothness"] * smoothness_loss(curves)

        self.trained.compile(self.optimizers[0], [on_picture, on_curves], **compile_options())

    def step(self, batch):
        """One update on the dark pictures of ``batch``; the truth is never read."""
        image = batch["image"]
        return {"loss": self.trained.train_on_batch(image, [image, image], return_dict=True)["loss"], "psnr": 0.0}
