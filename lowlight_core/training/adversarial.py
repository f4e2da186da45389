"""Training against a discriminator: least squares (Mao et al., ICCV 2017) on patches, on top of the paired losses."""

import keras
import numpy as np
from keras import ops

from lowlight_core.networks.gan import discriminator
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.losses import psnr
from lowlight_core.training.objective import compile_options, inputs_of, make_loss, make_optimizer
from lowlight_core.training.recipes import OWN_LOSSES

ADVERSARIAL_WEIGHT = OWN_LOSSES["gan"]["adversarial"]


def least_squares(wanted, scores):
    """Mean squared distance of patch scores from 1 (photograph) or 0 (made)."""
    return ops.mean(ops.square(ops.cast(scores, "float32") - wanted))


class Adversarial:
    """Two updates per step: the discriminator on truth against output, then the generator on the truth and the
    discriminator's view.

    The generator is trained through a combined model with a frozen copy of the discriminator, which any Keras backend
    can compile.
    """

    def __init__(self, network, config: TrainingConfig):
        self.network, self.judge, self.frozen = network, discriminator(), discriminator()
        self.models = [network, self.judge]
        self.optimizers = [make_optimizer(config), make_optimizer(config)]
        self.judge.compile(self.optimizers[1], least_squares, **compile_options())
        self.frozen.trainable = False
        self.combined = keras.Model(network.inputs, [network.output, self.frozen([network.inputs[0], network.output])])
        self.combined.compile(
            self.optimizers[0],
            [make_loss(config), least_squares],
            loss_weights=[1.0, ADVERSARIAL_WEIGHT],
            metrics=[[psnr], []],
            **compile_options(),
        )

    def step(self, batch):
        """One update of each; returns ``loss`` and ``psnr`` of the generator on this batch, and the judge's loss."""
        image, target, inputs = batch["image"], batch["target"], inputs_of(self.network, batch)
        made = np.clip(self.network.predict_on_batch(inputs), 0, 1)
        pictures = [np.concatenate([image, image]), np.concatenate([target, made])]
        real = np.zeros((2 * len(image), 1, 1, 1), np.float32)
        real[: len(image)] = 1
        judged = self.judge.train_on_batch(pictures, real, return_dict=True)["loss"]
        self.frozen.set_weights(self.judge.get_weights())
        logs = self.combined.train_on_batch(inputs, [target, real[: len(image)]], return_dict=True)
        return {"loss": logs["loss"], "psnr": next(v for k, v in logs.items() if "psnr" in k), "judge": judged}
