"""MIRNet: streams at several resolutions that keep exchanging what they find.

Zamir et al., *Learning Enriched Features for Real Image Restoration and Enhancement*, ECCV 2020. As in the paper, and
unlike a widespread port: the selective fusion's softmax runs over the streams, not over channels, and every fusion
takes all its streams. Departures: ``unshuffle`` trades resolution for channels before the first convolution (a
``block`` of 1 is the paper's full resolution); resolutions change by pooling or bilinear interpolation and a 1x1
convolution, not by the paper's residual resizing modules, which is most of why the paper's size has 9.4 million
parameters here and 31.8 there; ReLU for PReLU; the wanted level enters as two more channels; and the result is a gain
and an offset for every pixel, not a residual.
"""

import keras
from keras import layers, ops

from lowlight_core.networks.blocks import conv, gain_and_offset, unshuffle, with_context


def mirnet(features: int = 32, groups: int = 2, blocks: int = 2, streams: int = 3, block: int = 2) -> keras.Model:
    """Build {image, context} -> image, RGB (B, H, W, 3) with H and W multiples of block * 2**(streams - 1).

    ``groups`` recursive residual groups of ``blocks`` multi-scale blocks; the paper's size is (64, 3, 2, 3, 1).
    """
    image = keras.Input((None, None, 3), name="image")
    context = keras.Input((2,), name="context")
    x = conv(with_context(unshuffle(image, block) if block > 1 else image, context), features)
    for _ in range(groups):
        x = x + _group(x, blocks, streams)
    return keras.Model([image, context], gain_and_offset(image, x, block), name="mirnet")


def _group(x, blocks: int, streams: int):
    """Recursive residual group, without its own skip."""
    x = conv(x, x.shape[-1])
    for _ in range(blocks):
        x = _multi_scale(x, streams)
    return conv(x, x.shape[-1])


def _multi_scale(x, streams: int):
    """Multi-scale residual block: attention in every stream, all-to-all fusion, attention again, fusion into the
    finest.
    """
    features = x.shape[-1]
    widths = [int(features * 1.5**level) // 8 * 8 for level in range(streams)]
    scales = [dual_attention(_resize(x, 0, level, widths[level])) for level in range(streams)]
    fused = [
        selective_fusion([_resize(scales[source], source, target, widths[target]) for source in range(streams)])
        for target in range(streams)
    ]
    fused = [dual_attention(stream) for stream in fused]
    merged = selective_fusion([_resize(stream, level, 0, features) for level, stream in enumerate(fused)])
    return x + conv(merged, features, zero=True)


def _resize(x, source: int, target: int, width: int):
    """From level ``source`` to level ``target`` (each half the size of the one before) at ``width`` channels."""
    for _ in range(source, target):
        x = layers.AveragePooling2D(2)(x)
    if x.shape[-1] != width:
        x = conv(x, width, 1)
    for _ in range(target, source):
        x = Double()(x)
    return x


def selective_fusion(streams: list):
    """Selective kernel feature fusion: per channel a softmax over the streams, from the pooled sum of all of them."""
    width = streams[0].shape[-1]
    total = streams[0]
    for stream in streams[1:]:
        total = total + stream
    squeezed = layers.Dense(max(width // 8, 4), activation="relu")(layers.GlobalAveragePooling2D()(total))
    logits = layers.Dense(width * len(streams))(squeezed)
    weights = layers.Softmax(axis=1)(layers.Reshape((len(streams), width))(logits))
    return StreamSum()([weights, *streams])


class StreamSum(layers.Layer):
    """Sum of streams, each channel of each weighted: [(B, n, C), n times (B, H, W, C)] -> (B, H, W, C)."""

    def call(self, inputs):
        weights, *streams = inputs
        return sum(weights[:, n, None, None, :] * stream for n, stream in enumerate(streams))

    def compute_output_shape(self, shapes):
        return shapes[1]


def dual_attention(x):
    """Dual attention unit: two convolutions, then channel and spatial attention side by side, around a skip."""
    width = x.shape[-1]
    y = conv(conv(x, width, activation="relu"), width)
    pooled = layers.GlobalAveragePooling2D()(y)
    channels = layers.Dense(width, activation="sigmoid")(layers.Dense(max(width // 8, 4), activation="relu")(pooled))
    by_channel = y * layers.Reshape((1, 1, width))(channels)
    by_place = y * conv(ChannelPool()(y), 1, 5, activation="sigmoid")
    return x + conv(layers.Concatenate()([by_channel, by_place]), width, 1, zero=True)


class ChannelPool(layers.Layer):
    """Mean and maximum over channels: (B, H, W, C) -> (B, H, W, 2)."""

    def call(self, x):
        return ops.concatenate([ops.mean(x, axis=-1, keepdims=True), ops.max(x, axis=-1, keepdims=True)], axis=-1)

    def compute_output_shape(self, shape):
        return (*shape[:-1], 2)


class Double(layers.Layer):
    """Twice the height and width by bilinear interpolation, (B, H, W, C) -> (B, 2H, 2W, C), for sizes known only in
    use.
    """

    def call(self, x):
        return _doubled(_doubled(x, 1), 2)

    def compute_output_shape(self, shape):
        return shape[0], shape[1] and 2 * shape[1], shape[2] and 2 * shape[2], shape[3]


def _doubled(x, axis: int):
    """Twice as many samples along ``axis`` (1 or 2), each a quarter of the way between neighbours; edges are
    repeated.
    """
    rows = axis == 1
    first, last = (x[:, :1], x[:, -1:]) if rows else (x[:, :, :1], x[:, :, -1:])
    before = ops.concatenate([first, x[:, :-1] if rows else x[:, :, :-1]], axis=axis)
    after = ops.concatenate([x[:, 1:] if rows else x[:, :, 1:], last], axis=axis)
    pairs = ops.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], axis=axis + 1)
    batch, height, width = ops.shape(x)[:3]
    size = (batch, 2 * height, width, x.shape[-1]) if rows else (batch, height, 2 * width, x.shape[-1])
    return ops.reshape(pairs, size)
