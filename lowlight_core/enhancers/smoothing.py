"""Edge-preserving smoothing shared by the methods: the guided filter, and denoising built on it.

He, Sun, Tang, *Guided Image Filtering*, TPAMI 2013; He, Sun, *Fast Guided Filter*, arXiv:1505.00996, 2015.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range

Denoise = Annotated[
    float, Range(0, 1, 0.05, help="smooth the noise that brightening amplifies: 0 leaves it, 1 is strong")
]


def guided_coefficients(guide: np.ndarray, targets: Iterable[np.ndarray], radius: int, eps: float):
    """Local linear models ``target ~ a * guide + b`` over windows of ``2 * radius + 1`` pixels: yields (a, b) for each.

    ``guide`` and ``targets`` are float32 (H, W) in [0, 1]; ``eps`` is the variance below which structure is smoothed.
    A target that is the guide itself costs half.
    """
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(values):
        return cv2.blur(values, window, borderType=cv2.BORDER_REFLECT)

    mean_guide = mean(guide)
    variance = mean(guide * guide) - mean_guide * mean_guide
    for target in targets:
        if target is guide:
            mean_target, covariance = mean_guide, variance
        else:
            mean_target = mean(target)
            covariance = mean(guide * target) - mean_guide * mean_target
        a = covariance / (variance + np.float32(eps))
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
    light, *colors = (plane.astype(np.float32) / 255 for plane in cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)))
    light = guided_filter(light, light, 2, (0.12 * amount) ** 2)
    colors = _guided_at_half(light, colors, 6, (0.08 * amount) ** 2)
    whole = cv2.convertScaleAbs(np.maximum(cv2.merge([light, *colors]), 0), alpha=255)
    return cv2.cvtColor(whole, cv2.COLOR_YCrCb2RGB)


def _guided_at_half(guide: np.ndarray, targets: list[np.ndarray], radius: int, eps: float) -> Iterator[np.ndarray]:
    """Each target smoothed by the guide, from coefficients of half the resolution."""
    height, width = guide.shape
    half, full = (max(1, width // 2), max(1, height // 2)), (width, height)
    small, *targets = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (guide, *targets))
    for models in guided_coefficients(small, targets, max(1, radius // 2), eps):
        a, b = (cv2.resize(part, full, interpolation=cv2.INTER_LINEAR) for part in models)
        yield a * guide + b
