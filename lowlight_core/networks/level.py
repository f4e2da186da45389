"""Which mean level a picture should get when nobody says: the mean of two guesses from what the scene shows.

One is a regression on what AlexNet recognises in it, and on how dark and of what colour it is; the other a small
network's (`level_network`). The regression remembers scenes, so it counts more. On an unseen scene the photographer's
choice cannot be known, so the level aims at the middle; pictures that are bright already are left alone.
`lowlight_core.training.fit_level` fits both and prints what error they leave, with ``--leave-out`` on seen scenes.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import cv2
import numpy as np

from lowlight_core import alexnet, batch
from lowlight_core.errors import WeightsError
from lowlight_core.networks import exposure
from lowlight_core.networks.level_network import shipped

FILE = Path(__file__).parents[1] / "weights" / "level.npz"
BRIGHT_ENOUGH = (0.18, 0.36)
OVERVIEW, LIT = 128, 0.45
SCENE_WIDTHS, EXPOSURE_WIDTH, RIDGE = (0.8, 0.5), 0.7, 0.6
REGRESSION_SHARE = 0.75
NEARLY_WHITE, WASHED_OUT = 0.98, 0.04
LAMP, LAMPS_SHARE, MOST_GAIN_WITH_LAMPS = 0.35, 0.005, 18.0

THUMBNAIL = 64


def thumbnail(image: np.ndarray) -> np.ndarray:
    """RGB uint8 (H, W, 3) as float32 (64, 64, 3) in [0, 1], whatever its shape: every pixel counts alike."""
    return cv2.resize(image, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def overview(image: np.ndarray) -> np.ndarray:
    """RGB uint8 (H, W, 3) at most 128 pixels long, at least 31 short: float32 in [0, 1], its shape kept roughly."""
    height, width = image.shape[:2]
    scale = OVERVIEW / max(height, width)
    size = [max(alexnet.SMALLEST, round(side * scale)) for side in (width, height)]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def lit(shares: np.ndarray, overview: np.ndarray) -> tuple[np.ndarray, float]:
    """The overview in light enough to see, float32 (H, W, 3), and the gain of the curve that lit it."""
    gain = exposure.gain_for(shares, LIT)
    return exposure.lift(overview, gain), gain


def features(lit: np.ndarray, gain: float) -> np.ndarray:
    """Describe a picture (H, W, 3) lit by ``gain``: by what AlexNet sees in it, and by its light.

    Logarithms of the mean of each feature map in the layers 2 to 5, and of the maximum in the second, 1280; then of
    the gain, and of red and blue over green: (1283,).
    """
    maps = alexnet.activations(lit)[1:]
    means = [layer.mean((0, 1)) for layer in maps]
    seen = np.concatenate([*means, maps[0].max((0, 1))]).astype(np.float64) + 0.01
    red, green, blue = lit.mean((0, 1)) + 0.01
    return np.log([*seen, gain, red / green, blue / green])


EXPOSURE = np.s_[..., -3:]  # of the features: what the light was
SCENE = np.s_[..., :-3]


@dataclass(frozen=True)
class LevelPredictor:
    """Kernel ridge regression of the log level on standardised features.

    The kernel is the mean of Gaussian ones, two of what is seen (`SCENE_WIDTHS` deviations wide: scenes of a kind, and
    the very scene) and one of its light (`EXPOSURE_WIDTH`): pictures are alike in one, the other or both. Many
    examples but few ``points``: the solution among functions of the points (the subset of regressors; Quinonero and
    Rasmussen, JMLR 2005), so that crops teach without making the file larger or the answer slower.
    """

    center: np.ndarray
    scale: np.ndarray
    points: np.ndarray
    dual: np.ndarray
    offset: float

    @classmethod
    def fit(cls, described: np.ndarray, levels: np.ndarray, points: int | None = None, ridge: float = RIDGE):
        """From features (N, F) and the levels (N,) in (0, 1] of the truths; the first ``points`` (all) stay."""
        kept, logs = described[:points], np.log(levels)
        center, scale = kept.mean(0), kept.std(0) + 1e-6
        standard = ((described - center) / scale).astype(np.float16).astype(np.float32)
        points = standard[: len(kept)]
        kernel = _kernel(standard, points)
        penalty = ridge * kernel[: len(points)] + 1e-6 * np.eye(len(points))
        dual = np.linalg.solve(kernel.T @ kernel + penalty, kernel.T @ (logs - logs.mean()))
        return cls(center, scale, points, dual, float(logs.mean()))

    def predict(self, described: np.ndarray) -> float:
        """The level in (0, 1) for one picture's features (F,)."""
        point = ((described - self.center) / self.scale).astype(np.float32)
        return float(np.exp(_kernel(point[None], self.points, self.squares)[0] @ self.dual + self.offset))

    @cached_property
    def squares(self) -> tuple[np.ndarray, np.ndarray]:
        """Squared lengths of the points in both parts, (N,) each."""
        return _squares(self.points)

    def save(self, path: Path) -> None:
        """Write as a NumPy archive."""
        np.savez_compressed(
            path,
            center=self.center,
            scale=self.scale,
            points=self.points.astype(np.float16),
            dual=self.dual,
            offset=self.offset,
        )

    @classmethod
    def load(cls, path: Path = FILE):
        """Read what :meth:`save` wrote. Raises WeightsError if it is not there."""
        try:
            with np.load(path, allow_pickle=False) as archive:
                center, scale, points, dual = (archive[name] for name in ("center", "scale", "points", "dual"))
                return cls(center, scale, points.astype(np.float32), dual, float(archive["offset"]))
        except (OSError, KeyError, ValueError):
            raise WeightsError(f"{Path(path).name} is missing or damaged: install the package again") from None


