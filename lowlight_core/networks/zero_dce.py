"""Zero-DCE: curves per pixel, learned without any truth.

Guo et al., *Zero-Reference Deep Curve Estimation for Low-Light Image Enhancement*, CVPR 2020. Its losses are in
`lowlight_core.training.zero_reference`.
"""

import keras
from keras import layers, ops

from lowlight_core.networks.blocks import conv


def zero_dce(width: int = 32, iterations: int = 8) -> keras.Model:
    """Build {image} -> image, RGB (B, H, W, 3), 79,416 parameters at the defaults; the layer ``curves`` holds the
    curve maps.
    """
    image = keras.Input((None, None, 3), name="image")
    first = conv(image, width, activation="relu")
    second = conv(first, width, activation="relu")
    third = conv(second, width, activation="relu")
    x = conv(third, width, activation="relu")
    x = conv(layers.Concatenate()([third, x]), width, activation="relu")
    x = conv(layers.Concatenate()([second, x]), width, activation="relu")
    x = layers.Conv2D(3 * iterations, 3, padding="same", kernel_initializer=keras.initializers.RandomNormal(0, 0.02))(
        layers.Concatenate()([first, x])
    )
    curves = layers.Activation("tanh", dtype="float32", name="curves")(x)
    return keras.Model([image], Curves(iterations, dtype="float32", name="enhanced")([image, curves]), name="zero_dce")


class Curves(layers.Layer):
    """x + a*x*(1 - x) once for every curve map ``a`` in [-1, 1]: [(B, H, W, 3), (B, H, W, 3n)] -> (B, H, W, 3)."""

    def __init__(self, iterations: int, **kwargs):
        super().__init__(**kwargs)
        self.iterations = iterations

    def call(self, inputs):
        x, curves = inputs
        for n in range(self.iterations):
            x = x + curves[..., 3 * n : 3 * n + 3] * (x - ops.square(x))
        return x

    def compute_output_shape(self, shapes):
        return shapes[0]
