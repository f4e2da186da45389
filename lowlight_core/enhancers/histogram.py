"""Methods that redistribute the histogram: for the whole picture, or tile by tile with limited contrast."""

from typing import Annotated

import cv2

from lowlight_core.enhancer import Range, enhancer
from lowlight_core.enhancers.lightness import ColorSpace, on_lightness, warm_up
from lowlight_core.enhancers.smoothing import Denoise, denoised

ClipLimit = Annotated[
    float, Range(0.5, 10, 0.1, help="how steep a tile's tone curve may get: the lower, the weaker the effect")
]
Tiles = Annotated[int, Range(1, 32, 1, help="tiles per side: 1 is one curve for the whole picture, more is more local")]


@enhancer(
    "CLAHE",
    reference="Zuiderveld, Contrast Limited Adaptive Histogram Equalization, Graphics Gems IV, 1994",
    prepare=warm_up,
)
def clahe(
    image, *, clip_limit: ClipLimit = 2.0, tiles: Tiles = 8, color_space: ColorSpace = "LAB", denoise: Denoise = 0.0
):
    """Equalise contrast tile by tile, with a limit on the slope so that flat areas and their noise stay calm.

    Each tile gets its own tone curve from its own histogram, cut at the clip limit; pixels between tile centres mix
    the four curves around them, so that no tile border shows.
    """
    height, width = image.shape[:2]
    equalise = cv2.createCLAHE(clip_limit, (min(tiles, width), min(tiles, height)))
    return denoised(on_lightness(image, color_space, equalise.apply), denoise)


@enhancer(
    "Histogram equalization",
    reference="Gonzalez, Woods, Digital Image Processing, 4th ed., 2018, section 3.3",
    prepare=warm_up,
)
def histogram_equalization(image, *, color_space: ColorSpace = "LAB", denoise: Denoise = 0.0):
    """Spread the lightness so that every level is used about equally often: one tone curve for the whole picture.

    The curve is the cumulative histogram. It shows all there is, and overdoes large even areas.
    """
    return denoised(on_lightness(image, color_space, cv2.equalizeHist), denoise)
