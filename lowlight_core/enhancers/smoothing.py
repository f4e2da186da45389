"""Edge-preserving smoothing shared by the methods: the guided filter, and denoising built on it.

He, Sun, Tang, *Guided Image Filtering*, TPAMI 2013; He, Sun, *Fast Guided Filter*, arXiv:1505.00996, 2015.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range
from lowlight_core.enhancers.strips import Enlarged, strips
from lowlight_core.watching import may_stop

Denoise = Annotated[
    float, Range(0, 1, 0.05, help="smooth the noise that brightening amplifies: 0 leaves it, 1 is strong")
]
_ROUNDING = 1e-6  # a variance in single precision is off by a tenth of it: divided by less, flat areas get any colour


def guided_coefficients(guide: np.ndarray, targets: Iterable[np.ndarray], radius: int, eps: float):
    """Local linear models ``target ~ a * guide + b`` over windows of ``2 * radius + 1`` pixels: yields (a, b) for each.

    ``guide`` and ``targets`` are float32 (H, W) in [0, 1]; ``eps`` is the variance below which structure is smoothed,
    at least `_ROUNDING`. A target that is the guide itself costs half. Whoever waits may stop the work before each.
    """
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(values):
        return cv2.blur(values, window, borderType=cv2.BORDER_REFLECT)

    eps = np.float32(max(eps, _ROUNDING))
    mean_guide = mean(guide)
    variance = mean(guide * guide) - mean_guide * mean_guide
    for target in targets:
        may_stop()
        if target is guide:
            mean_target, covariance = mean_guide, variance
        else:
            mean_target = mean(target)
            covariance = mean(guide * target) - mean_guide * mean_target
        a = covariance / (variance + eps)
        yield mean(a), mean(mean_target - a * mean_guide)


def guided_filter(guide: np.ndarray, target: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """Smooth ``target`` where ``guide`` is flat and keep its edges where ``guide`` has some; float32 (H, W)."""
    ((a, b),) = guided_coefficients(guide, [target], radius, eps)
    return a * guide + b


def denoised(image: np.ndarray, amount: float) -> np.ndarray:
    """Smooth RGB uint8 (H, W, 3) by ``amount`` in [0, 1]: lightness a little, colour noise more, edges kept.

    Lightness at full size, colours by models fitted at half the size (the fast guided filter): the eye sees them so.
    """
    if amount == 0:
        return image
    space = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    light = _smooth_light(cv2.extractChannel(space, 0), 2, (0.12 * amount) ** 2)
    models = list(_models_of_colors(light, space, 6, (0.08 * amount) ** 2))
    for rows, _, _ in strips(image.shape):
        colors = [a[rows] * light[rows] + b[rows] for a, b in models]
        cv2.convertScaleAbs(np.maximum(cv2.merge([light[rows], *colors]), 0), dst=space[rows], alpha=255)
    return cv2.cvtColor(space, cv2.COLOR_YCrCb2RGB, dst=space)


def unit(plane: np.ndarray) -> np.ndarray:
    """Levels 0 to 255 as float32, 0 to 1."""
    return plane.astype(np.float32) / 255


def _smooth_light(plane: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """A plane uint8 (H, W), smoothed by itself; float32, 0 to 1."""
    smooth = np.empty(plane.shape, np.float32)
    for rows, around, inner in strips(plane.shape, 2 * radius):
        part = unit(plane[around])
        smooth[rows] = guided_filter(part, part, radius, eps)[inner]
    return smooth


def _models_of_colors(
    light: np.ndarray, space: np.ndarray, radius: int, eps: float
) -> Iterator[tuple[Enlarged, Enlarged]]:
    """How each of both colour planes of YCrCb uint8 (H, W, 3) follows the light, fitted at half the size."""
    height, width = light.shape
    half = max(1, width // 2), max(1, height // 2)
    planes = (light, *(unit(cv2.extractChannel(space, channel)) for channel in (1, 2)))
    small, *targets = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in planes)
    for models in guided_coefficients(small, targets, max(1, radius // 2), eps):
        yield tuple(Enlarged(part, height, width) for part in models)
