"""Bytes and files <-> RGB uint8 (H, W, 3). With `modes` and `metadata` all that knows BGR, EXIF, alpha and 16 bit.

How every kind of picture becomes RGB uint8:

* EXIF orientation is applied; the tag is reset to 1 in what is kept.
* grayscale is repeated into three channels; palettes are looked up; CMYK is converted by Pillow;
* alpha is blended over white, as a browser shows it;
* 9 to 16 bits per channel keep their upper eight; floating-point pixels, integers of more bits and those with a sign
  are refused, since their range is unknown;
* of several frames or pages (animated WebP, multi-page TIFF) the first is taken; raw photos, whose first is a small
  preview, are refused.

A colour profile is not applied: the numbers stay as they are and the profile is written back beside them.
"""

import contextlib
import io
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, PngImagePlugin

from lowlight_core.atomic import write_bytes
from lowlight_core.errors import ImageError, ParameterError
from lowlight_core.image import jpeg, metadata, modes, png, signatures, tiff
from lowlight_core.settings import settings

INPUT_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "TIFF", "BMP")  # MPO: a JPEG with more of them behind, as phones write
EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".jfif", ".jpe")
OUTPUT_FORMATS = ("png", "jpg", "webp")
_BYTES_PER_PIXEL = 16  # twice what 16-bit RGBA takes uncompressed: longer files are not read
PngImagePlugin.MAX_TEXT_CHUNK = metadata.MOST_PROFILE  # of larger profiles Pillow opens no PNG: a megabyte by itself
Image.MAX_IMAGE_PIXELS = None  # our own limit is checked from the header, before anything is decoded
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # an ImageError says what is wrong, once


@dataclass(frozen=True)
class Picture:
    """One decoded picture and the metadata worth keeping.

    ``pixels`` is RGB uint8 (H, W, 3); ``exif`` (TIFF structure, orientation reset) and ``icc`` are bytes or ``None``;
    ``bits`` is how many bits per channel the file holds: of more than 8 the upper ones are kept; ``transparent`` says
    that white was filled in somewhere.
    """

    pixels: np.ndarray
    exif: bytes | None = None
    icc: bytes | None = None
    format: str = "PNG"
    bits: int = 8
    transparent: bool = False


def check_image(image) -> np.ndarray:
    """Return ``image`` unchanged if it is RGB uint8 (H, W, 3) and not empty.

    Raises:
        ImageError: it is anything else; the message says what came.
    """
    if not isinstance(image, np.ndarray):
        raise ImageError(f"expected an RGB uint8 array (H, W, 3), got {type(image).__name__}")
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ImageError(f"expected an RGB uint8 array (H, W, 3), got {image.dtype} {image.shape}")
    return image


def is_gray(image: np.ndarray) -> bool:
    """Whether the three channels of RGB uint8 (H, W, 3) are the same."""
    sample = image[::16, ::16]
    return bool((sample == sample[..., :1]).all()) and bool((image == image[..., :1]).all())


def decode(data: bytes, name: str = "image", max_megapixels: float | None = None) -> Picture:
    """Decode JPEG, PNG, WebP, TIFF or BMP bytes to RGB uint8 by the rules above.

    Args:
        data: the whole file.
        name: how messages call it.
        max_megapixels: refuse larger pictures before decoding; ``None`` takes the setting.

    Raises:
        ImageError: empty, not a picture, a format that is not supported, damaged, or too large.
        ParameterError: the limit is no number above 0.
    """
    header = opened(data, name)
    limit = settings().max_megapixels if max_megapixels is None else max_megapixels
    if not limit > 0:
        raise ParameterError(f"max_megapixels must be above 0, got {limit}")
    modes.check_size(header, limit, name)
    if header.format == "PNG" and not png.examine(header, data):
        raise _damaged(name)
    if header.format in ("JPEG", "MPO") and jpeg.too_many_scans(data):
        raise _damaged(name)
    exif, orientation = metadata.exif_and_orientation(header)
    bits = metadata.bits_per_channel(header, data)
    pixels, transparent = _pixels(header, data, bits, name)
    if header.format in ("JPEG", "MPO") and jpeg.cut_short(data, pixels):
        raise _damaged(name)
    icc = metadata.rgb_profile(header)
    return Picture(metadata.upright(pixels, orientation), exif, icc, header.format, bits, transparent)


