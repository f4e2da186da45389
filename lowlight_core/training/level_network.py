"""Train the small network of `lowlight_core.networks.level_network` on pairs and darkened photographs, in minutes.

Every example is a random part of a pair in a random mirroring, since a part of the truth has a level of its own;
colours and noise vary, so that the network looks at what is shown and not at one camera.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from lowlight_core.networks import exposure, level_features
from lowlight_core.networks.level_network import GAIN_SCALE, SIDE, STRIDES, LevelNetwork, view

FILTERS = 32, 64, 64, 96, 96, 128, 128, 160
BATCH, STEPS, RATE, WEIGHT_DECAY = 48, 600, 2e-3, 0.05
LONGEST = 320  # pixels of a picture in memory: an overview needs no more
SMALLEST_PART = 0.4
CURVE_EVERY = 50

Example = tuple[np.ndarray, np.ndarray]  # dark RGB uint8 (H, W, 3) and the truth's gray (H, W)


def example(low: np.ndarray, high: np.ndarray) -> Example:
    """A pair, reduced to what training needs."""
    scale = min(1.0, LONGEST / max(low.shape[:2]))
    size = [max(1, round(side * scale)) for side in (low.shape[1], low.shape[0])]
    gray = cv2.cvtColor(high, cv2.COLOR_RGB2GRAY)
    return tuple(cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in (low, gray))


def train(
    sources: Sequence[Sequence[Example]], shares: Sequence[float], seed: int, steps: int = STEPS
) -> tuple[LevelNetwork, list[tuple[int, float]]]:
    """Train on ``sources``, each drawn from with its share; the average of the weights over the last steps is kept.

    Returns the network and its curve: (step, log error on the examples since the entry before).
    """
    import keras

    keras.utils.set_random_seed(seed)
    model = _build()
    rate = keras.optimizers.schedules.CosineDecay(RATE / 100, steps, warmup_target=RATE, warmup_steps=steps // 6)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY, use_ema=True, ema_momentum=0.99)
    model.compile(optimizer, loss="mse")
    random = np.random.default_rng(seed)
    with ThreadPoolExecutor(1) as executor:
        following = executor.submit(_batch, random, sources, shares)
        losses, curve = [], []
        for step in range(1, steps + 1):
            inputs, levels = following.result()
            following = executor.submit(_batch, random, sources, shares)
            losses.append(float(model.train_on_batch(inputs, levels)))
            if step % CURVE_EVERY == 0:
                curve.append((step, round(float(np.sqrt(np.mean(losses[-CURVE_EVERY:]))), 4)))
    optimizer.finalize_variable_values(model.trainable_variables)
    return _folded(model), curve


def _build():
    """{picture (B, 96, 96, 3), gain (B, 1)} -> log level (B, 1)."""
    import keras
    from keras import layers

    picture, gain = keras.Input((SIDE, SIDE, 3)), keras.Input((1,))
    x = picture
    for filters, stride in zip(FILTERS, STRIDES, strict=True):
        x = layers.Conv2D(filters, 3, stride, use_bias=False, kernel_initializer="he_normal")(layers.ZeroPadding2D()(x))
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.95)(x))
    pooled = [layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x), gain]
    x = layers.Dropout(0.3)(layers.Concatenate()(pooled))
    x = layers.Dropout(0.2)(layers.Dense(64, activation="relu")(x))
    usual = keras.initializers.Constant(np.log(level_features.LIT))
    return keras.Model([picture, gain], layers.Dense(1, kernel_initializer="zeros", bias_initializer=usual)(x))


def _folded(model) -> LevelNetwork:
    """The trained network, each normalisation multiplied into the convolution before it."""
    kinds = {name: [layer for layer in model.layers if type(layer).__name__ == name] for name in ("Conv2D", "Dense")}
    normal = [layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"]
    convolutions = []
    for layer, norm in zip(kinds["Conv2D"], normal, strict=True):
        gamma, beta, mean, variance = norm.get_weights()
        scale = gamma / np.sqrt(variance + norm.epsilon)
        convolutions.append((layer.get_weights()[0] * scale, beta - mean * scale))
    return LevelNetwork(convolutions, [tuple(layer.get_weights()) for layer in kinds["Dense"]])


def _batch(random: np.random.Generator, sources, shares):
    drawn = random.choice(len(sources), BATCH, p=np.array(shares) / sum(shares))
    views, gains, levels = zip(*(_varied(random, sources[index]) for index in drawn), strict=True)
    columns = (np.array(column, np.float32)[:, None] for column in (gains, levels))
    gains, levels = columns
    return [np.array(views), gains], levels


def _varied(random: np.random.Generator, examples: Sequence[Example]) -> tuple[np.ndarray, float, float]:
    """One example as the network sees it: view, gain's logarithm, truth's log level."""
    low, gray = examples[random.integers(len(examples))]
    if random.random() < 0.85:
        low, gray = _part(random, low, gray)
    if random.random() < 0.5:
        low, gray = low[:, ::-1], gray[:, ::-1]
    low = np.ascontiguousarray(low)
    lit, gain = level_features.lit(exposure.histogram(low), low)
    seen = view(lit) * (1 + random.normal(0, 0.05, 3).astype(np.float32))
    if random.random() < 0.5:
        seen += random.normal(0, random.uniform(0, 0.03), seen.shape).astype(np.float32)
    told = (np.log(gain) + random.normal(0, 0.3)) * GAIN_SCALE
    return seen, told, float(np.log(max(gray.mean() / 255, 0.01)))


def _part(random: np.random.Generator, *pictures: np.ndarray) -> Iterator[np.ndarray]:
    """The same random rectangle of all pictures, its shape a little different."""
    sides = np.array(pictures[0].shape[:2])
    stretch = random.uniform(0.85, 1.18)
    part = np.minimum(sides, (sides * random.uniform(SMALLEST_PART, 1) * (stretch, 1 / stretch)).astype(int))
    top, left = (int(random.integers(room + 1)) for room in sides - part)
    return (picture[top : top + part[0], left : left + part[1]] for picture in pictures)
