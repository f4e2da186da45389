"""A network with its weights frozen into one TensorFlow function: RGB uint8 and what it is told -> its picture."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from lowlight_core import networks
from lowlight_core.errors import ParameterError, WeightsError
from lowlight_core.networks import exposure, weights

_SHOULDER = 240.0, 252.0  # levels of 255: above the first the output bends, the second it approaches
_computing = threading.Lock()  # one picture or tile at a time: see `inference`


def build(card: dict, path: Path, precision: str = "float32"):
    """The Keras model of a card with the weights at ``path``, under a precision policy."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        model = networks.checked(card["network"], card["settings"])
    except ParameterError as error:
        raise WeightsError(f"the card's settings do not fit: {error}") from None
    finally:
        keras.config.set_dtype_policy(before)
    weights.load(model, path)
    return model


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Keras's state while a network is built: Streamlit clears it for all threads after every run of a page, and
    layers that were named before would be named again ("conv2d is used 2 times in the model").
    """
    import keras

    clear, keras.backend.clear_session = keras.backend.clear_session, lambda *_, **__: None
    try:
        yield
    finally:
        keras.backend.clear_session = clear


def function(network, card: dict, path: Path, precision: str):
    """Picture uint8, the same lifted float32, thumbnail, context -> picture as `Runner.forward` gives it, as one
    function whose weights are constants.
    """
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    model = build(card, path, precision)

    def run(image, lifted, small, context):
        inputs = {"image": lifted, "thumbnail": small, "context": context}
        output = tf.cast(model([inputs[tensor.name] for tensor in model.inputs], training=False), tf.float32)
        levels = _with_shoulder(255 * output, tf.cast(image, tf.float32))
        if network.exact:
            return tf.cast(exposure.FINE * levels + 0.5, tf.uint16)
        return tf.cast(levels + 0.5, tf.uint8)

    signature = (
        tf.TensorSpec((1, None, None, 3), tf.uint8),
        tf.TensorSpec((1, None, None, 3), tf.float32),
        tf.TensorSpec((1, networks.THUMBNAIL, networks.THUMBNAIL, 3), tf.float32),
        tf.TensorSpec((1, 2), tf.float32),
    )
    frozen = convert_variables_to_constants_v2(tf.function(run, input_signature=signature).get_concrete_function())

    def call(*arrays) -> np.ndarray:
        with _computing:
            (output,) = frozen(*(tf.constant(array) for array in arrays))
        return output.numpy()

    return call


def _with_shoulder(output, image):
    """Keep values in [0, 255] and highlights apart: the output goes the way of `_SHOULDER` instead of clipping.

    Only what was brighter in the picture itself may stay brighter, so an enhancement adds no clipped pixels.
    """
    import tensorflow as tf

    start, end = _SHOULDER
    room = end - start
    bent = tf.minimum(output, start) + room - room * tf.exp(tf.minimum((start - output) * (1 / room), 0))
    return tf.maximum(tf.maximum(bent, 0), tf.minimum(output, image))
