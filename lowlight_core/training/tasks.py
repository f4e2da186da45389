"""Which way of training belongs to which network."""

import json
from importlib import import_module

from lowlight_core import networks
from lowlight_core.errors import TrainingError
from lowlight_core.networks import weights
from lowlight_core.training.config import TrainingConfig

SPECIAL = {"gan": ("adversarial", "Adversarial"), "zero_dce": ("zero_reference", "ZeroReference")}
LARGEST = 1024  # of any width or depth: more fills the memory before it says anything


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
    known = networks.get(config.network)
    defaults = known.all_settings({})
    try:
        if unknown := sorted(set(config.settings) - set(defaults)):
            raise ValueError(f"it has no {unknown[0]!r}")
        if max(_numbers(config.settings), default=0) > LARGEST:
            raise ValueError(f"no setting may exceed {LARGEST}")
        return known.build(**config.settings)
    except (TypeError, ValueError, IndexError) as error:
        raise TrainingError(
            f"the network {config.network!r} cannot be built with settings {json.dumps(config.settings)}: "
            f"{str(error).splitlines()[0]}; its defaults are {json.dumps(defaults)}"
        ) from None


def _numbers(settings: dict) -> list[float]:
    """All numbers in the settings of a network, those in lists too."""
    values = [value for given in settings.values() for value in (given if isinstance(given, list | tuple) else [given])]
    return [value for value in values if isinstance(value, int | float)]
