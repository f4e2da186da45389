"""One table of metrics, and one function that measures them.

    >>> measure(output, truth)                       # all cheap ones
    {'psnr': 21.4, 'ssim': 0.815, ...}
    >>> measure(output, names=["niqe", "entropy"])   # chosen ones, no reference needed

What the figures mean where arithmetic alone does not say it:

* **Identical images**: PSNR is ``inf``, SSIM and MS-SSIM are 1, the differences 0.
* **Constant images**: SSIM is defined by its constants; entropy, contrast and noise are 0; NIQE is ``nan``; PIQE is 100
  by the authors' formula, because no block shows any activity.
* **Smaller than a metric's window**: ``nan``. SSIM needs 11 pixels on the smaller side, MS-SSIM 176, LPIPS 31,
  NIQE two blocks of 96, PIQE 16, noise 3.
* **Mixed sizes**: an `ImageError`; nothing is resized.
* **Values that are not finite**: an `ImageError`; only RGB uint8 is measured, where there are none.
* **Means over a data set** (`average`) are of the finite values, and say how many were left out. An infinite PSNR
  would make every mean infinite; a ceiling such as 100 dB would be an invented number.
"""

import math
from collections.abc import Iterable

import numpy as np

from lowlight_core.errors import ParameterError
from lowlight_core.image import check_image
from lowlight_core.metrics.average import Average, average
from lowlight_core.metrics.block_quality import piqe
from lowlight_core.metrics.color import ciede2000, color_cast
from lowlight_core.metrics.fidelity import mae, psnr, psnr_gt_mean
from lowlight_core.metrics.lightness_order import loe
from lowlight_core.metrics.metric import CHEAP, COSTLY, Metric, check_pair
from lowlight_core.metrics.natural_scene import niqe
from lowlight_core.metrics.noise_level import noise
from lowlight_core.metrics.perceptual import lpips
from lowlight_core.metrics.structural import ms_ssim, ssim, ssim_gt_mean
from lowlight_core.metrics.tone import clipped_highlights, clipped_shadows, contrast, entropy

__all__ = ["CHEAP", "COSTLY", "METRICS", "Average", "Metric", "average", "get", "measure", "names"]

_PSNR = "Of the 8-bit RGB image that would be saved, full size, no border crop; float64 differences, peak 255."
_SSIM = "Gaussian window 11x11, sigma 1.5, per RGB channel, then the mean; full size, 8 bit (Wang et al. 2004)."
_GT_MEAN = " Before scoring, the output's mean luma was rescaled to the ground truth's: knowledge no method has in use."

