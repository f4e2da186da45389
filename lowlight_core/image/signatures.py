"""What a file is by its first bytes: at once and without decoding, whatever its name claims."""

import re

_ISO_MEDIA = re.compile(rb"....ftyp", re.DOTALL)  # ISO/IEC 14496-12: HEIF, AVIF, and films too
_READABLE = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|II\*\0|MM\0\*|II\+\0|MM\0\+|BM", re.DOTALL
)  # JPEG, PNG, WebP, TIFF, BigTIFF, BMP
_NO_PICTURE = "is not a picture that can be read: expected JPEG, PNG, WebP, TIFF or BMP"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_CANON_RAW = b"II*\0\x10\0\0\0CR"
_OTHERS = {b"GIF8": "GIF", b"8BPS": "PSD", b"\0\0\0\x0cjP  ": "JPEG 2000", b"%PDF": "PDF"}
_BRANDS = {  # ISO/IEC 23008-12 and the AVIF specification; the more telling first
    "AVIF": {b"avif", b"avis"},
    "HEIC": {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"},
    "HEIF": {b"mif1", b"mif2", b"msf1"},
}


def heif_kind(data: bytes) -> str | None:
    """``HEIC``, ``HEIF`` or ``AVIF`` where the bytes begin a photo of that kind."""
    if not _ISO_MEDIA.match(data):
        return None
    end = min(int.from_bytes(data[:4]), 256)  # the box that lists what the file is compatible with
    brands = {data[place : place + 4] for place in (8, *range(16, end, 4))}
    return next((kind for kind, known in _BRANDS.items() if brands & known), None)


def raw_photo(name: str) -> str:
    """The sentence for a camera's raw file, in which a decoder of TIFFs sees a small preview and takes it for all."""
    return f"{name} is a camera's raw photo, which cannot be read here: develop it and save it as JPEG, PNG or TIFF"


def why_not_opened(data: bytes, name: str) -> str:
    """The sentence for bytes that begin like a picture and whose header cannot be understood."""
    if data[:4] in _TIFF:
        return (
            f"{name} is a TIFF that is damaged or of a kind that cannot be read: save it with 8 or 16 bits per channel"
        )
    return f"{name} {_NO_PICTURE}"


def why_not(data: bytes, name: str) -> str | None:
    """The sentence that says why these bytes cannot be a picture that is read here; ``None`` where they may be one."""
    if not data:
        return f"{name} is empty: expected a picture"
    if kind := heif_kind(data):
        return f"{name} is {'an' if kind == 'AVIF' else 'a'} {kind} photo, which cannot be read here: export it as JPEG"
    if data.startswith(_CANON_RAW):
        return raw_photo(name)
    if _READABLE.match(data):
        return None
    if other := next((kind for start, kind in _OTHERS.items() if data.startswith(start)), None):
        return f"{name} is {other}, which is not supported: save it as JPEG, PNG, WebP, TIFF or BMP"
    return f"{name} {_NO_PICTURE}"
