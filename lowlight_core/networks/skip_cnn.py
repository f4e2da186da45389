"""The CNN with additive skips of document 002: seven convolutions of 32 channels, symmetric skips by addition, a
sigmoid at the end.

Departures: three output channels (the document's file has one), and one more skip, from the picture to the sigmoid's
argument, so that training begins at the identity.
"""

import keras
from keras import layers, ops

from lowlight_core.networks.blocks import conv


def skip_cnn(width: int = 32) -> keras.Model:
    """Build {image} -> image, RGB (B, H, W, 3), 48,003 parameters at the default width."""
    image = keras.Input((None, None, 3), name="image")
    first = conv(image, width, activation="relu")
    second = conv(first, width, activation="relu")
    third = conv(second, width, activation="relu")
    x = conv(third, width, activation="relu")
    x = conv(x + third, width, activation="relu")
    x = conv(x + second, width, activation="relu")
    x = conv(x + first, 3, zero=True)
    return keras.Model([image], SigmoidSkip(dtype="float32", name="sigmoid")([image, x]), name="skip_cnn")


class SigmoidSkip(layers.Layer):
    """sigmoid(logit(image) + x) in float32: near the image for small ``x``, always inside (0, 1)."""

    EDGE = 1 / 1024

    def call(self, inputs):
        image, x = inputs
        image = ops.clip(image, self.EDGE, 1 - self.EDGE)
        return ops.sigmoid(ops.log(image / (1 - image)) + x)

    def compute_output_shape(self, shapes):
        return shapes[0]
