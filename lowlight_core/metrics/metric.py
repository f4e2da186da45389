"""What a metric is: a plain function, and beside it everything that tables, axes and tests need to know of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lowlight_core.errors import ImageError
from lowlight_core.image import check_image

CHEAP, COSTLY = "cheap", "costly"
GRAY_WEIGHTS = (0.299, 0.587, 0.114)  # BT.601 luma of R, G, B


@dataclass(frozen=True)
class Metric:
    """One figure that can be measured on an image.

    Attributes:
        name: key in tables, CSV and JSON.
        label: heading for people.
        unit: ``dB``, ``bits``, ``%`` or ``""`` for a pure number.
        higher_is_better: ``True``, ``False``, or ``None`` for a figure that describes without judging.
        needs_reference: whether it is ``function(image, reference)``; else it is ``function(image)``.
        minimum, maximum: what the function can return at all (``inf`` where there is no bound).
        decimals: how many a table shows.
        help: the protocol in two or three sentences, with the source.
        function: RGB uint8 (H, W, 3) -> float; ``nan`` where the metric is not defined for such an image.
        cost: ``cheap`` metrics are measured by default, ``costly`` ones when asked for.
    """

    name: str
    label: str
    unit: str
    higher_is_better: bool | None
    needs_reference: bool
    minimum: float
    maximum: float
    decimals: int
    help: str
    function: Callable[..., float]
    cost: str = CHEAP

    @property
    def arrow(self) -> str:
        """``↑`` where more is better, ``↓`` where less is, nothing where neither is."""
        return {True: "↑", False: "↓", None: ""}[self.higher_is_better]

    @property
    def heading(self) -> str:
        """Label, unit and arrow as one table heading: ``PSNR, dB ↑``."""
        unit = f", {self.unit}" if self.unit else ""
        return f"{self.label}{unit} {self.arrow}".rstrip()

    @property
    def ends(self) -> tuple[str, str]:
        """What to call the two ends of a list: ``best`` and ``worst``, ``highest`` and ``lowest`` where neither is."""
        return ("highest", "lowest") if self.higher_is_better is None else ("best", "worst")

    def format(self, value: float) -> str:
        """The value as a table shows it: ``23.11``, ``∞`` for identical images, ``n/a`` where it is not defined."""
        if value is None or np.isnan(value):
            return "n/a"
        if np.isinf(value):
            return "∞" if value > 0 else "-∞"
        return f"{value:.{self.decimals}f}"

    def __call__(self, image: np.ndarray, reference: np.ndarray | None = None) -> float:
        """Measure; without a check of the arrays, which `measure` does once for all metrics."""
        return float(self.function(image, reference) if self.needs_reference else self.function(image))


def check_pair(image, reference) -> None:
    """Make sure that two RGB uint8 images can be compared pixel by pixel.

    Raises:
        ImageError: one of them is no RGB uint8 (H, W, 3) array, holds values that are not finite, or the sizes differ.
            Nothing is resized in secret: that alone would change the figures.
    """
    check_image(image)
    check_image(reference)
    if image.shape != reference.shape:
        (h, w), (rh, rw) = image.shape[:2], reference.shape[:2]
        raise ImageError(
            f"expected an image and a reference of the same size, got {w} x {h} and {rw} x {rh}: "
            "score at full size, without resizing or cropping"
        )


def gray(image: np.ndarray) -> np.ndarray:
    """BT.601 luma rounded to uint8 (H, W), as ``rgb2gray`` and ``cv2.cvtColor`` have it."""
    import cv2

    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def strips(shape: tuple[int, ...], pixels: int = 2**16, halo: int = 0):
    """Cut a picture of this shape (H, W, ...) into strips of about ``pixels``, whatever its size.

    Few enough for temporary arrays to stay in the cache, enough for threads not to wait for each other between two
    short operations. Yields slices of rows; with a ``halo`` each has that many more rows than it answers for, as a
    filter without padding wants.
    """
    height, rows = shape[0], max(16, pixels // shape[1])
    for top in range(0, height - halo, rows):
        yield slice(top, min(top + rows, height - halo) + halo)
