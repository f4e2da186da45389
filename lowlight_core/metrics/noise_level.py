"""How much noise a picture seems to carry, from the picture alone."""

import math

import cv2
import numpy as np

# Blind to constant, linear and (separably) quadratic tone, so that what remains is noise and fine texture.
_MASK = np.outer((1, -2, 1), (1, -2, 1)).astype(np.float32)


def noise(image: np.ndarray) -> float:
    """Standard deviation of the noise, in 8-bit levels, the mean over R, G and B.

    ``sqrt(pi/2) / 6 * mean |picture * mask|`` over the inner pixels. Fine texture counts as noise, so figures of the
    same scene compare and those of different scenes hardly do. Pictures smaller than 3x3 give ``nan``.

    Source: Immerkær, Fast Noise Variance Estimation, Computer Vision and Image Understanding 64(2), 1996.
    """
    if min(image.shape[:2]) < 3:
        return math.nan
    response = cv2.filter2D(image, cv2.CV_16S, _MASK)[1:-1, 1:-1]
    return math.sqrt(math.pi / 2) / 6 * cv2.norm(response, cv2.NORM_L1) / response.size
