"""JPEG files: those that lost their end are told from whole ones; colour profiles of any size are kept."""

import io

import numpy as np
import pytest
from pictures import dark, photo, plain, saved
from PIL import Image, ImageCms

from lowlight_core import image
from lowlight_core.errors import ImageError
from lowlight_core.image import jpeg

END = b"\xff\xd9"
KINDS = {
    "plain": {},
    "whole colours": {"subsampling": 0},
    "with restarts": {"restart_marker_rows": 1},
    "progressive": {"progressive": True},
}


def photograph(**how) -> bytes:
    return saved(photo(200, 301), "JPEG", quality=90, **how)


@pytest.mark.parametrize("how", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("gray", [False, True])
def test_a_file_that_lost_its_end_and_got_an_end_marker_is_refused(how, gray):
    whole = saved(Image.fromarray(photo(200, 301)).convert("L" if gray else "RGB"), "JPEG", quality=90, **how)
    start = whole.index(b"\xff\xda") + 20  # the first pass of a progressive one is short
    for cut in (start, start + 40) if "progressive" in how else (start, len(whole) // 2, len(whole) - 60):
        with pytest.raises(ImageError, match="damaged or cut short"):
            image.decode(whole[:cut] + END)
    assert image.decode(whole).pixels.shape == (200, 301, 3)


@pytest.mark.parametrize("how", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (16, 17), (31, 33), (200, 301)])
def test_a_whole_picture_may_end_in_middle_gray(how, size):
    for picture in (plain(128, *size), np.vstack([photo(*size), plain(128, 40, size[1])])):
        for whole in (saved(picture, "JPEG", quality=95, **how), saved(picture[..., 0], "JPEG", **how)):
            assert image.decode(whole).pixels.shape == picture.shape
            assert image.decode(whole + b"something behind" * 99).pixels.shape == picture.shape


def test_damage_that_only_one_decoder_reads_over_is_no_error_of_this_program(monkeypatch):
    def broken(data):
        raise OSError("broken data stream when reading image file")

    monkeypatch.setattr(jpeg, "_glance", broken)
    assert image.decode(saved(plain(128), "JPEG")).pixels.shape == (20, 30, 3)


def test_more_pictures_behind_the_first_do_not_hide_its_end():
    first = photograph()
    cut = first[: len(first) // 2] + END
    with pytest.raises(ImageError, match="damaged or cut short"):
        image.decode(cut + photograph())


def test_fill_bytes_cost_no_more_than_other_bytes():
    """80,000 of them took 67 seconds, four times as long for each doubling, in which nothing else ran."""
    whole = saved(plain(128, 64, 64), "JPEG")
    assert image.decode(whole[:-2] + b"\xff" * 500_000 + bytes(10)).pixels.shape == (64, 64, 3)
    assert image.decode(whole[:-2] + b"\xff" * 500_000 + END).pixels.shape == (64, 64, 3)
    cut = photograph()
    with pytest.raises(ImageError, match="damaged or cut short"):
        image.decode(cut[: len(cut) // 2] + b"\xff" * 5 + END)


def test_more_passes_over_a_picture_than_any_program_writes_are_refused():
    """Of 64 megapixels each took 40 ms: 300 of them, in 0.3 MB, 13 seconds."""
    whole = saved(plain(77, 64, 64), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    with pytest.raises(ImageError, match="damaged"):
        image.decode(whole[:last] + whole[last:-2] * 600 + END)
    assert image.decode(whole + whole[last:-2] * 600).pixels.shape == (64, 64, 3), "what stands behind is no picture's"


@pytest.mark.parametrize("part", [b"\xff\xe1\0\x0aExif\0\0II", b"\xff\xfe\0\2", b"\xff\xd0", b"\xff"])
def test_endless_segments_are_refused_before_the_file_is_opened(part):
    """300,000 of the first, in 3.6 MB, took some seconds."""
    whole = saved(plain(77, 64, 64), "JPEG")
    assert image.decode(whole[:2] + part * 2000 + whole[2:]).pixels.shape == (64, 64, 3)
    with pytest.raises(ImageError, match="damaged"):
        image.opened(whole[:2] + part * 20_001 + whole[2:])


@pytest.mark.parametrize("size", [600, 65519, 65520, 300_000])
def test_profiles_of_any_size_are_kept_beside_exif(size):
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().ljust(size, b"\0"))
    icc[:4] = size.to_bytes(4)
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    coded = image.encode(dark(), "jpg", exif=exif.tobytes().removeprefix(b"Exif\0\0"), icc=bytes(icc))
    with Image.open(io.BytesIO(coded)) as opened:
        assert opened.info["icc_profile"] == icc and opened.getexif()[0x013B] == "Somebody"
    picture = image.decode(coded)
    assert picture.icc == icc and np.array_equal(picture.pixels, image.decode(image.encode(dark(), "jpg")).pixels)


def test_a_profile_that_no_jpeg_can_hold_never_costs_the_picture():
    assert image.decode(image.encode(dark(), "jpg", icc=bytes(17_000_000))).icc is None
