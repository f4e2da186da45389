"""Any mode of a Pillow image -> RGB: gray, palettes, CMYK, transparency, 16 bit, by the rules of `image`."""

import numpy as np
from PIL import Image

from lowlight_core.errors import ImageError

_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")


def to_rgb(image: Image.Image, bits: int, name: str) -> tuple[np.ndarray, bool]:
    """RGB uint8 (H, W, 3) of a loaded image of so many ``bits`` per channel, and whether white shows through it.

    Raises:
        ImageError: its numbers are of unknown range: floating point, or integers of more than 16 bits.
    """
    kind = "floating-point" if image.mode == "F" else f"{bits}-bit integer" if bits > 16 else None
    if kind:
        raise ImageError(f"{name} has {kind} pixels of unknown range: save it with 8 or 16 bits per channel")
    if image.mode.startswith("I"):
        return _wide_gray(image)
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        own = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        through = own.getextrema()[3][0] < 255
        return np.array(Image.alpha_composite(white, own).convert("RGB"), np.uint8), through
    return np.array(image.convert("RGB"), np.uint8), False


def _wide_gray(image: Image.Image) -> tuple[np.ndarray, bool]:
    """16-bit gray, whatever its byte order; the one level that a PNG may declare transparent becomes white."""
    wide = np.asarray(image).astype(np.int64).clip(0, 65535)
    gray = (wide >> 8).astype(np.uint8)
    through = wide == image.info.get("transparency", -1)
    gray[through] = 255
    return np.repeat(gray[..., None], 3, axis=2), bool(through.any())