_TABLE = (
    Metric("psnr", "PSNR", "dB", True, True, 0.0, math.inf, 2, f"Peak signal-to-noise ratio. {_PSNR}", psnr),
    Metric("ssim", "SSIM", "", True, True, -1.0, 1.0, 3, f"Structural similarity. {_SSIM}", ssim),
    Metric("psnr_gt_mean", "PSNR (GT-mean)", "dB", True, True, 0.0, math.inf, 2, _PSNR + _GT_MEAN, psnr_gt_mean),
    Metric("ssim_gt_mean", "SSIM (GT-mean)", "", True, True, -1.0, 1.0, 3, _SSIM + _GT_MEAN, ssim_gt_mean),
    Metric(
        "ms_ssim", "MS-SSIM", "", True, True, 0.0, 1.0, 3,
        "Structural similarity on gray over five scales, weighted as observers do (Wang et al. 2003). "
        "Needs 176 pixels on the smaller side.",
        ms_ssim, COSTLY,
    ),
    Metric(
        "lpips", "LPIPS", "", False, True, 0.0, math.inf, 3,
        "Perceptual distance in AlexNet's features, version 0.1, full size (Zhang et al. 2018).",
        lpips, COSTLY,
    ),
    Metric("mae", "MAE", "levels", False, True, 0.0, 255.0, 2, "Mean absolute difference of 8-bit RGB levels.", mae),
    Metric(
        "ciede2000", "Colour difference", "ΔE00", False, True, 0.0, math.inf, 2,
        "Mean CIEDE2000 over pixels, sRGB under D65. About 1 can just be seen (Sharma et al. 2005).",
        ciede2000,
    ),
    Metric(
        "loe", "LOE", "", False, True, 0.0, math.inf, 0,
        "Lightness order error against the ground truth: with how many of the samples (50 to 99 on the smaller side) "
        "a sample changes its order of lightness, on average (Wang et al. 2013).",
        loe,
    ),
    Metric(
        "niqe", "NIQE", "", False, False, 0.0, math.inf, 2,
        "Distance of local statistics from those of good photographs, on gray. Pristine model fitted to 200 "
        "photographs of BSDS500, so figures differ somewhat from other programs' (Mittal et al. 2013).",
        niqe, COSTLY,
    ),
    Metric(
        "piqe", "PIQE", "", False, False, 0.0, 100.0, 1,
        "Share of active 16x16 blocks with noticeable distortion, on gray, as MATLAB's piqe (Venkatanath et al. 2015).",
        piqe, COSTLY,
    ),
    Metric(
        "entropy", "Entropy", "bits", None, False, 0.0, 8.0, 2,
        "Shannon entropy of the gray histogram with 256 bins. Noise raises it too.",
        entropy,
    ),
    Metric(
        "contrast", "Contrast", "levels", None, False, 0.0, 127.5, 1,
        "RMS contrast: standard deviation of the gray levels (Peli 1990).",
        contrast,
    ),
    Metric(
        "noise", "Noise", "levels", False, False, 0.0, math.inf, 2,
        "Estimated standard deviation of the noise per channel (Immerkær 1996). Fine texture counts as noise: "
        "compare the same scene only.",
        noise,
    ),
    Metric(
        "color_cast", "Colour cast", "ΔE", None, False, 0.0, math.inf, 1,
        "Distance of the mean colour from neutral gray in CIELAB's a-b plane. A wood is green: compare the same scene.",
        color_cast,
    ),
    Metric(
        "clipped_shadows", "Clipped shadows", "%", False, False, 0.0, 100.0, 2,
        "Pixels whose R, G and B are all at most 2.",
        clipped_shadows,
    ),
    Metric(
        "clipped_highlights", "Clipped highlights", "%", False, False, 0.0, 100.0, 2,
        "Pixels where R, G or B is at least 253.",
        clipped_highlights,
    ),
)  # fmt: skip
METRICS: dict[str, Metric] = {metric.name: metric for metric in _TABLE}


def get(name: str) -> Metric:
    """The metric of that name.

    Raises:
        ParameterError: there is none; the message lists all.
    """
    if name not in METRICS:
        raise ParameterError(f"there is no metric {name!r}: choose from {', '.join(METRICS)}")
    return METRICS[name]


def names(reference: bool = True, costly: bool = True) -> list[str]:
    """Names in the order of the table, without those that need a reference or cost much, if so wished."""
    return [m.name for m in METRICS.values() if (reference or not m.needs_reference) and (costly or m.cost == CHEAP)]


def measure(
    image: np.ndarray, reference: np.ndarray | None = None, names: str | Iterable[str] | None = None
) -> dict[str, float]:
    """Measure one image, against its ground truth where there is one.

    Args:
        image: RGB uint8 (H, W, 3), the picture that would be saved.
        reference: RGB uint8 of the same size, or ``None``.
        names: which metrics, a lone name too; ``None`` takes every cheap one for which there is what it needs.

    Returns:
        name -> value, in the order asked for; ``nan`` where a metric is not defined for this image.

    Raises:
        ImageError: not RGB uint8, or of different sizes.
        ParameterError: an unknown name, or a metric that needs a reference without one.
    """
    if names is None:
        chosen = [m for m in METRICS.values() if m.cost == CHEAP and (reference is not None or not m.needs_reference)]
    else:
        chosen = [get(name) for name in ([names] if isinstance(names, str) else names)]
    lacking = [m.name for m in chosen if m.needs_reference] if reference is None else []
    if lacking:
        raise ParameterError(
            f"expected a reference image to measure {', '.join(lacking)} against, got none: give one or choose other "
            "metrics"
        )
    if reference is None:
        check_image(image)
    else:
        check_pair(image, reference)
    return {metric.name: metric(image, reference) for metric in chosen}
