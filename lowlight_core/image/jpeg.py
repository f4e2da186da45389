"""The segments of a JPEG (ITU-T T.81, annex B): whether its pixels are all there, and a colour profile of any size.

A download that broke off, and got its end marker from some program on the way, looks whole. Decoders fill what is
missing with gray and say so to nobody.
"""

import io
import re

import numpy as np
from PIL import Image

# But those that stand inside a picture's own data. Of fill bytes, \xff\xff..., the last begins it: a repetition here
# would try a run of them from each of its places, which of a megabyte takes hours.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
_START, _END, _APP0, _APP1 = b"\xd8", b"\xd9", b"\xe0", b"\xe1"
_MOST_SEGMENTS = 20_000
_SCAN, _MOST_SCANS = b"\xda", 500  # a progressive picture of four channels has some twenty
_MISSING = 128  # level of what a decoder has to make up: no deviation from the middle
_MORE = bytes(range(1, 255)) * 16 + b"\xff" + _END  # as good as any picture's data, and an end
_PROFILE = b"\xff\xe2%b" + b"ICC_PROFILE\0"
_PROFILE_BYTES = 65535 - 2 - 14  # of a profile that one segment holds (ICC.1:2022, annex B.4)


def cut_short(data: bytes, pixels: np.ndarray) -> bool:
    """Whether the data of a JPEG end before its picture does; ``pixels`` are what a decoder made of it, (H, W, 3).

    Only then is the last pixel middle gray by necessity, and only then do more data make another picture: a decoder
    that has all it needs reads no further. Of a progressive one whose finer passes are missing nothing is said.
    """
    if (pixels[-1, -1] != _MISSING).any() or (end := _end(data)) is None:
        return False
    try:
        return _glance(data) != _glance(data[:end] + _MORE)
    except Exception:  # damage that OpenCV reads over and Pillow does not: nothing is known
        return False


def _end(data: bytes) -> int | None:
    """Where the marker stands that ends the first picture of a file, with the fill bytes before it."""
    position = len(b"\xff" + _START)
    while found := _MARKER.search(data, position):
        if found[1] == _END:
            return position + len(data[position : found.start()].rstrip(b"\xff"))
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    return None


def too_many_parts(data: bytes) -> bool:
    """Whether more stands before the pixels than any program writes: Pillow takes some microseconds for each segment,
    fill byte or marker alone, however small, as soon as it opens the file. A profile has 255 segments at most.
    """
    if not data.startswith(b"\xff" + _START):
        return False
    position = len(b"\xff" + _START)
    for _ in range(_MOST_SEGMENTS):
        marker = data[position : position + 2]
        if len(marker) < 2 or marker[0] != 0xFF or marker[1:] in (_SCAN, _END):
            return False
        alone = marker[1] in (0x00, 0x01, *range(0xD0, 0xD9))
        length = 2 + int.from_bytes(data[position + 2 : position + 4])
        position += 1 if marker[1] == 0xFF else 2 if alone else length
    return True


def too_many_scans(data: bytes) -> bool:
    """Whether a JPEG goes over its picture more often than any program writes: each pass, of a few bytes, costs as much
    time as the picture has pixels.
    """
    if data.count(b"\xff" + _SCAN) <= _MOST_SCANS:
        return False
    position, scans = len(b"\xff" + _START), 0
    while (found := _MARKER.search(data, position)) and found[1] != _END and scans <= _MOST_SCANS:
        scans += found[1] == _SCAN
        position = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    return scans > _MOST_SCANS


def _glance(data: bytes) -> bytes:
    """The picture at an eighth of its size, one value for each block: by Pillow, which says nothing on stderr."""
    with Image.open(io.BytesIO(data)) as image:
        image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
        return image.tobytes()


def with_profile(data: bytes, icc: bytes) -> bytes:
    """A JPEG with a colour profile in as many segments as it takes, behind what must stand first (JFIF, EXIF).

    A profile that does not fit into 255 of them is left out.
    """
    parts = [icc[start : start + _PROFILE_BYTES] for start in range(0, len(icc), _PROFILE_BYTES)]
    if len(parts) > 255:
        return data
    place = len(b"\xff" + _START)
    while (found := _MARKER.match(data, place)) and found[1] in (_APP0, _APP1):
        place = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    segments = [
        _PROFILE % (len(part) + 16).to_bytes(2) + bytes((number, len(parts))) + part
        for number, part in enumerate(parts, 1)
    ]
    return data[:place] + b"".join(segments) + data[place:]
