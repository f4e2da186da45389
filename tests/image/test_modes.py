"""Any mode of a picture becomes RGB uint8: gray, palettes, CMYK, transparency, 16 bits."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from pictures import BLUE, GREEN, dark, photo, plain, quarters, saved
from PIL import Image

from lowlight_core import image
from lowlight_core.errors import ImageError
from lowlight_core.image import metadata


def test_grayscale_is_repeated():
    gray = photo()[..., 0]
    assert np.array_equal(image.decode(saved(gray)).pixels, np.repeat(gray[..., None], 3, axis=2))


def test_one_bit_is_black_and_white():
    bits = np.random.default_rng(0).random((30, 40)) > 0.5
    decoded = image.decode(saved(Image.fromarray(bits))).pixels
    assert np.array_equal(decoded, np.where(bits, 255, 0).astype(np.uint8)[..., None].repeat(3, axis=2))


def test_palette_is_looked_up():
    palette = Image.fromarray(quarters()).convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    assert np.array_equal(image.decode(saved(palette)).pixels, quarters())


@pytest.mark.parametrize("alpha, expected", [(255, (200, 100, 0)), (0, (255, 255, 255)), (128, (227, 177, 127))])
def test_alpha_is_blended_over_white(alpha, expected):
    rgba = np.full((20, 30, 4), (200, 100, 0, alpha), np.uint8)
    for format in ("PNG", "TIFF"):
        decoded = image.decode(saved(rgba, format)).pixels
        assert np.abs(decoded.astype(int) - expected).max() <= 1


def test_gray_with_alpha_and_transparent_palette_are_blended_too():
    gray_alpha = np.dstack([np.full((10, 10), 100, np.uint8), np.zeros((10, 10), np.uint8)])
    assert (image.decode(saved(Image.fromarray(gray_alpha, "LA"))).pixels == 255).all()
    palette = Image.fromarray(quarters()).convert("P", palette=Image.Palette.ADAPTIVE, colors=4)
    index = palette.getpixel((0, 0))
    decoded = image.decode(saved(palette, transparency=index)).pixels
    assert (decoded[0, 0] == 255).all() and tuple(decoded[0, -1]) == GREEN


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "I;16"])
def test_a_rotated_tiff_of_any_mode_stands_upright(mode, orientation):
    """Pillow tells the size that it will have upright before it is turned."""
    gray = photo(30, 50)[..., 0]
    stored = Image.fromarray(gray.astype(np.uint16) << 8) if mode == "I;16" else Image.fromarray(gray).convert("RGBA")
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = image.decode(saved(stored.convert(mode), "TIFF", exif=exif)).pixels
    turned = metadata.upright(np.repeat(gray[..., None], 3, axis=2), orientation)
    assert np.abs(decoded.astype(int) - turned).max() <= (12 if mode == "PA" else 0)


def test_a_picture_says_whether_white_was_filled_in():
    """Only where something shows through: an alpha channel that covers everything changes nothing."""
    clear, covered = (np.full((9, 9, 4), (200, 100, 0, alpha), np.uint8) for alpha in (0, 255))
    assert image.decode(saved(clear)).transparent and image.decode(saved(clear, "WEBP", lossless=True)).transparent
    assert not image.decode(saved(covered)).transparent and not image.decode(saved(photo(), "JPEG")).transparent


def test_sixteen_bit_gray_blends_its_transparent_level():
    wide = np.full((20, 30), 9000, np.uint16)
    wide[:10] = 77
    picture = image.decode(saved(Image.fromarray(wide), transparency=77))
    assert (picture.pixels[:10] == 255).all() and (picture.pixels[10:] == 9000 >> 8).all() and picture.transparent
    assert not image.decode(saved(Image.fromarray(wide), transparency=78)).transparent


@pytest.mark.parametrize("bits", [2, 4])
def test_a_level_of_few_bits_that_counts_as_transparent_becomes_white(bits):
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = bytes([0, 0b0110_0000 if bits == 2 else 0x12])  # no filter; levels 1 and 2
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 2, 1, bits, 0, 0, 0, 0)), (b"tRNS", b"\0\1"),
              (b"IDAT", zlib.compress(row)), (b"IEND", b""))  # fmt: skip
    picture = image.decode(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks))
    assert picture.transparent and picture.pixels[0, :, 0].tolist() == [255, 2 * 255 // (2**bits - 1)]


def test_cmyk_becomes_rgb():
    cmyk = Image.fromarray(plain(BLUE)).convert("CMYK")
    decoded = image.decode(saved(cmyk, "JPEG", quality=95)).pixels
    assert np.abs(decoded.astype(int) - BLUE).max() <= 6


def test_sixteen_bits_keep_the_upper_eight():
    wide = (np.arange(600, dtype=np.uint16).reshape(20, 30) * 109).astype(np.uint16)
    expected = (wide >> 8).astype(np.uint8)
    for format in ("PNG", "TIFF"):
        decoded = image.decode(saved(Image.fromarray(wide), format)).pixels
        assert np.array_equal(decoded[..., 1], expected)
        assert image.decode(saved(Image.fromarray(wide), format)).bits == 16


def test_sixteen_bit_colour_keeps_the_upper_eight():
    import cv2

    wide = np.random.default_rng(0).integers(0, 65536, (20, 30, 3), np.uint16)
    data = cv2.imencode(".png", wide[..., ::-1])[1].tobytes()
    assert np.abs(image.decode(data).pixels.astype(int) - (wide >> 8)).max() <= 1
    assert image.decode(data).bits == 16 and image.decode(saved(Image.new("RGB", (3, 2)), "TIFF")).bits == 8


def test_floating_point_pixels_are_refused():
    with pytest.raises(ImageError, match="floating-point"):
        image.decode(saved(Image.fromarray(np.random.default_rng(0).random((9, 9), np.float32)), "TIFF"))


def test_integers_of_more_than_sixteen_bits_are_refused():
    data = saved(Image.fromarray(np.full((9, 9), 70_000, np.int32)), "TIFF")
    with pytest.raises(ImageError, match="32-bit integer pixels of unknown range: save it with 8 or 16 bits"):
        image.decode(data)


def tiff(pixels: bytes, width: int, bits: tuple, photometric: int = 1, sample_format: int = 1) -> bytes:
    """A TIFF of one row, as its specification asks for: what Pillow does not write."""
    count = len(bits)
    lists = struct.pack(f"<{2 * count}H", *bits, *[sample_format] * count)
    place = 8 + len(pixels)
    bits_at, format_at = (place, place + 2 * count) if count > 2 else (bits[0], sample_format)
    tags = (
        (256, 4, 1, width), (257, 4, 1, 1), (258, 3, count, bits_at), (259, 3, 1, 1), (262, 3, 1, photometric),
        (273, 4, 1, 8), (277, 3, 1, count), (278, 4, 1, 1), (279, 4, 1, len(pixels)), (339, 3, count, format_at),
    )  # fmt: skip
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<I", place + len(lists)) + pixels + lists + directory


LEVELS = np.array([0, 1000, 4095, 20000, 65535, 300], "<u2")


def test_twelve_bits_keep_the_upper_eight():
    packed = bytes.fromhex("0003e8 fff800")  # 0, 1000, 4095, 2048
    picture = image.decode(tiff(packed, 4, (12,)))
    assert picture.pixels[0, :, 0].tolist() == [0, 1000 >> 4, 255, 128] and picture.bits == 12


def test_a_tiff_that_counts_from_white_is_turned_round():
    assert image.decode(tiff(LEVELS.tobytes(), 6, (16,))).pixels[0, :, 1].tolist() == (LEVELS >> 8).tolist()
    turned = image.decode(tiff(LEVELS.tobytes(), 6, (16,), photometric=0)).pixels
    assert turned[0, :, 1].tolist() == (255 - (LEVELS >> 8)).tolist()


def test_numbers_with_a_sign_are_refused():
    with pytest.raises(ImageError, match="pixels with a sign, of unknown black: save it with 8 or 16 bits"):
        image.decode(tiff(LEVELS.tobytes(), 6, (16,), sample_format=2))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_tiff_may_keep_its_channels_apart(order, tile, dtype):
    picture, file = dark(), io.BytesIO()
    planes = np.moveaxis(picture, -1, 0).astype(dtype) * (257 if dtype is np.uint16 else 1)
    tifffile.imwrite(file, planes, photometric="rgb", planarconfig="separate", byteorder=order, tile=tile)
    assert np.array_equal(image.decode(file.getvalue()).pixels, picture)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_gray_and_transparency_apart_are_refused_rather_than_white(compression):
    file, planes = io.BytesIO(), np.stack([dark()[..., 0], np.full(dark().shape[:2], 200, np.uint8)])
    how = {"planarconfig": "separate", "extrasamples": ["unassalpha"], "compression": compression}
    tifffile.imwrite(file, planes, photometric="minisblack", **how)
    with pytest.raises(ImageError, match="x.tif keeps gray and transparency apart, .* save it interleaved"):
        image.decode(file.getvalue(), "x.tif")


@pytest.mark.parametrize("tags", [{"subfiletype": 1}, {"extratags": [(50706, 1, 4, bytes((1, 4, 0, 0)), True)]}])
def test_the_preview_in_a_raw_photo_is_not_taken_for_the_photo(tags):
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(dark(12, 16), photometric="rgb", subifds=1, **tags)
        writer.write(np.zeros((120, 160), np.uint16), photometric="minisblack")
    with pytest.raises(ImageError, match="x.dng is a camera's raw photo"):
        image.decode(file.getvalue(), "x.dng")


def test_smaller_versions_behind_a_picture_do_not_matter():
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(photo(), photometric="rgb", subifds=1)
        writer.write(dark(12, 16), photometric="rgb", subfiletype=1)
    assert np.array_equal(image.decode(file.getvalue()).pixels, photo())


def test_a_tiff_that_cannot_be_opened_is_called_a_tiff():
    data = tiff(np.ones(6, np.float32).tobytes(), 2, (32, 32, 32), photometric=2, sample_format=3)
    with pytest.raises(ImageError, match="is a TIFF that is damaged or of a kind .* with 8 or 16 bits per channel"):
        image.decode(data)


def test_a_tile_larger_than_any_picture_may_be_is_refused_before_it_is_decoded():
    """A megabyte of zeros, well packed, was a gigabyte of memory beside a picture of 16 by 16 pixels."""
    file = io.BytesIO()
    tifffile.imwrite(file, np.zeros((16, 16, 3), np.uint8), photometric="rgb", tile=(1024, 1024))
    with pytest.raises(ImageError, match="a tile of image is 1024 x 1024 = 1 megapixels, the limit is 0.5"):
        image.decode(file.getvalue(), max_megapixels=0.5)
    assert image.decode(file.getvalue(), max_megapixels=2).pixels.shape == (16, 16, 3)
