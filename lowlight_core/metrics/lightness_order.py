"""Lightness order error: does what was lighter than its neighbours stay lighter?

The definition of the authors' published code: lightness is max(R, G, B); its local maximum over 15x15 (mirrored
borders); every ``floor(min(H, W) / 50)``-th pixel both ways, so that the smaller side has 50 to 99 samples (all pixels
where it is below 50); for each sample, with how many samples its order (``>=``) differs between the two pictures; the
mean of that number. It is a count, so it depends on the number of samples, and published figures compare only when
sampled alike. Here the first picture is the output and the second the ground truth (the LIME paper's use); against the
dark input, as in the original paper, pass the input as ``reference``.

Source: Wang, Zheng, Hu, Li, Naturalness Preserved Enhancement Algorithm for Non-Uniform Illumination Images, IEEE
TIP 22(9), 2013; Guo, Li, Ling, LIME, IEEE TIP 26(2), 2017.
"""

import cv2
import numpy as np

SAMPLES, RADIUS = 50, 7


def loe(image: np.ndarray, reference: np.ndarray) -> float:
    """Lightness order error of two RGB uint8 images: 0 when the order is the same everywhere, at most the sample count.

    Not all pairs of samples are compared: 8-bit lightness has 256 values, so the joint histogram of the two samplings
    says how many pairs stand in which order, exactly, in the time of one table of 256x256.
    """
    first, second = _samples(reference), _samples(image)
    joint = np.bincount(first.astype(np.intp) * 256 + second, minlength=65536).reshape(256, 256).astype(np.float64)
    not_darker = joint[::-1, ::-1].cumsum(0).cumsum(1)[::-1, ::-1]  # samples >= in both
    first_only = joint.sum(1)[::-1].cumsum()[::-1][:, None] - not_darker
    second_only = joint.sum(0)[::-1].cumsum()[::-1][None, :] - not_darker
    return float((joint * (first_only + second_only)).sum() / first.size)


def _samples(image: np.ndarray) -> np.ndarray:
    """Local maxima of lightness at the sampled pixels, uint8 (N,)."""
    red, green, blue = cv2.split(image)
    lightness = cv2.max(cv2.max(red, green), blue)
    box = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    step = max(1, min(lightness.shape) // SAMPLES)
    # A maximum over a mirrored border is the maximum over what is inside it, which is OpenCV's default border here.
    return cv2.dilate(lightness, box)[step - 1 :: step, step - 1 :: step].ravel()
