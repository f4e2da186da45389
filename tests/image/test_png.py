"""PNGs whose colour profiles are more than any picture has."""

import struct
import zlib

import pytest
from pictures import dark

from lowlight_core import image
from lowlight_core.errors import ImageError


def with_profiles(number: int) -> bytes:
    """A PNG with so many profiles of no colour space, behind its first chunk."""
    data, body = image.encode(dark()), b"iCCPname\0\0" + zlib.compress(bytes(1000))
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + number * chunk + data[33:]


def test_endless_profiles_are_refused_before_the_file_is_opened():
    """Three thousand of them, in 3 MB, unpack to 3 GB and held the server for half a minute."""
    assert image.decode(with_profiles(2)).icc is None, "one too many is no reason to lose the picture"
    with pytest.raises(ImageError, match="damaged"):
        image.decode(with_profiles(9))
