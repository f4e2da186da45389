"""Pieces that several networks share: convolutions, residual blocks, changes of resolution, global modulation.

All of them are functions from Keras tensors to Keras tensors, channels last, float32 or mixed bfloat16 by the policy
in force.
"""

import keras
from keras import layers, ops


def conv(x, filters: int, size: int = 3, stride: int = 1, activation: str | None = None, zero: bool = False, **how):
    """Convolution with "same" padding; ``zero`` starts it at zero, so that a residual branch begins as the identity.

    ``how``: further arguments of `keras.layers.Conv2D`, as ``name`` or ``dtype``.
    """
    return layers.Conv2D(
        filters,
        size,
        strides=stride,
        padding="same",
        activation=activation,
        kernel_initializer="zeros" if zero else "he_normal",
        **how,
    )(x)


def unshuffle(x, block: int = 2):
    """Move every ``block`` x ``block`` neighbourhood into channels: (B, H, W, C) -> (B, H/b, W/b, C*b*b).

    H and W must be multiples of ``block``. Nothing is lost, and the convolutions that follow cost b*b times less.
    """
    return SpaceToDepth(block)(x)


def shuffle(x, block: int = 2):
    """The inverse of :func:`unshuffle`: (B, H, W, C*b*b) -> (B, H*b, W*b, C)."""
    return DepthToSpace(block)(x)


