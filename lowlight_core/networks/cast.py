"""The colour of the light, kept on demand: a network that learned to neutralise casts cannot tell a lamp from a fault.

One of the training cameras leaves its dark shots reddish, with neutral truths. A room in candle light has the same
statistics, so nobody but the person who was there knows which of the two a dark picture is.
"""

import cv2
import numpy as np

from lowlight_core.networks import exposure

NOTABLE = 0.35


def keep_cast(image: np.ndarray, output: np.ndarray, share: float) -> np.ndarray:
    """Give ``output`` back a ``share`` in [0, 1] of the mean colour that ``image`` has at the same level.

    Both RGB uint8 (H, W, 3), and so is what returns. Each channel is bent by the curve of `exposure`, which clips
    nothing; the mean gray level stays.
    """
    level = exposure.mean_level(exposure.histogram(output))
    own = exposure.to_level(image, level).mean((0, 1)) + 1e-3
    made = output.mean((0, 1)) + 1e-3
    toward = (own / own.mean() * made.mean() / made) ** share
    tables = [_table(output[..., c], float(made[c] * toward[c]) / 255) for c in range(3)]
    return exposure.to_level(cv2.LUT(output, np.stack(tables, axis=-1)[None]), level)


def removed(image: np.ndarray, output: np.ndarray) -> float:
    """How much warmth ``output`` lost against ``image`` at the same level: the fall of log(red / blue).

    Both RGB uint8 (H, W, 3). 0 for nothing lost; from `NOTABLE` on everybody sees it.
    """
    before, after = (cv2.resize(picture, (64, 64), interpolation=cv2.INTER_AREA) for picture in (image, output))
    before = exposure.to_level(before, exposure.mean_level(exposure.histogram(after)))
    (red, _, blue), (red_after, _, blue_after) = (picture.mean((0, 1)) + 1 for picture in (before, after))
    return float(np.log(red / blue) - np.log(red_after / blue_after))


def _table(channel: np.ndarray, mean: float) -> np.ndarray:
    """The curve that brings one channel, uint8 (H, W), to a ``mean`` in [0, 1]: uint8 (256,)."""
    shares = np.bincount(channel.ravel(), minlength=256) / channel.size
    gain = exposure.gain_for(shares, min(mean, 0.98))
    return np.rint(255 * exposure.lift(exposure.VALUES, gain)).astype(np.uint8)
