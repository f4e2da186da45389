"""Retinex methods: a picture is reflectance times illumination; estimate the illumination and take it out."""

from typing import Annotated

import cv2
import numpy as np

from lowlight_core.enhancer import Range, enhancer
from lowlight_core.enhancers.smoothing import Denoise, denoised, guided_coefficients, unit
from lowlight_core.enhancers.strips import Enlarged, RowByRow, strips

LargestScale = Annotated[
    float, Range(20, 400, 5, help="widest surround, in pixels of a 600-pixel picture; wider keeps more overall light")
]
ColorRestoration = Annotated[
    float,
    Range(
        0,
        1,
        0.05,
        help="how much each channel's share of its pixel weighs: colours grow where a place is brighter than its "
        "surround, and are pushed the other way where it is darker; 0 is plain multi-scale Retinex",
    ),
]
IlluminationGamma = Annotated[
    float,
    Range(
        0.3,
        1,
        0.05,
        help="share of the illumination that is removed: less keeps the evening mood; 1, all of it, takes everything "
        "to full brightness and clips about a third of most pictures",
    ),
]
Smoothness = Annotated[
    float,
    Range(
        0.02,
        1,
        0.02,
        help="how smooth the illumination is, a thousand times the formula's lambda; more keeps contrast, less lifts "
        "every corner",
    ),
]
_SCALES = 0.06, 0.32, 1.0  # of the widest surround
_NARROW = 0.3  # of a photograph's logarithmic contrast: less is a picture without detail


