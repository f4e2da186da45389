"""From a configuration to one training step: losses by name, and which models and optimizers take part.

A task offers ``network`` (what is trained), ``models`` and ``optimizers`` (what a checkpoint holds) and ``step(batch)
-> dict``.
"""

from pathlib import Path

import keras
import numpy as np

from lowlight_core import alexnet
from lowlight_core.errors import ParameterError, TrainingError
from lowlight_core.training import losses
from lowlight_core.training.config import TrainingConfig

PIXEL_LOSSES = {
    "l1": losses.l1,
    "mse": losses.mse,
    "charbonnier": losses.charbonnier,
    "dssim": losses.dssim,
    "edges": losses.edges,
}
FEATURE_FILES = {"lpips": "lpips_alexnet.npz", "vgg": "vgg16_to_conv3_3.npz"}


def make_loss(config: TrainingConfig):
    """The weighted sum of the configured losses as one function (truth, output); perceptual ones only if their files
    are there.
    """
    terms = [(weight, _term(name, config.features)) for name, weight in config.losses.items() if weight]
    active = [(weight, term) for weight, term in terms if term is not None]
    if not active:
        raise TrainingError(
            f"no loss is left to train with: {', '.join(config.losses) or 'none'} was asked for, and what its features "
            f"are not here for is off; add one of {', '.join(PIXEL_LOSSES)}"
        )

    def loss(truth, output):
        output = keras.ops.cast(output, "float32")
        return sum(weight * term(truth, output) for weight, term in active)

    return loss


def missing_features(config: TrainingConfig) -> list[str]:
    """Perceptual losses that were asked for but whose features are not there: a run goes without, its card says so."""
    return [name for name in config.losses if name in FEATURE_FILES and not _features(name, config.features)]


def _term(name: str, folder: str | None):
    if name in PIXEL_LOSSES:
        return PIXEL_LOSSES[name]
    if name not in FEATURE_FILES:
        raise ParameterError(f"there is no loss {name!r}: choose of {', '.join([*PIXEL_LOSSES, *FEATURE_FILES])}")
    if not (path := _features(name, folder)):
        return None
    from lowlight_core.training import perceptual

    return {"lpips": perceptual.Lpips, "vgg": perceptual.Vgg}[name](path)


def _features(name: str, folder: str | None) -> Path | None:
    """The file of a perceptual loss's features: in ``folder``, else AlexNet's, which come with the program."""
    path = Path(folder) / FEATURE_FILES[name] if folder else alexnet.WEIGHTS
    return path if path.is_file() and (folder or name == "lpips") else None


def make_optimizer(config: TrainingConfig):
    """AdamW with clipping by the global norm; the loop sets its learning rate before every step."""
    return keras.optimizers.AdamW(config.rate, weight_decay=config.weight_decay, global_clipnorm=config.clip)


def compile_options() -> dict:
    """XLA makes training on a processor several times slower under TensorFlow and is what JAX needs."""
    return {"jit_compile": keras.config.backend() == "jax"}


class Paired:
    """Supervised by the truth of every picture."""

    def __init__(self, network, config: TrainingConfig):
        self.network, self.models = network, [network]
        self.optimizers = [make_optimizer(config)]
        network.compile(self.optimizers[0], make_loss(config), metrics=[losses.psnr], **compile_options())

    def step(self, batch: dict[str, np.ndarray]) -> dict[str, float]:
        """One update; returns ``loss`` and ``psnr`` of this batch before it."""
        return self.network.train_on_batch(inputs_of(self.network, batch), batch["target"], return_dict=True)


def inputs_of(model, batch: dict[str, np.ndarray]) -> list:
    """The entries of ``batch`` that a model asks for, by the names of its inputs."""
    return [batch[tensor.name] for tensor in model.inputs]
