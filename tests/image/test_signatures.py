"""Files by their first bytes: every readable kind passes, other kinds are named, whatever the file is called."""

import pytest
from pictures import animated_gif, photo, saved
from PIL import Image

from lowlight_core import image
from lowlight_core.errors import ImageError
from lowlight_core.image import signatures


def heif(brand: bytes, *others: bytes) -> bytes:
    """How a file of the HEIF family begins."""
    brands = brand + bytes(4) + b"".join(others)
    return (8 + len(brands)).to_bytes(4) + b"ftyp" + brands + bytes(100)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "MPO"])
def test_what_is_read_here_passes(format):
    data = saved(photo(), format)
    assert signatures.why_not(data[:300], "a") is None and image.decode(data).pixels.shape == photo().shape


def test_big_and_other_endian_tiff_pass():
    big = saved(photo(), "TIFF", big_tiff=True)
    assert signatures.why_not(big, "a") is None and signatures.why_not(b"MM\0*" + bytes(9), "a") is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (heif(b"heic", b"mif1", b"heic"), "a HEIC photo"),
        (heif(b"mif1", b"mif1", b"heix"), "a HEIC photo"),
        (heif(b"mif1", b"mif1"), "a HEIF photo"),
        (heif(b"mif1", b"avif", b"miaf"), "an AVIF photo"),
        (saved(Image.fromarray(photo()), "AVIF") if "AVIF" in Image.registered_extensions().values() else
         heif(b"avif"), "an AVIF photo"),
    ],
)  # fmt: skip
def test_photos_of_phones_are_named_whatever_they_are_called(data, kind):
    sentence = f"x.jpg is {kind}, which cannot be read here: export it as JPEG"
    with pytest.raises(ImageError, match=sentence):
        image.decode(data, "x.jpg")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"holiday notes", "is not a picture"),
        (heif(b"isom", b"mp42"), "is not a picture"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(90), "is a camera's raw photo"),
        (animated_gif(), "is GIF, which is not supported"),
        (b"\0\0\0\x05ftyp", "is not a picture"),
    ],
)
def test_what_is_no_picture_is_said(data, what):
    assert what in signatures.why_not(data, "x.jpg")
