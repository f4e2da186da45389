"""Any mode of a Pillow image -> RGB: gray, palettes, CMYK, transparency, 16 bit, by the rules of `image`."""

import cv2
import numpy as np
from PIL import Image

from lowlight_core.errors import ImageError
from lowlight_core.image.signatures import raw_photo

_PHOTOMETRIC, _SAMPLE_FORMAT = 262, 339  # TIFF 6.0: whether 0 is white or black; whether numbers have a sign
_SIGNED = 2
_SUBFILE, _REDUCED = 254, 1  # what a directory of a TIFF holds, by bits: a reduced picture
_DNG_VERSION = 50706  # a tag that only Digital Negatives have
_PLANAR, _APART = 284, 2  # how the channels stand: each by itself
_PLANES = tuple("RGBACMYK")  # how Pillow calls one channel of a picture
_TILE = 322, 323  # width and height of the tiles of a TIFF, whatever the picture's own are
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa", "La")


def to_rgb(image: Image.Image, bits: int, name: str) -> tuple[np.ndarray, bool]:
    """RGB uint8 (H, W, 3) of a loaded image of so many ``bits`` per channel, and whether white shows through it.

    Raises:
        ImageError: its numbers are of unknown range: floating point, integers of more than 16 bits, or with a sign; or
            it is the preview that comes first in a camera's raw photo.
    """
    kinds = [kind for kind in _values(image, _SUBFILE) if isinstance(kind, int)]
    if _values(image, _DNG_VERSION) or any(kind & _REDUCED for kind in kinds):
        raise ImageError(raw_photo(name))
    kind = "floating-point" if image.mode == "F" else f"{bits}-bit integer" if bits > 16 else None
    if kind:
        raise ImageError(f"{name} has {kind} pixels of unknown range: save it with 8 or 16 bits per channel")
    if _SIGNED in _values(image, _SAMPLE_FORMAT):
        raise ImageError(f"{name} has pixels with a sign, of unknown black: save it with 8 or 16 bits without sign")
    if image.mode.startswith("I"):
        return _wide_gray(image, bits)
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        own = image.convert("RGBA")
        white = Image.new("RGBA", own.size, "white")  # an opened TIFF's size is the one that it has upright
        through = own.getextrema()[3][0] < 255
        return np.array(Image.alpha_composite(white, own).convert("RGB"), np.uint8), through
    return np.array(image.convert("RGB"), np.uint8), False


def with_key_color(data: bytes) -> tuple[np.ndarray, bool]:
    """RGB uint8 (H, W, 3) of a PNG of 16 bits per channel one colour of which is transparent, and whether any pixel
    has it: that becomes white.

    Pillow compares the lower half of that colour with the upper half of the pixels.
    """
    wide = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    through = wide[..., 3] == 0
    pixels = (wide[..., 2::-1] >> 8).astype(np.uint8)
    pixels[through] = 255
    return pixels, bool(through.any())


def take_planes(image: Image.Image, bits: int, name: str) -> None:
    """Let an opened TIFF that keeps each channel apart be loaded as what it holds, of so many ``bits`` per channel.

    Pillow takes uncompressed planes of 16 bits for 8, half as long as they are, and the transparency of a gray picture
    for a whole one, and says nothing.

    Raises:
        ImageError: it is gray with transparency.
    """
    if image.mode == "LA" and _APART in _values(image, _PLANAR):
        raise ImageError(f"{name} keeps gray and transparency apart, which cannot be read: save it interleaved")
    if bits == 16 and image.format == "TIFF":
        end = ";16L" if image.tag_v2.prefix == b"II" else ";16B"
        image.tile = [
            tile._replace(args=(tile.args[0] + end, *tile.args[1:]))
            if tile.codec_name == "raw" and tile.args[0] in _PLANES
            else tile
            for tile in image.tile
        ]


def check_size(header: Image.Image, limit: float, name: str) -> None:
    """Refuse what has more than ``limit`` megapixels, as a whole or in one tile, which is decoded as a whole.

    Raises:
        ImageError: so it has.
    """
    for what, (width, height) in ((name, header.size), (f"a tile of {name}", tile_size(header))):
        if (megapixels := width * height / 1e6) > limit:
            shown = f"{width} x {height} = " + (f"{megapixels:.0f}" if megapixels >= 10 else f"{megapixels:.2g}")
            raise ImageError(f"{what} is {shown} megapixels, the limit is {limit:g}: use a smaller one")


def tile_size(image: Image.Image) -> tuple[int, int]:
    """Width and height of the tiles of an opened TIFF; of other files, and where it says no numbers, 0."""
    width, height = (next(iter(_values(image, tag)), 0) for tag in _TILE)
    return (width, height) if isinstance(width, int) and isinstance(height, int) else (0, 0)


def _values(image: Image.Image, tag: int) -> tuple:
    """The values of a tag of a TIFF; none for other files."""
    found = getattr(image, "tag_v2", {}).get(tag, ())
    return found if isinstance(found, tuple) else (found,)


def _wide_gray(image: Image.Image, bits: int) -> tuple[np.ndarray, bool]:
    """Gray of 9 to 16 ``bits``, whatever its byte order: the upper eight of them.

    A TIFF may count from white, which Pillow leaves so; the one level that a PNG may declare transparent becomes white.
    """
    wide = np.asarray(image.copy()).clip(0, 2**bits - 1)  # a copy has the size of its pixels
    gray = (wide >> (bits - 8)).astype(np.uint8)
    if 0 in _values(image, _PHOTOMETRIC):
        gray = 255 - gray
    through = wide == image.info.get("transparency", -1)
    gray[through] = 255
    return np.repeat(gray[..., None], 3, axis=2), bool(through.any())
