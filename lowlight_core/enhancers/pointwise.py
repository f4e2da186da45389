"""Methods that treat every pixel alike: one curve for all."""

import math
from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range, enhancer
from lowlight_core.enhancers.smoothing import Denoise, denoised

Gamma = Annotated[
    float,
    Range(
        0,
        6,
        0.05,
        help="the exponent is 1 / gamma: above 1 brightens; 0 chooses it from the picture's mean",
        automatic=True,
    ),
]


@enhancer("Gamma", reference="Poynton, Digital Video and HD, 2nd ed., 2012, chapter 27")
def gamma(image, *, gamma: Gamma = 0.0, denoise: Denoise = 0.0):
    """Lift the shadows by a power law: ``output = input ** (1 / gamma)`` on [0, 1], the same for every pixel.

    Automatically, gamma is what takes the mean gray level to the middle of the range, between 1 and 6: a picture that
    is bright enough stays as it is.
    """
    exponent = 1 / (gamma or automatic_gamma(image))
    curve = np.rint(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)
    return denoised(cv2.LUT(image, curve), denoise)


def automatic_gamma(image: np.ndarray) -> float:
    """The gamma in [1, 6] that maps the mean gray level (BT.601) of RGB uint8 (H, W, 3) to 0.5."""
    mean = float(np.clip(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).mean() / 255, 1e-3, 0.999))
    return float(np.clip(math.log(mean) / math.log(0.5), 1, 6))
