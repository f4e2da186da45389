"""The regression that guesses a picture's level from its features, by what it remembers of the pairs that taught it.

It learns no level but the merit of every level, as PSNR would judge it, and the best one is taken: the mean of what
photographers choose pleases none of them where they disagree. `level_network` guesses beside it; ``weights/level.json``
holds what error each leaves, and their mean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from lowlight_core.networks import weights
from lowlight_core.networks.level_features import LIGHT, SCENE, TEXTURE

FILE = Path(__file__).parents[1] / "weights" / "level.npz"
KERNELS = ((SCENE, (0.8, 0.5)), (TEXTURE, (0.6,)), (LIGHT, (0.7,)))  # widths in deviations of each feature
RIDGE = 0.6
STEP = 0.025
LEVELS = np.arange(STEP, 0.99, STEP)  # whose merit is learned
TOLERANCE = 0.24  # of levels: twice that far off is much worse, but ten times hardly worse than five


@dataclass(frozen=True)
class LevelPredictor:
    """Kernel ridge regression of the merits of `LEVELS` on standardised features.

    The merit of a level L where the truth's is T is -log(`TOLERANCE`^2 + (L - T)^2), which is how PSNR falls with the
    error of the level. The kernel is the mean of Gaussian ones (`KERNELS`), two of what is seen (scenes of a kind, and
    the very scene), one of its texture and one of its light: pictures are alike in some or in all. Many examples but
    few ``points``: the solution among functions of the points (the subset of regressors; Quinonero and Rasmussen, JMLR
    2005), so that crops teach without making the file larger or the answer slower.
    """

    center: np.ndarray
    scale: np.ndarray
    points: np.ndarray
    dual: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(cls, described: np.ndarray, levels: np.ndarray, points: int | None = None):
        """From features (N, F) and the levels (N,) in (0, 1] of the truths; the first ``points`` (all) stay."""
        kept = described[:points]
        center, scale = kept.mean(0), np.maximum(kept.std(0), 1e-3)
        standard = ((described - center) / scale).astype(np.float16).astype(np.float32)
        points = standard[: len(kept)]
        kernel = _kernel(standard, points)
        penalty = RIDGE * kernel[: len(points)] + 1e-6 * np.eye(len(points))
        merits = -np.log(TOLERANCE**2 + (LEVELS - levels[:, None]) ** 2)
        dual = np.linalg.solve(kernel.T @ kernel + penalty, kernel.T @ (merits - merits.mean(0)))
        return cls(center, scale, points, dual, merits.mean(0))

    def predict(self, described: np.ndarray) -> float:
        """The level in (0, 1) for one picture's features (F,)."""
        point = ((described - self.center) / self.scale).astype(np.float32)
        return _best(_kernel(point[None], self.points, self.squares)[0] @ self.dual + self.offset)

    @cached_property
    def squares(self) -> list[np.ndarray]:
        """Squared lengths of the points in each of the `KERNELS`, (N,) each."""
        return _squares(self.points)

    def save(self, path: Path) -> None:
        """Write as a NumPy archive."""
        np.savez_compressed(
            path,
            center=self.center,
            scale=self.scale,
            points=self.points.astype(np.float16),
            dual=self.dual.astype(np.float32),
            offset=self.offset,
        )

    @classmethod
    def load(cls, path: Path = FILE):
        """Read what :meth:`save` wrote. Raises WeightsError if it is missing or damaged."""
        with weights.archive(path) as arrays:
            center, scale, points, dual = (arrays[name] for name in ("center", "scale", "points", "dual"))
            return cls(center, scale, points.astype(np.float32), dual, arrays["offset"])


@lru_cache(maxsize=1)
def shipped() -> LevelPredictor:
    """The regression that comes with the program."""
    return LevelPredictor.load()


def _best(merits: np.ndarray) -> float:
    """The level of the highest of the merits of `LEVELS`, by a parabola through it and its neighbours."""
    middle = int(np.clip(merits.argmax(), 1, len(merits) - 2))
    before, here, after = merits[middle - 1 : middle + 2]
    bend = before - 2 * here + after
    aside = np.clip((before - after) / (2 * bend), -1, 1) if bend < 0 else np.sign(after - before)
    return float(LEVELS[middle] + STEP * aside)


def _squares(points: np.ndarray) -> list[np.ndarray]:
    return [(points[part] ** 2).sum(1) for part, _ in KERNELS]


def _kernel(a: np.ndarray, b: np.ndarray, squares: list[np.ndarray] | None = None) -> np.ndarray:
    """The kernel of points (M, F) and (N, F), the latter's squared lengths given where they are known: (M, N)."""
    squares = squares or _squares(b)
    alike = [
        gaussian
        for (part, widths), lengths in zip(KERNELS, squares, strict=True)
        for gaussian in _gaussians(a[part], b[part], lengths, widths)
    ]
    return sum(alike) / len(alike)


def _gaussians(a: np.ndarray, b: np.ndarray, squares: np.ndarray, widths: Sequence[float]) -> Iterator[np.ndarray]:
    """Gaussian kernels of several widths, (M, N) each."""
    distances = ((a**2).sum(1)[:, None] + squares - 2 * a @ b.T).astype(np.float64)
    return (np.exp(-distances / (2 * width**2 * a.shape[1])) for width in widths)
