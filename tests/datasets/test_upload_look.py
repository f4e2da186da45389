"""What an upload holds, told from its names alone: just what the folder it becomes is found to hold."""

import io

import pytest
import tifffile
from archives_for_tests import zipped
from pictures import dark, saved

from lowlight_core.datasets import find_pairs, pairs_of_names
from lowlight_core.datasets.upload_look import look
from lowlight_core.errors import DatasetError
from lowlight_core.files import Source, from_uploads
from lowlight_core.image import tiff

LAYOUTS = {
    "two folders": ["low/1.png", "low/2.png", "low/10.png", "high/1.jpg", "high/2.png", "high/10.png"],
    "below a top": ["LOL/our485/low/1.png", "LOL/our485/high/1.png", "LOL/eval15/low/1.png", "LOL/eval15/high/1.png"],
    "roles in names": ["Low/low00012.png", "Normal/normal00012.png", "Low/low00013.png"],
    "flat": ["a/12_low.png", "a/12_high.png", "a/13_low.png", "a/note.png"],
    "singles": ["a.png", "a.jpg", "b/c.png"],
    "twins": ["low/1.png", "low/1.jpg", "high/1.png", "low/2.png", "high/2.png"],
    "two of a side": ["input/1.png", "lq/1.png", "gt/1.png"],
    "hidden": ["low/1.png", "high/1.png", ".trash/low/2.png", "low/.3.png", "low/readme.txt"],
    "deep": ["a/b/c/low/1.png", "a/b/c/high/1.png", "a/b/c/d/low/1.png", "a/b/c/d/high/1.png"],
    "inner folders": ["low/day/1.png", "low/night/1.png", "high/day/1.png", "high/night/1.png"],
    "no partner": ["low/1.png", "high/2.png"],
    "no pictures": ["low/readme.txt"],
    "only a hidden picture on a side": ["low/1.png", "high/.1.png"],
    "no picture on a side": ["train_low/1.png", "train_high/readme.txt", "a.png"],
    "no picture in the second set": ["a/low/1.png", "a/high/1.png", "b/low/1.png", "b/high/x.txt"],
    "no picture in the third folder": ["lows/1.png", "gt/1.png", "short/x.txt"],
    "a hidden folder in a side": ["low/1.png", "high/.trash/1.png", ".x/y/low/1.png"],
}


def described(make) -> tuple:
    """Stems with both files, what is left out and why, the layout; or that there is an error."""
    try:
        found = make()
    except DatasetError:
        return ("error",)
    relative = lambda path: path and path.relative_to(found.root).as_posix()  # noqa: E731
    pairs = [(pair.stem, relative(pair.low), relative(pair.high)) for pair in found.pairs]
    return pairs, sorted(map(relative, found.unpaired)), set(map(relative, found.ambiguous)), found.layout


@pytest.mark.parametrize("layout", LAYOUTS)
def test_names_alone_tell_what_the_folder_would(layout, tmp_path):
    for name in LAYOUTS[layout]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert described(lambda: pairs_of_names(LAYOUTS[layout])) == described(lambda: find_pairs(tmp_path))


@pytest.mark.parametrize("empty", ["high/", "high/readme.txt", "high/.1.png"])
def test_a_side_without_pictures_is_an_error_in_an_archive_as_on_disk(empty, tmp_path):
    """The archive was read as pictures without references, the folder refused."""
    packed = zipped({"low/": b"", "low/1.png": saved(dark(40, 60)), "low/2.png": saved(dark(40, 60)), empty: b""})
    found = from_uploads([("pairs.zip", packed)])
    for name in (*found.folders, "high"):
        (tmp_path / name).mkdir(exist_ok=True)
    for source in found.sources:
        (tmp_path / source.name).write_bytes(source.read())
    said = []
    for make in (lambda: look(found.sources, found.folders), lambda: find_pairs(tmp_path)):
        with pytest.raises(DatasetError, match="in low \\+ high: high holds none") as error:
            make()
        said.append(str(error.value).replace(str(tmp_path), "the upload"))
    assert said[0] == said[1]


def test_folders_of_archives_kept_apart_and_of_macos_and_unsafe_ones():
    one = zipped({"low/1.png": b"-", "high/": b"", "__MACOSX/low/._1.png": b"-", "../up/": b"", ".x/y/": b""})
    assert from_uploads([("a.zip", one)]).folders == ["high", "low"]
    apart = from_uploads([("a.zip", one), ("b.zip", one)], apart=True)
    assert {"b/high", "b/low"} <= set(apart.folders)


def test_an_upload_of_many_folders_of_pairs_is_looked_through_once():
    names = [f"{scene}/{side}/{n}.png" for scene in range(300) for side in ("low", "high") for n in (1, 2)]
    found = pairs_of_names(names)
    assert len(found) == 600 and found.pairs[-1].stem == "299/2" and not found.unpaired


def test_sizes_are_those_one_will_see():
    from PIL import Image

    turned = Image.Exif()
    turned[0x0112] = 6
    files = {"low/1.png": saved(dark(40, 60)), "low/2.jpg": saved(dark(60, 40), "JPEG", exif=turned), "low/3.png": b"?"}
    sources = [Source(name, data=data) for name, data in files.items()]
    sources += [Source(name.replace("low", "high"), data=data) for name, data in files.items()]
    assert look(sources).sizes == {(60, 40)}


def test_a_file_that_would_hold_up_whoever_opens_it_has_no_size(monkeypatch):
    """The header of a TIFF of 600,000 strips, in 4 MB, took 6 seconds."""
    file = io.BytesIO()
    tifffile.imwrite(file, dark(40, 60), rowsperstrip=1)
    sources = [Source(f"{side}/1.tif", data=file.getvalue()) for side in ("low", "high")]
    assert look(sources).sizes == {(60, 40)}
    monkeypatch.setattr(tiff, "_MOST", 39)
    assert look(sources).sizes == frozenset()
