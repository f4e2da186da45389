"""Edge-preserving smoothing shared by the methods: the guided filter, and denoising built on it.

He, Sun, Tang, *Guided Image Filtering*, TPAMI 2013; He, Sun, *Fast Guided Filter*, arXiv:1505.00996, 2015.
"""

from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range

Denoise = Annotated[
    float, Range(0, 1, 0.05, help="smooth the noise that brightening amplifies: 0 leaves it, 1 is strong")
]


def guided_coefficients(guide: np.ndarray, target: np.ndarray, radius: int, eps: float):
    """Local linear model ``target ~ a * guide + b`` over windows of ``2 * radius + 1`` pixels.

    ``guide`` and ``target`` are float32 (H, W) in [0, 1]; ``eps`` is the variance below which structure is smoothed.
    """
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(values):
        return cv2.blur(values, window, borderType=cv2.BORDER_REFLECT)

    mean_guide, mean_target = mean(guide), mean(target)
    variance = mean(guide * guide) - mean_guide * mean_guide
    covariance = mean(guide * target) - mean_guide * mean_target
    a = covariance / (variance + np.float32(eps))
    return mean(a), mean(mean_target - a * mean_guide)


def guided_filter(guide: np.ndarray, target: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """Smooth ``target`` where ``guide`` is flat and keep its edges where ``guide`` has some; float32 (H, W)."""
    a, b = guided_coefficients(guide, target, radius, eps)
    return a * guide + b


def denoised(image: np.ndarray, amount: float) -> np.ndarray:
    """Smooth RGB uint8 (H, W, 3) by ``amount`` in [0, 1]: lightness a little, colour noise more, edges kept."""
    if amount == 0:
        return image
    planes = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb))
    light = planes[0].astype(np.float32) / 255
    smooth = [guided_filter(light, light, 2, (0.12 * amount) ** 2)]
    for plane in planes[1:]:
        smooth.append(guided_filter(smooth[0], plane.astype(np.float32) / 255, 6, (0.08 * amount) ** 2))
    whole = [np.clip(plane * 255 + 0.5, 0, 255).astype(np.uint8) for plane in smooth]
    return cv2.cvtColor(cv2.merge(whole), cv2.COLOR_YCrCb2RGB)
