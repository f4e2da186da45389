"""Bytes <-> RGB uint8: formats, orientation, metadata, limits, damage."""

import io
import struct
import zlib
from functools import lru_cache

import numpy as np
import pytest
from pictures import GREEN, RED, dark, photo, plain, quarters, saved
from PIL import Image, ImageCms, ImageFile

from lowlight_core import image
from lowlight_core.errors import ImageError, ParameterError
from lowlight_core.image import metadata

ORIENTED = {  # what must be stored so that the EXIF orientation turns it upright
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: a.transpose(1, 0, 2)[::-1, ::-1],
    8: lambda a: np.rot90(a, -1),
}


def exif(orientation=None, artist="Somebody"):
    block = Image.Exif()
    block[0x013B] = artist
    if orientation:
        block[0x0112] = orientation
    return block


@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP"])
def test_lossless_formats_come_back_exactly(format):
    pixels = photo()
    picture = image.decode(saved(pixels, format))
    assert np.array_equal(picture.pixels, pixels)
    assert (picture.pixels.dtype, picture.format) == (np.uint8, format)


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_lossy_formats_come_back_nearly(format):
    pixels = quarters(64, 96)
    decoded = image.decode(saved(pixels, format, quality=95)).pixels
    assert np.abs(decoded.astype(int) - pixels)[4:28, 4:44].max() <= 6  # inside a quarter: right channel order


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_and_reset(orientation, format):
    upright = quarters()
    stored = Image.fromarray(np.ascontiguousarray(ORIENTED[orientation](upright)))
    options = {"lossless": True} if format == "WEBP" else {"quality": 95, "subsampling": 0} if format == "JPEG" else {}
    picture = image.decode(saved(stored, format, exif=exif(orientation), **options))
    assert picture.pixels.shape == upright.shape
    assert np.abs(picture.pixels.astype(int) - upright).mean() < 6
    kept = Image.Exif()
    kept.load(b"Exif\x00\x00" + picture.exif)
    assert kept.get(0x0112, 1) == 1 and kept[0x013B] == "Somebody"


@pytest.mark.parametrize("masks", [(), (0xF800, 0x7E0, 0x1F)])
def test_white_stays_white_in_a_bitmap_of_16_bits_a_pixel(masks):
    pixels = b"\xff\xff\0\0" * 3  # two pixels a row: white and black
    start = 54 + 4 * len(masks)
    how = struct.pack("<IiiHHIIiiII", 40, 2, 3, 1, 16, 3 if masks else 0, len(pixels), 0, 0, 0, 0)
    file = b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + how + struct.pack(f"<{len(masks)}I", *masks)
    assert image.decode(file + pixels).pixels[..., 1].tolist() == [[255, 0]] * 3


def test_of_several_frames_the_first_is_taken():
    frames = [Image.fromarray(plain(color)) for color in (RED, GREEN)]
    for format, options in (("WEBP", {"lossless": True}), ("TIFF", {}), ("PNG", {})):
        data = saved(frames[0], format, save_all=True, append_images=frames[1:], **options)
        assert np.array_equal(image.decode(data).pixels, plain(RED))


def test_what_opencv_decodes_equals_pillow_for_lossless_pictures():
    for pixels in (photo(), photo()[..., 0], photo(1, 1), photo(3, 1), photo(1, 257)):
        data = saved(pixels)
        with Image.open(io.BytesIO(data)) as independent:
            assert np.array_equal(image.decode(data).pixels, np.asarray(independent.convert("RGB")))


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_encoding_keeps_exif_and_colour_profile(format):
    data = image.encode(photo(), format, exif=exif().tobytes().removeprefix(b"Exif\x00\x00"), icc=profile())
    again = image.decode(data)
    assert again.icc == profile()
    assert b"Somebody" in again.exif
    assert again.pixels.shape == photo().shape


def test_png_is_lossless_and_lossy_quality_counts():
    assert np.array_equal(image.decode(image.encode(photo())).pixels, photo())
    for format in ("jpg", "webp"):
        assert len(image.encode(photo(), format, 30)) < len(image.encode(photo(), format, 95))


def test_encoding_takes_views_and_read_only_arrays():
    pixels = photo()
    pixels.setflags(write=False)
    for view in (pixels, pixels[::-1, ::2], pixels[:, :, ::-1]):
        assert np.array_equal(image.decode(image.encode(view)).pixels, view)


@pytest.mark.parametrize(
    "wrong",
    [photo()[..., 0], photo().astype(np.float32), np.zeros((0, 5, 3), np.uint8), np.zeros((4, 4, 4), np.uint8), [1, 2]],
)
def test_anything_but_rgb_uint8_is_refused(wrong):
    with pytest.raises(ImageError, match="expected an RGB uint8 array"):
        image.encode(wrong)


def test_unknown_format_and_too_long_sides_are_refused():
    with pytest.raises(ImageError, match="png, jpg or webp"):
        image.encode(photo(), "gif")
    for format, most in (("webp", 16383), ("jpg", 65500)):
        assert image.decode(image.encode(plain(3, 1, most), format)).pixels.shape == (1, most, 3)
        with pytest.raises(ImageError, match=f"{format} holds at most {most} pixels a side.*: choose png"):
            image.encode(plain(3, 1, most + 1), format)


@pytest.mark.parametrize("quality", [0, -5, 101, 50.5, float("nan"), None])
def test_a_quality_outside_1_to_100_is_refused(quality):
    for format in image.OUTPUT_FORMATS:
        with pytest.raises(ParameterError, match="quality must be a whole number from 1 to 100, got"):
            image.encode(photo(), format, quality)


