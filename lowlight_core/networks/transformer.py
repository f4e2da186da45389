"""A transformer whose attention runs across channels and is guided by the illumination: its cost is linear in pixels.

After Cai et al., *Retinexformer*, ICCV 2023: the attention and its guide are theirs. Departures, most since processors
run them faster: unshuffled pixels at the stem; the illumination is estimated as features only, with no lit-up picture
and no prior of the channels' mean, as a curve has lifted the picture already; one dense 3x3 convolution for position
and one in the feed-forward part in place of depthwise ones; ReLU for GELU, normalisation before the attention too; and
the result is a gain and an offset for every pixel, not a residual.
"""

import keras
from keras import layers, ops

from lowlight_core.networks.blocks import conv, gain_and_offset, shuffle, unshuffle, with_context


def transformer(width: int = 32, depths: tuple[int, ...] = (1, 2, 2)) -> keras.Model:
    """Build {image, context} -> image, RGB (B, H, W, 3) with H and W multiples of 2**len(depths); ``depths``:
    attention blocks per level.
    """
    image = keras.Input((None, None, 3), name="image")
    context = keras.Input((2,), name="context")
    x = with_context(unshuffle(image), context)
    light = conv(conv(x, width, 1), width, 5, activation="relu")  # illumination features guide every block
    x, skips, lights = conv(x, width), [], [light]
    for level, depth in enumerate(depths):
        if level:
            skips.append(x)
            x = conv(x, width * 2**level, 2, stride=2)
            lights.append(conv(lights[-1], width * 2**level, 2, stride=2))
        x = _blocks(x, lights[level], depth, heads=2**level)
    for level in reversed(range(len(skips))):
        skip = skips[level]
        x = shuffle(conv(x, 4 * skip.shape[-1], 1))
        x = conv(layers.Concatenate()([x, skip]), skip.shape[-1], 1)
        x = _blocks(x, lights[level], depths[level], heads=2**level)
    return keras.Model([image, context], gain_and_offset(image, x), name="transformer")


def _blocks(x, light, depth: int, heads: int):
    for _ in range(depth):
        x = x + _attention(layers.LayerNormalization()(x), light, heads)
        x = x + _feed_forward(layers.LayerNormalization()(x))
    return x


def _attention(x, light, heads: int):
    """Attention between channels, the values gated by the illumination, plus a positional convolution of the values."""
    width = x.shape[-1]
    value = conv(x, width, 1)
    mixed = ChannelAttention(heads)([conv(x, width, 1), conv(x, width, 1), value * light])
    return conv(mixed, width, 1, zero=True) + conv(value, width, 3, zero=True)


def _feed_forward(x):
    width = x.shape[-1]
    return conv(conv(x, 2 * width, 3, activation="relu"), width, 1, zero=True)


class ChannelAttention(layers.Layer):
    """softmax(K^T Q) over channels, per head, keys and queries of unit length over all pixels: cost linear in pixels.

    Three inputs (B, H, W, C): query, key, value; returns (B, H, W, C). One learned temperature per head.
    """

    def __init__(self, heads: int, **kwargs):
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, shapes):
        self.temperature = self.add_weight(shape=(1, self.heads, 1, 1), initializer="ones", name="temperature")

    def call(self, inputs):
        query, key, value = (self._split(x) for x in inputs)
        query, key = (_unit(ops.cast(x, "float32")) for x in (query, key))
        scores = ops.matmul(ops.transpose(key, (0, 1, 3, 2)), query) * ops.cast(self.temperature, "float32")
        mixed = ops.matmul(value, ops.cast(ops.softmax(scores, axis=2), value.dtype))
        return ops.reshape(ops.transpose(mixed, (0, 2, 1, 3)), ops.shape(inputs[2]))

    def _split(self, x):
        """(B, H, W, C) -> (B, heads, H*W, C/heads)."""
        batch, height, width, channels = ops.shape(x)
        x = ops.reshape(x, (batch, height * width, self.heads, channels // self.heads))
        return ops.transpose(x, (0, 2, 1, 3))

    def compute_output_shape(self, shapes):
        return shapes[2]


def _unit(x):
    """Scale every channel to length 1 over all pixels, (B, heads, H*W, C)."""
    return x / ops.sqrt(ops.sum(ops.square(x), axis=2, keepdims=True) + 1e-6)
