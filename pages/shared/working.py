"""A photo at the size in which pages show it, so that methods answer at once; full size waits until somebody asks."""

from collections.abc import Callable

import numpy as np

from lowlight_core.image import fit_within
from pages.shared import media, results
from pages.shared.inputs import Chosen


def copy(pixels: np.ndarray) -> np.ndarray:
    """RGB uint8 (H, W, 3) reduced to the size of previews, read-only and kept; a small picture is returned itself."""
    if max(pixels.shape[:2]) <= media.PREVIEW_SIDE:
        return pixels
    key = (results.fingerprint(pixels), "working")
    return results.pictures().get(key, lambda: results.freeze(fit_within(pixels, media.PREVIEW_SIDE)))


def size(pixels: np.ndarray) -> tuple[int, int]:
    """(width, height) of a picture, as the viewer takes it."""
    return pixels.shape[1], pixels.shape[0]


def pace(seconds: float, work: np.ndarray, photo: Chosen) -> str:
    """What the last run cost, and on how many pixels; the app's first view was computed beforehand."""
    if not seconds:
        return "Computed beforehand, at the method's defaults."
    preview = "" if work is photo.pixels else f" as a preview of {work.shape[1]} × {work.shape[0]}"
    took = f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms" if seconds >= 0.001 else "less than 1 ms"
    return f"Enhanced in {took}{preview}."


def full(photo: Chosen, *methods: tuple[str, dict]) -> Callable[[], list[np.ndarray]]:
    """A function that returns the photo and every (method, settings) of it in full size, for a viewer's ``full``."""

    def originals() -> list[np.ndarray]:
        outputs = [results.enhance(photo.pixels, method, knobs) for method, knobs in methods]
        return [photo.pixels, *(photo.pixels if result.image is None else result.image for result in outputs)]

    return originals
