"""The U-Net of document 003 (Ronneberger et al., MICCAI 2015): two convolutions per level, skips by concatenation.

Departures: it works on unshuffled pixels (a quarter of the cost), and predicts a gain and an offset for every pixel.
"""

import keras
from keras import layers

from lowlight_core.networks.blocks import conv, gain_and_offset, shuffle, unshuffle, with_context


def unet(widths: tuple[int, ...] = (32, 64, 128, 160), name: str = "unet") -> keras.Model:
    """Build {image, context} -> image, RGB (B, H, W, 3) with H and W multiples of 2**len(widths); one level per entry
    of ``widths``.
    """
    image = keras.Input((None, None, 3), name="image")
    context = keras.Input((2,), name="context")
    x, skips = with_context(unshuffle(image), context), []
    for level, width in enumerate(widths):
        if level:
            skips.append(x)
            x = layers.MaxPooling2D(2)(x)
        x = _double(x, width)
    for width in reversed(widths[:-1]):
        x = shuffle(conv(x, 4 * width, 1))
        x = _double(layers.Concatenate()([x, skips.pop()]), width)
    return keras.Model([image, context], gain_and_offset(image, x), name=name)


def _double(x, width: int):
    return conv(conv(x, width, activation="relu"), width, activation="relu")
