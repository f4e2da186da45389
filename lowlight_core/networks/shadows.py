"""Shadows of a picture that is bright elsewhere: a house before a bright sky, a face before a window.

One level for the whole picture cannot help there, as what is bright already would wash out. So the network makes a
second, brighter picture, and the dark regions are taken from it. How much of it a pixel gets depends on how bright its
surroundings are, with edges kept by a guided filter (He and Sun, *Fast Guided Filter*, arXiv 1505.00996, 2015), so
that there are no halos and the contrast within a region stays. A picture that is dark all over is left alone, as its
level says it all, and so is one with few shadows.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from lowlight_core.networks import exposure, large

DARK, BRIGHT = 0.1, 0.55  # a region whose brightest channel is below DARK is in the shadow, one above BRIGHT is not
SHADOW_LEVEL = 0.38  # mean gray that the shadows get at full strength
MOST_GAIN = 9.0  # of the level and of the shadows together: more shows nothing but noise
LIT_SHARE = (0.04, 0.2)  # of the picture: with less of it bright it is dark all over
SHADOW_SHARE = (0.1, 0.4)  # of the picture: with less of it dark it is well exposed
SLOPE = 0.35  # of the tone curve between shadow and light: what is brighter stays brighter
SIDE = 256  # regions are found in a picture whose short side is reduced to this
RADIUS, EDGE = 16, 2e-3
SAMPLED = 100_000  # pixels of a picture that tell what its level will be
_ROUNDING = 0.01  # a level of a curve rounded to 256 values may be off by less


@dataclass(frozen=True)
class Shadows:
    """What is to be done: ``gain`` of the brighter picture over the other, and the share of it that each pixel gets as
    ``slope * value + offset``, reduced in size, where ``value`` is the brightest channel in [0, 1].
    """

    gain: float
    slope: np.ndarray
    offset: np.ndarray


def find(image: np.ndarray, output: np.ndarray, gain: float, strength: float) -> Shadows | None:
    """The shadows of ``output``, which a network made of ``image`` with an exposure of ``gain``; None for none.

    Both RGB uint8 (H, W, 3); ``strength`` in [0, 1].
    """
    room = min(MOST_GAIN / gain, MOST_GAIN)
    strength *= exposure.smooth_step(_lit_share(image), *LIT_SHARE)
    if room <= 1 or not strength:
        return None
    scale = min(1.0, SIDE / min(image.shape[:2]))
    reduced = cv2.resize(output, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else output
    value = reduced.max(2)
    gray = cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY)
    dark = _darkness()[value]
    strength *= exposure.smooth_step(dark.mean(), *SHADOW_SHARE)
    if not strength:
        return None
    shares = np.bincount(gray.ravel(), dark.ravel(), 256) / dark.sum()
    more = float(np.clip(exposure.gain_for(shares, SHADOW_LEVEL), 1, room)) ** strength
    if more < 1.01:
        return None
    slope, offset = large.explain(value.astype(np.float32) / 255, _share(more)[value], RADIUS, EDGE)
    return Shadows(more, slope, offset)


def lift(output: np.ndarray, brighter: np.ndarray, shadows: Shadows) -> np.ndarray:
    """``output`` with its shadows from ``brighter``, which is written over to save memory; all RGB uint8 (H, W, 3)."""
    for rows, slope, offset in large.bands(output.shape, shadows.slope, shadows.offset):
        value = output[rows].max(2).astype(np.float32) / 255
        share = np.clip(slope * value + offset, 0, 1)[..., None]
        brighter[rows] = np.rint(output[rows] * (1 - share) + brighter[rows] * share)
    return brighter


def level(image: np.ndarray, gain: float, strength: float) -> float:
    """The mean gray level in [0, 1] of RGB uint8 (H, W, 3) after the exposure curve of ``gain``, its shadows lifted."""
    output = _exposed(image, gain)
    found = find(image, output, gain, strength) if strength else None
    if found:
        output = lift(output, _exposed(image, gain * found.gain), found)
    return exposure.mean_level(exposure.histogram(output))


def level_before(image: np.ndarray, wanted: float, strength: float) -> float:
    """The level in (0, 1) to expose RGB uint8 (H, W, 3) for, so that it has ``wanted`` with its shadows lifted.

    Lifting only adds light, so this is never higher than ``wanted``, also where no gain reaches it, as with black bars
    around a picture.
    """
    stride = max(1, round((image.shape[0] * image.shape[1] / SAMPLED) ** 0.5))
    sample = np.ascontiguousarray(image[::stride, ::stride])
    shares, before = exposure.histogram(sample), wanted
    for _ in range(4):
        over = level(sample, exposure.gain_for(shares, before), strength) - wanted
        if abs(over) < 1e-3 or before <= over:
            break
        before = min(before - over, wanted + _ROUNDING)
    return before


def _exposed(image: np.ndarray, gain: float) -> np.ndarray:
    return cv2.LUT(image, np.rint(255 * exposure.lift(exposure.VALUES, gain)).astype(np.uint8))


def _lit_share(image: np.ndarray) -> float:
    """Share of the picture that is bright."""
    small = cv2.resize(image, (64, 64), interpolation=cv2.INTER_AREA)
    return float((small.max(2) > 255 * BRIGHT).mean())


def _darkness() -> np.ndarray:
    """How much each value 0 to 255 belongs to the shadows: float32 (256,) in [0, 1]."""
    return (1 - exposure.smooth_step(exposure.VALUES, DARK, BRIGHT)).astype(np.float32)


def _share(gain: float) -> np.ndarray:
    """The share of the picture brighter by ``gain`` that each value 0 to 255 gets: float32 (256,) in [0, 1].

    All of it in the shadows, none in the light, and between them never so that a brighter value would come out darker:
    the tone curve follows the brighter picture until it meets a line that reaches the light at `SLOPE`, and then that.
    """
    values, brighter = exposure.VALUES, exposure.lift(exposure.VALUES, gain)
    line = BRIGHT - SLOPE * (BRIGHT - values)
    tone = (np.maximum(brighter, 1e-6) ** -8 + line**-8) ** (-1 / 8)  # the smaller of both, with the corner rounded
    share = np.where(values < BRIGHT, (tone - values) / np.maximum(brighter - values, 1e-6), 0)
    return np.clip(share, 0, 1).astype(np.float32)
