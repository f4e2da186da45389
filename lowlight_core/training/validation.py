"""Scores of a network on whole pictures (of very large ones the middle): 8-bit output, RGB."""

import keras
import numpy as np

from lowlight_core.metrics.fidelity import psnr
from lowlight_core.networks import NETWORKS, exposure
from lowlight_core.training.objective import inputs_of
from lowlight_core.training.pairs import TrainingPair

EXACT = 100.0  # dB: infinite scores have no mean


def prepare(pair: TrainingPair, level: float, lifted: bool = True) -> dict[str, np.ndarray]:
    """What a network is given for a whole picture when it shall get the mean ``level``: arrays with a first axis of
    1.
    """
    gain = exposure.gain_for(pair.shares, level)
    image, small = pair.low.astype(np.float32) / 255, pair.thumbnail
    if lifted:
        image, small = exposure.lift(image, gain), exposure.lift(small, gain)
    return {"image": image[None], "thumbnail": small[None], "context": exposure.context(level, gain)[None]}


def outputs(model, name: str, pairs: list[TrainingPair]):
    """The network's picture for every pair, RGB uint8, given the level of the truth where the network takes one."""
    network = NETWORKS[name]
    forward = _compiled(model)
    for pair in pairs:
        inputs = prepare(pair, pair.level, network.lifted)
        height, width = pair.low.shape[:2]
        bottom, right = -height % network.multiple, -width % network.multiple
        inputs["image"] = np.pad(inputs["image"], ((0, 0), (0, bottom), (0, right), (0, 0)), mode="reflect")
        image = keras.ops.convert_to_numpy(forward(inputs_of(model, inputs)))[0, :height, :width]
        yield np.rint(np.clip(image.astype(np.float32), 0, 1) * 255).astype(np.uint8)


def mean_psnr(model, name: str, pairs: list[TrainingPair]) -> float:
    """Mean PSNR in dB over pairs, given the level of each truth; a pair met exactly counts as ``EXACT``."""
    made = zip(outputs(model, name, pairs), pairs, strict=True)
    return float(np.mean([min(psnr(output, pair.high), EXACT) for output, pair in made]))


def _compiled(model):
    if keras.config.backend() != "tensorflow":
        return lambda inputs: model(inputs, training=False)
    import tensorflow as tf

    return tf.function(lambda inputs: model(inputs, training=False), reduce_retracing=True)
