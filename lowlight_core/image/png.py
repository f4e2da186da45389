"""The chunks of a PNG file: whether they are whole, and its EXIF block wherever it stands (ISO/IEC 15948, section 5).

OpenCV's decoder fills what is missing with black and says nothing; Pillow's looks for EXIF by decoding all pixels.
"""

import struct
import zlib

_SIGNATURE_BYTES = 8


def depth(data: bytes) -> int:
    """Bits per channel of a PNG, or per place in its palette: in its first chunk, IHDR."""
    return data[24]


def exif_of_whole(data: bytes) -> bytes | None:
    """The EXIF block (TIFF structure) of a PNG, or ``None`` if it has none.

    Raises:
        ValueError: the file is cut short, or a chunk fails its checksum.
    """
    view, position, exif = memoryview(data), _SIGNATURE_BYTES, None
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
