"""Six ways in which published code for this field got its figures wrong, each beside the right one.

Every function named ``wrong_...`` really makes the mistake, with the line that makes it; none of them is used to score
anything. `MISTAKES` lists them with what to say about each; the page "How a metric lies" is made from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from lowlight_core.metrics import METRICS
from lowlight_core.metrics.fidelity import gt_mean_curve, psnr_from_mse
from lowlight_core.metrics.metric import gray

UNRELATED_MSE = float(np.mean(np.arange(256) ** 2 % 256))  # 105.5: what the wrapped squares of unrelated bytes average
UNRELATED_PSNR = psnr_from_mse(UNRELATED_MSE)  # 27.898 dB
ITERATIONS = 8


Pictures = tuple[tuple[str, np.ndarray], ...]


@dataclass(frozen=True)
class Case:
    """What lies on the table: RGB uint8 pictures of one size, and the two knobs of the demonstrations.

    Attributes:
        dark: the input.
        output: what a method made of it.
        truth: the reference.
        curve: strength of the iterated curve, 0 to 1.
        side: what pictures are shrunk to, in pixels.
    """

    dark: np.ndarray
    output: np.ndarray
    truth: np.ndarray
    curve: float = 0.3
    side: int = 256

    @cached_property
    def iterates(self) -> list[np.ndarray]:
        """The dark picture after seven and after eight curves; RGB uint8."""
        return [cv2.LUT(self.dark, table) for table in _curve_tables(self.curve)[-2:]]

    @cached_property
    def scores(self) -> dict[str, float]:
        """PSNR and SSIM of the output as they should be."""
        return _both(self.output, self.truth)


@dataclass(frozen=True)
class Mistake:
    """One mistake: what it is, the line that makes it, why it misleads, and functions that show it.

    ``wrong`` and ``right`` map a case to figures by metric name; ``evidence`` gives labelled pictures of one size: two
    to compare, what the wrong code looked at first, or four that tell the story.
    """

    name: str
    title: str
    wrong_code: str
    right_code: str
    why: str
    seen: str
    wrong: Callable[[Case], dict[str, float]]
    right: Callable[[Case], dict[str, float]]
    evidence: Callable[[Case], Pictures]

    def code_for(self, case: Case) -> str:
        """The wrong line with the case's own knob in it: pasted, it gives the figure beside it."""
        return self.wrong_code.replace("(256, 256)", f"({case.side}, {case.side})")


def wrapped_psnr(image: np.ndarray, reference: np.ndarray) -> float:
    """PSNR in dB from differences and squares that stay uint8 and so wrap around at 256."""
    return psnr_from_mse(float(np.mean((image - reference) ** 2)))


def psnr_with_peak_255_on_unit_range(image: np.ndarray, reference: np.ndarray) -> float:
    """PSNR in dB of pictures brought to [0, 1], with the peak of [0, 255]."""
    difference = image / 255 - reference / 255
    return psnr_from_mse(float(np.mean(difference**2)), peak=255)


def shrunk(image: np.ndarray, side: int) -> np.ndarray:
    """A picture squashed to ``side`` x ``side`` pixels, averaging, as data loaders with a fixed input size do."""
    return cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)


def as_gray(image: np.ndarray) -> np.ndarray:
    """BT.601 gray in all three channels, so that the metrics for colour pictures measure gray."""
    return np.repeat(gray(image)[..., None], 3, axis=2)


def curve_iterates(image: np.ndarray, strength: float, steps: int = ITERATIONS) -> list[np.ndarray]:
    """``steps`` + 1 pictures, RGB uint8: the image, then ``x + strength * x * (1 - x)`` again and again, x in [0, 1].

    The curve is Zero-DCE's (Guo et al., CVPR 2020) with one strength for all pixels; a table of 256 levels says it all.
    """
    return [image, *(cv2.LUT(image, table) for table in _curve_tables(strength, steps))]


def _curve_tables(strength: float, steps: int = ITERATIONS) -> list[np.ndarray]:
    """What each level becomes after one, two, ... ``steps`` curves: uint8 (256,) each."""
    levels, tables = np.arange(256) / 255, []
    for _ in range(steps):
        levels = levels + strength * levels * (1 - levels)
        tables.append(np.rint(255 * levels).astype(np.uint8))
    return tables