def _squares(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (points[SCENE] ** 2).sum(1), (points[EXPOSURE] ** 2).sum(1)


def _kernel(a: np.ndarray, b: np.ndarray, squares: tuple[np.ndarray, np.ndarray] | None = None) -> np.ndarray:
    """The kernel of points (M, F) and (N, F), the latter's squared lengths given where they are known: (M, N)."""
    scene, light = squares or _squares(b)
    alike = _gaussians(a[SCENE], b[SCENE], scene, SCENE_WIDTHS)
    alike += _gaussians(a[EXPOSURE], b[EXPOSURE], light, (EXPOSURE_WIDTH,))
    return alike / (len(SCENE_WIDTHS) + 1)


def _gaussians(a: np.ndarray, b: np.ndarray, squares: np.ndarray, widths: Sequence[float]) -> np.ndarray:
    """The sum of Gaussian kernels of several widths, (M, N)."""
    distances = ((a**2).sum(1)[:, None] + squares - 2 * a @ b.T).astype(np.float64)
    return sum(np.exp(-distances / (2 * width**2 * a.shape[1])) for width in widths)


@lru_cache(maxsize=1)
def _predictor() -> LevelPredictor:
    return LevelPredictor.load()


def guessed(shares: np.ndarray, overview: np.ndarray) -> float:
    """The level in (0, 1) that a dark picture should get, from both guesses, made at the same time."""
    picture, gain = lit(shares, overview)
    with batch.single_threaded_libraries():  # sums in another order would differ in their last digits
        network = _second_thread().submit(shipped().predict, picture, gain)
        return mean(_predictor().predict(features(picture, gain)), network.result())


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="level")


def mean(regression: float, network: float) -> float:
    """The weighted geometric mean of both guesses."""
    return regression**REGRESSION_SHARE * network ** (1 - REGRESSION_SHARE)


def automatic_level(
    shares: np.ndarray, overview: np.ndarray, guess: Callable[[np.ndarray, np.ndarray], float] = guessed
) -> float:
    """The level in (0, 1) a picture should get: guessed if it is dark, its own if it is bright, a blend of logs
    between.
    """
    own = exposure.mean_level(shares)
    low, high = BRIGHT_ENOUGH
    keep = np.clip((own - low) / (high - low), 0, 1)
    keep = keep * keep * (3 - 2 * keep)
    if keep == 1:
        return own
    wanted = float(np.clip(max(own, own**keep * guess(shares, overview) ** (1 - keep)), 0.02, 0.95))
    return max(own, _without_washing_out(shares, _night_left_dark(shares, wanted)))


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