@enhancer(
    "Multi-scale Retinex",
    reference="Jobson, Rahman, Woodell, A Multiscale Retinex for Bridging the Gap Between Color Images and the Human "
    "Observation of Scenes, IEEE TIP 1997",
)
def retinex(
    image, *, largest_scale: LargestScale = 250.0, color_restoration: ColorRestoration = 0.5, denoise: Denoise = 0.2
):
    """Compare each pixel with Gaussian averages of its surround at three scales, on a logarithmic axis.

    Colour restoration weighs the result by each channel's share of the pixel, since Retinex alone turns colours gray.
    As in the paper it weighs the logarithm, which is negative in places darker than their surround: there the strong
    channel is pushed down most, and colours fade or turn over.
    Instead of the paper's fixed gain and offset the central 98 per cent are spread over the range.
    """
    height, width = image.shape[:2]
    surrounds = _surrounds(image, largest_scale * max(height, width) / 600)

    def compared(rows: slice | np.ndarray) -> np.ndarray:
        light = image[rows].astype(np.float32) + 1
        logarithm = cv2.log(light)
        product = surrounds[0][rows] * surrounds[1][rows] * surrounds[2][rows]
        response = logarithm - cv2.log(product) / len(_SCALES)
        if color_restoration:
            total = cv2.transform(light, np.full((3, 3), 1 / 125, np.float32))
            share = (logarithm - cv2.log(total)) * np.float32(color_restoration / np.log(125 / 3))
            response *= share + np.float32(1 - color_restoration)
        return response

    response = RowByRow(compared, height, width)
    sample = response[np.arange(0, height, max(1, height // 400))][:, :: max(1, width // 400)]
    low, slope = _range(sample, float(image.mean()) / 255)
    output = np.empty(image.shape, np.uint8)
    for rows, _, _ in strips(image.shape):
        cv2.convertScaleAbs(
            np.maximum(response[rows], np.float32(low)), dst=output[rows], alpha=slope, beta=-slope * low
        )
    return denoised(output, denoise)


def _surrounds(image: np.ndarray, largest: float) -> list[Enlarged]:
    """Gaussian averages of what surrounds each pixel, with a ``largest`` sigma in pixels and two smaller ones."""
    light = image.astype(np.float32) + 1
    return [_surround(light, largest * share) for share in _SCALES]


def _surround(light: np.ndarray, sigma: float) -> Enlarged:
    """Gaussian blur of float32 (H, W, 3); wide ones are computed on a reduced picture, where they cost the same."""
    height, width = light.shape[:2]
    reduction = max(1, round(sigma / 8))
    small = cv2.resize(light, (max(1, width // reduction), max(1, height // reduction)), interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / reduction, borderType=cv2.BORDER_REFLECT)
    return Enlarged(blurred, height, width)


def _range(sample: np.ndarray, level: float) -> tuple[float, float]:
    """What becomes black of values float32, their 1st percentile, and the slope that takes the 99th to 255.

    A narrow range is widened around ``level`` (0 to 1, the picture's mean), so that a plain wall stays what it is.
    """
    low, high = np.percentile(sample, (1, 99))
    missing = max(0.0, _NARROW - (high - low))
    low, high = low - missing * level, high + missing * (1 - level)
    return low, 255 / (high - low)


@enhancer(
    "LIME",
    reference="Guo, Li, Ling, LIME: Low-Light Image Enhancement via Illumination Map Estimation, IEEE TIP 2017",
)
def lime(image, *, illumination_gamma: IlluminationGamma = 0.8, smoothness: Smoothness = 0.15, denoise: Denoise = 0.3):
    """Take the brightest of R, G, B as the illumination, smooth it along structures, and divide the picture by it.

    The smoothing is the paper's weighted least squares (its third weighting strategy), solved on a reduced picture and
    brought to full size by the picture's own edges (fast guided filter).
    """
    brightest = cv2.max(cv2.max(*cv2.split(image)[:2]), cv2.extractChannel(image, 2))
    height, width = brightest.shape
    scale = min(1.0, 400 / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(unit(brightest), size, interpolation=cv2.INTER_AREA)
    ((a, b),) = guided_coefficients(small, [structure_aware(small, smoothness)], 3, 1e-4)
    a, b = (Enlarged(part, height, width) for part in (a, b))
    output = np.empty(image.shape, np.uint8)
    for rows, _, _ in strips(image.shape):
        illumination = np.clip(a[rows] * unit(brightest[rows]) + b[rows], 0.02, 1) ** illumination_gamma
        cv2.divide(image[rows], cv2.merge([illumination] * 3), dst=output[rows], dtype=cv2.CV_8U)
    return denoised(output, denoise)


def structure_aware(illumination: np.ndarray, smoothness: float) -> np.ndarray:
    """Solve ``argmin |T - T0|^2 + λ * sum(W * |grad T|^2)`` for float32 (H, W): edges stay, texture goes.

    λ is a thousandth of ``smoothness``: a tenth here, a hundredth in `_weight`. ``W`` is one over the gradient averaged
    in a window (the paper's equation 19 with equation 17's relaxation), so that steps that are steep on average cost
    little. A conjugate gradient with Jacobi's preconditioner does the solving.
    """
    height, width = illumination.shape
    down, right = (_weight(illumination, axis) * np.float32(smoothness * 0.1) for axis in (0, 1))
    right = np.pad(right, ((0, 0), (0, 1)))  # the last pixel of a row is no neighbour of the next row's first
    neighbors = (width, down.ravel()), (1, right.ravel()[:-1])  # how far away in a flat picture, with what weight

    def apply(values):
        result = values.copy()
        for distance, weight in neighbors:
            flow = values[distance:] - values[:-distance]
            flow *= weight
            result[:-distance] -= flow
            result[distance:] += flow
        return result

    diagonal = np.ones(illumination.size, np.float32)
    for distance, weight in neighbors:
        diagonal[:-distance] += weight
        diagonal[distance:] += weight
    return _conjugate_gradient(apply, illumination.ravel(), 1 / diagonal).reshape(height, width)


def _weight(illumination: np.ndarray, axis: int) -> np.ndarray:
    """A hundredth of the smoothing weight W of each difference along ``axis``: small where gradients are large."""
    gradient = np.diff(illumination, axis=axis)
    if gradient.size == 0:
        return gradient
    averaged = np.abs(cv2.GaussianBlur(gradient, (0, 0), 2, borderType=cv2.BORDER_REFLECT))
    return 1 / ((averaged + 1e-3) * (np.abs(gradient) + 1e-2)) * np.float32(1e-2)


def _conjugate_gradient(apply, target: np.ndarray, inverse_diagonal: np.ndarray, steps: int = 60) -> np.ndarray:
    """Solve ``apply(x) = target`` for a symmetric positive definite operator on float32 (N,), to about 0.003.

    Few calls do much each (`cv2.scaleAdd`), since threads of a pool meet at the interpreter's lock between them.
    """
    x = target.copy()
    residual = target - apply(x)
    z = inverse_diagonal * residual
    direction, power = z.copy(), _inner(residual, z)
    for _ in range(steps):
        if power < 1e-7 * target.size:
            break
        moved = apply(direction)
        length = power / _inner(direction, moved)
        cv2.scaleAdd(direction, length, x, x)
        cv2.scaleAdd(moved, -length, residual, residual)
        np.multiply(inverse_diagonal, residual, z)
        power, before = _inner(residual, z), power
        cv2.scaleAdd(direction, power / before, z, direction)
    return x


def _inner(first: np.ndarray, second: np.ndarray) -> float:
    """Inner product in one pass and in this thread alone, unlike that of a linear algebra library."""
    return float(np.einsum("i,i->", first, second))
