"""Bytes and files <-> RGB uint8: every kind of picture by its rule, nothing written over another or by halves."""

import contextlib
import io
import threading
from pathlib import Path

import numpy as np
import pytest
from pictures import BLUE, GREEN, RED, dark, photo, plain, quarters, saved
from PIL import Image, ImageCms, ImageFile

from lowlight_core import atomic, image, metadata
from lowlight_core.errors import ImageError, OutputError

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
    with pytest.raises(ImageError, match="at most 16383"):
        image.encode(plain(3, 1, 16384), "webp")


def test_size_limit_is_checked_and_can_be_lifted():
    data = saved(photo(100, 100))
    with pytest.raises(ImageError, match="100 x 100"):
        image.decode(data, max_megapixels=0.005)
    assert image.decode(data, max_megapixels=0.01).pixels.shape == (100, 100, 3)


def test_floating_point_pixels_are_refused():
    with pytest.raises(ImageError, match="floating-point"):
        image.decode(saved(Image.fromarray(np.random.default_rng(0).random((9, 9), np.float32)), "TIFF"))


def test_integers_of_more_than_sixteen_bits_are_refused():
    data = saved(Image.fromarray(np.full((9, 9), 70_000, np.int32)), "TIFF")
    with pytest.raises(ImageError, match="32-bit integer pixels of unknown range: save it with 8 or 16 bits"):
        image.decode(data)


def test_damaged_metadata_never_costs_the_picture():
    data = saved(photo(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff garbage")
    assert image.decode(data).pixels.shape == photo().shape


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


def test_reading_what_is_not_there_or_a_folder(tmp_path):
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(ImageError, match="cannot be read"):
            image.read(path)


@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "webp", "PNG"])
def test_the_ending_chooses_the_format(tmp_path, ending):
    path = image.write(tmp_path / "deep" / "folder" / f"a.{ending}", photo())
    expected = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}[ending.lower()]
    assert image.read(path).format == expected


def test_writing_never_replaces_unasked_and_leaves_nothing_behind(tmp_path):
    path = tmp_path / "a.png"
    image.write(path, photo(seed=1))
    with pytest.raises(OutputError, match="exists already"):
        image.write(path, photo(seed=2))
    assert np.array_equal(image.read(path).pixels, photo(seed=1))
    image.write(path, photo(seed=2), overwrite=True)
    assert np.array_equal(image.read(path).pixels, photo(seed=2))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_of_many_writers_of_one_name_exactly_one_succeeds(tmp_path):
    path, won = tmp_path / "a.png", []

    def attempt(seed):
        with contextlib.suppress(OutputError):
            image.write(path, photo(seed=seed))
            won.append(seed)

    threads = [threading.Thread(target=attempt, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert np.array_equal(image.read(path).pixels, photo(seed=won[0]))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def no_space(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["write_bytes", "link and replace"])
def test_a_failed_write_leaves_no_file(tmp_path, monkeypatch, step):
    if step == "write_bytes":
        monkeypatch.setattr(Path, "write_bytes", no_space)
    else:
        monkeypatch.setattr(atomic.os, "link", no_space)
        monkeypatch.setattr(atomic.os, "replace", no_space)
    with pytest.raises(OutputError, match="No space left"):
        image.write(tmp_path / "a.png", photo())
    assert not list(tmp_path.iterdir())


def test_writing_works_without_hard_links(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "link", no_space)
    image.write(tmp_path / "a.png", photo(seed=1))
    with pytest.raises(OutputError, match="exists already"):
        image.write(tmp_path / "a.png", photo(seed=2))
    assert np.array_equal(image.read(tmp_path / "a.png").pixels, photo(seed=1))
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_fit_within_shrinks_only():
    assert image.fit_within(dark(300, 400), 100).shape == (75, 100, 3)
    assert image.fit_within(dark(30, 40), 100).shape == (30, 40, 3)
    assert image.fit_within(dark(1, 4000), 100).shape == (1, 100, 3)


def test_png_exif_is_found_without_decoding_the_pixels(monkeypatch):
    data = saved(photo(), exif=exif(6))
    monkeypatch.setattr(ImageFile.ImageFile, "load", no_space)
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
