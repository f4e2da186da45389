"""A few training steps in memory, for lessons: no folder, no checkpoint, a history to draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np

from lowlight_core import networks
from lowlight_core.samples import Sample
from lowlight_core.training import sampling
from lowlight_core.training.config import TrainingConfig
from lowlight_core.training.pairs import TrainingPair
from lowlight_core.training.recipes import RECIPES
from lowlight_core.training.schedule import learning_rate
from lowlight_core.training.tasks import make_task
from lowlight_core.training.validation import outputs


@dataclass(frozen=True)
class Lesson:
    """A network after a few steps: the Keras ``model``, its ``network`` name, and the log (step, loss, psnr)."""

    network: str
    model: object
    rows: list[dict[str, float]]

    def __call__(self, sample: Sample) -> np.ndarray:
        """What the network makes of a sample, RGB uint8 (H, W, 3), given the level of the truth."""
        return next(outputs(self.model, self.network, [training_pair(sample)]))


def training_pair(sample: Sample) -> TrainingPair:
    """A sample as training takes it."""
    return TrainingPair.of(sample.name, sample.low, sample.high)


def train(
    network: str, pairs: Sequence[Sample], *, steps: int = 60, crop: int = 64, batch: int = 4, seed: int = 0, **settings
) -> Lesson:
    """Train ``network`` from scratch on pairs in memory.

    Args:
        network: one of `lowlight_core.networks.NETWORKS`.
        pairs: dark pictures with their truths.
        steps, crop, batch: updates, side of the crops in pixels, crops per update.
        seed: the same seed gives the same first weights and the same batches.
        settings: further fields of `TrainingConfig`, e.g. ``losses={"mse": 1.0}``.
    """
    recipe = {**RECIPES.get(network, {}), "steps": steps, "crop": crop, "batch": batch, "seed": seed, "warmup": 5}
    config = TrainingConfig(network, (), "", **{**recipe, **settings})
    keras.utils.set_random_seed(seed)
    task, lifted = make_task(config), networks.get(network).lifted
    sources, rows = [sampling.Source(1.0, [training_pair(sample) for sample in pairs])], []
    how = sampling.Augmentation.of(config)
    for step in range(steps):
        for optimizer in task.optimizers:
            optimizer.learning_rate = learning_rate(step, steps, config.rate, config.warmup)
        logs = task.step(sampling.batch(seed, step, sources, crop, batch, how, lifted))
        rows.append({"step": step + 1, **{name: float(logs[name]) for name in ("loss", "psnr")}})
    return Lesson(network, task.network, rows)
