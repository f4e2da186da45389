"""Whatever people hand over: a clear sentence, the rest still done, nothing lost and nothing written elsewhere.

Each row is a way of being wrong, walked through the command line together with one good picture.
"""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from archives_for_tests import encrypted, lying, with_link, zipped
from pictures import animated_gif, dark, declaring_png, photo, saved
from PIL import Image

from lowlight_core import cli, files, image
from lowlight_core.errors import ImageError

OK = saved(dark(12, 10))
JPEG, PNG = saved(photo(200, 300), "JPEG"), saved(photo(200, 300))
WHERE = Path("in")

PICTURES = {  # name of the file: (its bytes, what the sentence says; None: it is a picture like any other)
    "empty.png": (b"", "is empty"),
    "empty.jpg": (b"", "is empty"),
    "text.jpg": (b"These are my holiday notes.\n" * 50, "is not a picture"),
    "page.png": (b"<html><body>not found</body></html>", "is not a picture"),
    "noise.webp": (np.random.default_rng(0).bytes(5000), "is not a picture"),
    "half.jpg": (JPEG[: len(JPEG) // 2], "damaged or cut short"),
    "almost.jpg": (JPEG[:-100], "damaged or cut short"),
    "header only.jpg": (JPEG[:400], "is not a picture|damaged or cut short"),
    "half.png": (PNG[: len(PNG) // 2], "damaged or cut short"),
    "almost.png": (PNG[:-20], "damaged or cut short"),
    "huge.png": (declaring_png(60_000, 60_000), "60000 x 60000 = 3600 megapixels, the limit is 64"),
    "endless.png": (declaring_png(2**31 - 1, 2**31 - 1), "megapixels, the limit|is not a picture"),
    "nothing.png": (declaring_png(0, 0), "is not a picture|damaged"),
    "lies.png": (declaring_png(500, 500), "damaged or cut short"),
    "moving.gif": (animated_gif(), "is GIF, which is not supported"),
    "really a gif.png": (animated_gif(), "is GIF, which is not supported"),
    "float.tiff": (saved(Image.fromarray(np.ones((9, 9), np.float32)), "TIFF"), "floating-point pixels"),
    "one pixel.png": (saved(dark(1, 1)), None),
    "one row.png": (saved(dark(1, 500)), None),
    "really a jpeg.png": (JPEG, None),
    "夜 景 (1).jpg": (JPEG, None),
    " spaces  .png": (OK, None),
    "-rf.png": (OK, None),
    "quote'\".png": (OK, None),
    "UPPER.JPG": (JPEG, None),
}
ARCHIVES = {  # what is wrong: (the archive, what the sentence says, names that must come out)
    "parent": (zipped({"../up.png": OK, "ok.png": OK}), "not a safe relative file name", ["ok.png"]),
    "absolute": (zipped({"/tmp/up.png": OK, "ok.png": OK}), "not a safe relative file name", ["ok.png"]),
    "drive": (zipped({"C:\\up.png": OK, "ok.png": OK}), "not a safe relative file name", ["ok.png"]),
    "backslash": (zipped({"..\\..\\up.png": OK, "ok.png": OK}), "not a safe relative file name", ["ok.png"]),
    "link": (with_link("up.png", "/etc/passwd", {"ok.png": OK}), "is a link", ["ok.png"]),
    "nested": (zipped({"deep.zip": zipped({"a.png": OK}), "ok.png": OK}), "inside an archive", ["ok.png"]),
    "bomb": (zipped({"zeros.bmp": bytes(40_000_000), "ok.png": OK}), "more than a thousandfold", ["ok.png"]),
    "lying bomb": (lying({"zeros.bmp": bytes(9_000_000)}, 1000), "damaged|larger", []),
    "encrypted": (encrypted({"a.png": OK}), "encrypted", []),
    "no pictures": (zipped({"a.txt": b"hello"}), "holds no pictures", []),
    "nothing": (zipped({}), "holds no pictures", []),
    "no archive": (b"PK\x03\x04 not really", "damaged or no .zip archive", []),
    "cut short": (zipped({"a.png": OK, "b.png": OK})[:-30], "damaged or no .zip archive", []),
    "damaged member": (zipped({"a.png": PNG}).replace(PNG[2000:2050], bytes(50)), "damaged", []),
    "duplicate stems": (zipped({"a.png": OK, "a.jpg": JPEG, "A.bmp": saved(dark(), "BMP")}), None, 3),
    "Chinese": (zipped({"照片/夜 景.png": OK, "b c.png": OK}), None, ["b c.png", "照片/夜 景.png"]),
}


@pytest.fixture
def enhance(tmp_path, capfd, monkeypatch):
    """Run ``enhance`` on ``in`` below a temporary folder into ``out``; returns (status, stderr, files that came)."""
    monkeypatch.chdir(tmp_path)
    WHERE.mkdir()

    def call(*paths, output="out"):
        status = cli.main(["enhance", *map(str, paths), "--output", output, "--method", "gamma"])
        err = capfd.readouterr().err
        assert "Traceback" not in err and "unexpected" not in err
        written = [path for path in Path(output).rglob("*") if path.is_file()] if Path(output).is_dir() else []
        assert all(image.read(path).pixels.size for path in written)
        return status, err.strip(), sorted(path.relative_to(output).as_posix() for path in written)

    yield call
    assert sorted(path.name for path in tmp_path.iterdir()) in (["in"], ["in", "out"])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_through_the_command_line(enhance, name):
    data, sentence = PICTURES[name]
    (WHERE / name).write_bytes(data)
    (WHERE / "ok.bmp").write_bytes(saved(dark(), "BMP"))
    status, err, written = enhance(WHERE)
    if sentence is None:
        assert (status, err) == (0, "") and written == sorted([Path(name).stem + ".png", "ok.png"])
    else:
        assert status == 1 and len(err.splitlines()) == 1 and written == ["ok.png"]
        assert name in err and any(part in err for part in sentence.split("|"))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_through_the_functions(name, capfd):
    data, sentence = PICTURES[name]
    if sentence is None:
        assert image.decode(data, name).pixels.dtype == np.uint8
    else:
        with pytest.raises(ImageError) as caught:
            image.decode(data, name)
        assert name in str(caught.value) and any(part in str(caught.value) for part in sentence.split("|"))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_through_the_command_line(enhance, name):
    data, sentence, expected = ARCHIVES[name]
    (WHERE / "a.zip").write_bytes(data)
    status, err, written = enhance(WHERE / "a.zip")
    assert len(written) == expected if isinstance(expected, int) else written == expected
    if sentence is None:
        assert (status, err) == (0, "")
    else:
        assert status == 1 and len(err.splitlines()) == 1
        assert any(part in err for part in sentence.split("|"))


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_through_an_upload(name):
    data, sentence, expected = ARCHIVES[name]
    found = files.from_uploads([("a.zip", data), ("fine.png", OK)])
    names = [source.name for source in found.sources]
    assert "fine.png" in names
    if sentence is None:
        assert not found.problems
    else:
        assert len(found.problems) == 1 and any(part in found.problems[0][1] for part in sentence.split("|"))
    assert isinstance(expected, int) or sorted(names) == sorted([*expected, "fine.png"])


def test_a_folder_without_pictures(enhance):
    (WHERE / "notes.txt").write_text("hello")
    status, err, written = enhance(WHERE)
    assert status == 1 and "in holds no pictures: expected .jpg" in err and written == []


def test_duplicate_stems_in_a_folder_are_all_written(enhance):
    for name in ("a.png", "a.jpg", "a.bmp", "A.PNG"):
        (WHERE / name).write_bytes(OK)
    status, err, written = enhance(WHERE)
    assert (status, err) == (0, "") and written == ["A-4.png", "a-2.png", "a-3.png", "a.png"] or len(written) == 4


def test_the_longest_names_that_a_file_system_takes(enhance):
    for stem in ("夜" * 80, "x" * 250, "é" * 120):
        (WHERE / f"{stem}.png").write_bytes(OK)
    status, err, written = enhance(WHERE)
    assert (status, err) == (0, "") and len(written) == 3


def test_links_pipes_and_devices(enhance):
    (WHERE / "gone.png").symlink_to("nowhere")
    os.mkfifo(WHERE / "pipe.jpg")
    (WHERE / "loop").symlink_to(".")
    (WHERE / "ok.png").write_bytes(OK)
    status, err, written = enhance(WHERE, "/dev/zero")
    assert status == 1 and written == ["ok.png"]
    assert len(err.splitlines()) == 3 and all(word in err for word in ("gone.png", "pipe.jpg", "/dev/zero"))


@pytest.mark.parametrize("output, sentence", [("/proc", "cannot be written"), ("/proc/new", "cannot be made")])
def test_an_output_folder_that_takes_nothing(enhance, output, sentence):
    (WHERE / "a.png").write_bytes(OK)
    status, err, _ = enhance_without_reading(enhance, output)
    assert status == 1 and sentence in err and len(err.splitlines()) == 1
    assert (WHERE / "a.png").read_bytes() == OK


def enhance_without_reading(enhance, output):
    """``/proc`` holds files that are no pictures: only status and sentence count."""
    import contextlib
    import io

    err = io.StringIO()
    with contextlib.redirect_stderr(err):
        status = cli.main(["enhance", str(WHERE), "--output", output, "--method", "gamma"])
    return status, err.getvalue().strip(), []


def test_a_read_only_folder(enhance, monkeypatch):
    """The superuser may write everywhere: for him the refusal is made up, what follows from it is not."""

    def refused(path, data):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (WHERE / "a.png").write_bytes(OK)
    Path("out").mkdir(mode=0o555)
    if os.geteuid() == 0:
        monkeypatch.setattr(Path, "write_bytes", refused)
    status, err, written = enhance(WHERE)
    assert status == 1 and "Permission denied" in err and written == []
