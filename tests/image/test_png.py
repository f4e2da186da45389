"""PNGs with large colour profiles, which are kept, and with more of them than any picture has."""

import struct
import zlib

import numpy as np
import pytest
from pictures import dark
from PIL import Image

from lowlight_core import image
from lowlight_core.errors import ImageError
from lowlight_core.image import png
from lowlight_core.image.metadata import MOST_PROFILE
from lowlight_core.jobs.many_photos import make_thumbnail


def with_profiles(number: int) -> bytes:
    """A PNG with so many profiles of no colour space, behind its first chunk."""
    data, body = image.encode(dark()), b"iCCPname\0\0" + zlib.compress(bytes(1000))
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + number * chunk + data[33:]


def profile(size: int) -> bytes:
    """One for RGB, as long as it says, whose tables are noise and do not shrink."""
    made = bytearray(np.random.default_rng(0).bytes(size))
    made[:4], made[16:20], made[36:40] = size.to_bytes(4), b"RGB ", b"acsp"
    return bytes(made)


@pytest.mark.parametrize("size", [1_200_000, MOST_PROFILE])
def test_a_large_profile_does_not_make_a_file_that_nobody_can_open(size, tmp_path):
    """Of a photo with one of 1.2 MB the result was no picture to this program, and its job failed at the thumbnail."""
    icc = profile(size)
    (tmp_path / "a.png").write_bytes(image.encode(dark(), icc=icc))
    assert image.read(tmp_path / "a.png").icc == icc
    with Image.open(make_thumbnail(tmp_path / "a.png", tmp_path / "thumbnail.jpg")) as thumbnail:
        assert thumbnail.size == (320, 240)


def test_a_profile_larger_than_any_format_must_hold_is_left_out():
    assert image.decode(image.encode(dark(), "webp", icc=profile(MOST_PROFILE + 1))).icc is None


def test_endless_chunks_are_refused_before_the_file_is_opened():
    """300,000 empty ones, in 3.6 MB, took some seconds."""
    data, empty = image.encode(dark()), struct.pack(">I4sI", 0, b"prVt", zlib.crc32(b"prVt"))
    some = image.decode(data[:33] + 2000 * empty + data[33:])
    assert np.array_equal(some.pixels, image.decode(data).pixels)
    with pytest.raises(ImageError, match="damaged"):
        image.opened(data[:33] + 20_000 * empty + data[33:])


def test_pixels_in_small_chunks_are_read(monkeypatch):
    """However many there are."""
    monkeypatch.setattr(png, "_MOST_CHUNKS", 10)
    picture = np.random.default_rng(0).integers(0, 256, (500, 500, 3), np.uint8)
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in picture))
    parts = [b"IDAT" + rows[start : start + 1000] for start in range(0, len(rows), 1000)]
    chunks = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts]
    data = image.encode(picture)
    assert len(parts) > 500 and np.array_equal(image.decode(data[:33] + b"".join(chunks) + data[-12:]).pixels, picture)


def test_endless_profiles_are_refused_before_the_file_is_opened():
    """Three thousand of them, in 3 MB, unpack to 3 GB and held the server for half a minute."""
    assert image.decode(with_profiles(2)).icc is None, "one too many is no reason to lose the picture"
    with pytest.raises(ImageError, match="damaged"):
        image.decode(with_profiles(9))