@pytest.mark.parametrize("limit", [float("nan"), 0, -1])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ParameterError, match="max_megapixels must be above 0, got"):
        image.decode(saved(photo()), max_megapixels=limit)


def test_size_limit_is_checked_and_can_be_lifted():
    data = saved(photo(100, 100))
    with pytest.raises(ImageError, match="100 x 100"):
        image.decode(data, max_megapixels=0.005)
    assert image.decode(data, max_megapixels=0.01).pixels.shape == (100, 100, 3)


@pytest.mark.parametrize("orientation", [1, 3, 6, 9])
def test_exif_tells_the_size_of_the_picture_that_stands_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769).update({0xA002: 80, 0xA003: 60, 0x9003: "2024:01:02 03:04:05"})
    picture = image.decode(saved(dark(60, 80), "JPEG", exif=exif))
    kept = Image.Exif()
    kept.load(picture.exif)
    photo = kept.get_ifd(0x8769)
    assert (photo[0xA003], photo[0xA002]) == picture.pixels.shape[:2] and photo[0x9003] == "2024:01:02 03:04:05"


def test_damaged_metadata_never_costs_the_picture():
    data = saved(photo(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff garbage")
    assert image.decode(data).pixels.shape == photo().shape


@lru_cache  # each made anew holds the second in which it was made
def profile(space="sRGB"):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


def test_a_profile_that_is_not_of_rgb_or_is_damaged_is_left_out():
    assert image.decode(saved(photo(), icc_profile=profile())).icc == profile()
    for icc in (profile("LAB"), profile()[:-10], b"profile" * 30, b"p"):
        for format in ("JPEG", "PNG", "WEBP"):
            assert image.decode(saved(photo(), format, icc_profile=icc)).icc is None


@pytest.mark.parametrize("format", ["png", "jpg", "webp"])
def test_metadata_that_a_format_cannot_hold_never_costs_the_picture(format):
    long = exif(artist="x" * 70_000).tobytes().removeprefix(b"Exif\x00\x00")
    for blocks in ({"exif": long}, {"icc": b"profile" * 30}, {"exif": b"x"}, {"icc": profile() + bytes(200_000)}):
        assert image.decode(image.encode(photo(), format, **blocks)).pixels.shape == photo().shape


def test_exif_from_tiff_says_nothing_about_how_the_tiff_stored_its_pixels():
    kept = Image.Exif()
    picture = image.decode(saved(photo(), "TIFF", compression="tiff_lzw", exif=exif(1)))
    kept.load(b"Exif\x00\x00" + picture.exif)
    assert dict(kept) == {0x013B: "Somebody", 0x0112: 1}


def test_a_phone_s_multi_picture_file_is_a_jpeg():
    first, second = Image.fromarray(quarters(64, 96)), Image.fromarray(plain(9, 64, 96))
    data = saved(first, "MPO", save_all=True, append_images=[second], quality=95, subsampling=0)
    assert np.abs(image.decode(data).pixels.astype(int) - quarters(64, 96)).mean() < 4


def test_fit_within_shrinks_only():
    assert image.fit_within(dark(300, 400), 100).shape == (75, 100, 3)
    assert image.fit_within(dark(30, 40), 100).shape == (30, 40, 3)
    assert image.fit_within(dark(1, 4000), 100).shape == (1, 100, 3)


def test_png_exif_is_found_without_decoding_the_pixels(monkeypatch):
    data = saved(photo(), exif=exif(6))

    def decoded(*_):
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    kept, orientation = metadata.exif_and_orientation(Image.open(io.BytesIO(data)))
    assert b"Somebody" in kept and orientation == 6


def test_png_exif_after_the_pixels_counts_too():
    data = saved(photo(), exif=exif(6))
    start = data.index(b"eXIf") - 4
    length = int.from_bytes(data[start : start + 4]) + 12
    moved = data[:start] + data[start + length : -12] + data[start : start + length] + data[-12:]
    picture = image.decode(moved)
    assert picture.pixels.shape == (80, 60, 3) and b"Somebody" in picture.exif


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_cut_short_is_refused(format, share, capfd):
    data = saved(photo(200, 300), format)
    with pytest.raises(ImageError, match="picture.* (damaged or cut short|not a picture)"):
        image.decode(data[: int(len(data) * share)], "picture")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("format", ["JPEG", "PNG"])
def test_a_file_with_a_hole_is_refused(format):
    data = saved(photo(200, 300), format)
    with pytest.raises(ImageError, match="damaged"):
        image.decode(data[: len(data) * 2 // 3] + bytes(len(data) // 3 + 1), "picture")


def test_the_transparent_color_of_a_png_of_sixteen_bits_is_that_color_only():
    """Its lower half is no level: 0x3412 is not 0x12 in eight bits."""
    levels = np.array([0, 1, 0x3412, 0x3413, 0x1234, 0xFFFF], ">u2")
    row = b"\0" + np.repeat(levels[:, None], 3, axis=1).tobytes()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", len(levels), 1, 16, 2, 0, 0, 0)), (b"tRNS", b"\x34\x12" * 3),
              (b"IDAT", zlib.compress(row)), (b"IEND", b""))  # fmt: skip
    data = b"".join(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
                    for kind, body in chunks)  # fmt: skip
    picture = image.decode(b"\x89PNG\r\n\x1a\n" + data)
    assert picture.pixels[0].tolist() == [[level] * 3 for level in (0, 0, 255, 0x34, 0x12, 255)]
    assert picture.transparent and picture.bits == 16
