"""lumen: this project's own network, the best image for little time on a processor without an accelerator.

A residual U-Net of dense 3x3 convolutions and ReLU (both run near the processor's peak) on unshuffled pixels. What
concerns the whole picture comes in from outside as a thumbnail and a wanted level, so that a crop in training, a tile
of a large image and a whole image in use are treated alike.

Most blocks stand at the two finest resolutions: a block costs the same time at the three finest ones, but silenced one
by one (`lowlight_core.training.prune`), fine ones are worth decibels and coarse ones hundredths (the card's history).
"""

import keras
from keras import layers

from lowlight_core.networks import THUMBNAIL
from lowlight_core.networks.blocks import (
    conv,
    gain_and_offset,
    modulate,
    residual_block,
    shuffle,
    unshuffle,
    with_context,
)


def lumen(width: int = 32, down: tuple[int, ...] = (2, 2, 1, 1), up: tuple[int, ...] = (2, 1, 0)) -> keras.Model:
    """Build lumen: {image, thumbnail, context} -> image.

    ``image`` (B, H, W, 3) RGB in [0, 1], already lifted to the wanted level; H and W multiples of 2 * 2**(len(down) -
    1). ``thumbnail`` (B, 64, 64, 3): the whole lifted picture. ``context`` (B, 2): log of the wanted level, log of
    the lift's gain. ``down`` and ``up``: residual blocks at each resolution, the finest first, on the way to the
    coarsest (included) and back. Returns RGB (B, H, W, 3), not clipped: image * gain + offset, with gain and offset per
    pixel and channel.
    """
    image = keras.Input((None, None, 3), name="image")
    thumbnail = keras.Input((THUMBNAIL, THUMBNAIL, 3), name="thumbnail")
    context = keras.Input((2,), name="context")
    globals_ = _summary(thumbnail, context, 2 * width)
    x = with_context(unshuffle(image), context)
    features = _unet(conv(x, width, activation="relu"), globals_, width, down, up)
    return keras.Model([image, thumbnail, context], gain_and_offset(image, features), name="lumen")


def _summary(thumbnail, context, units: int):
    """One vector (B, units) about the whole picture: a small network over the thumbnail beside the context, float32."""
    x = thumbnail
    for filters in (16, 32, 64):
        x = conv(x, filters, stride=2, activation="relu", dtype="float32")
    pooled = [pool(dtype="float32")(x) for pool in (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)]
    x = layers.Concatenate(dtype="float32")([*pooled, context])
    for _ in range(2):
        x = layers.Dense(units, activation="relu", dtype="float32")(x)
    return x


def _unet(x, globals_, width, down, up):
    skips = []
    for level, depth in enumerate(down):
        if level:
            skips.append(x)
            x = conv(x, min(width * 2**level, 4 * width), 2, stride=2)
        for _ in range(depth):
            x = residual_block(x, globals_)
    for level in reversed(range(len(skips))):
        skip = skips[level]
        x = shuffle(conv(x, 4 * skip.shape[-1], 1)) + modulate(skip, globals_)
        for _ in range(up[level]):
            x = residual_block(x, globals_)
    return x
