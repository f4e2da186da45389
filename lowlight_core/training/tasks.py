"""Which way of training belongs to which network."""

from importlib import import_module

from lowlight_core import networks
from lowlight_core.errors import ParameterError, TrainingError
from lowlight_core.networks import weights
from lowlight_core.training.config import TrainingConfig

SPECIAL = {"gan": ("adversarial", "Adversarial"), "zero_dce": ("zero_reference", "ZeroReference")}


def make_task(config: TrainingConfig):
    """Build the configured network, put in the weights to start from if any, and wrap it for training."""
    network = _build(config)
    if config.start_from:
        weights.load(network, config.start_from)
    module, name = SPECIAL.get(config.network, ("objective", "Paired"))
    task = getattr(import_module(f"lowlight_core.training.{module}"), name)(network, config)
    for optimizer, model in zip(task.optimizers, task.models, strict=True):
        optimizer.build(model.trainable_variables)  # before the first step, so that a checkpoint finds where to go
    return task


def _build(config: TrainingConfig):
    try:
        return networks.checked(config.network, config.settings)
    except ParameterError as error:
        raise TrainingError(str(error)) from None
