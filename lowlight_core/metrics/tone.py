"""What a picture's tones look like by themselves: entropy, contrast, and what is lost at both ends of the scale."""

import cv2
import numpy as np

from lowlight_core.metrics.metric import gray

SHADOW_LEVEL, HIGHLIGHT_LEVEL = 2, 253


def entropy(image: np.ndarray) -> float:
    """Shannon entropy of the gray histogram (BT.601, 256 bins), in bits: 0 for a constant picture, at most 8."""
    counts = _histogram(gray(image))
    share = counts[counts > 0] / counts.sum()
    return float(max(0.0, -np.dot(share, np.log2(share))))


def contrast(image: np.ndarray) -> float:
    """RMS contrast: standard deviation of the gray levels (BT.601), 0 for a constant picture, at most 127.5.

    Source: Peli, Contrast in complex images, JOSA A 7(10), 1990.
    """
    return float(cv2.meanStdDev(gray(image))[1][0, 0])


def clipped_shadows(image: np.ndarray) -> float:
    """Per cent of pixels that are black: the largest of R, G and B is at most 2."""
    counts = _histogram(_value(image))
    return float(100 * counts[: SHADOW_LEVEL + 1].sum() / counts.sum())


def clipped_highlights(image: np.ndarray) -> float:
    """Per cent of pixels where at least one of R, G and B is 253 or more, so that detail or colour is lost."""
    counts = _histogram(_value(image))
    return float(100 * counts[HIGHLIGHT_LEVEL:].sum() / counts.sum())


def _value(image: np.ndarray) -> np.ndarray:
    """The largest of R, G and B, uint8 (H, W)."""
    red, green, blue = cv2.split(image)
    return cv2.max(cv2.max(red, green), blue)


def _histogram(plane: np.ndarray) -> np.ndarray:
    """Counts of the 256 levels of a uint8 plane."""
    return cv2.calcHist([plane], [0], None, [256], [0, 256]).ravel().astype(np.float64)
