"""Files, folders and uploads -> named sources; no name is trusted."""

import os

import pytest
from archives_for_tests import zipped
from pictures import dark, saved

from lowlight_core import files
from lowlight_core.errors import ArchiveError, DatasetError, ImageError, LowlightError
from lowlight_core.files import Source
from lowlight_core.settings import Settings

PNG = saved(dark(8, 9))


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jpg", "a.PNG", "sub/deep/c.tiff", "sub/d.webp", "sub/notes.txt", ".hidden.png", ".git/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def names(collection):
    return [source.name for source in collection.sources]


def test_a_folder_is_walked_in_order_without_hidden_files_and_others(folder):
    found = files.collect([folder])
    assert names(found) == ["a.PNG", "b.jpg", "sub/d.webp", "sub/deep/c.tiff"] and not found.problems
    assert found.sources[3].read() == b"sub/deep/c.tiff"


def test_several_paths_are_taken_in_the_order_given(folder):
    found = files.collect([folder / "sub", folder / "b.jpg", str(folder / "a.PNG")])
    assert names(found) == ["d.webp", "deep/c.tiff", "b.jpg", "a.PNG"]


def test_what_cannot_be_taken_is_named_beside_the_rest(folder):
    (folder / "empty").mkdir()
    (folder / "broken.zip").write_bytes(b"PK no archive")
    os.mkfifo(folder / "pipe.png")
    wrong = ["none.png", "empty", "broken.zip", "pipe.png", "x" * 300]
    found = files.collect([folder / name for name in wrong] + [folder / "b.jpg"])
    assert names(found) == ["b.jpg"]
    sentences = [sentence for _, sentence in found.problems]
    for sentence, expected in zip(
        sentences, ["not exist", "holds no pictures", "damaged", "device or pipe", "not exist"], strict=True
    ):
        assert expected in sentence


def test_every_name_that_photos_have_is_seen(tmp_path):
    for ending in ("jfif", "JPE", "jpeg", "orf", "rw2", "jxl", "txt"):
        (tmp_path / f"a.{ending}").write_bytes(PNG)
    assert names(files.collect([tmp_path])) == ["a.JPE", "a.jfif", "a.jpeg", "a.jxl", "a.orf", "a.rw2"]


def test_a_folder_that_may_not_be_read_is_named_beside_the_rest(folder, unreadable):
    unreadable("deep")
    found = files.collect([folder])
    assert names(found) == ["a.PNG", "b.jpg", "sub/d.webp"]
    assert [sentence for _, sentence in found.problems] == [
        f"{folder / 'sub' / 'deep'} cannot be read: Permission denied"
    ]
    (alone,) = files.collect([folder / "sub" / "deep"]).problems
    assert "cannot be read" in alone[1]


