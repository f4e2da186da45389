"""The plain denoising CNN of document 001: four convolutions and nothing else (116,035 parameters).

Departure: the last convolution predicts what to add to the picture instead of the picture (Zhang et al., *Beyond a
Gaussian Denoiser*, IEEE TIP 2017), which trains many times faster at the same number of parameters.
"""

import keras

from lowlight_core.networks.blocks import Residue, conv


def denoising_cnn(widths: tuple[int, ...] = (64, 64, 128)) -> keras.Model:
    """Build {image} -> image, RGB (B, H, W, 3): 3x3 convolutions of ``widths`` with ReLU, then one of 3 channels,
    linear.
    """
    image = keras.Input((None, None, 3), name="image")
    x = image
    for width in widths:
        x = conv(x, width, activation="relu")
    return keras.Model(
        [image], Residue(dtype="float32", name="residue")([image, conv(x, 3, zero=True)]), name="denoising_cnn"
    )
