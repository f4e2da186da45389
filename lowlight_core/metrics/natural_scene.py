"""NIQE: how far a picture's local statistics are from those of good photographs, without any reference.

Each 96x96 block gives 36 numbers: shape and spread of its MSCN coefficients and of the products of neighbours in four
directions, at full and at half size. Their mean and covariance over blocks are compared with a pristine model's. The
model shipped here was fitted by ``python -m lowlight_core.metrics.fit_niqe`` to 200 photographs of BSDS500 instead of
the authors' 125, and to their sharpest blocks alone (0.85 of the sharpest; the paper has 0.75, `fit_niqe` says why), so
figures differ from theirs, by 0.8 on average over five pictures, while they rank alike
(``python -m lowlight_core.metrics.check FOLDER`` prints both).

Source: Mittal, Soundararajan, Bovik, Making a Completely Blind Image Quality Analyzer, IEEE SPL 20(3), 2013.
"""

import math
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from lowlight_core.metrics.metric import gray
from lowlight_core.metrics.naturalness import asymmetric_gaussian, gamma_ratio, mscn_blocks

BLOCK = 96
MODEL = Path(__file__).with_name("niqe_pristine.npz")
_SHIFTS = ((0, 1), (1, 0), (1, 1), (1, -1))


def niqe(image: np.ndarray) -> float:
    """Naturalness Image Quality Evaluator of an RGB uint8 image, on its BT.601 gray: 0 is pristine, less is better.

    ``nan`` when fewer than two 96x96 blocks carry any texture: a small or a constant picture has no statistics.
    """
    features, _ = block_features(gray(image))
    features = features[np.isfinite(features).all(axis=1)]
    if len(features) < 2:
        return math.nan
    mean, covariance = _pristine()
    step = mean - features.mean(0)
    inverse = np.linalg.pinv((covariance + np.cov(features, rowvar=False)) / 2)
    return math.sqrt(max(0.0, float(step @ inverse @ step)))


def block_features(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features of every whole block of a gray plane (H, W), and how sharp each block is.

    Returns:
        float64 (blocks, 36), ``nan`` where a block is constant, and the mean local deviation, float64 (blocks,).
    """
    height, width = (side // BLOCK * BLOCK for side in plane.shape)
    if not height or not width:
        return np.zeros((0, 36)), np.zeros(0)
    full = plane[:height, :width].astype(np.float64)
    sharpness, scales = [], []
    for size, scaled in ((BLOCK, full), (BLOCK // 2, half_size(full))):
        rows = []
        for blocks, deviation in mscn_blocks(scaled, size):
            rows.append(_features(blocks))
            sharpness.append(deviation)
        scales.append(np.concatenate(rows))
    count = len(scales[0])
    return np.hstack(scales), np.concatenate(sharpness)[:count]


def _features(blocks: np.ndarray) -> np.ndarray:
    """The 18 features of each block (n, size, size) at one scale, float64 (n, 18)."""
    alpha, left, right = asymmetric_gaussian(blocks.reshape(len(blocks), -1))
    columns = [alpha, (left + right) / 2]
    for shift in _SHIFTS:
        product = blocks * np.roll(blocks, shift, axis=(1, 2))
        alpha, left, right = asymmetric_gaussian(product.reshape(len(blocks), -1))
        columns += [alpha, (right - left) * gamma_ratio(2, 1, alpha), left, right]
    return np.stack(columns, axis=1)


def half_size(plane: np.ndarray) -> np.ndarray:
    """Half the size by cubic interpolation with antialiasing, borders mirrored, as MATLAB's ``imresize(plane, 0.5)``.

    At exactly one half the stretched cubic kernel is one and the same 8 taps for every pixel.
    """
    distance = np.abs(np.arange(-3.5, 4.0)) / 2
    near, far = distance <= 1, (distance > 1) & (distance <= 2)
    taps = near * (1.5 * distance**3 - 2.5 * distance**2 + 1)
    taps += far * (-0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2)
    taps /= taps.sum()
    return cv2.sepFilter2D(plane, cv2.CV_64F, taps, taps, anchor=(3, 3), borderType=cv2.BORDER_REFLECT)[::2, ::2].copy()


@cache
def _pristine() -> tuple[np.ndarray, np.ndarray]:
    """Mean (36,) and covariance (36, 36) of the pristine model."""
    with np.load(MODEL) as model:
        return model["mean"], model["covariance"]
