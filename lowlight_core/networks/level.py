"""Which mean level a picture should get when nobody says: a small regression on what its histogram and its thumbnail
show.

On an unseen scene the photographer's choice cannot be known (the truth's log level varies by 0.23, the best
predictions leave 0.20), so this aims at the middle, and leaves pictures alone that are bright already.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from lowlight_core.errors import WeightsError
from lowlight_core.networks import exposure

FILE = Path(__file__).parents[1] / "weights" / "level.npz"
QUANTILES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
BRIGHT_ENOUGH = (0.18, 0.36)
WIDTH = 8.0
NEARLY_WHITE, WASHED_OUT = 0.98, 0.04

THUMBNAIL = 64


def thumbnail(image: np.ndarray) -> np.ndarray:
    """RGB uint8 (H, W, 3) as float32 (64, 64, 3) in [0, 1], whatever its shape: every pixel counts alike."""
    return cv2.resize(image, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def features(shares: np.ndarray, thumbnail: np.ndarray) -> np.ndarray:
    """Describe a picture by its gray histogram (256,) and thumbnail (64, 64, 3): brightness, contrast, colour, and
    what is where.
    """
    quantiles = np.interp(QUANTILES, np.cumsum(shares), np.arange(256))
    mean = exposure.mean_level(shares)
    gain = exposure.gain_for(shares, 0.45)
    curve = exposure.lift(exposure.VALUES, gain)
    lifted = exposure.lift(np.asarray(thumbnail, np.float64), gain)
    gray = lifted @ exposure.GRAY
    colors, top, bottom = lifted.mean((0, 1)), lifted.max(-1), lifted.min(-1)
    places = gray.reshape(4, 16, 4, 16).mean((1, 3))
    return np.array(
        [
            *np.log(quantiles + 1),
            np.log(mean + 1e-3),
            np.log(gain),
            *exposure.lift(quantiles / 255, gain),
            gray.std(),
            np.sqrt(max(shares @ curve**2 - (shares @ curve) ** 2, 0)),
            *(np.log(colors + 1e-3) - np.log(colors.mean() + 1e-3)),
            (top - bottom).mean(),
            ((top - bottom) / (top + 1e-3)).mean(),
            *(places.ravel() - places.mean()),
            gray[16:48, 16:48].mean() - gray.mean(),
            np.abs(np.diff(gray, axis=0)).mean(),
            np.abs(np.diff(gray, axis=1)).mean(),
        ]
    )


@dataclass(frozen=True)
class LevelPredictor:
    """Kernel ridge regression of the log level: Gaussian kernel of ``WIDTH`` on standardised features."""

    center: np.ndarray
    scale: np.ndarray
    points: np.ndarray
    dual: np.ndarray
    offset: float

    @classmethod
    def fit(cls, described: np.ndarray, levels: np.ndarray, ridge: float = 1.0):
        """From features (N, F) and the levels (N,) in (0, 1] of the truths."""
        center, scale, logs = described.mean(0), described.std(0) + 1e-6, np.log(levels)
        points = ((described - center) / scale).astype(np.float16).astype(np.float64)
        kernel = _kernel(points, points) + ridge * np.eye(len(points))
        return cls(center, scale, points, np.linalg.solve(kernel, logs - logs.mean()), float(logs.mean()))

    def predict(self, described: np.ndarray) -> float:
        """The level in (0, 1) for one picture's features (F,)."""
        point = (described - self.center) / self.scale
        return float(np.exp(_kernel(point[None], self.points)[0] @ self.dual + self.offset))

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
                return cls(
                    *(archive[name].astype(np.float64) for name in ("center", "scale", "points", "dual")),
                    float(archive["offset"]),
                )
        except (OSError, KeyError, ValueError):
            raise WeightsError(f"{Path(path).name} is missing or damaged: install the package again") from None


def _kernel(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    distances = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    return np.exp(-distances / (2 * WIDTH**2))


@lru_cache(maxsize=1)
def _predictor() -> LevelPredictor:
    return LevelPredictor.load()


def automatic_level(shares: np.ndarray, thumbnail: np.ndarray, predictor: LevelPredictor | None = None) -> float:
    """The level in (0, 1) a picture should get: predicted if it is dark, its own if it is bright, a blend of logs
    between.
    """
    mean = exposure.mean_level(shares)
    low, high = BRIGHT_ENOUGH
    keep = np.clip((mean - low) / (high - low), 0, 1)
    keep = keep * keep * (3 - 2 * keep)
    if keep == 1:
        return mean
    predicted = (predictor or _predictor()).predict(features(shares, thumbnail))
    wanted = float(np.clip(max(mean, mean**keep * predicted ** (1 - keep)), 0.02, 0.95))
    return max(mean, _without_washing_out(shares, wanted))


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