def gt_mean(image: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The image with its mean luma rescaled to the reference's, rounded to RGB uint8 for looking at."""
    return cv2.LUT(image, np.rint(gt_mean_curve(image, reference)).astype(np.uint8))


def _both(image: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    return {name: METRICS[name](image, reference) for name in ("psnr", "ssim")}


def _psnr(value: float) -> dict[str, float]:
    return {"psnr": value}


def _true_psnr(case: Case) -> dict[str, float]:
    return _psnr(METRICS["psnr"](case.output, case.truth))


def _true_both(case: Case) -> dict[str, float]:
    return dict(case.scores)


def _wrapped_map(case: Case) -> Pictures:
    """The two pictures, the squared differences as the wrong code has them, and the true absolute differences."""
    wrapped = (case.output - case.truth) ** 2
    pictures = case.output, case.truth, wrapped, cv2.absdiff(case.output, case.truth)
    return tuple(zip(("Output", "Ground truth", "Squares, wrapped", "True difference"), pictures, strict=True))


def _steps(case: Case) -> Pictures:
    pictures = case.dark, case.iterates[-2], case.iterates[-1], case.truth
    return tuple(zip(("Input", "Step 7", "Step 8", "Ground truth"), pictures, strict=True))


def _shrunk_and_enlarged(case: Case) -> Pictures:
    height, width = case.output.shape[:2]
    blocks = cv2.resize(shrunk(case.output, case.side), (width, height), interpolation=cv2.INTER_NEAREST)
    return (f"Scored: {case.side} x {case.side}", blocks), (f"Output: {width} x {height}", case.output)


MISTAKES = (
    Mistake(
        "wraparound",
        "Squares that wrap around",
        "mse = np.mean((output - truth) ** 2)   # both uint8",
        "mse = np.mean((output.astype(np.float64) - truth) ** 2)",
        "In uint8 there is nothing above 255: 3 - 5 is 254, and 20 squared is 144. Squares become noise between 0 and "
        f"255 whose mean is {UNRELATED_MSE:g} for any two unrelated pictures, and that 'is' {UNRELATED_PSNR:.1f} dB.",
        "A project reports 27.79 dB with a spread of 0.36 over its test images: nothing real is that even.",
        lambda case: _psnr(wrapped_psnr(case.output, case.truth)),
        _true_psnr,
        _wrapped_map,
    ),
    Mistake(
        "iterate",
        "Compared with itself",
        "psnr(curves[7], curves[8])",
        "psnr(curves[8], truth)",
        "The last two steps of an iterated curve are compared and the ground truth is never read. The less a step "
        "does, the better the figure: at strength 0 nothing is enhanced and the score is infinite.",
        "A project reports 27.07 dB for outputs that score 15.26 dB; over 500 images its figure correlates -0.62 with "
        "the true one.",
        lambda case: _psnr(METRICS["psnr"](case.iterates[-2], case.iterates[-1])),
        lambda case: _psnr(METRICS["psnr"](case.iterates[-1], case.truth)),
        _steps,
    ),
    Mistake(
        "peak",
        "The wrong peak",
        "tf.image.psnr(truth, output, max_val=255)   # data in [0, 1]",
        "tf.image.psnr(truth, output, max_val=1.0)",
        "PSNR is relative to the largest possible value. With data in [0, 1] and a peak of 255 every figure is "
        "20 log10(255) = 48.13 dB too high, always, for good and bad pictures alike.",
        "A widely copied MIRNet tutorial does this.",
        lambda case: _psnr(psnr_with_peak_255_on_unit_range(case.output, case.truth)),
        _true_psnr,
        lambda case: (("Output", case.output), ("Ground truth", case.truth)),
    ),
    Mistake(
        "shrinking",
        "Scored after shrinking",
        "psnr(*(cv2.resize(x, (256, 256), interpolation=cv2.INTER_AREA) for x in (output, truth)))",
        "psnr(output, truth)   # at full size",
        "Shrinking averages neighbours: noise and lost detail, which a person sees at once, are gone before anything "
        "is measured. The noisier the output, the more it gains, and a wrong exposure hides what it gains.",
        "A U-Net project squashes every picture to 256 x 256, and so changes its shape as well.",
        lambda case: _both(shrunk(case.output, case.side), shrunk(case.truth, case.side)),
        _true_both,
        _shrunk_and_enlarged,
    ),
    Mistake(
        "gray",
        "Gray instead of colour",
        "ssim(cv2.cvtColor(output, cv2.COLOR_RGB2GRAY), cv2.cvtColor(truth, cv2.COLOR_RGB2GRAY))",
        "ssim(output, truth, channel_axis=-1)   # the mean over R, G and B",
        "In gray a wrong colour costs little, and noise that differs between the channels is averaged away. Both "
        "figures are legitimate; printed in one column without a word they are not comparable.",
        "SSIM of published methods reads up to 0.93 in gray for outputs that have 0.85 in colour.",
        lambda case: _both(as_gray(case.output), as_gray(case.truth)),
        _true_both,
        lambda case: (("What was scored", as_gray(case.output)), ("The output", case.output)),
    ),
    Mistake(
        "gt_mean",
        "GT-mean, and nothing said",
        "output = np.clip(output * (gray(truth).mean() / gray(output).mean()), 0, 255)",
        'row = {"PSNR": psnr(output, truth), "PSNR (GT-mean)": psnr(rescaled, truth)}',
        "The output's brightness is set to the ground truth's before scoring: an answer that no user has. As a "
        "labelled second column it is useful, since it shows what is left when exposure is right. In the first column "
        "it is worth several dB.",
        "Published tables mix both: 25.16 and 27.18 dB are the same method.",
        lambda case: {name: METRICS[f"{name}_gt_mean"](case.output, case.truth) for name in ("psnr", "ssim")},
        _true_both,
        lambda case: (("What was scored", gt_mean(case.output, case.truth)), ("The output", case.output)),
    ),
)


def get(name: str) -> Mistake:
    """The mistake of that name; a `KeyError` if there is none."""
    return {mistake.name: mistake for mistake in MISTAKES}[name]