class SpaceToDepth(layers.Layer):
    """Pixel unshuffle (Shi et al., CVPR 2016, backwards), by reshape and transpose, on any backend."""

    def __init__(self, block: int = 2, **kwargs):
        super().__init__(**kwargs)
        self.block = block

    def call(self, x):
        b = self.block
        _, height, width, channels = x.shape
        batch, rows, columns = _sizes(x)
        x = ops.reshape(x, (batch, rows // b, b, columns // b, b, channels))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (batch, rows // b, columns // b, b * b * channels))

    def compute_output_shape(self, shape):
        b = self.block
        return shape[0], shape[1] and shape[1] // b, shape[2] and shape[2] // b, shape[3] * b * b


class DepthToSpace(layers.Layer):
    """Pixel shuffle (Shi et al., CVPR 2016) by reshape and transpose, on any backend."""

    def __init__(self, block: int = 2, **kwargs):
        super().__init__(**kwargs)
        self.block = block

    def call(self, x):
        return _shuffled(x, self.block)

    def compute_output_shape(self, shape):
        b = self.block
        return shape[0], shape[1] and shape[1] * b, shape[2] and shape[2] * b, shape[3] // (b * b)


def _shuffled(x, b: int):
    channels = x.shape[-1] // (b * b)
    batch, rows, columns = _sizes(x)
    x = ops.reshape(x, (batch, rows, columns, b, b, channels))
    return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (batch, rows * b, columns * b, channels))


def _sizes(x):
    shape = ops.shape(x)
    return shape[0], shape[1], shape[2]


def with_context(x, context):
    """``x`` (B, H, W, C) beside what is known of the whole picture, ``context`` (B, K), as K constant channels."""
    return layers.Concatenate()([x, broadcast_channels(context, x)])


def gain_and_offset(image, features, block: int = 2):
    """The network's picture: ``image`` * gain + offset, both from unshuffled ``features``, in float32: where they are
    large and cancel out, what bfloat16 rounds off is seen (3 of 255).

    It starts as ``image`` itself.
    """
    gain, offset = Heads(block, name="heads", dtype="float32")(features)
    return Affine(dtype="float32", name="affine")([image, gain, offset])


def broadcast_channels(vector, like):
    """Spread (B, C) over the pixels of ``like`` (B, H, W, *): the constant channels (B, H, W, C)."""
    return Spread()([vector, like])


class Spread(layers.Layer):
    """Constant channels from a vector: [(B, C), (B, H, W, *)] -> (B, H, W, C)."""

    def call(self, inputs):
        vector, like = inputs
        ones = ops.ones_like(like[..., :1])
        return ones * ops.cast(vector, ones.dtype)[:, None, None, :]

    def compute_output_shape(self, shapes):
        return (*shapes[1][:3], shapes[0][1])


def residual_block(x, context):
    """conv-ReLU-conv beside an identity, its channels gated by ``context`` (B, K) of the whole picture."""
    filters = x.shape[-1]
    return GatedConv(filters)([x, conv(x, filters, activation="relu"), gate(context, filters)])


def gate(context, channels: int):
    """A linear function of ``context`` (B, K) for every channel, zero at first: float32 (B, channels).

    In low precision it would shift the tone of the whole picture.
    """
    return layers.Dense(channels, kernel_initializer="zeros", dtype="float32")(context)


def modulate(x, context):
    """Scale every channel by 1 + a linear function of ``context`` (B, K), starting as the identity."""
    scale = layers.Reshape((1, 1, x.shape[-1]))(gate(context, x.shape[-1]))
    return x * (1 + scale)


class GatedConv(layers.Layer):
    """x + 3x3 convolution * (1 + gate) per channel: [x, features (B, H, W, F), gate (B, C)] -> (B, H, W, C).

    For one picture in low precision it is the kernel that is multiplied: oneDNN adds ``x`` within the convolution then,
    and the result is rounded once instead of three times. In float32 the kernel stays constant, since without AVX512
    oneDNN has no fast convolution with one that it cannot lay out beforehand.
    """

    def __init__(self, filters: int, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.filters = filters

    def build(self, shapes):
        self.kernel = self.add_weight((3, 3, shapes[1][-1], self.filters), "he_normal", name="kernel")
        self.bias = self.add_weight((self.filters,), "zeros", name="bias")

    def call(self, inputs):
        x, features, gate = inputs
        kernel, bias, gate = self.kernel, self.bias, 1 + ops.cast(gate, "float32")
        kind = keras.backend.standardize_dtype(features.dtype)
        within = features.shape[0] == 1 and kind != "float32"
        if within:
            kernel, bias = kernel * gate[0], bias * gate[0]
        branch = _plus_bias(ops.conv(features, ops.cast(kernel, kind), padding="same"), ops.cast(bias, kind))
        return x + (branch if within else branch * ops.cast(gate, kind)[:, None, None])

    def compute_output_shape(self, shapes):
        return shapes[0]


def _plus_bias(x, bias):
    """``x`` (B, H, W, C) + ``bias`` (C,), in the form that TensorFlow fuses with the convolution before it."""
    if keras.config.backend() != "tensorflow":
        return x + bias
    import tensorflow as tf

    return tf.nn.bias_add(x, bias)


class Residue(layers.Layer):
    """image + x in float32, so that low precision inside a network never coarsens the picture itself."""

    def call(self, inputs):
        image, x = inputs
        return image + x

    def compute_output_shape(self, shapes):
        return shapes[0]


class Heads(layers.Layer):
    """Gain less 1 and offset, for three channels each: (B, H, W, F) -> twice (B, H*b, W*b, 3), zero at first.

    The weights are those of one 3x3 convolution, gain and offset side by side in six channels; computed as two, nothing
    has to be taken apart pixel by pixel afterwards.
    """

    def __init__(self, block: int = 2, **kwargs):
        super().__init__(**kwargs)
        self.block = block
        self.places = block * block

    def build(self, shape):
        self.kernel = self.add_weight((3, 3, shape[-1], 6 * self.places), "zeros", name="kernel")
        self.bias = self.add_weight((6 * self.places,), "zeros", name="bias")

    def call(self, features):
        return self._head(features, 0), self._head(features, 3)

    def _head(self, features, first: int):
        around = tuple(self.kernel.shape[:3])
        kernel = ops.reshape(self.kernel, (*around, self.places, 6))[..., first : first + 3]
        bias = ops.reshape(self.bias, (self.places, 6))[:, first : first + 3]
        kernel, bias = ops.reshape(kernel, (*around, 3 * self.places)), ops.reshape(bias, (3 * self.places,))
        return _shuffled(_plus_bias(ops.conv(features, kernel, padding="same"), bias), self.block)

    def compute_output_shape(self, shape):
        b = self.block
        sides = (side and side * b for side in shape[1:3])
        return ((shape[0], *sides, 3),) * 2


class Affine(layers.Layer):
    """image * (1 + gain) + offset in float32, all (B, H, W, 3)."""

    def call(self, inputs):
        image, gain, offset = inputs
        return image * (1 + gain) + offset

    def compute_output_shape(self, shapes):
        return shapes[0]
