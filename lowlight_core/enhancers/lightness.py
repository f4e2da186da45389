"""Apply a function to the lightness of a picture, in the colour space one likes, and leave its colours alone."""

from collections.abc import Callable
from functools import cache
from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Choice
from lowlight_core.image import is_gray

ColorSpace = Annotated[
    str,
    Choice(
        ("LAB", "HSV", "YCrCb", "RGB"),
        help="what is equalised: lightness of LAB or luma of YCrCb, which leave the dark picture's colours as faint as "
        "they are; value of HSV, which keeps them as strong; or each of red, green and blue, which shifts them",
    ),
]
_SPACES = {
    "LAB": (cv2.COLOR_RGB2LAB, cv2.COLOR_LAB2RGB, 0),
    "HSV": (cv2.COLOR_RGB2HSV_FULL, cv2.COLOR_HSV2RGB_FULL, 2),
    "YCrCb": (cv2.COLOR_RGB2YCrCb, cv2.COLOR_YCrCb2RGB, 0),
}


@cache
def warm_up() -> None:
    """Let OpenCV make its tables for LAB, once for a process: 0.1 to 0.4 seconds that are no method's own."""
    cv2.cvtColor(cv2.cvtColor(np.zeros((1, 1, 3), np.uint8), cv2.COLOR_RGB2LAB), cv2.COLOR_LAB2RGB)


def lightness(image: np.ndarray, color_space: str) -> np.ndarray:
    """The channel that `on_lightness` hands to its function, uint8 (H, W); of RGB the green one."""
    if color_space == "RGB":
        return cv2.extractChannel(image, 1)
    to_space, _, channel = _SPACES[color_space]
    return cv2.extractChannel(cv2.cvtColor(image, to_space), channel)


def on_lightness(image: np.ndarray, color_space: str, function: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Replace the lightness channel uint8 (H, W) of RGB uint8 (H, W, 3) by ``function`` of it.

    With ``color_space`` "RGB" the function is applied to red, green and blue each, which shifts colours. A picture
    without colours gets none: LAB's rounding would tint it by a level.
    """
    if color_space == "RGB":
        return cv2.merge([function(plane) for plane in cv2.split(image)])
    to_space, to_rgb, channel = _SPACES[color_space]
    space = cv2.cvtColor(image, to_space)
    cv2.insertChannel(function(cv2.extractChannel(space, channel)), space, channel)
    output = cv2.cvtColor(space, to_rgb, dst=space)
    return cv2.merge([cv2.extractChannel(output, 1)] * 3) if is_gray(image) else output