def opened(data: bytes, name: str = "image") -> Image.Image:
    """The header of a picture, no pixel of it decoded yet.

    Raises:
        ImageError: empty, not a picture, a format that is not supported, or made to hold up whoever opens it.
    """
    if (problem := signatures.why_not(data, name)) is not None:
        raise ImageError(problem)
    if any(kind.too_many_parts(data) for kind in (tiff, png, jpeg)) or png.too_many_profiles(data):
        raise _damaged(name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = Image.open(io.BytesIO(data))
    except Exception:
        raise ImageError(signatures.why_not_opened(data, name)) from None
    if header.format not in INPUT_FORMATS:
        raise ImageError(f"{name} is {header.format}, which is not supported: save it as JPEG, PNG, WebP, TIFF or BMP")
    return header


def _damaged(name: str) -> ImageError:
    return ImageError(f"{name} is damaged or cut short: its pixels cannot be decoded")


def _pixels(header: Image.Image, data: bytes, bits: int, name: str) -> tuple[np.ndarray, bool]:
    """The pixels as stored, and whether white was filled in.

    Decode by OpenCV plain JPEGs and WebPs, else by Pillow: OpenCV complains of PNGs on stderr, and makes white in BMPs
    of 16 bits a pixel no brighter than 248.
    """
    plain = header.mode in ("L", "RGB") and header.format in ("JPEG", "MPO", "WEBP")
    if plain and (header.format == "MPO" or not getattr(header, "is_animated", False)):
        with contextlib.suppress(cv2.error):
            pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
            if pixels is not None and pixels.shape[:2] == (header.height, header.width):
                return pixels, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if bits == 16 and header.mode == "RGB" and "transparency" in header.info:
                return modes.with_key_color(data)
            modes.take_planes(header, bits, name)
            header.load()
            return modes.to_rgb(header, bits, name)
    except ImageError:
        raise
    except Exception:
        raise _damaged(name) from None


def read(path: str | Path, max_megapixels: float | None = None) -> Picture:
    """Read and decode one file.

    Raises:
        ImageError: it cannot be read, or `decode` refuses it.
    """
    name = Path(path).name
    return decode(read_bytes(Path(path), name), name, max_megapixels)


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file that may hold a picture; ``name`` is how messages call it.

    Raises:
        ImageError: it is gone, no regular file, larger than any picture within the limits, or cannot be read.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # reading a pipe would wait for ever
            raise ImageError(f"{name} cannot be read: expected a file, got a folder, device or pipe")
        if about.st_size > most_bytes():
            raise ImageError(f"{name} is too large a file for a picture within the limits: use a smaller one")
        return path.read_bytes()
    except OSError as error:
        raise ImageError(f"{name} cannot be read: {error.strerror or error}") from None


def most_bytes() -> float:
    """Size of the largest file that can be a picture within the limits."""
    return settings().max_megapixels * 1e6 * _BYTES_PER_PIXEL


def encode(
    pixels: np.ndarray, format: str = "png", quality: int = 95, exif: bytes | None = None, icc: bytes | None = None
) -> bytes:
    """Encode RGB uint8 (H, W, 3) as ``png`` (lossless), ``jpg`` or ``webp`` (lossy at ``quality`` 1 to 100).

    Raises:
        ImageError: no such format, or a side too long for it (WebP 16,383 pixels, JPEG as libjpeg has it 65,500).
        ParameterError: the quality is no whole number from 1 to 100.
    """
    if quality not in range(1, 101):
        raise ParameterError(f"quality must be a whole number from 1 to 100, got {quality!r}")
    if format not in OUTPUT_FORMATS:
        raise ImageError(f"expected the format png, jpg or webp, got {format!r}")
    longest = max(check_image(pixels).shape[:2])
    most = {"webp": 16383, "jpg": 65500}.get(format, longest)
    if longest > most:
        raise ImageError(f"{format} holds at most {most} pixels a side, this picture has {longest}: choose png")
    kind = {"jpg": cv2.IMWRITE_JPEG_QUALITY, "webp": cv2.IMWRITE_WEBP_QUALITY}.get(format)
    options = [] if kind is None else [kind, int(quality)]
    own = None if format == "jpg" else icc  # of a profile that needs several segments OpenCV makes no JPEG
    blocks = {cv2.IMAGE_METADATA_EXIF: metadata.fitting(format, exif), cv2.IMAGE_METADATA_ICCP: own}
    kept = {kind: np.frombuffer(block, np.uint8) for kind, block in blocks.items() if block}
    bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    for blocks in (kept, {}):  # metadata that the encoder refuses is left out
        done, coded = cv2.imencodeWithMetadata(f".{format}", bgr, list(blocks), list(blocks.values()), options)
        if done:
            return jpeg.with_profile(coded.tobytes(), icc or b"") if format == "jpg" else coded.tobytes()
    raise ImageError(f"the picture could not be encoded as {format}")


def write(
    path: str | Path,
    pixels: np.ndarray,
    *,
    overwrite: bool = False,
    quality: int = 95,
    exif: bytes | None = None,
    icc: bytes | None = None,
) -> Path:
    """Write RGB uint8 (H, W, 3) to ``path``; its ending chooses the format. Readers never see half a file.

    Raises:
        OutputError: the file exists and ``overwrite`` is false, or the folder takes no file.
        ImageError: the ending is not .png, .jpg, .jpeg or .webp.
    """
    format = Path(path).suffix.lower().lstrip(".").replace("jpeg", "jpg")
    return write_bytes(path, encode(pixels, format, quality, exif, icc), overwrite=overwrite)


def fit_within(pixels: np.ndarray, max_side: int) -> np.ndarray:
    """Shrink RGB uint8 so that its longer side is at most ``max_side`` pixels; smaller pictures stay as they are."""
    height, width = pixels.shape[:2]
    scale = max_side / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
