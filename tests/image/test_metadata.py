"""What is kept beside the pixels although EXIF does not hold it: dots per inch."""

import io
import struct
import warnings

import pytest
from pictures import dark, saved
from PIL import Image

from lowlight_core import image

DENSITY = 0x011A, 0x011B, 0x0128


def density(exif: bytes) -> list[int]:
    kept = Image.Exif()
    kept.load(exif)
    return [round(float(kept[tag])) for tag in DENSITY]


@pytest.mark.parametrize("source", ["JPEG", "PNG"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp"])
def test_dots_per_inch_of_a_file_without_exif_are_kept(source, format):
    picture = image.decode(saved(dark(), source, dpi=(300, 150)))
    written = Image.open(io.BytesIO(image.encode(picture.pixels, format, exif=picture.exif)))
    assert density(written.getexif().tobytes()) == [300, 150, 2]


def test_exif_has_the_word_where_it_says_something():
    exif = Image.Exif()
    exif.update(zip(DENSITY, (72.0, 72.0, 2), strict=True))
    assert density(image.decode(saved(dark(), "JPEG", dpi=(300, 300), exif=exif)).exif) == [72, 72, 2]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "BMP"])
def test_a_file_that_tells_no_density_gets_none(format):
    assert image.decode(saved(dark(), format, **({"dpi": (0, 0)} if format == "BMP" else {}))).exif is None


def test_tags_that_make_no_sense_are_not_each_told_to_the_log():
    tags = b"".join(struct.pack("<HHII", tag, 7, 10_000_000, 8) for tag in range(40_000, 40_050))
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 50) + tags + bytes(4)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert image.decode(saved(dark(), "PNG", exif=exif[6:])).exif is None
    assert not told
