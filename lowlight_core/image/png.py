"""The chunks of a PNG file: whether they are whole, and its EXIF block wherever it stands (ISO/IEC 15948, section 5).

OpenCV's decoder fills what is missing with black and says nothing; Pillow's looks for EXIF by decoding all pixels.
"""

import struct
import zlib

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 10_000  # beside those of the pixels
_MOST_PROFILES = 8  # the standard allows one; among a gigabyte of pixels the name may stand by chance


def depth(data: bytes) -> int:
    """Bits per channel of a PNG, or per place in its palette: in its first chunk, IHDR."""
    return data[24]


def too_many_profiles(data: bytes) -> bool:
    """Whether a file has more colour profiles than any program writes: Pillow unpacks each, a thousandfold at most, as
    soon as it opens the file.
    """
    return data.count(b"iCCP") > _MOST_PROFILES


def too_many_parts(data: bytes) -> bool:
    """Whether a file is cut into more chunks than any program makes: Pillow takes some microseconds for each, however
    small, as soon as it opens the file. Pixels come in chunks of some thousand bytes or more.
    """
    if not data.startswith(_SIGNATURE):
        return False
    position, most = len(_SIGNATURE), _MOST_CHUNKS + len(data) // 1000
    for _ in range(most):
        if position + 8 > len(data):
            return False
        position += 12 + int.from_bytes(data[position : position + 4])
    return position + 8 <= len(data)


def examine(header: Image.Image, data: bytes) -> bool:
    """Whether an opened PNG is whole; then its EXIF block can be found without decoding the pixels.

    Pillow spreads gray of 2 or 4 bits over 0 to 255, but not the level that counts as transparent: that is done here.
    """
    try:
        exif = exif_of_whole(data)
    except ValueError:
        return False
    if exif:
        header.info["exif"] = exif
    if header.mode == "L" and (bits := depth(data)) in (2, 4) and "transparency" in header.info:
        header.info["transparency"] *= 255 // (2**bits - 1)
    return True


def exif_of_whole(data: bytes) -> bytes | None:
    """The EXIF block (TIFF structure) of a PNG, or ``None`` if it has none.

    Raises:
        ValueError: the file is cut short, or a chunk fails its checksum.
    """
    view, position, exif = memoryview(data), len(_SIGNATURE), None
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body, end = view[position + 8 : position + 8 + length], position + 12 + length
        if end > len(data) or zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(view[end - 4 : end]):
            break
        if kind == b"eXIf":
            exif = bytes(body)
        if kind == b"IEND":
            return exif
        position = end
    raise ValueError("a chunk is missing or fails its checksum")
