"""Exposure fusion: the best parts of several exposures of one picture."""

from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range, enhancer
from lowlight_core.enhancers.mertens import fuse
from lowlight_core.enhancers.pointwise import automatic_gamma
from lowlight_core.enhancers.smoothing import Denoise, denoised

Exposures = Annotated[int, Range(2, 5, 1, help="how many exposures are made from the picture and fused")]
Stops = Annotated[
    float,
    Range(
        0,
        8,
        0.25,
        help="how many stops brighter the brightest one is; 0 chooses from the picture's mean",
        automatic=True,
    ),
]


@enhancer(
    "Exposure fusion",
    reference="Mertens, Kautz, Van Reeth, Exposure Fusion, Pacific Graphics 2007; synthetic exposures as in "
    "Ying, Li, Gao, arXiv:1711.00591, 2017",
)
def exposure_fusion(image, *, exposures: Exposures = 3, stops: Stops = 0.0, denoise: Denoise = 0.2):
    """Make brighter exposures of the picture in linear light, then fuse them by contrast, saturation and exposedness.

    Highlights come from the darkest exposure and shadows from the brightest, blended over a Laplacian pyramid.
    """
    if min(image.shape[:2]) < 2:
        exposures = 1  # a pyramid needs two pixels a side: only the brightest exposure is left
    stops = stops or automatic_stops(image)
    shots = [_exposed(image, stops * (index + 1) / exposures) for index in range(exposures)]
    if exposures == 1:
        return shots[0]
    fused = fuse([image, *shots])
    del shots  # cleaning takes memory of its own
    return denoised(fused, denoise)


def automatic_stops(image: np.ndarray) -> float:
    """How many stops brighter the brightest exposure of RGB uint8 (H, W, 3) is to be, in [0.5, 8].

    8.8 (1 - 1 / gamma), with the `automatic_gamma` that takes the mean gray level to 0.5: 4 / gamma times the stops in
    linear light from that level to 0.5, which are 2.2 (gamma - 1). A picture that is a little dark so gets more.
    """
    return float(np.clip(2.2 * (1 - 1 / automatic_gamma(image)) * 4, 0.5, 8))


def _exposed(image: np.ndarray, stops: float) -> np.ndarray:
    """The picture ``stops`` brighter in linear light (gamma 2.2), with a soft shoulder instead of clipping.

    Nothing becomes darker than it is: where the shoulder ends below a level, the level stays.
    """
    own = (np.arange(256) / 255) ** 2.2
    linear = own * 2**stops
    shoulder = np.where(linear < 0.5, linear, 0.5 + 0.5 * (1 - np.exp(-(linear - 0.5) / 0.5)))
    return cv2.LUT(image, np.rint(255 * np.maximum(shoulder, own) ** (1 / 2.2)).astype(np.uint8))
