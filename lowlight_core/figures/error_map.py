"""Where does an output differ from its reference? The error of every pixel in colour."""

import numpy as np

TOP = 64  # levels of difference at which the scale ends; larger ones are shown alike


def error_map(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The mean absolute difference of R, G and B at each pixel, black for 0 to bright yellow for `TOP` or more.

    Args:
        image, reference: RGB uint8 (H, W, 3) of one size.

    Returns:
        RGB uint8 (H, W, 3) in the colours of the perceptually even scale *inferno*.
    """
    import cv2

    difference = cv2.transform(cv2.absdiff(image, reference), np.full((1, 3), 1 / 3))
    scaled = cv2.convertScaleAbs(difference, alpha=255 / TOP)
    return cv2.applyColorMap(scaled, cv2.COLORMAP_INFERNO)[..., ::-1].copy()
