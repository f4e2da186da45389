"""PIQE: distortion that eyes notice, block by block, without reference and without training.

Each 16x16 block of MSCN coefficients with a variance above 0.1 is active. An active block counts as distorted where any
6-pixel segment along its four edges is nearly flat (blocking, blur), and as noisy where its centre columns deviate from
what surrounds them about as much as the block deviates at all. Thresholds and formulas as in MATLAB's ``piqe``, to
agree with its figures, and so with its slip: it deletes the first centre column and only then the second, by a number
that has become the next column's, so that "what surrounds" keeps one centre column and lacks a neighbour.

Source: Venkatanath, Praneeth, Chandrasekhar, Channappayya, Medasani, Blind image quality evaluation using perception
based features, NCC 2015.
"""

import math

import cv2
import numpy as np

from lowlight_core.metrics.metric import gray
from lowlight_core.metrics.naturalness import mscn_blocks

BLOCK, SEGMENT = 16, 6
ACTIVE, FLAT = 0.1, 0.1


def piqe(image: np.ndarray) -> float:
    """Perception based Image Quality Evaluator of an RGB uint8 image on its BT.601 gray: 0 to 100, less is better.

    Sides that are no multiple of 16 are continued by repeating the last row and column. A picture without any active
    block, a constant one above all, gives 100 by the formula; pictures below 16 pixels give ``nan``.
    """
    if min(image.shape[:2]) < BLOCK:
        return math.nan
    plane = gray(image)
    below, right = (-side % BLOCK for side in plane.shape)
    plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REPLICATE)
    score, active = 0.0, 0
    for blocks, _ in mscn_blocks(plane, BLOCK):
        variance = blocks.var(axis=(1, 2), ddof=1)
        blocks, variance = blocks[variance > ACTIVE], variance[variance > ACTIVE]
        active += len(blocks)
        score += float(((1 - variance) * _has_flat_edge(blocks) + variance * _is_noisy(blocks, variance)).sum())
    return 100 * (score + 1) / (active + 1)


def _has_flat_edge(blocks: np.ndarray) -> np.ndarray:
    """Whether any segment of 6 pixels along the four edges has a standard deviation below 0.1; bool (n,)."""
    edges = np.stack([blocks[:, 0], blocks[:, -1], blocks[:, :, 0], blocks[:, :, -1]], axis=1)
    segments = np.lib.stride_tricks.sliding_window_view(edges, SEGMENT, axis=2)
    return (segments.std(axis=-1, ddof=1) < FLAT).any(axis=(1, 2))


def _is_noisy(blocks: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Whether the block's deviation exceeds twice its difference from the centre-to-surround ratio; bool (n,)."""
    deviation = np.sqrt(variance)
    centre = blocks[:, :, 7:9].std(axis=(1, 2), ddof=1)
    around = np.delete(blocks, (7, 9), axis=2).std(axis=(1, 2), ddof=1)  # not 7 and 8: see the module's docstring
    ratio = np.divide(centre, around, out=np.zeros_like(centre), where=around > 0)
    return deviation > 2 * np.abs(deviation - ratio) / np.maximum(deviation, ratio)