def test_a_linked_folder_is_named_unless_its_pictures_are_there_anyway(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("album")
    (elsewhere / "z.png").write_bytes(PNG)
    (folder / "sub" / "album").symlink_to(elsewhere)
    (folder / "again").symlink_to("sub")
    (folder / "loop").symlink_to(".")
    found = files.collect([folder])
    assert names(found) == ["a.PNG", "b.jpg", "sub/d.webp", "sub/deep/c.tiff"]
    ((name, sentence),) = found.problems
    assert name == str(folder / "sub" / "album") and "is a link to a folder elsewhere" in sentence
    both = files.collect([folder, folder / "sub" / "album"])
    assert names(both) == [*names(found), "z.png"] and not both.problems


def test_a_file_is_taken_once_however_often_it_is_named(folder, monkeypatch):
    (folder / "z.zip").write_bytes(zipped({"z.png": PNG}))
    (folder / "link").symlink_to("sub")
    (folder / "other.jpg").symlink_to("b.jpg")
    monkeypatch.chdir(folder)
    paths = ["b.jpg", folder / "sub" / ".." / "b.jpg", "link/d.webp", "z.zip", "sub", "./z.zip", folder]
    assert names(files.collect(paths)) == ["b.jpg", "d.webp", "z.png", "deep/c.tiff", "a.PNG", "other.jpg"]
    assert not files.collect(["sub", "sub"]).problems


def test_an_archive_inside_a_folder_is_noted_unless_it_is_named_itself(folder):
    (folder / "sub" / "z.zip").write_bytes(zipped({"z.png": PNG}))
    (folder / "sub" / ".hidden.zip").write_bytes(b"")
    found = files.collect([folder, folder / "sub"])
    assert names(found) == ["a.PNG", "b.jpg", "sub/d.webp", "sub/deep/c.tiff"] and not found.problems
    assert found.notes == [
        f"{folder / 'sub' / 'z.zip'} is an archive inside a folder, which is not opened: name it too"
    ]
    both = files.collect([folder, folder / "sub" / "z.zip"])
    assert names(both)[-1] == "z.png" and not both.notes


def test_paths_are_absolute_for_workers_that_were_started_elsewhere(folder, monkeypatch):
    (folder / "z.zip").write_bytes(zipped({"deep/c.png": PNG}))
    monkeypatch.chdir(folder)
    assert all(source.path.is_absolute() for source in files.collect(["sub", "b.jpg", "z.zip"]).sources)


def test_a_folder_for_results_is_passed_over_unless_it_is_named_itself(tmp_path):
    for name in ("photos/a.png", "photos/bright/a.png", "photos/bright/deep/b.png", "photos/dark/bright/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "link").symlink_to(tmp_path / "photos" / "bright")
    photos, bright = tmp_path / "photos", tmp_path / "photos" / "dark" / ".." / "bright"
    for output in (bright, tmp_path / "link"):
        assert names(files.collect([photos], without=output)) == ["a.png", "dark/bright/c.png"]
    assert names(files.collect([bright], without=bright)) == ["a.png", "deep/b.png"]
    assert names(files.collect([bright / "deep"], without=bright)) == ["b.png"]
    assert len(files.collect([photos], without=tmp_path).sources) == 4


def test_uploads_are_sorted_and_unsafe_names_named():
    found = files.from_uploads([("b.png", b"2"), ("dir/a.png", b"1"), ("../up.png", b"3")])
    assert names(found) == ["b.png", "dir/a.png"]
    assert found.problems[0][0] == "../up.png"


def test_several_archives_are_kept_apart_where_their_pictures_would_mix():
    both = zipped({"low/1.png": PNG, "high/1.png": PNG})
    lone = [zipped({name: PNG}) for name in ("low/1.png", "high/1.png", "1.png")]
    put = lambda *uploads: names(files.from_uploads(uploads, apart=True))  # noqa: E731
    assert put(("a.zip", both)) == ["high/1.png", "low/1.png"]
    assert put(("a.zip", both), ("b.zip", both)) == ["a/high/1.png", "a/low/1.png", "b/high/1.png", "b/low/1.png"]
    assert put(("a.zip", lone[0]), ("b.zip", lone[1])) == ["high/1.png", "low/1.png"], "two halves of one data set"
    assert put(("low.zip", lone[2]), ("high.zip", lone[2])) == ["high/1.png", "low/1.png"]
    assert put(("a.zip", lone[0]), ("b.zip", lone[0])) == ["b/low/1.png", "low/1.png"]
    within = zipped({"a/low/1.png": PNG, "a/high/1.png": PNG})
    lol = [f"{top}{side}/1.png" for top in ("a-2/a/", "a/") for side in ("high", "low")]
    assert put(("a.zip", within), ("a.zip", within)) == lol, "of one name, with a folder of that name"
    numbered = [f"{top}/{side}/1.png" for top in ("A-2", "a-3", "a") for side in ("high", "low")]
    assert put(("a.zip", both), ("A.zip", both), ("a.zip", both)) == numbered
    refused = files.from_uploads([("a.zip", both), ("C:b.zip", both)], apart=True)
    assert names(refused) == ["a/high/1.png", "a/low/1.png"] and refused.problems[0][0] == "C:b.zip"


def test_a_colon_in_a_local_name_is_no_drive(tmp_path):
    (tmp_path / "a 12:30.png").write_bytes(PNG)
    assert files.collect([tmp_path / "a 12:30.png"]).sources[0].read() == PNG


@pytest.mark.parametrize(
    "given, safe",
    [("a.png", "a.png"), ("./a//b.png", "a/b.png"), ("a\\b.png", "a/b.png"), ("夜 景/é.png", "夜 景/é.png")],
)
def test_safe_names(given, safe):
    assert files.safe_name(given) == safe


@pytest.mark.parametrize("given", ["", ".", "/", "..", "a/..", "\x00.png", "D:a.png", "a/" * 600 + "b.png"])
def test_unsafe_names(given):
    with pytest.raises(ArchiveError):
        files.safe_name(given)


def test_inside_lets_nothing_lead_out(tmp_path):
    root = tmp_path / "root"
    (root / "ok").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    assert files.inside(root, "ok") == (root / "ok").resolve()
    for name in ("..", "../root2", "/etc", "link", "missing", "ok/../..", "a\0b", "x" * 300):
        with pytest.raises(DatasetError):
            files.inside(root, name)


def test_output_names_keep_paths_and_stems_and_never_collide():
    given = ["a.jpg", "a.png", "A.webp", "a-2.tif", "sub/a.jpg", "x.tar.png", "plain"]
    expected = ["a.png", "a-2.png", "A-3.png", "a-2-2.png", "sub/a.png", "x.tar.png", "plain.png"]
    assert files.output_names([Source(name) for name in given], "png") == expected


def test_results_of_what_comes_from_outside_have_names_that_every_system_takes(tmp_path):
    given = [
        "12:30.jpg",
        "12?30.png",
        "CON.png",
        "con/Aux.tar.png",
        "night. /x .png",
        "a|<b>.png",
        "ok/夜 景.png",
        ". ./.png",
    ]
    expected = [
        "12_30.png",
        "12_30-2.png",
        "_CON.png",
        "_con/_Aux.tar.png",
        "night/x .png",
        "a__b_.png",
        "ok/夜 景.png",
    ]
    assert files.output_names([Source(name, data=PNG) for name in given], "png") == [*expected, "_/.png.png"]
    (tmp_path / "12:30.zip").write_bytes(zipped({"12:30?.png": PNG}))
    assert files.output_names(files.collect([tmp_path / "12:30.zip"]).sources, "jpg") == ["12_30_.jpg"]
    assert files.output_names([Source("12:30.png", tmp_path / "12:30.png")], "png") == ["12:30.png"], "of this disk"


def test_thousands_of_files_of_one_name_are_told_apart_without_trying_every_number():
    given = [name for number in range(3000) for name in ("frame.jpg", "Frame.png")]
    found = files.distinct(given)
    assert found[:3] == ["frame.jpg", "Frame.png", "frame-2.jpg"] and found[-1] == "Frame-3000.png"
    assert files.distinct(["a.png", "a-2.png", "a.png", "a-2.png"]) == ["a.png", "a-2.png", "a-3.png", "a-2-2.png"]


def test_a_source_that_vanished_or_is_far_too_long(tmp_path):
    path = tmp_path / "a.png"
    with pytest.raises(ImageError, match="cannot be read"):
        Source("a.png", path).read()
    with open(path, "wb") as file:
        file.truncate(10**12)  # sparse: takes no space
    with pytest.raises(ImageError, match="too large a file"):
        Source("a.png", path).read()
    with pytest.raises(LowlightError):
        Source("a.png", tmp_path / "gone.zip", "a.png").read()


def test_an_upload_a_little_above_the_limit_is_told_by_how_much(monkeypatch):
    monkeypatch.setattr(files, "settings", lambda: Settings(max_upload_megabytes=1))
    with pytest.raises(DatasetError, match=r"1\.2 MB are more than the limit of 1 MB: choose fewer"):
        files.from_uploads([("a.png", bytes(600_000)), ("b.png", bytes(600_000))])
