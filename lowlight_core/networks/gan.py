"""A conditional GAN: a U-Net generator, and a patch discriminator that sees dark and bright picture together.

Isola et al., *Image-to-Image Translation with Conditional Adversarial Networks*, CVPR 2017.
"""

import keras
from keras import layers

from lowlight_core.networks.blocks import conv
from lowlight_core.networks.unet import unet


def gan(widths: tuple[int, ...] = (32, 64, 128, 160)) -> keras.Model:
    """Build the generator {image, context} -> image, RGB (B, H, W, 3): the U-Net of `lowlight_core.networks.unet`."""
    return unet(widths, name="gan")


def discriminator(width: int = 32) -> keras.Model:
    """Build {image, candidate} -> one real number per patch (B, H/8, W/8, 1): high where the candidate looks like a
    photograph.
    """
    image = keras.Input((None, None, 3), name="image")
    candidate = keras.Input((None, None, 3), name="candidate")
    x = layers.Concatenate()([image, candidate])
    for filters in (width, 2 * width, 4 * width):
        x = layers.LeakyReLU(0.2)(conv(x, filters, 4, stride=2))
    scores = layers.Conv2D(1, 3, padding="same", dtype="float32")(x)
    return keras.Model([image, candidate], scores, name="discriminator")
