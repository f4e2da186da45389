"""Which mean level a picture should get when nobody says: the mean of two guesses from what the scene shows.

One is a regression's on what AlexNet recognises in it, on its grain and its light (`level_regression`), the other a
small network's (`level_network`). The regression remembers scenes, so it counts more. On an unseen scene the
photographer's choice cannot be known, so the level aims at the middle; pictures that are bright already are left alone.
`lowlight_core.training.fit_level` fits both and prints what error they leave, with ``--leave-out`` on seen scenes.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import cv2
import numpy as np

from lowlight_core import batch
from lowlight_core.networks import THUMBNAIL, exposure, level_network, level_regression
from lowlight_core.networks.level_features import joined, light, lit, recognised, texture

BRIGHT_ENOUGH = (0.18, 0.36)
REGRESSION_SHARE = 0.75
NEARLY_WHITE, WASHED_OUT = 0.98, 0.04
LAMP, LAMPS_SHARE, MOST_GAIN_WITH_LAMPS = 0.35, 0.005, 18.0


def thumbnail(image: np.ndarray) -> np.ndarray:
    """RGB uint8 (H, W, 3) as float32 (64, 64, 3) in [0, 1], whatever its shape: every pixel counts alike."""
    return cv2.resize(image, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def guessed(shares: np.ndarray, image: np.ndarray) -> float:
    """The level in (0, 1) that a dark picture should get, from both guesses, made at the same time."""
    picture, gain = lit(shares, image)

    def beside() -> tuple[float, np.ndarray]:
        return level_network.shipped().predict(picture, gain), texture(image, picture)

    with batch.single_threaded_libraries():  # sums in another order would differ in their last digits
        following = _second_thread().submit(beside)
        seen = recognised(picture)
        network, looks = following.result()
        regression = level_regression.shipped().predict(joined(seen, looks, light(picture, gain)))
    return mean(regression, network)


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="level")


def mean(regression: float, network: float) -> float:
    """The weighted geometric mean of both guesses."""
    return regression**REGRESSION_SHARE * network ** (1 - REGRESSION_SHARE)


def automatic_level(
    shares: np.ndarray, image: np.ndarray, guess: Callable[[np.ndarray, np.ndarray], float] = guessed
) -> float:
    """The level in (0, 1) that RGB uint8 (H, W, 3) with the histogram ``shares`` should get: guessed if it is dark,
    its own if it is bright, a blend of logs between.
    """
    own = exposure.mean_level(shares)
    keep = exposure.smooth_step(own, *BRIGHT_ENOUGH)
    if keep == 1:
        return own
    wanted = float(np.clip(max(own, own**keep * guess(shares, image) ** (1 - keep)), 0.02, 0.95))
    return max(own, min(_without_washing_out(shares, _night_left_dark(shares, wanted)), _reachable(shares)))


def _reachable(shares: np.ndarray) -> float:
    """The highest level that the curve can give: a black picture stays black, for beyond it all light is invented."""
    return float(shares @ exposure.lift(exposure.VALUES, exposure.GAIN_RANGE[1]))


def _night_left_dark(shares: np.ndarray, wanted: float) -> float:
    """At most `MOST_GAIN_WITH_LAMPS` where a part of the picture is lit already: the rest is night, not underexposed.

    121 of the 707 pairs that teach and judge the level show lamps or windows; on none of them does the automatic ask
    for more, so beyond that it would be guessing where nothing was learned.
    """
    if shares[exposure.VALUES > LAMP].sum() < LAMPS_SHARE:
        return wanted
    return min(wanted, float(shares @ exposure.lift(exposure.VALUES, MOST_GAIN_WITH_LAMPS)))


def _without_washing_out(shares: np.ndarray, wanted: float) -> float:
    """The highest level up to ``wanted`` whose curve turns at most ``WASHED_OUT`` more of the picture nearly white."""
    low, high = 0.0, np.log(exposure.gain_for(shares, wanted))
    if high <= 0 or _nearly_white(shares, high) <= WASHED_OUT:
        return wanted
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if _nearly_white(shares, middle) <= WASHED_OUT else (low, middle)
    return float(shares @ exposure.lift(exposure.VALUES, np.exp(low)))


def _nearly_white(shares: np.ndarray, log_gain: float) -> float:
    """Share of the picture that the curve of this gain moves above ``NEARLY_WHITE``."""
    after = exposure.lift(exposure.VALUES, np.exp(log_gain)) > NEARLY_WHITE
    return float(shares[after].sum() - shares[exposure.VALUES > NEARLY_WHITE].sum())
