"""What is kept of a picture beside its pixels: EXIF and colour profile, made fit for the RGB file they go into; and
the one thing that EXIF says of the pixels, how they stand.

Damaged metadata never costs anybody the picture: it is left out. So is XMP (ISO 16684-1), which repeats orientation and
size in texts of its own, tells of gain maps and depth that the new file has not, and of edits that viewers apply again.
"""

import warnings

import numpy as np
from PIL import Image, ImageOps

from lowlight_core.image import png

_ORIENTATION, _BITS_PER_SAMPLE = 0x0112, 258
_PHOTO, _WIDTH, _HEIGHT = 0x8769, 0xA002, 0xA003  # where EXIF 2.3 has what the camera did; the size of the picture
_DENSITY, _INCH = (0x011A, 0x011B, 0x0128), 2  # pixels in each direction, and in what unit
MOST_PROFILE = 2**24  # bytes, as many as a JPEG holds: tables for a camera or printer take some megabytes
_HEADER = b"Exif\x00\x00"
_JPEG_SEGMENT = 65535 - 2 - len(_HEADER)  # bytes of EXIF that one JPEG segment holds
# TIFF 6.0 tags that say how a file stores its pixels, or that hold profile and editor's data: false in another file
_STORAGE = {254, 255, 256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325}
_STORAGE |= {330, 338, 339, 347, 513, 514, 530, 532, 700, 33723, 34377, 34675}


def exif_and_orientation(header: Image.Image) -> tuple[bytes | None, int]:
    """The EXIF block (TIFF structure) with its orientation reset, and the orientation (1 to 8) that it had.

    Dots per inch that only the file's own header tells, as a scanner's JPEG does, are in it too: every format keeps it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow has one for each damaged tag, of which a file may hold 65,535
        return _exif_and_orientation(header)


def _exif_and_orientation(header: Image.Image) -> tuple[bytes | None, int]:
    try:
        exif = Image.Image.getexif(header)  # the PNG class's own would decode all pixels first
        orientation = int(exif.get(_ORIENTATION, 1))
        orientation = orientation if 1 <= orientation <= 8 else 1
        if header.format == "TIFF":
            for tag in _STORAGE & set(exif):
                del exif[tag]
        dots = header.info.get("dpi", (0, 0))
        if header.format != "TIFF" and min(dots) > 0 and not set(_DENSITY) & set(exif):
            exif.update(zip(_DENSITY, (*dots, _INCH), strict=True))
        if not len(exif):
            return None, 1
        if _ORIENTATION in exif:
            exif[_ORIENTATION] = 1
        if orientation >= 5 and _PHOTO in exif:  # width becomes height
            photo = exif.get_ifd(_PHOTO)
            photo |= {_WIDTH: photo[_HEIGHT], _HEIGHT: photo[_WIDTH]} if {_WIDTH, _HEIGHT} <= set(photo) else {}
        return exif.tobytes().removeprefix(_HEADER), orientation
    except Exception:  # whatever somebody's camera wrote
        return None, 1


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Apply an EXIF orientation (1 to 8) to RGB uint8 (H, W, 3)."""
    if orientation == 1:
        return pixels
    image = Image.fromarray(pixels)
    image.getexif()[_ORIENTATION] = orientation
    return np.array(ImageOps.exif_transpose(image))


def rgb_profile(header: Image.Image) -> bytes | None:
    """The colour profile if it is one for RGB: that of a CMYK or gray picture says nothing about its RGB version.

    One of more than `MOST_PROFILE` bytes is left out.
    """
    icc = header.info.get("icc_profile") or b""
    whole = 132 <= len(icc) <= MOST_PROFILE and int.from_bytes(icc[:4]) == len(icc) and icc[36:40] == b"acsp"
    return icc if whole and icc[16:20] == b"RGB " else None


def bits_per_channel(header: Image.Image, data: bytes) -> int:
    """How many bits per channel a file holds, at least 8; Pillow's mode does not tell."""
    try:
        if header.format == "PNG":
            return max(8, png.depth(data))
        return max(8, *header.tag_v2[_BITS_PER_SAMPLE]) if header.format == "TIFF" else 8
    except Exception:  # a file without the tag, or with nonsense in it
        return 8


def fitting(format: str, exif: bytes | None) -> bytes | None:
    """The EXIF block if a file of that format can hold it."""
    return None if format == "jpg" and len(exif or b"") > _JPEG_SEGMENT else exif
